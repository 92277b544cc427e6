/** How a conversation stands to the person who looks: ai, waiting, mine, theirs or resolved. */

export function standing(state, owner, user) {
  if (state !== "human") return state;
  return owner === user ? "mine" : "theirs";
}
