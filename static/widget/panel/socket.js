/** The line to the server: opened at the first open, and again, with patience, whenever it was lost. */
import { state } from "./state.js";
import { recall } from "./store.js";

const PATIENCE = 10000; // milliseconds within which a frame that expects an answer gets one

let handlers;
let socket;
let ready; // `welcome` has come
let tries = 0;
let again;
let overdue;

/** Names what to do with each type of frame, and with `lost`. */
export const hear = (table) => (handlers = table);

export const page = () => ({ url: location.href, title: document.title, referrer: document.referrer });

const transmit = (frame, expectsAnswer) => {
  socket.send(JSON.stringify(frame));
  if (expectsAnswer) overdue ||= setTimeout(lost, PATIENCE);
};

/** Sends a frame where the line stands; says whether it does. */
export const send = (type, fields, expectsAnswer) => ready && (transmit({ type, ...fields }, expectsAnswer), true);

const hello = () =>
  transmit({
    type: "hello",
    token: state.given.token,
    visitor: state.visitor || recall() || null,
    conversation: state.conversation || null,
    after: state.conversation ? state.after : 0,
    epoch: state.epoch,
    locale: state.lang,
    page: page(),
  }, true);

const heard = ({ data }) => {
  overdue = clearTimeout(overdue);
  const frame = JSON.parse(data);
  if (frame.type == "welcome") ready = !(tries = 0);
  handlers[frame.type]?.(frame);
};

export const hangUp = () => {
  clearTimeout(again);
  overdue = clearTimeout(overdue);
  if (socket) socket.onmessage = socket.onerror = socket.onclose = null;
  socket?.close();
  socket = ready = null;
};

// A policy that blocks the socket fires `error` alone, a server that ends it `close` alone: whichever comes first.
const lost = (event) => {
  hangUp();
  const refused = event?.code == 4401 || event?.code == 4403;
  if (!refused) again = setTimeout(connect, Math.random() * Math.min(30000, 500 * 2 ** tries++));
  handlers.lost(refused, tries);
};

export const connect = () => {
  if (socket) return;
  clearTimeout(again);
  try {
    socket = new WebSocket(state.at("ws/visitor").replace("http", "ws"));
    socket.onopen = hello;
    socket.onmessage = heard;
    socket.onerror = socket.onclose = lost;
  } catch {
    lost();
  }
};
