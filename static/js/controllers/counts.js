/** The numbers beside the queues. */

import { on } from "../lib/connection.js";

const MOST = 999;

/** Keeps every `[data-count]` of the page as the server counts. */
export function followCounts() {
  on("welcome", (frame) => showCounts(frame.counts));
  on("inbox", (frame) => frame.counts && showCounts(frame.counts));
}

function showCounts(counts) {
  for (const place of document.querySelectorAll("[data-count]")) {
    const number = counts[place.dataset.count] ?? 0;
    place.textContent = number > MOST ? `${MOST}+` : String(number);
    place.hidden = number === 0;
  }
}
