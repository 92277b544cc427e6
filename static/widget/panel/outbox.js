/** Messages on their way: kept with their ids until the server has them on disk, sent again under the same id. */
import { page, send } from "./socket.js";
import { word } from "./state.js";
import { forget, keep, keptKeys, prefix, recall } from "./store.js";
import { drawPending, setFate, settle } from "./thread.js";

const pending = new Map();

const makeId = () =>
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
    (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16));

const post = (item, id) => {
  item.timer = clearTimeout(item.timer);
  send("message", { id, text: item.text, page: page() }, true);
};

const hold = (key) => pending.set(key.slice(-36), { key, text: recall(key), node: drawPending(recall(key)) });

/** Sends what the visitor wrote: it stands in the thread at once and stays there whatever happens to the line. */
export const write = (text) => {
  const id = makeId();
  const key = prefix() + Date.now() + id;
  keep(key, text);
  hold(key);
  post(pending.get(id), id);
};

/** Takes up what an earlier page, or another tab, could not send. */
export const takeUp = () => keptKeys().forEach(hold);

export const hasUnsent = () => pending.size;

/** Sends again, under their ids, what has no ack; what the server refused waits for its own time. */
export const sendAgain = () => pending.forEach((item, id) => item.timer || post(item, id));

export const sayUnsent = () => pending.forEach((item) => item.timer || setFate(item.node, word("resending")));

export const acked = ({ id, seq }) => {
  const item = pending.get(id);
  if (!item) return;
  forget(item.key);
  pending.delete(id);
  settle(item.node, seq);
};

/** The server would not take a message: says why, and tries again where that can help. False for other errors. */
export const isRefused = ({ ref, code, message, retry_after }) => {
  const item = pending.get(ref);
  if (!item) return;
  const again = () => {
    setFate(item.node, word("sending"));
    post(item, ref);
  };
  const passes = /limit|saved|unavail/.test(code);
  if (!passes) forget(item.key);
  item.timer = setTimeout(passes ? again : String, (retry_after || 5) * 1000);
  setFate(item.node, message, again);
  return true;
};
