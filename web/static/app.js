// The page: brings line, outbox, timeline, composer and recorder together.
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { byId, make } from "./dom.js";
import { Outbox, newId } from "./outbox.js";
import { Recorder } from "./recorder.js";
import { keep } from "./storage.js";
import { Timeline } from "./timeline.js";
import { setUpTravel } from "./travel.js";
import { Upload, kindOf } from "./upload.js";
import { openPicture, setUpViewer } from "./viewer.js";
import { has, label, loadWords, say } from "./words.js";

const BANNER_AFTER = 1_500;
const TYPING_AFTER = 350;
const TYPING_FOR = 8_000;
const SEEN_AFTER = 300;

await loadWords();

const uploads = new Map();
const timers = {};
let who = "";
let seen = 0;
let unread = 0;
let settled = false;

const timeline = new Timeline({ tap, open: openPicture, edit: takeBack, cancel: cancelUpload, moved: noteSeen });
const connection = new Connection(() => ({
  type: "hello",
  after: timeline.last,
  who,
  language: navigator.language,
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
}));
const outbox = new Outbox((frame) => settled && connection.send(frame));
const composer = new Composer({ text: sayText, files: sendFiles });
new Recorder({ voice: sendVoice, notice: (words) => composer.notice(words), done: () => composer.focus() });

function sayText(text) {
  const id = newId();
  post(id, { type: "say", id, text }, { kind: "text", text });
}

function tap(button) {
  const id = newId();
  post(id, { type: "tap", id, ...button }, { kind: "tap", text: button.title });
  composer.focus();
}

/** Shows a message at once and hands it to the outbox. */
function post(id, frame, shown) {
  const item = { id, at: Date.now(), frame };
  timeline.addWaiting(entryOf(id, item.at, shown));
  outbox.add(item);
  noteWaiting();
  greet();
}

function entryOf(id, at, shown) {
  return { key: id, at: new Date(at).toISOString(), inbound: true, title: "", buttons: [], image: null, attachments: [], ...shown };
}

function sendFiles(files, caption) {
  files.forEach((file, place) => sendFile(file, file.name, 0, place === 0 ? caption : ""));
}

function sendVoice(blob, seconds) {
  const ending = blob.type.includes("mp4") ? "m4a" : blob.type.split(";")[0].split("/")[1];
  sendFile(blob, `voice.${ending}`, seconds, "");
}

async function sendFile(blob, name, seconds, text) {
  const id = newId();
  const file = { kind: kindOf(blob.type), mime: blob.type, name, size: blob.size, seconds };
  const upload = new Upload(blob, name);
  upload.onprogress = (share) => timeline.progress(id, share);
  uploads.set(id, upload);
  timeline.local.set(id, blob);
  post(id, null, { kind: "media", text, attachments: [{ ...file, url: "" }] });
  timeline.progress(id, 0);
  try {
    const ref = await upload.run();
    if (ref) outbox.complete(id, { type: "media", id, ref, text, ...file });
    timeline.progress(id, null);
  } catch (refusal) {
    outbox.drop(id);
    timeline.fail(id, words(refusal, { name, limit: 20 }));
  }
  uploads.delete(id);
}

function cancelUpload(id) {
  uploads.get(id)?.cancel();
  outbox.drop(id);
  timeline.remove(id);
  greet();
}

/** Takes a message that was not sent back into the box where it was written. */
function takeBack(id) {
  const entry = timeline.remove(id);
  if (entry?.text) composer.restore(entry.text);
  greet();
}

function words(refusal, values = {}) {
  return has(refusal.code) ? say(refusal.code, values) : (refusal.why ?? "");
}

const HEARD = {
  ready(frame) {
    who = frame.who;
    if (!frame.anew) return;
    seen = 0;
    timeline.reset();
  },
  settled(frame) {
    settled = true;
    if (frame.earlier) byId("earlier").hidden = false;
    timeline.settle();
    greet();
    noteSeen();
    outbox.renew();
  },
  message(frame) {
    showBanner("");
    outbox.drop(frame.key);
    timeline.add(frame);
    if (frame.inbound) return;
    showTyping(false);
    noteNews();
    greet();
  },
  accepted(frame) {
    outbox.drop(frame.id);
    timeline.note(frame.id, "");
    if (timeline.answered(frame.id)) return;
    clearTimeout(timers.typing);
    timers.typing = setTimeout(() => showTyping(true), TYPING_AFTER);
  },
  refused(frame) {
    if (!frame.id) {
      byId("earlier").disabled = false;
      return;
    }
    if (frame.retry_after) {
      outbox.postpone(frame.retry_after);
      return;
    }
    const item = outbox.drop(frame.id);
    const count = [...(item?.frame?.text ?? "")].length;
    timeline.fail(frame.id, words(frame, { count, limit: 8000 }));
  },
  unavailable() {
    outbox.postpone();
    showBanner(say("banner_away"));
  },
  earlier(frame) {
    byId("earlier").disabled = false;
    byId("earlier").hidden = !frame.earlier;
    timeline.addEarlier(frame.messages);
  },
};

