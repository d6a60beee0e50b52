// The clock of a Sunup on one's own machine: a button puts it forward to the moment at which something happens next.
import { byId } from "./dom.js";
import { language, say } from "./words.js";

const AHEAD_MS = 60_000;
const NOTE_MS = 4_000;

/** Offers the button where this Sunup has such a clock. */
export async function setUpTravel() {
  const button = byId("next-moment");
  const clock = await ask("/chat/clock");
  if (!clock) return;
  show(clock.now);
  button.hidden = false;
  button.addEventListener("click", () => go(button));
}

async function go(button) {
  button.disabled = true;
  const clock = await ask("/chat/clock/next", { method: "POST" });
  button.disabled = false;
  if (clock?.now) show(clock.now);
  if (!clock?.now) note(say(clock?.code === "clock_fixed" ? "clock_fixed" : "clock_busy"));
  else if (clock.nothing) note(say("clock_nothing"));
}

async function ask(path, options = {}) {
  try {
    const answer = await fetch(path, { cache: "no-store", ...options });
    return answer.status === 204 ? null : await answer.json();
  } catch {
    return {};
  }
}

/** Says what time it is here, as soon as that is not what the device says. */
function show(now) {
  const line = byId("clock");
  const moment = new Date(now);
  line.hidden = !(moment - Date.now() > AHEAD_MS);
  const form = { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" };
  line.textContent = say("clock", { now: moment.toLocaleString(language, form) });
}

function note(words) {
  const line = byId("clock");
  const [before, hidden] = [line.textContent, line.hidden];
  line.textContent = words;
  line.hidden = false;
  setTimeout(() => {
    if (line.textContent !== words) return;
    line.textContent = before;
    line.hidden = hidden;
  }, NOTE_MS);
}
