/** The panel: what the loader starts when somebody opens the chat. */
import { field, makeComposer, showComposer } from "./composer.js";
import { DOWN, element, firstName, icon, portrait } from "./dom.js";
import { addDelta, isStreaming, keepOnly } from "./draft.js";
import { askAgain, makeHead, showHead, title, wishAnswered } from "./head.js";
import { log, say } from "./live.js";
import { drawText } from "./markdown.js";
import { acked, hasUnsent, refused, sayUnsent, sendAgain, takeUp, write } from "./outbox.js";
import sheet from "./panel.css" with { type: "css" };
import { connect, hangUp, hear, send } from "./socket.js";
import { listen, now, state, tell, word } from "./state.js";
import { keep, recall } from "./store.js";
import { drawEntry, firstSeq, list, makeMessage, place, startOver, tidy } from "./thread.js";
import { showWait } from "./wait.js";

const narrow = matchMedia("(max-width: 479px), (max-height: 399px)");
const touch = matchMedia("(pointer: coarse)");
const THINKING = 90000; // milliseconds after which nobody believes the dots any more

let shown;
let isAtEnd = true;
let unseen = 0;
let typingEnds;
let thinkingSince = 0;
let seen = 0;

const dots = element("div", { className: "message dots", hidden: true });
const strip = element("p", { className: "strip", role: "status", hidden: true });
const earlier = element("button", { className: "earlier", hidden: true });
const scroll = element("main", { tabIndex: -1 });
const pill = element("button", { className: "pill", hidden: true });
const badge = element("b", { className: "badge", hidden: true });
const dialog = element("dialog", { className: "panel" });

/* ---- the thread's end ---- */

const toEnd = () => (scroll.scrollTop = scroll.scrollHeight);

const follow = () => {
  if (isAtEnd) toEnd();
  else pill.hidden = false;
};

scroll.onscroll = () => {
  isAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 48;
  if (isAtEnd) pill.hidden = true;
};

/** Dots while somebody writes: a person who says so, or the AI after a message that it has not answered yet. */
const showDots = (author) => {
  clearTimeout(typingEnds);
  const left = author ? 6000 : thinkingSince + (state.status == "ai" ? THINKING : THINKING / 6) - Date.now();
  dots.hidden = !(author || (left > 0 && state.status != "human" && !isStreaming()));
  if (dots.hidden) return;
  typingEnds = setTimeout(showDots, left);
  dots.ariaLabel = word("writing", { name: author ? firstName(author) : word("ai") });
  dots.replaceChildren(
    ...(author ? [element("p", { className: "label" }, portrait(author), dots.ariaLabel)] : []),
    element("div", { className: "bubble" }, element("i"), element("i"), element("i")),
  );
};

/* ---- what was seen ---- */

const noteSeen = () => {
  if (!shown || document.hidden || !unseen) return;
  if (send("read", { seq: state.after })) showUnseen(0);
};

const showUnseen = (count) => {
  unseen = count;
  badge.hidden = !count || shown;
  badge.textContent = count;
  launcherLabel();
};

const launcherLabel = () => {
  state.launcher.ariaLabel = word(shown ? "close" : "open") + (unseen && !shown ? ", " + word("unseen", { n: unseen }) : "");
};

/* ---- frames ---- */

const remember = () => recall() == state.visitor || keep("", state.visitor);

const enter = (conversation) => {
  if (state.conversation && state.conversation != conversation) startOver();
  state.conversation = conversation;
};

const setStatus = ({ status = "ai", wait, operator, ...rest }) => {
  Object.assign(state, { status, operator }, rest);
  showHead();
  showWait(wait);
};

const spoken = ({ kind, author, text, turn }) => {
  if (author.role != "visitor") say(kind == "message" && !turn ? author.name + ": " + text : text);
};

const show = (text = "", link) => {
  strip.hidden = !text;
  strip.replaceChildren(text, ...(link ? [" ", element("a", { href: state.chat, target: "_blank", textContent: word("elsewhere") })] : []));
};

const settled = () => {
  tidy();
  showDots();
  showComposer();
  follow();
  noteSeen();
};

const take = (entry) => {
  if (!drawEntry(entry)) return;
  thinkingSince = entry.author.role == "visitor" ? Date.parse(entry.at) - state.skew : 0;
  if (entry.author.role != "visitor") showUnseen(unseen + 1);
};

