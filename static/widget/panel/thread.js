/** The thread: each entry is drawn once, by its seq; what is on its way stands below what has arrived. */
import { anchor, element, firstName, icon, PAGE, PERSON, portrait, safe, SPARKLE } from "./dom.js";
import { endDraft } from "./draft.js";
import { drawText } from "./markdown.js";
import { clock, state, word } from "./state.js";

const drawn = new Map();

export const list = element("div", { className: "list" });

/** Puts a node before another, or after everything that has arrived. */
export const place = (node, before) => list.insertBefore(node, before || list.querySelector(".pending, .draft"));

const labelOf = (author) => {
  if (author.role == "ai") return element("p", { className: "label" }, icon(SPARKLE), word("ai"));
  if (author.role == "operator") return element("p", { className: "label" }, portrait(author), element("b", { textContent: firstName(author) }));
};

export const makeMessage = (author) => {
  const bubble = element("div", { className: "bubble", dir: "auto" });
  return element("div", { className: "message " + author.role, bubble, voice: author.role + author.name }, labelOf(author), bubble);
};

const sourceOf = ({ title, url }) => safe(url) ? anchor(title, url) : element("span", { textContent: title });

const note = (...children) => element("p", { className: "note" }, ...children);

const makeEntry = (entry) => {
  if (entry.kind != "message") {
    return element("p", { className: "hairline " + entry.kind }, element("span", { dir: "auto" }, entry.kind == "joined" && icon(PERSON), entry.text));
  }
  if (entry.author.role == "visitor") return makeOwn(entry.text);
  const node = endDraft(entry.turn) || makeMessage(entry.author);
  drawText(node.bubble, entry.text);
  if (entry.flags?.includes("interrupted")) node.append(note(word("interrupted")));
  if (entry.sources?.length) node.append(note(icon(PAGE), word("from"), ...entry.sources.map(sourceOf)));
  return node;
};

const makeOwn = (text) => {
  const node = makeMessage({ role: "visitor" });
  node.bubble.textContent = text;
  node.fate = node.appendChild(element("p", { className: "fate" }));
  return node;
};

/** Draws an entry where it belongs; false where it stood there already. */
export const drawEntry = (entry, before) => {
  state.after = Math.max(state.after, entry.seq);
  if (drawn.has(entry.seq)) return false;
  const node = makeEntry(entry);
  node.dataset.at = clock(entry.at, { weekday: "short" });
  keepNode(node, entry.seq);
  if (!node.parentNode) place(node, before);
  return true;
};

const keepNode = (node, seq) => {
  drawn.set(seq, node);
  node.seq = seq;
};

/** The visitor's own words, before the server has them. */
export const drawPending = (text) => {
  const node = makeOwn(text);
  node.classList.add("pending");
  return list.appendChild(node);
};

/** The server has them, as `seq`: the bubble stays, unless another window's copy of it came first. */
export const settle = (node, seq) => {
  node.classList.remove("pending");
  setFate(node);
  if (drawn.has(seq)) node.remove();
  else keepNode(node, seq);
};

/** What became of a message on its way; with `act`, a button to try again. */
export const setFate = (node, text = "", act) => {
  node.fate.classList.toggle("trouble", !!text);
  node.fate.replaceChildren(text, ...(act ? [" ", element("button", { textContent: word("retry"), onclick: act })] : []));
};

export const firstSeq = () => Math.min(...drawn.keys());

/** Another conversation, or a restored server: what has arrived is no longer what is there. */
export const startOver = () => {
  drawn.forEach((node) => node.remove());
  drawn.clear();
  state.after = 0;
};

/** Says who is speaking once a stretch, and whether the last own message was read. */
export const tidy = () => {
  let voice;
  for (const node of list.children) {
    if (node.seq && node.fate) node.fate.textContent = word(node.seq <= state.read ? "read" : "sent");
    else if (node.voice && !node.fate) {
      node.classList.toggle("same", node.voice == voice);
      voice = node.voice;
    }
  }
};
