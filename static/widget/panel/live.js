/** What screen readers hear: a log of whole sentences, apart from the bubbles that are redrawn as they grow. */
import { element } from "./dom.js";

export const log = element("div.heard", { role: "log", ariaLive: "polite" });

export const say = (text) => {
  const plain = text.replace(/\]\([^)]*\)|[[*`#]/g, "").trim();
  if (!plain) return;
  log.append(element("p", { dir: "auto" }, plain));
  if (log.children[20]) log.firstChild.remove();
};
