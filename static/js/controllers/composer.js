/** Writing to the visitor: the draft is kept for each conversation, Enter sends, the field grows with its text. */

import { freshId } from "../lib/ids.js";
import { keep, kept } from "../lib/keep.js";

const TYPING_EVERY = 3000;
const THUMBS = matchMedia("(pointer: coarse)");

export class Composer {
  #form;
  #field;
  #conversation;
  #acts;
  #typedAt = 0;

  /** `acts` are {send(message), typing()}. */
  constructor(form, conversation, acts) {
    this.#form = form;
    this.#field = form.querySelector("textarea");
    this.#conversation = conversation;
    this.#acts = acts;
    this.#field.value = kept(`draft:${conversation}`) ?? "";
    this.#field.oninput = () => this.#write();
    this.#field.onkeydown = (event) => this.#press(event);
    form.onsubmit = (event) => {
      event.preventDefault();
      this.#send();
    };
    this.#fit();
  }

  focus() {
    this.#field.focus();
  }

  #write() {
    keep(`draft:${this.#conversation}`, this.#field.value);
    this.#fit();
    if (!this.#field.value || Date.now() - this.#typedAt < TYPING_EVERY) return;
    this.#typedAt = Date.now();
    this.#acts.typing();
  }

  #press(event) {
    if (event.key === "Escape") this.#field.blur();
    if (event.key !== "Enter" || event.isComposing || event.shiftKey) return;
    if (THUMBS.matches && !event.metaKey && !event.ctrlKey) return;
    event.preventDefault();
    this.#send();
  }

  #send() {
    const text = this.#field.value.trim();
    this.#field.focus();
    if (!text) return;
    this.#acts.send({ id: freshId(), conversation: this.#conversation, text });
    this.#field.value = "";
    this.#typedAt = 0;
    keep(`draft:${this.#conversation}`, null);
    this.#fit();
  }

  #fit() {
    this.#form.querySelector("button").setAttribute("aria-disabled", String(!this.#field.value.trim()));
    if (CSS.supports("field-sizing", "content")) return;
    this.#field.style.setProperty("height", "auto");
    this.#field.style.setProperty("height", `${this.#field.scrollHeight + 2}px`);
  }
}
