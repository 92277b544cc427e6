/** The thread: each entry is drawn once, by its seq; what is on its way stands below what has arrived. */
import { button, element, fill, firstName, icon, link, PAGE, PERSON, portrait, SPARKLE } from "./dom.js";
import { endDraft } from "./draft.js";
import { drawText } from "./markdown.js";
import { clock, state, word } from "./state.js";

const drawn = new Map();

export const list = element("div.list");

/** Puts a node before another, or after everything that has arrived. */
export const place = (node, before) => list.insertBefore(node, before || list.querySelector(".pending, .draft"));

/** A bubble with who speaks above it. */
export const makeMessage = (author, ...children) => {
  const { role, name } = author;
  const bubble = element("div.bubble", { dir: "auto" }, children);
  const label = role == "ai" ? [icon(SPARKLE), word("ai")] : [portrait(author), element("b", firstName(author))];
  return element("div.message", { bubble, voice: role == "ai" || name }, element("p.label", label), bubble, { className: "message " + role });
};

const makeOwn = (text) => {
  const fate = element("p.fate");
  return element("div.message", { fate, className: "message visitor" }, element("div.bubble", { dir: "auto" }, text), fate);
};

export const hairline = (...words) => element("p.hairline", element("span", { dir: "auto" }, words));

const makeEntry = ({ kind, author, text, turn, flags, sources }) => {
  if (kind != "message") return fill(hairline(kind == "joined" && [icon(PERSON), " "], text), { kind });
  if (author.role == "visitor") return makeOwn(text);
  const node = endDraft(turn) || makeMessage(author);
  drawText(node.bubble, text);
  const named = sources.flatMap(({ title, url }) => [", ", link(title, url)]);
  return fill(node,
    flags.includes("interrupted") && element("p.note", word("interrupted")),
    named[0] && element("p.note", icon(PAGE), " ", word("from"), " ", named.slice(1)));
};

const keepNode = (node, seq) => {
  drawn.set(seq, node);
  return Object.assign(node, { seq });
};

/** Draws an entry where it belongs; undefined where it stood there already. */
export const drawEntry = (entry, before) => {
  state.after = Math.max(state.after, entry.seq);
  if (drawn.has(entry.seq)) return;
  const node = makeEntry(entry);
  node.dataset.at = clock(entry.at, "short");
  if (!node.parentNode) place(node, before);
  return keepNode(node, entry.seq);
};

/** The visitor's own words, before the server has them. */
export const drawPending = (text) => {
  const node = makeOwn(text);
  node.classList.add("pending");
  return list.appendChild(node);
};

/** The server has them, as `seq`: the bubble stays, unless another window's copy of it came first. */
export const settle = (node, seq) => {
  node.classList.remove("pending", "trouble");
  if (drawn.has(seq)) node.remove();
  else keepNode(node, seq);
};

/** What became of a message on its way; with `act`, a button to try again. */
export const setFate = (node, text, act) => {
  node.classList.add("trouble");
  fill(node.fate, { textContent: text + " " }, act && button("chip", act, word("retry")));
};

export const firstSeq = () => Math.min(...drawn.keys());

/** Another conversation, or a restored server: what has arrived is no longer what is there. */
export const startOver = () => {
  drawn.forEach((node) => node.remove());
  drawn.clear();
  state.after = 0;
};

/** Says who is speaking once a stretch, and whether own messages were read; how much has arrived. */
export const tidy = () => {
  let voice;
  for (const node of list.children) {
    if (node.seq && node.fate) node.fate.textContent = word(node.seq <= state.read ? "read" : "sent");
    if (node.voice) {
      node.classList.toggle("same", node.voice == voice);
      voice = node.voice;
    }
  }
  return drawn.size;
};
