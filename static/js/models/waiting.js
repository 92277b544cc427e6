/** A wait as clock, ring and words. Times in milliseconds. */

const AMBER = 0.5;
const RED = 0.8;

/** A duration as a clock, e.g. 1:42; from an hour on 1:02:03. */
export function clock(duration) {
  const seconds = Math.max(0, Math.floor(duration / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** The share of the timeout that is over, 0 to 1. */
export function share(start, deadline, now) {
  return deadline > start ? Math.min(1, Math.max(0, (now - start) / (deadline - start))) : 1;
}

/** calm, amber from half of the timeout on, red from four fifths on. */
export function tone(spent) {
  return spent >= RED ? "red" : spent >= AMBER ? "amber" : "calm";
}

/** What a screen reader says; it changes once a minute. */
export function words(duration) {
  const minutes = Math.floor(duration / 60_000);
  return minutes < 1 ? "waiting less than a minute" : `waiting ${minutes} minute${minutes === 1 ? "" : "s"}`;
}
