/** Who waits for a person, and which of them are new. */

export class Calls {
  #waiting = new Set();
  #known = false;

  /** All who wait, as the server tells it on arrival; those who were not known before. The first time nobody is new. */
  begin(ids) {
    const fresh = this.#known ? ids.filter((id) => !this.#waiting.has(id)) : [];
    this.#waiting = new Set(ids);
    this.#known = true;
    return fresh;
  }

  /** News of one conversation; true where somebody has just begun to wait. */
  hear(id, state) {
    const fresh = state === "waiting" && !this.#waiting.has(id);
    if (state === "waiting") this.#waiting.add(id);
    else this.#waiting.delete(id);
    return fresh;
  }

  /** How many wait. */
  get size() {
    return this.#waiting.size;
  }
}
