/** The browser's storage, or memory where a page has none. Nothing is written before the visitor acts. */
import { state } from "./state.js";

let shelf = {};
try {
  shelf = localStorage || shelf;
} catch {} // sandboxed pages may not even look

const label = (id) => "foyer:" + state.given.token + (id ? ":" + id : "");

export const recall = (id) => shelf[label(id)];
export const forget = (id) => delete shelf[label(id)];
export const keep = (id, text) => {
  try {
    shelf[label(id)] = text;
  } catch {
    shelf = { ...shelf, [label(id)]: text }; // full: go on in memory
  }
};

/** Ids that were kept and not forgotten, by this tab or another. */
export const keptIds = () => Object.keys(shelf).filter((key) => key.startsWith(label(" ").trim())).map((key) => key.slice(label(" ").length - 1));
