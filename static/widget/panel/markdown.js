/** The little of Markdown that answers use, drawn as elements. Whatever else it says, images and HTML too, is text. */
import { element, link } from "./dom.js";

const INLINE = /`([^`]+)`|\*\*([^]+?)\*\*|!?\[([^\]]*)\]\(((?:\([^\s)]*\)|[^\s()])*)\)|https?:\/\/[^\s<>()"]*[^\s<>()".,;:!?*]/gi;

const inline = (text) => {
  let end = 0;
  const parts = [];
  for (const { 0: all, 1: code, 2: strong, 3: label, 4: address, index } of text.matchAll(INLINE)) {
    parts.push(text.slice(end, index));
    end = index + all.length;
    if (code) parts.push(element("code", code));
    else if (strong) parts.push(element("b", inline(strong)));
    else if (all[0] == "!") parts.push(all);
    else parts.push(link(label || all, address || all, all));
  }
  return [...parts, text.slice(end)];
};

/** The blocks of a text: each a tag and its lines. A fence that is still open is code to the end. */
const blocks = (text) => {
  const found = [];
  let last;
  const begin = (tag, ...lines) => found.push((last = { tag, lines }));
  for (const line of text.split("\n")) {
    const [, bullet, item] = line.match(/^\s*([-*+]|\d+[.)])\s+(.*)/) || [];
    const tag = bullet && (bullet > "/" ? "ol" : "ul");
    const isCode = last?.tag == "pre";
    if (/^\s*```/.test(line)) isCode ? (last = 0) : begin("pre");
    else if (isCode) last.lines.push(line);
    else if (!line.trim()) last = 0;
    else if (bullet) {
      if (last?.tag != tag) begin(tag);
      last.lines.push(item);
      last.first ||= parseInt(bullet);
    } else if (last) last.lines.push(last.lines.pop() + "\n" + line);
    else begin("p", line);
  }
  return found;
};

const drawBlock = ({ tag, lines, first }) => {
  if (tag == "pre") return element(tag, { dir: "ltr" }, element("code", lines.join("\n")));
  if (tag == "p") return element(tag, inline(lines[0].replace(/^#+\s+(.*)/, "**$1**")));
  return element(tag, first && { start: first }, lines.map((line) => element("li", inline(line))));
};

/** Draws a text into a parent that may hold its beginning already: blocks that have not changed stay as they are. */
export const drawText = (parent, text) => {
  const drawn = (parent.drawn ||= []);
  const found = blocks(text);
  found.forEach((block, index) => {
    const source = JSON.stringify(block);
    if (drawn[index] == source) return;
    drawn[index] = source;
    parent.children[index]?.remove();
    parent.insertBefore(drawBlock(block), parent.children[index]);
  });
  drawn.length = found.length;
  while (parent.children[found.length]) parent.lastChild.remove();
};
