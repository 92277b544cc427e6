/** What screen readers hear: a log of whole sentences, apart from the bubbles that are redrawn as they grow. */
import { element } from "./dom.js";

export const log = element("div", { className: "heard", role: "log", ariaLive: "polite" });

const plain = (text) => text.replace(/\]\([^)]*\)|[[*`#]/g, "").trim();

export const say = (text) => {
  if (!plain(text)) return;
  log.append(element("p", { textContent: plain(text), dir: "auto" }));
  if (log.children.length > 20) log.firstChild.remove();
};
