/** What a window says of itself: offline or not, sound on or off, the person available or away. */

import { connection } from "../lib/connection.js";
import { presence } from "../lib/presence.js";
import { follow, isOn, turn } from "../lib/switches.js";

const PATIENCE = 1000;
const CLOCK = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** The strip under a head while there is no connection; it never keeps anybody from writing. */
class OfflineStrip extends HTMLElement {
  #life = new AbortController();

  connectedCallback() {
    this.#life = new AbortController();
    connection.addEventListener("state", () => this.#show(), { signal: this.#life.signal });
    this.#show();
  }

  disconnectedCallback() {
    this.#life.abort();
    clearTimeout(this.timer);
  }

  #show() {
    clearTimeout(this.timer);
    if (connection.isOpen || connection.lastSeen === null) this.hidden = true;
    else this.timer = setTimeout(() => this.#say(), PATIENCE);
  }

  #say() {
    this.textContent = `Offline. Last updated ${CLOCK.format(connection.lastSeen)}, drafts are kept.`;
    this.hidden = false;
  }
}

/** A switch that this browser keeps, as a button (pressed is on) or a checkbox. */
class LocalSwitch extends HTMLElement {
  #life = new AbortController();

  connectedCallback() {
    this.#life = new AbortController();
    const control = this.querySelector("button, input");
    const name = this.dataset.name;
    control.addEventListener(control.type === "checkbox" ? "change" : "click", () => turn(name, !isOn(name)), {
      signal: this.#life.signal,
    });
    follow(name, () => this.#show(control, isOn(name)), this.#life.signal);
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  #show(control, on) {
    if (control.type === "checkbox") control.checked = on;
    else {
      control.setAttribute("aria-pressed", String(on));
      control.title = on ? this.dataset.on : this.dataset.off;
    }
  }
}

/** Whether calls reach this person. */
class PresenceSwitch extends HTMLElement {
  #life = new AbortController();

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.querySelector("button").addEventListener("click", () => presence.change(!presence.away), { signal });
    connection.addEventListener("state", () => this.#show(), { signal });
    presence.addEventListener("change", () => this.#show(), { signal });
    this.#show();
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  #show() {
    const away = presence.away ?? this.dataset.away === "yes";
    const offline = !connection.isOpen && connection.lastSeen !== null;
    this.dataset.state = offline ? "offline" : away ? "away" : "available";
    this.querySelector(".presence-word").textContent = { offline: "Offline", away: "Away", available: "Available" }[this.dataset.state];
    const button = this.querySelector("button");
    button.disabled = offline;
    button.title = away ? "Calls don’t reach you. Press to be available" : "Calls reach you. Press to be away";
  }
}

customElements.define("offline-strip", OfflineStrip);
customElements.define("local-switch", LocalSwitch);
customElements.define("presence-switch", PresenceSwitch);
