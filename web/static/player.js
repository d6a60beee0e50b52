// Plays a recording; only one speaks at a time.
import { clock, icon, make } from "./dom.js";
import { label } from "./words.js";

let speaking = null;

/** Returns a player; `load` fetches the recording as a blob the first time it is wanted. */
export function makePlayer(load, seconds) {
  const button = make("button", { type: "button" }, icon("play"));
  const bar = make("i");
  const track = make("span", { class: "track", "aria-hidden": "true" }, bar);
  const time = make("time", {}, clock(seconds));
  const node = make("span", { class: "player" }, button, track, time);
  const sound = new Audio();
  let address = null;

  const show = () => {
    const playing = !sound.paused;
    button.replaceChildren(icon(playing ? "pause" : "play"));
    label(button, playing ? "pause" : "listen");
  };
  sound.addEventListener("play", show);
  sound.addEventListener("pause", show);
  sound.addEventListener("ended", () => {
    bar.style.setProperty("--played", 0);
    time.textContent = clock(seconds);
  });
  sound.addEventListener("timeupdate", () => {
    // A browser's own recording often has no length in it; then the time that was counted stands in.
    const length = Number.isFinite(sound.duration) ? sound.duration : seconds;
    bar.style.setProperty("--played", length ? Math.min(1, sound.currentTime / length) : 0);
    time.textContent = clock(sound.currentTime);
  });
  button.addEventListener("click", async () => {
    if (!sound.paused) {
      sound.pause();
      return;
    }
    address ??= URL.createObjectURL(await load());
    if (!sound.src) sound.src = address;
    speaking?.pause();
    speaking = sound;
    await sound.play().catch(() => node.classList.add("gone"));
  });
  show();
  return node;
}

export async function fetched(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.blob();
}
