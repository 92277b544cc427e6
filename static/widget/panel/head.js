/** The head says who answers, and keeps a person in reach. */
import { button, CROSS, element, fill, icon, PERSON, portrait, SPARKLE } from "./dom.js";
import { connect, send } from "./socket.js";
import { state, word } from "./state.js";

const avatar = element("span.avatar");
export const title = element("h2", { tabIndex: -1 });
const who = element("p");
export const talk = button("chip talk", () => {
  talk.ariaBusy = state.wish = true;
  askForPerson();
  connect();
});

/** The wish for a person outlives a lost line. */
export const askForPerson = () => state.wish && send("ask_human", {}, true);

export const wishAnswered = () => (talk.ariaBusy = state.wish = null);

export const makeHead = (close) =>
  element("header", avatar, element("div", title, who),
    fill(talk, icon(PERSON), element("span.long", word("person")), element("span.short", word("person_short"))),
    fill(button("close", close, icon(CROSS)), { ariaLabel: word("close") }));

export const showHead = () => {
  const { name, look, operator, status } = state;
  const isWaiting = status == "waiting";
  const className = operator ? "human" : "ai";
  const logo = operator || (look.logo && { name, avatar: look.logo });
  fill(title, { textContent: operator ? operator.name : name });
  fill(avatar, { textContent: "", className: "avatar " + className }, logo ? portrait(logo) : icon(SPARKLE));
  fill(who, { textContent: "", className }, operator && [icon(PERSON), " "], word(operator ? "human" : isWaiting ? "answers_meanwhile" : "answers"));
  if (state.shadow.activeElement == talk && (operator || isWaiting)) title.focus();
  talk.hidden = operator || isWaiting;
};
