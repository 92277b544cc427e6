/** What every part of the panel may know: what the loader handed over, and where the conversation stands. */
export const state = {
  after: 0, // the last seq that was drawn
  skew: 0, // milliseconds that the server's clock is ahead of this one
};

/** A sentence in the visitor's language; what stands in braces becomes `value`. */
export const word = (key, value) => (state.words[key] || "").replace(/{\w+}/, value);

/** A time in the reader's zone and language. */
export const clock = (at, weekday) => new Date(at).toLocaleString(state.words.lang, { weekday, hour: "numeric", minute: "2-digit" });

const listeners = {};
export const listen = (name, act) => (listeners[name] ||= []).push(act);
export const tell = (name, value) => listeners[name]?.forEach((act) => act(value));
