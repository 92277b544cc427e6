/** What this browser keeps for this person: drafts, messages on their way, switches. Without storage nothing is kept. */

import { me } from "./me.js";

const named = (key) => `foyer:${me.user}:${key}`;

/** What is kept under a key, or null. */
export function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(named(key)));
  } catch {
    return null;
  }
}

/** Keeps a value; null and empty text forget the key. */
export function keep(key, value) {
  try {
    if (value === null || value === "") localStorage.removeItem(named(key));
    else localStorage.setItem(named(key), JSON.stringify(value));
  } catch {
    /* private windows and full storage: the app works on without */
  }
}

/** Forgets everything: on signing out. */
export function forget() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("foyer:")) localStorage.removeItem(key);
  } catch {
    /* there was nothing to forget */
  }
}
