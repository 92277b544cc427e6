/** Elements made without markup: a page that requires trusted types lets us in, and a model's words can't become HTML. */
import { state } from "./state.js";

/** Gives an element properties (plain objects) and children (nodes, texts, lists of them); what is empty is left out. */
export const fill = (made, ...given) => {
  for (const each of given.flat(9)) {
    if (each?.constructor == Object) Object.assign(made, each);
    else if (each) made.append(each);
  }
  return made;
};

/** A new element: `element("p.label", {dir: "auto"}, "text")`. */
export const element = (name, ...given) => {
  const [tag, className] = name.split(".");
  return fill(document.createElement(tag), className && { className }, given);
};

export const button = (className, onclick, ...given) => element("button." + className, { onclick }, given);

export const icon = (path) => state.drawIcon(path);

export const SPARKLE = "M12 3q1 8 9 9-8 1-9 9-1-8-9-9 8-1 9-9z";
export const PERSON = "M20 21a8 8 0 0 0-16 0M12 3a5 5 0 1 0 0 10 5 5 0 1 0 0-10";
export const CROSS = "M18 6 6 18M6 6l12 12";
export const DOWN = "m6 9 6 6 6-6";
export const UP = "m5 12 7-7 7 7M12 19V5";
export const SQUARE = "M7 7h10v10H7z";
export const PAGE = "M14 3H6v18h12V7zM14 3v4h4M9 12h6M9 16h6";

/** A link where the address may be followed from here, else words. */
export const link = (text, href, words = text) =>
  /^(https?:\/\/|mailto:)/i.test(href) ? element("a", { href, target: "_blank", rel: "noopener nofollow", dir: "auto" }, text) : words;

/** A photo, or initials where there is none or it can't be fetched. */
export const portrait = ({ name, avatar }) => {
  const photo = avatar && element("img", { src: state.at(avatar), alt: "", onerror: () => photo.remove() });
  return element("span.portrait", { ariaHidden: true }, (name.match(/\p{Lu}/gu) || name).slice(0, 2), photo);
};

export const firstName = ({ name }) => name.split(" ")[0];
