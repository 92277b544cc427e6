/** The head says who answers, and keeps a person in reach. */
import { CROSS, element, icon, PERSON, portrait, SPARKLE } from "./dom.js";
import { connect, send } from "./socket.js";
import { state, word } from "./state.js";
import { headClock } from "./wait.js";

const avatar = element("span", { className: "avatar" });
export const title = element("h2", { tabIndex: -1, dir: "auto" });
const who = element("p");
const talk = element("button", { className: "talk" });

export const makeHead = (close) => {
  talk.append(icon(PERSON), element("span", { textContent: word("person") }), element("span", { textContent: word("person_short") }));
  talk.onclick = () => {
    talk.ariaBusy = state.wanted = true;
    askAgain();
    connect();
  };
  return element("header", {}, avatar, element("div", {}, title, who), talk, headClock,
    !state.isPage && element("button", { className: "close", ariaLabel: word("close"), onclick: close }, icon(CROSS)));
};

/** The wish for a person outlives a lost line. */
export const askAgain = () => state.wanted && send("ask_human", {}, true);

export const wishAnswered = () => {
  state.wanted = false;
  talk.ariaBusy = null;
};

export const showHead = () => {
  const { config, operator, status } = state;
  const person = status == "human" && operator;
  title.textContent = person ? person.name : config.name;
  avatar.className = person ? "avatar" : "avatar ai";
  avatar.replaceChildren(person ? portrait(person) : config.look.logo ? portrait({ name: config.name, avatar: config.look.logo }) : icon(SPARKLE));
  who.className = person ? "human" : "ai";
  who.replaceChildren(...(person ? [icon(PERSON)] : []), word(person ? "human" : status == "waiting" ? "answers_meanwhile" : "answers"));
  if (state.shadow.activeElement == talk && (person || status == "waiting")) title.focus();
  talk.hidden = person || status == "waiting";
};
