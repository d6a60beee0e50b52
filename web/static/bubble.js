// One message as it looks.
import { icon, linked, make, megabytes } from "./dom.js";
import { fetched, makePlayer } from "./player.js";
import { label, language, say } from "./words.js";

const JUMBO = /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f|\s){1,12}$/u;
const SHOWN = /^image\/(?:png|jpeg|gif|webp|avif|svg\+xml)$/;

/**
 * Draws a message.
 *
 * `entry` is a frame of the server, or the same made here for what is on its way; `local` holds the blobs of
 * files by the message's id, so that a picture does not load again once it was sent.
 */
export function drawMessage(entry, local, actions) {
  const parts = [];
  if (entry.title) parts.push(make("p", { class: "title", dir: "auto" }, entry.title));
  if (entry.image) parts.push(drawPicture(entry.image.url, entry.image.small, entry.text, actions));
  if (entry.album?.length) parts.push(drawAlbum(entry.album, actions));
  for (const file of entry.attachments) parts.push(drawFile(file, local.get(entry.key), actions));
  if (entry.text) parts.push(make("p", { dir: "auto" }, ...linked(entry.text)));
  const bubble = make("div", { class: "bubble" }, speaker(entry), ...parts);
  bubble.classList.toggle("bare", Boolean(entry.image) || entry.album?.length > 0 || entry.attachments.length > 0);
  bubble.classList.toggle("jumbo", parts.length === 1 && JUMBO.test(entry.text ?? ""));
  const meta = make("div", { class: "meta" }, drawTime(entry.at));
  const node = make("div", { class: "message" }, bubble, meta);
  node.classList.toggle("mine", entry.inbound);
  if (entry.buttons.length > 0) node.append(drawButtons(entry, actions));
  return node;
}

function speaker(entry) {
  return make("span", { class: "visually-hidden" }, `${entry.inbound ? say("you") : "Sunup"}: `);
}

function drawTime(at) {
  const moment = new Date(at);
  const words = new Intl.DateTimeFormat(navigator.language, { hour: "numeric", minute: "2-digit" }).format(moment);
  return make("time", { dateTime: at }, words);
}

function drawButtons(entry, actions) {
  const buttons = entry.buttons.map((button) => {
    const node = make("button", { type: "button", class: "choice", dir: "auto" }, button.title);
    node.addEventListener("click", () => actions.tap(button));
    return node;
  });
  return make("div", { class: "buttons", role: "group", "aria-label": say("choices") }, ...buttons);
}

function drawPicture(url, small, words, actions) {
  const image = make("img", { src: small, alt: words || say("picture"), loading: "lazy", decoding: "async" });
  const button = make("button", { type: "button", class: "picture" }, image);
  label(button, "open_picture");
  const open = () => actions.open(url, image.alt, button);
  button.addEventListener("click", open);
  image.addEventListener("error", () => {
    button.removeEventListener("click", open);
    button.classList.add("gone");
    button.append(say("picture_gone"));
  });
  return button;
}

function drawAlbum(album, actions) {
  const figures = album.map((one) => {
    const words = one.caption ? [make("figcaption", { dir: "auto" }, one.caption)] : [];
    return make("figure", {}, drawPicture(one.url, one.small, one.caption, actions), ...words);
  });
  return make("div", { class: "album" }, ...figures);
}

function drawFile(file, blob, actions) {
  if (file.kind === "voice") return makePlayer(async () => blob ?? fetched(file.url), file.seconds);
  const url = blob ? URL.createObjectURL(blob) : file.url;
  if (file.kind !== "image") return drawLink(file, url);
  const picture = drawPicture(url, url, file.name, actions);
  // A photo as some phones take it is whole and here; only this browser has no eyes for it.
  if (blob || !SHOWN.test(file.mime ?? "")) {
    picture.querySelector("img").addEventListener("error", () => picture.replaceWith(drawLink(file, url)));
  }
  return picture;
}

function drawLink(file, url) {
  const name = file.name || say("file");
  const words = make("span", {}, make("b", { dir: "auto" }, name), make("small", {}, megabytes(file.size, language)));
  return make("a", { class: "file", href: url, download: name }, icon("file"), words);
}
