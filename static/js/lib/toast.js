/** A word at the edge of the screen, for six seconds, with a way back. */

const STAYS = 6000;
let timer = null;

/** Shows `words`; with `undo`, a button that calls it. */
export function toast(words, undo) {
  const place = document.querySelector(".toast");
  const button = place.querySelector("button");
  place.querySelector("span").textContent = words;
  place.hidden = false;
  button.hidden = !undo;
  button.onclick = () => {
    place.hidden = true;
    undo();
  };
  clearTimeout(timer);
  const leave = () => (place.matches(":hover, :focus-within") ? (timer = setTimeout(leave, STAYS)) : (place.hidden = true));
  timer = setTimeout(leave, STAYS);
}
