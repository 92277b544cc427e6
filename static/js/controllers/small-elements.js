/** Small elements that server-rendered parts carry: they bring themselves to life wherever they appear. */

import { me } from "../lib/me.js";
import { startTicking, stopTicking } from "../lib/ticker.js";
import { clock, share, tone, words } from "../models/waiting.js";

const CLOCK = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });
const DAY_AND_YEAR = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });
const LONG = 20;

/** A time in the reader's zone. `short`: today the clock, else the day; `full`: on other days both. */
class LocalTime extends HTMLElement {
  connectedCallback() {
    const shown = this.querySelector("time");
    const at = new Date(shown.dateTime);
    const now = new Date();
    const today = at.toDateString() === now.toDateString();
    const day = (at.getFullYear() === now.getFullYear() ? DAY : DAY_AND_YEAR).format(at);
    if (today) shown.textContent = CLOCK.format(at);
    else shown.textContent = this.dataset.style === "short" ? day : `${day}, ${CLOCK.format(at)}`;
  }
}

/** A colleague's name; for the person who reads it, "you". */
class PersonName extends HTMLElement {
  connectedCallback() {
    if (this.dataset.user === me.user) this.textContent = this.dataset.you;
  }
}

/** How long somebody has waited: a clock and a ring, grey, amber, red. */
class WaitClock extends HTMLElement {
  #draw = (now) => this.#show(now);

  connectedCallback() {
    startTicking(this.#draw);
  }

  disconnectedCallback() {
    stopTicking(this.#draw);
  }

  #show(now) {
    const [since, start, deadline] = ["since", "start", "deadline"].map((name) => Number(this.dataset[name]));
    const spent = share(start, deadline, now);
    this.dataset.tone = tone(spent);
    this.querySelector(".clock-text").textContent = clock(now - since);
    this.querySelector(".ring-spent").setAttribute("stroke-dasharray", `${Math.round(spent * 100)} 100`);
    const spoken = this.querySelector(".clock-words");
    if (spoken.textContent !== words(now - since)) spoken.textContent = words(now - since);
  }
}

/** A long message shows its first twenty lines, and all of it when asked. */
class LongText extends HTMLElement {
  connectedCallback() {
    if (this.textContent.length < 400 && this.textContent.split("\n").length <= LONG) return;
    requestAnimationFrame(() => this.#fold());
  }

  #fold() {
    this.classList.add("folded");
    if (this.scrollHeight <= this.clientHeight + 1) return this.classList.remove("folded");
    const all = document.createElement("button");
    all.type = "button";
    all.className = "show-all";
    all.textContent = "Show all";
    all.onclick = () => {
      this.classList.remove("folded");
      all.remove();
    };
    this.after(all);
  }
}

customElements.define("local-time", LocalTime);
customElements.define("person-name", PersonName);
customElements.define("wait-clock", WaitClock);
customElements.define("long-text", LongText);
