/** What of a conversation is on screen: entries 1..last without a gap, and the answer in the making. */

export class Thread {
  /** `last` is the newest seq on screen; `draft` is {turn, n, text} or null. */
  constructor(last) {
    this.last = last;
    this.draft = null;
  }

  /** What to do with an entry: "add", "known" (shown already), or "gap" (ask again from `last`). */
  add(entry) {
    if (entry.seq <= this.last) return "known";
    if (entry.seq > this.last + 1) return "gap";
    this.last = entry.seq;
    if (entry.turn && entry.turn === this.draft?.turn) this.draft = null;
    return "add";
  }

  /** What to do with a piece of an answer: "begin", "more", "known", or "gap". */
  say({ turn, n, text }) {
    if (turn !== this.draft?.turn) {
      if (n !== 1) return "gap";
      this.draft = { turn, n, text };
      return "begin";
    }
    if (n <= this.draft.n) return "known";
    if (n !== this.draft.n + 1) return "gap";
    this.draft = { turn, n, text: this.draft.text + text };
    return "more";
  }
}
