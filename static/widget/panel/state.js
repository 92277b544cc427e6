/** What every part of the panel may know: what the loader handed over, and where the conversation stands. */
export const state = {
  after: 0, // the last seq that was drawn
  status: "ai",
  reachable: true,
  skew: 0, // milliseconds that the server's clock is ahead of this one
};

/** A sentence of the visitor's language; {name} is replaced by the value of that name. */
export const word = (key, values) => (state.config.words[key] || "").replace(/\{(\w+)\}/g, (_, name) => values[name]);

export const now = () => Date.now() + state.skew;

/** A time in the reader's zone and language. */
export const clock = (at, options) => new Date(at).toLocaleString(state.config.words.lang, { hour: "numeric", minute: "2-digit", ...options });

const listeners = {};
export const listen = (name, act) => (listeners[name] ||= []).push(act);
export const tell = (name, value) => listeners[name]?.forEach((act) => act(value));
