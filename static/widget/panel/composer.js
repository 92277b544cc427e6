/** Where the visitor writes. */
import { button, element, fill, firstName, icon, SQUARE, UP } from "./dom.js";
import { isStreaming } from "./draft.js";
import { send } from "./socket.js";
import { clock, state, word } from "./state.js";

const foot = element("p.foot");
let typedAt = 0;

const written = () => field.value.trim();

const submit = () => {
  if (written()) state.say(written());
  else if (isStreaming()) send("stop");
  field.value = "";
  grow();
};

const grow = () => {
  field.style.height = "";
  field.style.height = field.scrollHeight + "px";
  state.refresh();
};

export const field = element("textarea", {
  rows: 1,
  maxLength: 2000,
  dir: "auto",
  oninput() {
    grow();
    if (Date.now() - typedAt > 3000 && send("typing")) typedAt = Date.now();
  },
  onkeydown(event) {
    if (event.key != "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (written()) submit();
  },
});

const go = button("send", submit);

export const makeComposer = () => element("footer", element("div.composer", field, go), foot);

/** The button stops an answer while nothing is written; the words follow who listens. */
export const showComposer = () => {
  const { operator, status, reachable, opens_at } = state;
  const stops = isStreaming() && !written();
  fill(go, { textContent: "", ariaDisabled: !stops && !written(), ariaLabel: word(stops ? "stop" : "send") }, icon(stops ? SQUARE : UP));
  field.placeholder = field.ariaLabel = operator ? word("write_to", firstName(operator)) : word(status == "waiting" ? "write_more" : "write");
  foot.hidden = operator || status == "waiting";
  foot.textContent = word("wrong") + " " + (reachable ? word("near") : opens_at ? word("back", clock(opens_at, "long")) : "");
};
