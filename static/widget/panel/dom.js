/** Elements made without markup: a page that requires trusted types lets us in, and a model's words can't become HTML. */
import { state } from "./state.js";

export const element = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter(Boolean));
  return made;
};

export const icon = (path) => state.drawIcon(path);

export const SPARKLE = "M12 3q1 8 9 9-8 1-9 9-1-8-9-9 8-1 9-9z";
export const PERSON = "M20 21a8 8 0 0 0-16 0M12 3a5 5 0 1 0 0 10 5 5 0 1 0 0-10";
export const CROSS = "M18 6 6 18M6 6l12 12";
export const DOWN = "m6 9 6 6 6-6";
export const UP = "m5 12 7-7 7 7M12 19V5";
export const SQUARE = "M7 7h10v10H7z";
export const PAGE = "M14 3H6v18h12V7zM14 3v4h4M9 12h6M9 16h6";
export const TICK = "M20 6 9 17l-5-5";

/** An address that may be followed from here, or null. */
export const safe = (address) => (/^(https?:\/\/|mailto:)/i.test(address) ? address : null);

export const anchor = (text, address) =>
  element("a", { textContent: text, href: address, target: "_blank", rel: "noopener nofollow" });

/** A photo, or initials where there is none or it can't be fetched. */
export const portrait = (person) => {
  const initials = person.name.split(" ").map((part) => part[0]);
  const made = element("span", { className: "portrait", ariaHidden: true, textContent: initials[0] + (initials[1] ? initials.at(-1) : "") });
  if (person.avatar) made.append(element("img", { src: state.at(person.avatar), alt: "", onerror() { this.remove(); } }));
  return made;
};

export const firstName = (person) => person.name.split(" ")[0];
