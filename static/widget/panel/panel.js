/** The panel: what the loader starts when somebody opens the chat. */
import { field, makeComposer, showComposer } from "./composer.js";
import { button, DOWN, element, fill, firstName, icon, portrait } from "./dom.js";
import { addDelta, isStreaming, keepOnly } from "./draft.js";
import { askForPerson, makeHead, showHead, title, wishAnswered } from "./head.js";
import { log, say } from "./live.js";
import { drawText } from "./markdown.js";
import { acked, hasUnsent, isRefused, sayUnsent, sendAgain, takeUp, write } from "./outbox.js";
import sheet from "./panel.css" with { type: "css" };
import { connect, reconnect, send, watchLine } from "./socket.js";
import { listen, state, tell, word } from "./state.js";
import { keep, prefix, recall, tab } from "./store.js";
import { drawEntry, firstSeq, list, makeMessage, startOver, tidy } from "./thread.js";

const THINKING = 90000; // milliseconds after which nobody believes the dots any more

let isShown;
let isAtEnd = true;
let unseen = 0;
let dotsEnd;
let askedAt = 0;
let writer;

const scroll = element("main", {
  onscroll() {
    isAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 48;
    if (isAtEnd) pill.hidden = true;
  },
});
const toEnd = () => (scroll.scrollTop = scroll.scrollHeight);
const earlier = button("chip", () => send("history", { before: firstSeq() }, true));
const pill = button("chip", toEnd);
const dots = element("div.message");
const strip = element("p.strip", { role: "status" });
const badge = element("b.badge");
const dialog = element("dialog.panel");

/** Keeps the end in sight of whoever was there. */
const follow = () => isAtEnd && toEnd();

/** Dots while somebody writes: a person who says so, or the AI after a message that it has not answered yet. */
const showDots = () => {
  clearTimeout(dotsEnd);
  const left = (writer ? 6000 : state.operator || isStreaming() ? 0 : state.wait ? THINKING / 6 : THINKING) + askedAt - Date.now();
  dots.hidden = left < 0;
  if (left < 0) return;
  dotsEnd = setTimeout(showDots, left);
  const label = word("writing", writer ? firstName(writer) : word("ai"));
  fill(dots, { textContent: "" }, element("p.label", writer && portrait(writer), label), element("div.dots", element("i"), element("i"), element("i")));
};

const noteAsked = (at, author) => {
  askedAt = at;
  writer = author;
};

const showUnseen = () => {
  if (isShown && !document.hidden && unseen && send("read", { seq: state.after })) unseen = 0;
  badge.hidden = isShown || !unseen;
  badge.textContent = unseen;
  fill(state.launcher, { ariaExpanded: !!isShown, ariaLabel: word(isShown ? "close" : "open") + (badge.hidden ? "" : ", " + word("unseen", unseen)) });
};

const show = (text, address) => {
  strip.hidden = !text;
  fill(strip, { textContent: "" }, text, " ", address && element("a", { href: address, target: "_blank" }, word("elsewhere")));
};

state.refresh = () => {
  if (tidy()) keep(prefix(), state.visitor); // something is kept that the secret opens
  showDots();
  showComposer();
  showUnseen();
  follow();
};

const enter = (conversation) => {
  if (state.conversation && state.conversation != conversation) startOver();
  state.conversation = conversation;
};

/** What shows the wait comes when somebody waits. */
let waitPart;
const showWait = () => {
  if (state.wait || waitPart) (waitPart ||= import("./wait.js")).then((part) => part.showWait(state.wait)).then(follow, () => (waitPart = 0));
};

const setStatus = ({ status, wait, operator, reachable, opens_at }) => {
  Object.assign(state, { status, wait, reachable, opens_at, operator: status == "human" && operator });
  showHead();
  showWait();
};

const take = (entry) => {
  const node = drawEntry(entry);
  if (!node) return;
  noteAsked(node.fate ? Date.parse(entry.at) - state.skew : 0);
  if (node.fate) return;
  unseen++;
  pill.hidden = isAtEnd;
  return node;
};

