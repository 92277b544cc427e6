/** The little of Markdown that answers use, drawn as elements. Whatever else it says, images and HTML too, is text. */
import { anchor, element, safe } from "./dom.js";

const INLINE = /`([^`]+)`|\*\*([^]+?)\*\*|(!)?\[([^\]]*)\]\(([^\s)]*)\)|(https?:\/\/[^\s<>()"]*[^\s<>()".,;:!?*])/gi;

const inline = (parent, text) => {
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const [all, code, strong, image, label, address, bare] = match;
    parent.append(text.slice(end, match.index));
    if (code) parent.append(element("code", { textContent: code }));
    else if (strong) parent.append(inline(element("b"), strong));
    else if (bare || (!image && safe(address))) parent.append(anchor(bare || label, bare || address));
    else parent.append(all);
    end = match.index + all.length;
  }
  parent.append(text.slice(end));
  return parent;
};

/** The blocks of a text: each a tag and its lines. A fence that is still open is code to the end. */
export const blocks = (text) => {
  const found = [];
  let last;
  const begin = (tag, lines) => found.push((last = { tag, lines }));
  for (const line of text.split("\n")) {
    const [, bullet, item] = line.match(/^\s*([-*+]|\d+[.)])\s+(.*)/) || [];
    const tag = bullet && (bullet > "/" ? "ol" : "ul");
    if (/^\s*```/.test(line)) last?.tag == "pre" ? (last = 0) : begin("pre", []);
    else if (last?.tag == "pre") last.lines.push(line);
    else if (!line.trim()) last = 0;
    else if (bullet) {
      last?.tag == tag || begin(tag, []);
      last.lines.push(item);
      last.first ||= parseInt(bullet);
    } else if (last) last.lines.push(last.lines.pop() + "\n" + line);
    else begin("p", [line]);
  }
  return found;
};

const drawBlock = ({ tag, lines, first }) => {
  if (tag == "pre") return element(tag, { dir: "ltr" }, element("code", { textContent: lines.join("\n") }));
  if (tag == "p") return inline(element(tag), lines[0].replace(/^#+\s+(.*)/, "**$1**"));
  const list = element(tag, {}, ...lines.map((line) => inline(element("li"), line)));
  if (first) list.start = first;
  return list;
};

/** Draws a text into a parent that may hold its beginning already: blocks that have not changed stay as they are. */
export const drawText = (parent, text) => {
  const drawn = (parent.drawn ||= []);
  blocks(text).forEach((block, index) => {
    const source = JSON.stringify(block);
    if (drawn[index] == source) return;
    drawn[index] = source;
    const made = drawBlock(block);
    parent.children[index] ? parent.children[index].replaceWith(made) : parent.append(made);
  });
  while (parent.children[blocks.length]) parent.lastChild.remove();
};
