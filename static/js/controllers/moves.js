/** The moves of a conversation: claim, release, hand back, resolve, reopen. The server decides, this shows how it goes. */

import { connection } from "../lib/connection.js";
import { toast } from "../lib/toast.js";

const PATIENCE = 300;
const BUSY = { claim: "Claiming…", resolve: "Resolving…", reopen: "Opening…", release: "Giving back…", hand_back: "Handing over…" };
const UNDONE = { resolve: ["resolved", "Resolved"], hand_back: ["ai", "The AI has it again"] };

export class Moves {
  #root;
  #word;
  #asked = null;

  constructor(root, conversation) {
    this.#root = root;
    this.#word = root.querySelector(".dock-word");
    root.addEventListener("click", (event) => {
      event.target.closest(".moves:popover-open button")?.closest(".moves").hidePopover(); // the menu has been used
      const button = event.target.closest("[data-move]");
      if (button) this.#ask(button, conversation);
    });
  }

  /** The conversation stands like this now: only the moves that are possible are shown. */
  show(standing) {
    for (const place of this.#root.querySelectorAll("[data-when]")) {
      place.hidden = !place.dataset.when.split(" ").includes(standing);
    }
  }

  /** One line where the buttons are; it is not trouble, it is how things went. */
  say(words) {
    this.#word.textContent = words;
    this.#word.hidden = !words;
  }

  /** The server has said no, in these words. */
  refuse(words) {
    this.#settle();
    this.say(words);
  }

  #ask(button, conversation) {
    if (this.#asked) return;
    this.say("");
    const { move } = button.dataset;
    if (!connection.send({ type: move, conversation })) return this.say("There is no connection just now. Try again in a moment.");
    const label = button.querySelector(".move-word") ?? button;
    const late = setTimeout(() => (label.textContent = BUSY[move]), PATIENCE);
    this.#asked = { button, label, words: label.textContent, late, move, conversation };
    button.setAttribute("aria-disabled", "true");
  }

  #settle() {
    if (!this.#asked) return;
    const { button, label, words, late } = this.#asked;
    clearTimeout(late);
    label.textContent = words;
    button.removeAttribute("aria-disabled");
    this.#asked = null;
  }

  /** The conversation is in another state; the move that was asked for, or undefined. What can be undone says so. */
  done(state) {
    const { move, conversation } = this.#asked ?? {};
    this.#settle();
    const [wanted, words] = UNDONE[move] ?? [];
    if (wanted === state) toast(words, () => connection.send({ type: "claim", conversation }));
    return move;
  }
}
