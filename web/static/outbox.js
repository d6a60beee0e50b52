// What the person said and Sunup has not yet kept: sent one after another, in order, until each is accepted.
import { keep, kept, keptNames } from "./storage.js";

const NAME = "pending.";
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 15_000;

export class Outbox {
  #items = [];
  #inFlight = null;
  #failures = 0;
  #again = 0;
  #send;

  /** `send` hands a frame to the line and says whether the line took it. */
  constructor(send) {
    this.#send = send;
  }

  /** Returns what an earlier visit could not send, oldest first. */
  restore() {
    for (const name of keptNames(NAME)) {
      const item = parsed(kept(name));
      if (item) this.#items.push(item);
    }
    this.#items.sort((one, other) => one.at - other.at);
    return this.#items;
  }

  /** Adds an item; one without a frame waits for its upload and holds back those behind it. */
  add(item) {
    this.#items.push(item);
    this.#keep(item);
    this.flush();
  }

  /** Gives a waiting item its frame. */
  complete(id, frame) {
    const item = this.#items.find((one) => one.id === id);
    if (!item) return;
    item.frame = frame;
    this.#keep(item);
    this.flush();
  }

  has(id) {
    return this.#items.some((item) => item.id === id);
  }

  get empty() {
    return this.#items.length === 0;
  }

  /** Lets go of an item: it was accepted, refused for good or taken back. */
  drop(id) {
    const item = this.#items.find((one) => one.id === id);
    this.#items = this.#items.filter((one) => one.id !== id);
    keep(NAME + id, null);
    if (this.#inFlight === id) this.#inFlight = null;
    this.#failures = 0;
    this.flush();
    return item;
  }

  /** A new line: what was under way on the old one may or may not have arrived, so it goes again under its id. */
  renew() {
    this.#inFlight = null;
    this.flush();
  }

  /** Tries again later what could not be kept just now. */
  postpone(seconds) {
    clearTimeout(this.#again);
    const wait = seconds ? seconds * 1000 : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures);
    this.#failures += 1;
    this.#again = setTimeout(() => this.renew(), wait * (1 + Math.random() / 4));
  }

  flush() {
    const next = this.#items[0];
    if (!next?.frame || this.#inFlight) return;
    if (this.#send(next.frame)) this.#inFlight = next.id;
  }

  #keep(item) {
    if (item.frame) keep(NAME + item.id, JSON.stringify({ id: item.id, at: item.at, frame: item.frame }));
  }
}

function parsed(text) {
  try {
    const item = JSON.parse(text);
    return item?.id && item.frame ? item : null;
  } catch {
    return null;
  }
}

/** Returns a random UUID; `crypto.randomUUID` exists on secure pages only, and a chat at home may be plain http. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
