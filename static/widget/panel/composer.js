/** Where the visitor writes. */
import { element, firstName, icon, SQUARE, UP } from "./dom.js";
import { isStreaming } from "./draft.js";
import { write } from "./outbox.js";
import { send } from "./socket.js";
import { clock, state, word } from "./state.js";

export const field = element("textarea", { rows: 1, maxLength: 2000, dir: "auto" });
const button = element("button", { className: "send" });
const foot = element("p", { className: "foot" });
let typed = 0;

const grow = () => {
  field.style.height = "";
  field.style.height = field.scrollHeight + "px";
  showComposer();
};

/** Makes the composer; `sent` is called when something was. */
export const makeComposer = (sent) => {
  const submit = () => {
    const text = field.value.trim();
    if (!text) return isStreaming() && send("stop");
    field.value = "";
    grow();
    write(text);
    sent();
  };
  field.oninput = () => {
    grow();
    if (state.conversation && Date.now() - typed > 3000 && send("typing")) typed = Date.now();
  };
  field.onkeydown = (event) => {
    if (event.key != "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (field.value.trim()) submit();
  };
  button.onclick = submit;
  return element("footer", {}, element("div", { className: "composer" }, field, button), foot);
};

/** The button stops an answer while nothing is written; the words follow who listens. */
export const showComposer = () => {
  const { status, operator, reachable, opens_at } = state;
  const stops = isStreaming() && !field.value.trim();
  const label = word(stops ? "stop" : "send");
  if (button.ariaLabel != label) {
    button.ariaLabel = label;
    button.replaceChildren(icon(stops ? SQUARE : UP));
  }
  button.classList.toggle("on", !!(stops || field.value.trim()));
  field.placeholder = field.ariaLabel = status == "human" ? word("write_to", { name: firstName(operator) }) : word(status == "waiting" ? "write_more" : "write");
  foot.hidden = status == "human" || status == "waiting";
  foot.textContent = word("wrong") + " " + (reachable ? word("near") : opens_at ? word("back", { time: clock(opens_at, { weekday: "long" }) }) : "");
};
