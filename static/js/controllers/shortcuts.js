/** Single keys, for those who want them: they can be turned off on the account page, and never act in a field. */

import { isOn } from "../lib/switches.js";

const list = () => document.querySelector("queue-list");
const open = () => document.querySelector("open-conversation");
const KEYS = {
  j: () => list()?.step(1),
  k: () => list()?.step(-1),
  c: () => open()?.press("claim"),
  e: () => open()?.press("resolve"),
  r: () => open()?.write(),
  i: () => document.querySelector(".about")?.checkVisibility() && document.getElementById("drawer").togglePopover(),
};

/** Listens for them. */
export function followKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.metaKey || event.ctrlKey || event.altKey || event.shiftKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]") || !isOn("keys")) return;
    const act = KEYS[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
