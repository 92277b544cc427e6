/** The wait for a person: a card in the thread and a small clock in the head, both by the server's time. Fetched when
 *  somebody is called. */
import { button, element, fill, icon } from "./dom.js";
import { talk } from "./head.js";
import { send } from "./socket.js";
import { state, word } from "./state.js";
import { hairline, list, place } from "./thread.js";
import sheet from "./wait.css" with { type: "css" };

const TICK = "M20 6 9 17l-5-5";
const RING = "M12 8a4 4 0 1 0 0 8 4 4 0 1 0 0-8";

let wait;
let timer;
let card;

const rank = element("b");
const estimate = element("span");
const big = element("span.big", { ariaHidden: true });
const steps = element("ul");
const small = element("span");
const headClock = element("p.clock", { role: "img" }, element("i"), small);

const makeCard = () =>
  element("div.wait",
    element("div.card",
      element("div.place", element("p", rank, estimate), big),
      steps,
      button("stop", () => send("cancel_wait"), word("stop_waiting"))),
    hairline(word("meanwhile")));

const drawStep = ({ text, done }) => element("li." + (done ? "done" : ""), icon(done ? TICK : RING), text);

const tick = () => {
  const since = Date.parse(wait.since);
  const waited = Math.max(0, Date.now() + state.skew - since);
  const minutes = (waited / 60000) | 0;
  big.textContent = small.textContent = minutes + ":" + String(((waited / 1000) | 0) % 60).padStart(2, 0);
  headClock.style.setProperty("--share", (100 * waited) / (Date.parse(wait.deadline) - since) + "%");
  headClock.ariaLabel = word("waiting", minutes);
};

talk.after(headClock);
state.shadow.adoptedStyleSheets.push(sheet);

/** Shows how the wait stands; null ends it. */
export const showWait = (given) => {
  wait = given;
  clearInterval(timer);
  headClock.hidden = !wait;
  if (!wait) return card?.remove();
  const minutes = Math.round(wait.estimate / 60);
  rank.textContent = word("line_" + wait.position) || word("line", wait.position);
  estimate.textContent = wait.estimate == null ? "" : word(minutes > 1 ? "estimate" : "estimate_1", minutes);
  fill(steps, { textContent: "" }, wait.steps.map(drawStep));
  card ||= makeCard();
  if (!card.parentNode) place(card, [...list.children].findLast((node) => node.kind == "handoff")?.nextSibling);
  timer = setInterval(tick, 1000);
  tick();
};
