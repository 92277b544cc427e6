/** The list of a queue: every change of every conversation arrives here, and nothing moves under the pointer. */

import { on } from "../lib/connection.js";
import { me } from "../lib/me.js";
import { part } from "../lib/part.js";
import { compare, place } from "../models/queue.js";
import { refresh } from "./panes.js";

const HOVERS = matchMedia("(hover: hover)");

class QueueList extends HTMLElement {
  #life = null;
  #held = new Map();

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    on("inbox", (frame) => this.#hear(frame), signal);
    on("welcome", (frame) => this.#compare(frame), signal);
    for (const event of ["pointerleave", "focusout"]) {
      this.addEventListener(event, () => setTimeout(() => this.#isStill() || this.#settle()), { signal });
    }
    this.#pill.addEventListener("click", () => this.#settle(), { signal });
    this.select(document.querySelector("open-conversation")?.dataset.id);
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  /** Marks the row of the open conversation. */
  select(id) {
    for (const link of this.querySelectorAll(".row-link")) {
      if (link.parentElement.dataset.id === id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  /** Moves the focus by so many rows. */
  step(by) {
    const links = [...this.querySelectorAll(".row-link")];
    const now = links.findIndex((link) => link === document.activeElement);
    const open = links.findIndex((link) => link.hasAttribute("aria-current"));
    const next = (now === -1 ? open : now) + by;
    links[Math.min(links.length - 1, Math.max(0, next))]?.focus();
  }

  get #pill() {
    return this.querySelector(".pill");
  }

  /** After a break, or where the page was drawn before something happened, the list is fetched anew. */
  #compare(frame) {
    const shown = [...this.querySelectorAll(".row[data-state=waiting]")].map((row) => row.dataset.id);
    const told = frame.waiting.map((waiting) => waiting.conversation);
    const differs = this.dataset.queue === "waiting" && (shown.length !== told.length || told.some((id) => !shown.includes(id)));
    if (frame.again || differs) refresh();
  }

  #hear(frame) {
    const fresh = part(frame.html).querySelector(".row");
    const old = this.#find(frame.conversation);
    this.#held.delete(frame.conversation);
    if (!this.#isStill()) this.#put(fresh, old);
    else if (old) this.#update(old, fresh);
    else if (this.#placeOf(fresh)) this.#held.set(frame.conversation, fresh);
    this.#count();
  }

  /** A row stays where it is, with its new words. */
  #update(old, fresh) {
    const focused = old.contains(document.activeElement);
    old.className = fresh.className;
    Object.assign(old.dataset, fresh.dataset);
    const link = old.querySelector(".row-link");
    link.replaceChildren(...fresh.querySelector(".row-link").childNodes);
    if (focused) link.focus({ preventScroll: true });
  }

  /** A row goes where it belongs now; one that belongs nowhere here leaves. */
  #put(fresh, old) {
    const target = this.#placeOf(fresh);
    if (old) this.#update(old, fresh);
    const row = old ?? fresh;
    if (!target) return row.remove();
    const rows = [...target.children].filter((other) => other !== row);
    const after = rows.find((other) => compare(facts(row), facts(other)) < 0) ?? null;
    if (row.parentElement !== target || row.nextElementSibling !== after) target.insertBefore(row, after);
    this.select(document.querySelector("open-conversation")?.dataset.id);
  }

  /** Everything to its place: when the pointer has left, or the pill was pressed. */
  #settle() {
    for (const row of this.#held.values()) this.#put(row, this.#find(row.dataset.id));
    this.#held.clear();
    for (const row of this.querySelectorAll(".row")) {
      if (this.#placeOf(row) !== row.parentElement) this.#put(row, row);
    }
    for (const rows of this.querySelectorAll(".rows")) this.#sort(rows);
    this.#count();
  }

  #sort(rows) {
    const now = [...rows.children];
    const wanted = [...now].sort((one, other) => compare(facts(one), facts(other)));
    if (wanted.some((row, at) => row !== now[at])) rows.append(...wanted);
  }

  #count() {
    for (const rows of this.querySelectorAll(".rows")) {
      const place = this.querySelector(`[data-number="${rows.dataset.place}"]`);
      if (place) place.textContent = [...rows.children].filter((row) => this.#placeOf(row) === rows).length;
    }
    this.#pill.hidden = this.#held.size === 0;
    this.#pill.textContent = `${this.#held.size} new`;
  }

  #isStill() {
    return (HOVERS.matches && this.matches(":hover")) || this.querySelector(":focus-visible") !== null;
  }

  #find(id) {
    return this.querySelector(`.row[data-id="${CSS.escape(id)}"]`);
  }

  #placeOf(row) {
    const name = place(facts(row), this.dataset.queue, me.user);
    return name && this.querySelector(`.rows[data-place="${name}"]`);
  }
}

function facts({ dataset }) {
  const [priority, firstWait, lastAt] = [dataset.priority, dataset.firstWait, dataset.lastAt].map(Number);
  return { id: dataset.id, state: dataset.state, owner: dataset.owner, priority, firstWait, lastAt };
}

customElements.define("queue-list", QueueList);
