/** Whether calls reach this person: one answer for every place that shows it and for the sound. */

import { connection, on } from "./connection.js";

class Presence extends EventTarget {
  /** True, false, or undefined as long as only the page knows. */
  away = undefined;

  /** Tells the server; false where there is no connection. */
  change(away) {
    const told = connection.send({ type: "presence", state: away ? "away" : "available" });
    if (told) this.note(away);
    return told;
  }

  /** The server says so. */
  note(away) {
    this.away = away;
    this.dispatchEvent(new Event("change"));
  }
}

export const presence = new Presence();
on("welcome", (frame) => presence.note(Boolean(frame.user.away)));
