/** A call in the app: a sound for everybody who begins to wait, the number in the title, and a title that flashes. */

import { on } from "../lib/connection.js";
import { part } from "../lib/part.js";
import { presence } from "../lib/presence.js";
import { isOn } from "../lib/switches.js";
import { ring } from "../lib/tone.js";
import { Calls } from "../models/calls.js";

const FLASH = 1000;
const calls = new Calls();
let base = document.title;
let flashing = null;

/** Listens for calls for as long as the window is open. */
export function followCalls() {
  on("welcome", (frame) => {
    const fresh = calls.begin(frame.waiting.map((waiting) => waiting.conversation));
    if (fresh.length) call("Somebody is waiting");
    showTitle();
  });
  on("inbox", (frame) => {
    if (calls.hear(frame.conversation, frame.status)) call(`${nameIn(frame)} is waiting`);
    showTitle();
  });
  for (const event of ["focus", "pointerdown", "keydown"]) addEventListener(event, stopFlashing, { passive: true });
}

/** The page has another title now. */
export function retitle(title) {
  base = title;
  showTitle();
}

const nameIn = (frame) => part(frame.html).querySelector(".row-name").textContent;

function call(words) {
  if (presence.away) return;
  if (isOn("sound")) ring();
  if (!document.hasFocus()) startFlashing(words);
}

function startFlashing(words) {
  stopFlashing();
  let odd = false;
  flashing = setInterval(() => {
    odd = !odd;
    if (!calls.size) stopFlashing();
    else if (odd) document.title = words;
    else showTitle();
  }, FLASH);
}

function stopFlashing() {
  if (flashing === null) return;
  clearInterval(flashing);
  flashing = null;
  showTitle();
}

function showTitle() {
  document.title = calls.size ? `(${calls.size}) ${base}` : base;
}