state.frames = {
  welcome({ visitor, epoch, now, config, conversation, entries, draft, more }) {
    const isOther = state.epoch && state.epoch != epoch;
    if (isOther || entries[0]?.seq > state.after + 1) startOver();
    Object.assign(state, config, { visitor, epoch, skew: Date.parse(now) - Date.now() });
    enter(conversation?.id);
    if (more) earlier.hidden = false;
    keepOnly(draft);
    entries.forEach(take);
    setStatus({ ...state, wait: null, status: "ai", ...conversation });
    show();
    sendAgain();
    if (state.status == "ai") askForPerson();
    else wishAnswered();
  },
  ack(frame) {
    enter(frame.conversation);
    acked(frame);
    noteAsked(Date.now());
  },
  entry({ entry }) {
    wishAnswered();
    const node = take(entry);
    if (node) say((node.said ? "" : entry.author.name + ": ") + entry.text.slice(node.said || 0));
    tell("entry", entry);
  },
  entries({ entries, more }) {
    const before = list.firstChild;
    const height = scroll.scrollHeight - scroll.scrollTop;
    entries.forEach((entry) => drawEntry(entry, before));
    earlier.hidden = !more;
    scroll.scrollTop = scroll.scrollHeight - height;
  },
  delta(frame) {
    addDelta(frame);
    pill.hidden = isAtEnd;
  },
  status(frame) {
    wishAnswered();
    setStatus(frame);
  },
  typing: ({ author }) => noteAsked(Date.now(), author),
  read: ({ seq }) => (state.read = seq),
  error(frame) {
    wishAnswered();
    noteAsked(0);
    if (isRefused(frame)) return;
    show(frame.message);
    setTimeout(show, 6000);
  },
  lost(comesBack, tries) {
    sayUnsent();
    if (!comesBack) show(word("refused"));
    else if (tries > 1 || hasUnsent()) show(word("offline"), !state.epoch && state.chat);
  },
};

state.say = (text) => {
  write(text);
  isAtEnd = true;
  state.refresh();
};

const turnLauncher = (path) => {
  state.launcher.querySelector("path").setAttribute("d", path);
  showUnseen();
};

const open = (isQuiet) => {
  connect();
  if (isShown) return;
  isShown = tab[prefix()] = true;
  const isSmall = innerWidth < 480 || innerHeight < 400;
  if (isQuiet) dialog.open = true;
  else if (isSmall) dialog.showModal();
  else dialog.show();
  if (!isQuiet) (isSmall ? title : field).focus();
  turnLauncher(DOWN);
  toEnd();
  tell("open");
};

const close = () => {
  if (!isShown || "page" in state.given) return;
  isShown = tab[prefix()] = "";
  const held = state.shadow.activeElement;
  dialog.close();
  if (held) state.launcher.focus();
  turnLauncher(state.path);
  tell("close");
};

/** Below 480 px the panel is as high as what the keyboard leaves. */
const fit = () => {
  dialog.style.setProperty("--height", visualViewport.height + "px");
  dialog.style.setProperty("--top", visualViewport.offsetTop + "px");
  follow();
};

const build = ({ given, greeting, look, name, root, launcher, shadow, suggestions, words }) => {
  shadow.adoptedStyleSheets.push(sheet);
  fill(root, { dir: words.dir, lang: words.lang });
  if (look.position == "left") root.classList.add("left");
  if ("page" in given) root.classList.add("page");
  root.style.setProperty("--brand", look.accent);
  if (look.ink) root.style.setProperty("--on-brand", look.ink);
  const hello = makeMessage({ role: "ai" });
  drawText(hello.bubble, greeting);
  fill(earlier, { hidden: true }, word("earlier"));
  fill(pill, { hidden: true }, word("new"));
  fill(scroll, hello, element("div.chips", suggestions.map((text) => button("chip", () => state.say(text), text))), earlier, list, dots);
  fill(dialog, { ariaLabel: name }, makeHead(close), strip, scroll, pill, makeComposer(), log);
  fill(launcher, look.launcher, badge);
  root.prepend(dialog);
};

const stopHere = (event) => event.stopPropagation(); // a page with single-key shortcuts must not hear what is typed

const watchWindow = () => {
  state.launcher.onclick = () => (isShown ? close() : open());
  dialog.oncancel = (event) => {
    event.preventDefault();
    close();
  };
  dialog.onkeydown = (event) => {
    stopHere(event);
    if (event.key == "Escape" && !event.isComposing) close();
  };
  dialog.onkeyup = dialog.onkeypress = stopHere;
  list.onclick = ({ target }) => {
    target.closest(".message")?.classList.toggle("timed");
    follow();
  };
  visualViewport.addEventListener("resize", fit);
  visualViewport.addEventListener("scroll", fit);
  fit();
  document.addEventListener("visibilitychange", showUnseen);
  addEventListener("storage", ({ key, newValue }) => {
    if (key != prefix() || !newValue || state.conversation || hasUnsent()) return;
    state.visitor = newValue; // another tab has begun: this one goes on with its visitor
    reconnect();
  });
};

/** Builds the panel, closed; returns what runs a command: open, close, on. */
export default (given) => {
  Object.assign(state, given, given.config);
  build(state);
  watchWindow();
  watchLine();
  takeUp();
  setStatus(state);
  show();
  state.refresh();
  // Whoever has written before hears of news on every page, and finds the panel as she left it in this tab.
  if (recall(prefix())) tab[prefix()] ? open(true) : connect();
  const commands = { open, close, on: listen };
  return (name, ...values) => commands[name]?.(...values);
};
