/** Copies what stands beside it. */

class CopyButton extends HTMLElement {
  connectedCallback() {
    this.querySelector("button").onclick = () => this.#copy();
  }

  async #copy() {
    const source = document.getElementById(this.dataset.from);
    const word = this.querySelector(".copy-word");
    try {
      await navigator.clipboard.writeText(source.textContent);
      word.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(source); // plain HTTP has no clipboard: select it, one key is left
      word.textContent = "Selected, press Ctrl C";
    }
    setTimeout(() => (word.textContent = "Copy"), 3000);
  }
}

customElements.define("copy-button", CopyButton);
