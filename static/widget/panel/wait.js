/** The wait for a person: a card in the thread and a small clock in the head, both by the server's time. */
import { element, icon, TICK } from "./dom.js";
import { send } from "./socket.js";
import { now, word } from "./state.js";
import { list, place } from "./thread.js";

let wait;
let timer;
let card;

const rank = element("b");
const estimate = element("span");
const big = element("span", { className: "big", ariaHidden: true });
const steps = element("ul");
const small = element("span");
export const headClock = element("p", { className: "clock", role: "img" }, element("i"), small);

const makeCard = () =>
  element("div", { className: "wait" },
    element("div", { className: "card" },
      element("div", { className: "place" }, element("p", {}, rank, estimate), big),
      steps,
      element("button", { textContent: word("stop_waiting"), onclick: () => send("cancel_wait") })),
    element("p", { className: "hairline" }, element("span", { textContent: word("meanwhile") })));

const tick = () => {
  const since = Date.parse(wait.since);
  const seconds = Math.max(0, (now() - since) / 1000 | 0);
  const minutes = seconds / 60 | 0;
  big.textContent = small.textContent = minutes + ":" + String(seconds % 60).padStart(2, 0);
  headClock.style.setProperty("--share", (now() - since) / (Date.parse(wait.deadline) - since));
  if (headClock.minutes != minutes) headClock.ariaLabel = word("waiting", { n: (headClock.minutes = minutes) });
};

/** Shows how the wait stands; null ends it. */
export const showWait = (given) => {
  wait = given;
  clearInterval(timer);
  headClock.hidden = !wait;
  if (!wait) return card?.remove();
  const minutes = Math.round(wait.estimate / 60);
  rank.textContent = word("line_" + wait.position) || word("line", { n: wait.position });
  estimate.textContent = wait.estimate == null ? "" : word(minutes > 1 ? "estimate" : "estimate_1", { n: minutes });
  steps.replaceChildren(...wait.steps.map((step) => element("li", { className: step.done ? "done" : "" }, icon(step.done ? TICK : "M12 8a4 4 0 1 0 0 8 4 4 0 1 0 0-8"), step.text)));
  card ||= makeCard();
  if (!card.parentNode) place(card, [...list.querySelectorAll(".handoff")].at(-1)?.nextSibling);
  timer = setInterval(tick, 1000);
  tick();
};
