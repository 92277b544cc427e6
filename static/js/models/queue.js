/** Which conversations a queue shows, and in which order. A row is {id, state, owner, priority, firstWait, lastAt}. */

/** The part of the queue a row belongs to: main, people (below those who wait), or null. */
export function place(row, queue, user) {
  if (queue === "waiting") return { waiting: "main", human: "people" }[row.state] ?? null;
  const fits = queue === "all" || (queue === "mine" ? row.owner === user : row.state === queue);
  return fits ? "main" : null;
}

/** Those who wait by priority, then the longest wait; all others by newest word. */
export function compare(one, other) {
  if (one.state === "waiting" && other.state === "waiting") {
    return one.priority - other.priority || one.firstWait - other.firstWait || (one.id < other.id ? -1 : 1);
  }
  return other.lastAt - one.lastAt || (one.id < other.id ? -1 : 1);
}