const frames = {
  welcome({ visitor, epoch, now: time, config, conversation, entries, draft, more }) {
    const gap = entries[0]?.seq > state.after + 1;
    if (gap || (state.epoch && state.epoch != epoch)) startOver();
    Object.assign(state, { visitor, epoch, skew: Date.parse(time) - Date.now() });
    Object.assign(state.config, config);
    enter(conversation?.id);
    if (conversation) remember();
    if (more) earlier.hidden = false;
    keepOnly(draft);
    entries.forEach(take);
    setStatus({ ...conversation, reachable: config.reachable, opens_at: config.opens_at });
    if (conversation?.status == "waiting" || conversation?.status == "human") wishAnswered();
    show();
    sendAgain();
    askAgain();
    settled();
  },
  ack(frame) {
    enter(frame.conversation);
    remember();
    acked(frame);
    thinkingSince = Date.now();
    settled();
  },
  entry({ entry }) {
    remember();
    wishAnswered();
    take(entry);
    spoken(entry);
    settled();
    tell("entry", entry);
  },
  entries({ entries, more }) {
    const [anchor, height] = [list.firstChild, scroll.scrollHeight - scroll.scrollTop];
    entries.forEach((entry) => drawEntry(entry, anchor));
    earlier.hidden = !more;
    tidy();
    scroll.scrollTop = scroll.scrollHeight - height;
  },
  delta(frame) {
    addDelta(frame);
    showDots();
    showComposer();
    follow();
  },
  status(frame) {
    wishAnswered();
    setStatus(frame);
    settled();
    tell("status", frame.status);
  },
  typing({ author }) {
    showDots(author);
    follow();
  },
  read({ seq: read }) {
    state.read = read;
    tidy();
  },
  error(frame) {
    wishAnswered();
    thinkingSince = 0;
    showDots();
    if (!refused(frame)) {
      show(frame.message);
      setTimeout(show, 6000);
    }
  },
  lost(isRefused, tries) {
    sayUnsent();
    if (isRefused) show(word("refused"));
    else if (tries > 1 || hasUnsent()) show(word("offline"), !state.epoch && tries > 2);
  },
};

/* ---- the window ---- */

const open = (quietly) => {
  connect();
  if (shown) return;
  shown = true;
  if (quietly) dialog.open = true;
  else if (narrow.matches) dialog.showModal();
  else dialog.show();
  if (!quietly) (touch.matches ? title : field).focus();
  state.launcher.classList.add("open");
  state.launcher.querySelector("path").setAttribute("d", DOWN);
  launcherLabel();
  badge.hidden = true;
  toEnd();
  noteSeen();
  tell("open");
};

const bubblePath = "M7.9 20A9 9 0 1 0 4 16.1L2 22z";

const close = () => {
  if (!shown || state.isPage) return;
  shown = false;
  const held = state.shadow.activeElement;
  dialog.close();
  if (held) state.launcher.focus();
  state.launcher.classList.remove("open");
  state.launcher.querySelector("path").setAttribute("d", bubblePath);
  launcherLabel();
  tell("close");
};

const commands = { open, close, on: listen };

const fit = () => {
  dialog.style.setProperty("--height", visualViewport.height + "px");
  dialog.style.setProperty("--top", visualViewport.offsetTop + "px");
};

const build = () => {
  const { config, launcher, root, shadow } = state;
  shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet];
  root.dir = config.words.dir;
  root.lang = config.words.lang;
  if (config.look.position == "left") root.classList.add("left");
  root.style.setProperty("--brand", config.look.accent);
  if (config.look.ink) root.style.setProperty("--on-brand", config.look.ink);

  const greeting = makeMessage({ role: "ai" });
  drawText(greeting.bubble, config.greeting);
  const chips = config.suggestions.map((text) => element("button", { textContent: text, dir: "auto", onclick: () => ask(text) }));
  const ask = (text) => {
    write(text);
    isAtEnd = true;
    settled();
  };
  scroll.append(greeting, element("div", { className: "chips" }, ...chips), earlier, list, dots);
  earlier.textContent = word("earlier");
  earlier.onclick = () => send("history", { before: firstSeq() }, true);
  pill.textContent = word("new");
  pill.onclick = toEnd;
  dialog.ariaLabel = config.name;
  dialog.append(makeHead(close), strip, scroll, pill, makeComposer(() => { isAtEnd = true; settled(); }), log);
  launcher.append(...(config.look.launcher ? [config.look.launcher] : []), badge);
  root.prepend(dialog);
};

const watch = () => {
  const { launcher } = state;
  launcher.onclick = () => (shown ? close() : open());
  dialog.oncancel = (event) => {
    event.preventDefault();
    close();
  };
  dialog.onkeydown = (event) => {
    if (event.key == "Escape" && !event.isComposing) close();
    event.stopPropagation(); // a page with single-key shortcuts must not hear what is typed here
  };
  dialog.onkeyup = dialog.onkeypress = (event) => event.stopPropagation();
  list.onclick = ({ target }) => target.closest(".message")?.classList.toggle("timed");
  narrow.onchange = () => {
    if (shown && !state.isPage) {
      dialog.close();
      shown = false;
      open();
    }
  };
  visualViewport.addEventListener("resize", fit);
  visualViewport.addEventListener("scroll", fit);
  fit();
  addEventListener("pagehide", hangUp);
  addEventListener("pageshow", (event) => event.persisted && state.epoch && connect());
  addEventListener("online", () => {
    hangUp();
    if (state.opened) connect();
  });
  addEventListener("storage", ({ key, newValue }) => {
    if (key != "foyer:" + state.given.token || !newValue || state.conversation || hasUnsent()) return;
    state.visitor = newValue;
    if (state.opened) hangUp(), connect();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !state.opened) return;
    connect();
    noteSeen();
  });
};

/** Builds the panel, closed; returns what runs a command: open, close, on. */
export default (given) => {
  Object.assign(state, given, given.config, { isPage: "page" in given.given });
  build();
  watch();
  takeUp();
  hear(frames);
  setStatus({});
  launcherLabel();
  settled();
  return (name, ...values) => commands[name]?.(...values);
};
