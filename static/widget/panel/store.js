/** The browser's storage, or memory where a page has none. Nothing is written before the visitor acts. */
import { state } from "./state.js";

let shelf = {};
/** What this tab alone remembers: whether its panel is open. */
export let tab = {};
try {
  shelf = localStorage || shelf;
  tab = sessionStorage;
} catch {} // sandboxed pages may not even look

/** The visitor's secret is kept under this alone, messages on their way under this and more. */
export const prefix = () => "foyer:" + state.given.token + ":";

export const recall = (key) => shelf[key];
export const forget = (key) => delete shelf[key];
export const keep = (key, text) => {
  try {
    shelf[key] = text;
  } catch {
    shelf = { ...shelf, [key]: text }; // full: go on in memory
  }
};

/** What waits to be sent, by this tab or another, oldest first. */
export const keptKeys = () => Object.keys(shelf).filter((key) => key.startsWith(prefix()) && key != prefix()).sort();
