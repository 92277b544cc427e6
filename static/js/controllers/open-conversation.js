/** The open conversation: watches it, shows what happens, sends what the person says and does. */

import { connection, on } from "../lib/connection.js";
import { me } from "../lib/me.js";
import { page, part } from "../lib/part.js";
import { standing } from "../models/standing.js";
import { Thread } from "../models/thread.js";
import { Composer } from "./composer.js";
import { Entries } from "./entries.js";
import { Moves } from "./moves.js";
import { outbox, post } from "./outbox.js";
import { go } from "./panes.js";

const TYPING_LASTS = 5000;
const DRAWER_AFTER = 300;

class OpenConversation extends HTMLElement {
  #life = null;
  #thread = null;
  #entries = null;
  #moves = null;
  #composer = null;
  #readUpTo = 0;

  connectedCallback() {
    this.#life = new AbortController();
    const { id } = this.dataset;
    this.#thread = new Thread(Number(this.dataset.lastSeq));
    this.#entries = new Entries(this);
    this.#moves = new Moves(this, id);
    this.#composer = new Composer(this.querySelector(".composer"), id, {
      send: (message) => this.#say(message),
      typing: () => connection.send({ type: "typing", conversation: id }),
    });
    this.#listen(id, this.#life.signal);
    this.#showStanding();
    this.#showPending();
    this.#entries.showRead(Number(this.dataset.visitorRead));
    this.#entries.toEnd();
    if (connection.isOpen) this.#watch();
  }

  disconnectedCallback() {
    this.#life.abort();
    clearTimeout(this.typingTimer);
    clearTimeout(this.drawerTimer);
    connection.send({ type: "unwatch", conversation: this.dataset.id });
  }

  /** Starts writing, where this person may. */
  write() {
    if (this.#standing === "mine") this.#composer.focus();
  }

  /** Presses the button of a move, where it is shown. */
  press(move) {
    this.querySelector(`[data-move="${move}"]:not([hidden])`)?.click();
  }

  get #standing() {
    return standing(this.dataset.state, this.dataset.owner, me.user);
  }

  #listen(id, signal) {
    const mine = (act) => (frame) => (frame.conversation?.id ?? frame.conversation) === id && act(frame);
    on("welcome", () => this.#watch(), signal);
    on("conversation", mine((frame) => this.#catchUp(frame)), signal);
    on("entry", mine((frame) => this.#hear(frame.entry)), signal);
    on("delta", mine((frame) => this.#stream(frame)), signal);
    on("status", mine((frame) => this.#stand(frame.status, frame.operator)), signal);
    on("inbox", mine((frame) => this.#showHead(frame)), signal);
    on("typing", mine((frame) => this.#showTyping(frame.author)), signal);
    on("read", mine((frame) => frame.role === "visitor" && this.#visitorRead(frame.seq)), signal);
    on("ack", mine(() => this.#showPending()), signal);
    on("error", (frame) => this.#refused(frame, id), signal);
    for (const event of ["focus", "visibilitychange"]) addEventListener(event, () => this.#read(), { signal });
    this.querySelector(".thread").addEventListener("scroll", () => this.#read(), { signal, passive: true });
    this.addEventListener("click", (event) => this.#earlier(event), { signal });
  }

  #watch() {
    connection.send({ type: "watch", conversation: this.dataset.id, after: this.#thread.last, epoch: connection.epoch });
  }

  #catchUp(frame) {
    if (frame.entries.length && frame.entries[0].seq > this.#thread.last + 1) return go(location.href, { push: false });
    for (const entry of frame.entries) this.#hear(entry);
    this.#entries.clearDrafts(frame.draft?.turn ?? null);
    if (frame.draft) this.#entries.say(frame.draft, this.#unseen(frame.draft));
    this.#thread.draft = frame.draft;
    if (frame.conversation.visitor_read) this.#visitorRead(frame.conversation.visitor_read);
    this.#stand(frame.conversation.status, frame.conversation.operator);
    this.#showPending();
    return this.#read();
  }

  /** What of a draft is not on screen yet. */
  #unseen(draft) {
    const shown = this.#thread.draft?.turn === draft.turn ? this.#thread.draft.text : "";
    return draft.text.slice(shown.length);
  }

  #hear(entry) {
    const what = this.#thread.add(entry);
    if (what === "gap") return this.#watch();
    if (what === "known") return undefined;
    if (entry.author.role === "visitor") this.#stopTyping();
    this.#entries.add(entry, this.dataset.visitor);
    this.#entries.showRead(Number(this.dataset.visitorRead));
    this.#showPending();
    if (entry.author.role === "ai" || entry.kind !== "message") this.#renewDrawer();
    return this.#read();
  }

  #stream(frame) {
    const what = this.#thread.say(frame);
    if (what === "gap") return this.#watch();
    if (what === "known") return undefined;
    if (what === "begin") this.#entries.clearDrafts(frame.turn);
    return this.#entries.say(this.#thread.draft, frame.text);
  }

  #stand(state, operator) {
    const before = this.#standing;
    const owner = operator?.id ?? "";
    if (state === this.dataset.state && owner === this.dataset.owner) return;
    Object.assign(this.dataset, { state, owner });
    for (const place of this.querySelectorAll(".owner-name")) place.textContent = operator?.name ?? "";
    const asked = this.#moves.done(state);
    this.#showStanding();
    if (before !== "mine" && asked === "claim") this.#composer.focus();
    this.#entries.toEnd();
    this.#read();
  }

  #showStanding() {
    this.dataset.standing = this.#standing;
    this.#moves.show(this.#standing);
  }

  /** The head says what the row says: state and clock are copied from there. */
  #showHead(frame) {
    const row = part(frame.html);
    this.querySelector(".head-state").replaceChildren(row.querySelector(".state"));
    this.querySelector(".head-clock").replaceChildren(...[row.querySelector("wait-clock")].filter(Boolean));
  }

  #say(message) {
    post(message);
    this.#showPending();
    this.#entries.toEnd();
  }

  #showPending() {
    this.#entries.showPending(outbox.of(this.dataset.id), {
      retry: (message) => {
        outbox.drop(message.id);
        this.#showPending();
        this.#say({ id: message.id, conversation: message.conversation, text: message.text });
      },
      discard: (message) => {
        outbox.drop(message.id);
        this.#showPending();
      },
    });
  }

  #refused(frame, id) {
    if (frame.ref && outbox.has(frame.ref)) this.#showPending();
    else if (!frame.conversation || frame.conversation === id) this.#moves.refuse(frame.message);
  }

  #visitorRead(seq) {
    if (seq <= Number(this.dataset.visitorRead)) return;
    this.dataset.visitorRead = seq;
    this.#entries.showRead(seq);
  }

  /** Tells the server what has been seen: only what is on screen, while somebody looks whom it waits for. */
  #read() {
    const { last } = this.#thread;
    const concerned = ["waiting", "mine"].includes(this.#standing);
    const seen = document.visibilityState === "visible" && this.checkVisibility() && this.#entries.isAtEnd();
    if (!concerned || !seen || last <= this.#readUpTo || !connection.send({ type: "read", conversation: this.dataset.id, seq: last })) return;
    this.#readUpTo = last;
  }

  #showTyping(author) {
    if (author.role === "operator" && this.#standing === "mine") return;
    const line = this.querySelector(".typing");
    line.querySelector(".typing-name").textContent = author.role === "visitor" ? this.dataset.visitor : author.name;
    line.hidden = false;
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => this.#stopTyping(), TYPING_LASTS);
  }

  #stopTyping() {
    this.querySelector(".typing").hidden = true;
  }

  #renewDrawer() {
    clearTimeout(this.drawerTimer);
    this.drawerTimer = setTimeout(async () => {
      const found = await fetch(`/app/conversations/${this.dataset.id}/drawer`).catch(() => null);
      if (!found?.ok || !this.isConnected) return;
      const drawer = part(await found.text());
      this.querySelector(".reason-words").textContent = drawer.querySelector(".drawer-reason")?.textContent ?? "";
      document.querySelector(".drawer-body").replaceChildren(drawer);
    }, DRAWER_AFTER);
  }

  async #earlier(event) {
    const link = event.target.closest(".earlier");
    if (!link) return;
    event.preventDefault();
    const found = await fetch(link.href, { headers: { Accept: "text/html" } }).catch(() => null);
    const older = found?.ok && page(await found.text()).getElementById("conversation");
    if (!older || !this.isConnected) return;
    const more = older.querySelector(".earlier");
    this.#entries.prepend([...older.querySelectorAll(".entries > .entry")].map((entry) => document.adoptNode(entry)));
    if (more) link.href = more.getAttribute("href");
    else link.remove();
  }
}

customElements.define("open-conversation", OpenConversation);
