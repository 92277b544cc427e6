/** How long to wait before the next try: full jitter, 0.5 s doubling to 30 s. */

const FIRST = 500;
const LONGEST = 30_000;

/** Milliseconds before try number `attempt` (0, 1, 2 …); `random` gives 0 to 1. */
export function wait(attempt, random = Math.random) {
  return random() * Math.min(LONGEST, FIRST * 2 ** Math.min(attempt, 16));
}