connection.addEventListener("frame", (event) => HEARD[event.detail.type]?.(event.detail));
connection.addEventListener("state", (event) => {
  if (event.detail !== "online") settled = false;
  showState(event.detail);
  noteWaiting();
});

function showState(state) {
  byId("line").dataset.state = state;
  byId("line-words").textContent = say(state);
  clearTimeout(timers.banner);
  if (state === "online") showBanner("");
  else timers.banner = setTimeout(() => showBanner(say(state === "offline" ? "banner_offline" : "banner_away")), BANNER_AFTER);
}

function showBanner(text) {
  byId("banner").hidden = !text;
  byId("banner").textContent = text;
}

function noteWaiting() {
  timeline.noteAll(say(connection.state === "online" ? "sending" : "waiting"));
}

function showTyping(on) {
  clearTimeout(timers.typing);
  byId("typing").hidden = !on;
  if (!on) return;
  if (timeline.atEnd) timeline.toEnd();
  timers.typing = setTimeout(() => showTyping(false), TYPING_FOR);
}

function greet() {
  byId("welcome").hidden = !settled || !timeline.empty;
}

function noteNews() {
  if (document.visibilityState !== "visible") unread += 1;
  document.title = unread ? `(${unread}) Sunup` : "Sunup";
  noteSeen();
}

/** Tells Sunup what was in front of the person's eyes, once things have come to rest. */
function noteSeen() {
  clearTimeout(timers.seen);
  timers.seen = setTimeout(() => {
    if (!timeline.atEnd) return;
    unread = 0;
    document.title = "Sunup";
    if (timeline.last > seen && connection.send({ type: "seen", seq: timeline.last })) seen = timeline.last;
  }, SEEN_AFTER);
}

function setUpTheme() {
  const button = byId("theme");
  const root = document.documentElement;
  const next = { system: "light", light: "dark", dark: "system" };
  const show = () => label(button, `theme_${root.dataset.theme ?? "system"}`);
  button.addEventListener("click", () => {
    const chosen = next[root.dataset.theme ?? "system"];
    if (chosen === "system") delete root.dataset.theme;
    else root.dataset.theme = chosen;
    keep("theme", chosen === "system" ? null : chosen);
    show();
  });
  show();
}

function setUpWelcome() {
  for (const key of ["chip_hello", "chip_what", "chip_workflows"]) {
    const chip = make("button", { type: "button", class: "choice" }, say(key));
    chip.addEventListener("click", () => sayText(say(key)));
    byId("chips").append(chip);
  }
}

/** Phones that lay their keyboard over the page say so here alone; the composer stays above it. */
function followKeyboard() {
  const fit = () => {
    byId("app").style.setProperty("--visible", `${visualViewport.height}px`);
    byId("app").style.transform = visualViewport.offsetTop ? `translateY(${visualViewport.offsetTop}px)` : "";
  };
  visualViewport?.addEventListener("resize", fit);
  visualViewport?.addEventListener("scroll", fit);
}

document.addEventListener("visibilitychange", noteSeen);
byId("earlier").addEventListener("click", (event) => {
  event.target.disabled = connection.send({ type: "earlier", before: timeline.first });
});
setUpTheme();
setUpWelcome();
setUpViewer();
followKeyboard();
showState("connecting");
for (const item of outbox.restore()) {
  const { type, text, title } = item.frame;
  const shown = { say: "text", tap: "tap", media: "media" }[type];
  const attachments = type === "media" ? [{ ...item.frame, url: `/chat/media/${item.frame.ref}` }] : [];
  timeline.addWaiting(entryOf(item.id, item.at, { kind: shown, text: text ?? title, attachments }));
}
noteWaiting();
connection.start();
composer.focus();
setUpTravel();
