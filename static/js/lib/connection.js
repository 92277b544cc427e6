/** The one socket of this window: comes back by itself, tells every frame as an event of its type. */

import { wait } from "../models/backoff.js";
import { setServerTime } from "./ticker.js";

const SIGNED_OUT = 4401;
const HOLDS = 5000;

class Connection extends EventTarget {
  isOpen = false;
  lastSeen = null;
  epoch = null;
  #socket = null;
  #attempt = 0;
  #timer = null;
  #openSince = Infinity;

  /** Opens the socket and keeps it open until the page goes. */
  start() {
    addEventListener("online", () => this.#now());
    addEventListener("offline", () => this.#lost(this.#socket));
    addEventListener("pagehide", () => this.#socket?.close());
    addEventListener("pageshow", (event) => event.persisted && this.#now());
    document.addEventListener("visibilitychange", () => document.hidden || this.#now());
    this.#open();
  }

  /** Sends a frame; false where there is no connection. */
  send(frame) {
    if (!this.isOpen) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #now() {
    if (this.#socket) return;
    clearTimeout(this.#timer);
    this.#open();
  }

  #open() {
    const socket = new WebSocket(new URL("/ws/operator", location.href).href.replace(/^http/, "ws"));
    this.#socket = socket;
    socket.onmessage = (message) => this.#hear(JSON.parse(message.data));
    // A socket that a policy blocks says only `error`, never `close`: listen to both.
    socket.onerror = () => this.#lost(socket);
    socket.onclose = (event) => (event.code === SIGNED_OUT ? location.assign("/login") : this.#lost(socket));
  }

  #hear(frame) {
    this.lastSeen = Date.now();
    if (frame.type === "welcome") this.#welcome(frame);
    this.dispatchEvent(new CustomEvent(frame.type, { detail: frame }));
  }

  #welcome(frame) {
    if (this.epoch !== null && this.epoch !== frame.epoch) location.reload(); // an older database was put back
    frame.again = this.epoch !== null;
    this.epoch = frame.epoch;
    this.isOpen = true;
    this.#openSince = Date.now();
    setServerTime(Date.parse(frame.now));
    this.#tell();
  }

  #lost(socket) {
    if (!socket || socket !== this.#socket) return;
    // Only a connection that held counts as success: one that is cut at once is not tried again in haste.
    if (Date.now() - this.#openSince > HOLDS) this.#attempt = 0;
    this.#socket = null;
    this.isOpen = false;
    this.#openSince = Infinity;
    socket.close();
    this.#tell();
    this.#timer = setTimeout(() => this.#open(), wait(this.#attempt++));
  }

  #tell() {
    this.dispatchEvent(new Event("state"));
  }
}

export const connection = new Connection();

/** Hears frames of one type for as long as the signal lives. */
export function on(type, act, signal) {
  connection.addEventListener(type, (event) => act(event.detail), { signal });
}
