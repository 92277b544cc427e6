/** The line to the server: opened at the first open, and again, with patience, whenever it was lost. */
import { state } from "./state.js";
import { prefix, recall } from "./store.js";

const PATIENCE = 10000; // milliseconds within which a frame that expects an answer gets one

let socket;
let isReady; // `welcome` has come
let isWanted; // somebody has opened the panel, and the server has not refused
let tries = 0;
let again;
let overdue;

export const page = () => ({ url: location.href, title: document.title, referrer: document.referrer });

const transmit = (frame, hasAnswer) => {
  socket.send(JSON.stringify(frame));
  if (hasAnswer) overdue ||= setTimeout(lost, PATIENCE); // a line on which no answer comes is taken for dead
  return true;
};

/** Sends a frame where the line stands; says whether it does. */
export const send = (type, fields, hasAnswer) => isReady && transmit({ type, ...fields }, hasAnswer);

const hello = () =>
  transmit({
    type: "hello",
    token: state.given.token,
    visitor: state.visitor || recall(prefix()) || null,
    conversation: state.conversation || undefined, // left out: the one she can go on with
    after: state.conversation ? state.after : 0,
    epoch: state.epoch,
    locale: state.lang,
    page: page(),
  }, true);

const heard = ({ data }) => {
  overdue = clearTimeout(overdue);
  const frame = JSON.parse(data);
  if (frame.type == "welcome") isReady = !(tries = 0);
  state.frames[frame.type]?.(frame);
  state.refresh();
};

const hangUp = () => {
  clearTimeout(again);
  overdue = clearTimeout(overdue);
  if (socket) socket.onmessage = socket.onerror = socket.onclose = null;
  socket?.close();
  socket = isReady = null;
};

// A policy that blocks the socket fires `error` alone, a server that ends it `close` alone: whichever comes first.
const lost = ({ code } = {}) => {
  hangUp();
  isWanted = code != 4401 && code != 4403;
  if (isWanted) again = setTimeout(connect, Math.random() * Math.min(30000, 500 * 2 ** tries++));
  state.frames.lost(isWanted, tries);
};

export const connect = () => {
  isWanted = true;
  clearTimeout(again);
  if (socket) return;
  try {
    socket = new WebSocket(state.at("ws/visitor").replace("http", "ws"));
    socket.onopen = hello;
    socket.onmessage = heard;
    socket.onerror = socket.onclose = lost;
  } catch {
    lost();
  }
};

const resume = () => isWanted && !document.hidden && connect();

/** A new line at once: the old one is dead, or spoke for somebody else. */
export const reconnect = () => {
  hangUp();
  resume();
};

export const watchLine = () => {
  addEventListener("pagehide", hangUp); // an open socket keeps a page out of the back and forward cache
  addEventListener("pageshow", resume);
  addEventListener("online", reconnect);
  document.addEventListener("visibilitychange", resume);
};
