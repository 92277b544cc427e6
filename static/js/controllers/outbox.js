/** The messages of this browser that are on their way. One outbox, whatever conversation is open. */

import { connection, on } from "../lib/connection.js";
import { keep, kept } from "../lib/keep.js";
import { Outbox } from "../models/outbox.js";

export const outbox = new Outbox(kept("outbox") ?? [], (messages) => keep("outbox", messages.length ? messages : null));

/** Sends a message now, or as soon as there is a connection. */
export function post(message) {
  outbox.put(message);
  send(message);
}

// Listening begins here, before any open conversation does: the outbox leaves first, and acks are known when they show.
on("welcome", () => outbox.unsent().forEach(send));
on("ack", (frame) => outbox.drop(frame.id));
on("error", (frame) => frame.ref && outbox.has(frame.ref) && refuse(frame));

function send({ id, conversation, text }) {
  connection.send({ type: "message", conversation, id, text });
}

function refuse(frame) {
  if (frame.code === "not_saved" || frame.code === "rate_limited") {
    const wait = (frame.retry_after ?? 2) * 1000;
    setTimeout(() => outbox.unsent().filter((message) => message.id === frame.ref).forEach(send), wait);
  } else {
    outbox.refuse(frame.ref, frame.message);
  }
}
