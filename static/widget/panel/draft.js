/** Answers in the making: deltas are joined and read out sentence by sentence until their entry replaces them. */
import { say } from "./live.js";
import { drawText } from "./markdown.js";
import { list, makeMessage } from "./thread.js";

const drafts = new Map();
const ended = new Set();

const begin = (turn) => {
  const node = Object.assign(makeMessage({ role: "ai" }), { text: "", n: 0, said: 0 });
  node.classList.add("draft");
  drafts.set(turn, node);
  return list.appendChild(node);
};

/** Adds a delta, unless it came twice or after its turn's entry. */
export const addDelta = ({ turn, n, text }) => {
  if (ended.has(turn)) return;
  const node = drafts.get(turn) || begin(turn);
  if (n <= node.n) return;
  node.n = n;
  node.text += text;
  drawText(node.bubble, node.text);
  for (const [sentence] of node.text.slice(node.said).matchAll(/[^]*?(?:[.!?؟](?=\s)|[。\n])/g)) {
    say(sentence);
    node.said += sentence.length;
  }
};

/** Ends a turn; the bubble that its entry now fills, if one was shown. */
export const endDraft = (turn) => {
  const node = drafts.get(turn);
  ended.add(turn);
  drafts.delete(turn);
  node?.classList.remove("draft");
  return node;
};

/** After a welcome, its draft is the only answer in the making. */
export const keepOnly = (draft) => {
  drafts.forEach((node, turn) => {
    if (turn == draft?.turn) return Object.assign(node, { text: "", n: 0 });
    node.remove();
    drafts.delete(turn);
  });
  if (draft) addDelta(draft);
};

export const isStreaming = () => drafts.size;
