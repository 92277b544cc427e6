/** Messages on their way: kept until the server has them on disk, sent again under the same id after a break. */

export class Outbox {
  #messages;
  #keep;

  /** `messages` are those kept from before; `keep` is given all of them after every change. */
  constructor(messages, keep) {
    this.#messages = new Map(messages.map((message) => [message.id, message]));
    this.#keep = keep;
  }

  /** Takes a message {id, conversation, text}. */
  put(message) {
    this.#messages.set(message.id, message);
    this.#save();
  }

  /** The message is on disk, or given up. */
  drop(id) {
    if (this.#messages.delete(id)) this.#save();
  }

  /** The message was refused with these words. */
  refuse(id, words) {
    const message = this.#messages.get(id);
    if (message) this.put({ ...message, refused: words });
  }

  has(id) {
    return this.#messages.has(id);
  }

  /** Those of one conversation, oldest first. */
  of(conversation) {
    return [...this.#messages.values()].filter((message) => message.conversation === conversation);
  }

  /** Those to send again: all but the refused. */
  unsent() {
    return [...this.#messages.values()].filter((message) => !message.refused);
  }

  #save() {
    this.#keep([...this.#messages.values()]);
  }
}
