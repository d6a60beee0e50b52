// The conversation on the page: kept messages in their order, and after them those on their way.
import { drawMessage } from "./bubble.js";
import { byId, make } from "./dom.js";
import { language, say } from "./words.js";

const TOGETHER = 5 * 60_000;
const NEAR_END = 90;

export class Timeline {
  #log = byId("log");
  #scroll = byId("scroll");
  #kept = [];
  #waiting = [];
  #actions;
  #stuck = true;
  #top = 0;
  local = new Map();

  /** `actions`: `tap(button)`, `open(url, words, from)`, `edit(id)`, `cancel(id)`, `moved()`. */
  constructor(actions) {
    this.#actions = actions;
    this.#scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    byId("down").addEventListener("click", () => this.toEnd());
    // Pictures that load late and keyboards that rise must not push the newest message out of sight.
    const watch = new ResizeObserver(() => this.#stuck && this.toEnd());
    watch.observe(this.#log);
    watch.observe(this.#scroll);
  }

  get last() {
    return this.#kept.at(-1)?.entry.seq ?? 0;
  }

  get first() {
    return this.#kept[0]?.entry.seq ?? 0;
  }

  get empty() {
    return this.#kept.length === 0 && this.#waiting.length === 0;
  }

  /** Whether the newest message is in front of the person's eyes. */
  get atEnd() {
    return this.#stuck && document.visibilityState === "visible";
  }

  /** Whether something was said to the person since they sent this. */
  answered(id) {
    return this.#kept.some(({ entry }) => entry.key === id) && !this.#kept.at(-1).entry.inbound;
  }

  reset() {
    for (const { node } of this.#kept) node.remove();
    this.#kept = [];
    this.#arrange();
  }

  /** Shows one message of the history, unless it is shown already. */
  add(entry) {
    if (entry.seq <= this.last) return;
    const waiting = this.#waiting.find((one) => one.entry.key === entry.key && entry.key);
    const node = drawMessage(entry, this.local, this.#actions);
    if (waiting) this.remove(entry.key);
    else if (this.#log.getAttribute("aria-live") === "polite") node.classList.add("fresh");
    this.#kept.push({ entry, node });
    this.#log.insertBefore(node, this.#waiting[0]?.node ?? null);
    this.#arrange();
    if (this.#stuck) this.toEnd();
  }

  /** Shows older messages above all others, and leaves what is being read where it is. */
  addEarlier(entries) {
    const fresh = entries.filter((entry) => entry.seq < this.first);
    const height = this.#scroll.scrollHeight;
    const items = fresh.map((entry) => ({ entry, node: drawMessage(entry, this.local, this.#actions) }));
    this.#log.prepend(...items.map(({ node }) => node));
    this.#kept.unshift(...items);
    this.#arrange();
    this.#scroll.scrollTop += this.#scroll.scrollHeight - height;
  }

  /** Shows a message that is on its way. */
  addWaiting(entry) {
    const node = drawMessage(entry, this.local, this.#actions);
    node.classList.add("waiting", "fresh");
    this.#waiting.push({ entry, node });
    this.#log.append(node);
    this.note(entry.key, say("sending"));
    this.#arrange();
    this.toEnd();
  }

  /** Says below a message on its way how it stands. */
  note(id, words) {
    const meta = this.#find(id)?.node.querySelector(".meta");
    if (!meta) return;
    meta.classList.add("loud");
    const state = meta.querySelector(".state") ?? meta.appendChild(make("span", { class: "state" }));
    state.textContent = words;
  }

  /** Says below every message on its way how it stands. */
  noteAll(words) {
    for (const { entry, node } of this.#waiting) {
      if (!node.classList.contains("failed") && !node.querySelector(".progress")) this.note(entry.key, words);
    }
  }

  /** Shows how far an upload has come, `share` from 0 to 1; null takes the bar away. */
  progress(id, share) {
    const bubble = this.#find(id)?.node.querySelector(".bubble");
    if (!bubble) return;
    let bar = bubble.querySelector(".progress");
    if (share === null) {
      bar?.remove();
      return;
    }
    if (!bar) {
      const cancel = make("button", { type: "button" }, say("cancel"));
      cancel.addEventListener("click", () => this.#actions.cancel(id));
      bar = make("div", { class: "progress" }, make("progress", { max: 1 }), cancel);
      bubble.append(bar);
    }
    bar.firstChild.value = share;
    bar.firstChild.setAttribute("aria-label", say("uploading", { percent: Math.round(share * 100) }));
  }

  /** Marks a message that will not be sent, with the reason. */
  fail(id, why) {
    const found = this.#find(id);
    if (!found) return;
    found.node.classList.add("failed");
    this.progress(id, null);
    const edit = make("button", { type: "button" }, say(found.entry.text ? "edit" : "dismiss"));
    edit.addEventListener("click", () => this.#actions.edit(id));
    const words = make("span", { class: "failed", role: "alert" }, `${say("not_sent")} ${why}`);
    found.node.querySelector(".meta").replaceChildren(words, edit);
    found.node.querySelector(".meta").classList.add("loud");
    this.#arrange();
  }

  /** Takes away a message on its way and returns what it was. */
  remove(id) {
    const found = this.#find(id);
    if (!found) return null;
    found.node.remove();
    this.#waiting = this.#waiting.filter((one) => one !== found);
    this.#arrange();
    return found.entry;
  }

  /** Reads new messages aloud to those who listen; the history that loads at first is not read. */
  settle() {
    this.#log.setAttribute("aria-live", "polite");
  }

  toEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#stuck = true;
    byId("down").hidden = true;
  }

  #find(id) {
    return this.#waiting.find((one) => one.entry.key === id);
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
    const near = scrollHeight - scrollTop - clientHeight < NEAR_END;
    // Only who scrolls up leaves the end. Where it has moved away by itself, a picture above it has just loaded.
    this.#stuck = near || (this.#stuck && scrollTop >= this.#top);
    this.#top = scrollTop;
    byId("down").hidden = this.#stuck;
    if (this.#stuck) this.#actions.moved();
  }

  #arrange() {
    for (const day of this.#log.querySelectorAll(".day")) day.remove();
    const all = [...this.#kept, ...this.#waiting];
    all.forEach((item, place) => arrangeOne(item, all[place - 1]));
    arrangeButtons(all);
  }
}

function arrangeOne({ entry, node }, before) {
  const at = new Date(entry.at);
  const then = before && new Date(before.entry.at);
  const newDay = !then || at.toDateString() !== then.toDateString();
  if (newDay) node.before(make("div", { class: "day" }, make("span", {}, dayWords(at))));
  const joined = !newDay && entry.inbound === before.entry.inbound && at - then < TOGETHER;
  node.classList.toggle("joined", joined);
  node.classList.remove("followed");
  before?.node.classList.toggle("followed", joined);
}

/** The newest buttons can be tapped; older ones, used ones and those that lead nowhere cannot. */
function arrangeButtons(all) {
  const places = all.flatMap(({ entry }, place) => (entry.buttons.length > 0 ? [place] : []));
  places.forEach((place, nth) => {
    const { entry, node } = all[place];
    const answers = all.slice(place + 1, places[nth + 1] ?? all.length).filter((one) => one.entry.inbound);
    const chosen = answers.map(({ entry: said }) => choiceIn(entry.buttons, said.text)).find((number) => number >= 0);
    const live = nth === places.length - 1 && chosen === undefined;
    node.querySelectorAll(".choice").forEach((button, number) => {
      button.disabled = !live;
      button.classList.toggle("chosen", number === chosen);
      if (number === chosen) button.setAttribute("aria-pressed", "true");
    });
  });
}

/** Returns which button some words choose; -1 for none. Other words leave the buttons open: they may be a note. */
function choiceIn(buttons, text) {
  const words = text.trim().toLowerCase();
  return buttons.findIndex((button) => button.title.toLowerCase() === words);
}

function dayWords(day) {
  const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
  const ago = Math.round((midnight(new Date()) - midnight(day)) / 86_400_000);
  if (ago === 0 || ago === 1) {
    const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-ago, "day");
    return words.charAt(0).toLocaleUpperCase(language) + words.slice(1);
  }
  const year = day.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", year }).format(day);
}
