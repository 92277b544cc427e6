/** Messages on their way: kept with their ids until the server has them on disk, sent again under the same id. */
import { page, send } from "./socket.js";
import { word } from "./state.js";
import { forget, keep, keptIds, recall } from "./store.js";
import { drawPending, setFate, settle } from "./thread.js";

const DAY = 86400000;
const COME_BACK = ["rate_limited", "not_saved", "unavailable"];
const pending = new Map();

const makeId = () =>
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
    (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16));

const post = (id) => {
  const item = pending.get(id);
  if (!item) return;
  item.held = clearTimeout(item.held);
  send("message", { id, text: item.text, page: page() }, true);
};

/** Sends what the visitor wrote: it stands in the thread at once and stays there whatever happens to the line. */
export const write = (text) => {
  const id = makeId();
  keep(id, JSON.stringify([Date.now(), text]));
  pending.set(id, { text, node: drawPending(text) });
  post(id);
};

/** Takes up what an earlier page, or another tab, could not send. What is older than a day is let go. */
export const takeUp = () => {
  const kept = keptIds().map((id) => [...JSON.parse(recall(id)), id]);
  for (const [at, text, id] of kept.sort((one, other) => one[0] - other[0])) {
    if (Date.now() - at > DAY) forget(id);
    else pending.set(id, { text, node: drawPending(text) });
  }
};

export const sendAgain = () => pending.forEach((item, id) => item.held || post(id));

export const sayUnsent = () => pending.forEach((item) => item.held || setFate(item.node, word("resending")));

export const hasUnsent = () => pending.size;

export const acked = ({ id, seq }) => {
  const item = pending.get(id);
  forget(id);
  pending.delete(id);
  if (item) settle(item.node, seq);
};

/** The server could not take a message: says why; tries again by itself where that can help. False for other errors. */
export const refused = ({ ref, code, message, retry_after }) => {
  const item = pending.get(ref);
  if (!item) return false;
  const passes = COME_BACK.includes(code);
  const again = () => {
    setFate(item.node, word("sending"));
    post(ref);
  };
  clearTimeout(item.held);
  item.held = setTimeout(passes ? again : String, (retry_after || 5) * 1000);
  if (!passes) forget(ref);
  setFate(item.node, message, again);
  return true;
};
