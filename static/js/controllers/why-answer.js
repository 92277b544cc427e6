/** Why the AI answered so: fetched when somebody opens the mark under an answer. */

import { page } from "../lib/part.js";

class WhyAnswer extends HTMLElement {
  connectedCallback() {
    this.querySelector("details")?.addEventListener("toggle", () => this.#fetch(), { once: true });
  }

  async #fetch() {
    const body = this.querySelector(".why-body");
    const link = body.querySelector(".why-link");
    const found = await fetch(link.href, { headers: { Accept: "text/html" } }).catch(() => null);
    const reasons = found?.ok && page(await found.text()).querySelector(".reasons");
    if (!reasons) return;
    body.replaceChildren(document.adoptNode(reasons));
    body.scrollIntoView({ block: "nearest" });
  }
}

customElements.define("why-answer", WhyAnswer);
