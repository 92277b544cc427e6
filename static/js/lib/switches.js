/** Switches of this browser: on until somebody turns them off. */

import { keep, kept } from "./keep.js";

const changes = new EventTarget();

/** True unless it was turned off. */
export const isOn = (name) => kept(`switch:${name}`) !== "off";

/** Turns it on or off, here and wherever it is shown. */
export function turn(name, on) {
  keep(`switch:${name}`, on ? null : "off");
  changes.dispatchEvent(new Event(name));
}

/** Calls `act` now and after every change. */
export function follow(name, act, signal) {
  changes.addEventListener(name, act, { signal });
  act();
}
