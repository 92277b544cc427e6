/** Copies what stands beside it. */

class CopyButton extends HTMLElement {
  connectedCallback() {
    this.querySelector("button").onclick = () => this.#copy();
  }

  async #copy() {
    const source = document.getElementById(this.dataset.from);
    try {
      await navigator.clipboard.writeText(source.textContent);
      this.#say("Copied");
    } catch {
      getSelection().selectAllChildren(source); // plain HTTP has no clipboard: select it, one key is left
      this.#say("Selected, press Ctrl C");
    }
    setTimeout(() => this.#say("Copy", ""), 3000);
  }

  #say(shown, spoken = shown) {
    this.querySelector(".copy-word").textContent = shown;
    this.querySelector("[role=status]").textContent = spoken;
  }
}

customElements.define("copy-button", CopyButton);
