/** The entries of an open conversation on screen: what is said, what is being said, what is on its way. */

import { part } from "../lib/part.js";

const NEAR = 48;
const LATE = 1500;

export class Entries {
  #root;
  #list;
  #pending;
  #scroller;
  #log;
  #pill;
  #followed = true;

  constructor(root) {
    this.#root = root;
    this.#list = root.querySelector(".entries");
    this.#pending = root.querySelector(".pending-entries");
    this.#scroller = root.querySelector(".thread");
    this.#log = root.querySelector("[role=log]");
    this.#pill = root.querySelector(".thread-pill");
    this.#pill.onclick = () => this.toEnd();
    this.#scroller.onscroll = () => this.#noteScroll();
    // A composer that grows, or a keyboard, takes room below: whoever was at the end stays there.
    new ResizeObserver(() => this.#followed && this.toEnd()).observe(this.#scroller);
  }

  /** An entry that the server has told. */
  add(entry, visitor) {
    const follows = this.isAtEnd();
    this.#list.querySelector(`.draft[data-turn="${CSS.escape(entry.turn ?? "")}"]`)?.remove();
    this.#list.append(part(entry.html));
    this.#announce(entry, visitor);
    this.#keepUp(follows);
  }

  /** An answer in the making: text only, and only ever more of it. */
  say(draft, added) {
    const follows = this.isAtEnd();
    const bubble = this.#draft(draft.turn).querySelector(".bubble");
    bubble.firstChild.appendData(added);
    if (bubble.clientHeight > 48) bubble.classList.add("wide"); // from the second line on, words never wrap again
    this.#keepUp(follows);
  }

  /** No answer is being made, or only that of `turn`. */
  clearDrafts(turn = null) {
    for (const draft of this.#list.querySelectorAll(".draft")) if (draft.dataset.turn !== turn) draft.remove();
  }

  /** The messages on their way, oldest first; each is drawn once. */
  showPending(messages, { retry, discard }) {
    const follows = this.isAtEnd();
    for (const shown of [...this.#pending.children]) {
      if (!messages.some((message) => message.id === shown.dataset.message)) shown.remove();
    }
    for (const message of messages) {
      const shown = [...this.#pending.children].find((each) => each.dataset.message === message.id);
      if (!shown) this.#pending.append(drawn(message));
      if (message.refused) this.#refuse(message, retry, discard);
    }
    this.#keepUp(follows);
  }

  /** Which of our messages the visitor has read. */
  showRead(seq) {
    for (const place of this.#list.querySelectorAll(".entry-operator .receipt")) {
      const read = Number(place.closest(".entry").dataset.seq) <= seq;
      place.textContent = read ? "Read" : "Sent";
    }
  }

  /** Earlier entries, in front of those that are shown; what is read stays where it is. */
  prepend(older) {
    const height = this.#scroller.scrollHeight;
    this.#list.prepend(...older);
    this.#scroller.scrollTop += this.#scroller.scrollHeight - height;
  }

  isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight <= NEAR;
  }

  toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#noteScroll();
  }

  #noteScroll() {
    this.#followed = this.isAtEnd();
    if (this.#followed) this.#pill.hidden = true;
  }

  #keepUp(follows) {
    if (follows) this.toEnd();
    else this.#pill.hidden = false;
  }

  #draft(turn) {
    const known = this.#list.querySelector(`.draft[data-turn="${CSS.escape(turn)}"]`);
    if (known) return known;
    const entry = document.createElement("li");
    entry.className = "entry entry-ai draft";
    entry.dataset.turn = turn;
    const bubble = document.createElement("div");
    bubble.className = "bubble plain";
    bubble.dir = "auto";
    const cursor = document.createElement("span");
    cursor.className = "cursor";
    bubble.append(document.createTextNode(""), cursor);
    entry.append(bubble);
    this.#list.append(entry);
    return entry;
  }

  #refuse(message, retry, discard) {
    const shown = [...this.#pending.children].find((each) => each.dataset.message === message.id);
    const meta = shown.querySelector(".meta");
    if (shown.classList.contains("refused")) return;
    shown.classList.add("refused");
    meta.replaceChildren(message.refused, " ", button("Try again", () => retry(message)), button("Discard", () => discard(message)));
  }

  /** One line for screen readers; the stream itself is not read out. */
  #announce(entry, visitor) {
    const line = document.createElement("p");
    const by = { visitor, ai: "AI", operator: entry.author.name }[entry.author.role];
    line.textContent = by && entry.kind === "message" ? `${by}: ${entry.text}` : entry.text;
    this.#log.append(line);
    while (this.#log.children.length > 20) this.#log.firstChild.remove();
  }
}

function drawn(message) {
  const entry = document.createElement("li");
  entry.className = "entry entry-operator pending";
  entry.dataset.message = message.id;
  const bubble = document.createElement("div");
  bubble.className = "bubble plain";
  bubble.dir = "auto";
  bubble.textContent = message.text;
  const meta = document.createElement("p");
  meta.className = "meta";
  meta.textContent = "Sending…";
  entry.append(bubble, meta);
  setTimeout(() => {
    if (entry.isConnected && !entry.classList.contains("refused")) {
      entry.classList.add("late");
      meta.textContent = "That message didn’t reach us. Sending again…";
    }
  }, LATE);
  return entry;
}

function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "link-button";
  made.textContent = words;
  made.onclick = act;
  return made;
}
