/** Ids for what this browser sends. `crypto.randomUUID` is missing on plain HTTP, the random numbers are not. */

export function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
