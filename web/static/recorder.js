// Voice: record by a tap or while holding, see the level, listen, then send or discard.
import { byId, clock, icon } from "./dom.js";
import { label, say } from "./words.js";

const FORMS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const LONGEST = 10 * 60_000;
const SHORTEST = 700;
const HOLD = 600;
const BARS = 60;

export class Recorder {
  #actions;
  #stream = null;
  #media = null;
  #context = null;
  #levels = [];
  #startedAt = 0;
  #length = 0;
  #ticking = 0;
  #discarded = false;
  #blob = null;
  #sound = null;

  /** `actions`: `voice(blob, seconds)`, `notice(words)`, `done()`. */
  constructor(actions) {
    this.#actions = actions;
    const button = byId("record");
    let pressedAt = 0;
    button.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      pressedAt = performance.now();
      this.#start();
    });
    // A keyboard has no pointer: there a click alone begins.
    button.addEventListener("click", (event) => event.detail === 0 && this.#start());
    addEventListener("pointerup", () => {
      if (pressedAt && performance.now() - pressedAt > HOLD) this.#stop();
      pressedAt = 0;
    });
    byId("record-stop").addEventListener("click", () => this.#stop());
    byId("record-cancel").addEventListener("click", () => this.#discard());
    byId("record-play").addEventListener("click", () => this.#play());
    byId("record-send").addEventListener("click", () => this.#give());
    byId("recorder").addEventListener("keydown", (event) => event.key === "Escape" && this.#discard());
  }

  async #start() {
    if (this.#media) return;
    this.#actions.notice("");
    if (!navigator.mediaDevices?.getUserMedia || !("MediaRecorder" in window)) {
      this.#actions.notice(say("microphone_unsupported"));
      return;
    }
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (fault) {
      this.#actions.notice(say(fault.name === "NotFoundError" ? "microphone_missing" : "microphone_denied"));
      return;
    }
    this.#record();
  }

  #record() {
    const mimeType = FORMS.find((form) => MediaRecorder.isTypeSupported(form));
    const chunks = [];
    this.#discarded = false;
    this.#levels = [];
    this.#media = new MediaRecorder(this.#stream, { mimeType, audioBitsPerSecond: 32_000 });
    this.#media.addEventListener("dataavailable", (event) => chunks.push(event.data));
    this.#media.addEventListener("stop", () => this.#stopped(new Blob(chunks, { type: mimeType ?? this.#media.mimeType })));
    this.#media.start();
    this.#startedAt = performance.now();
    this.#listen();
    this.#show("recording");
    byId("record-stop").focus();
  }

  #listen() {
    this.#context = new AudioContext();
    this.#context.resume();
    const meter = this.#context.createAnalyser();
    meter.fftSize = 512;
    this.#context.createMediaStreamSource(this.#stream).connect(meter);
    const wave = new Float32Array(meter.fftSize);
    this.#ticking = setInterval(() => {
      meter.getFloatTimeDomainData(wave);
      const power = wave.reduce((sum, value) => sum + value * value, 0) / wave.length;
      this.#levels.push(Math.min(1, Math.sqrt(power) * 4));
      this.#length = performance.now() - this.#startedAt;
      byId("record-time").textContent = clock(this.#length / 1000);
      drawBars(this.#levels.slice(-BARS), 1);
      if (this.#length > LONGEST) this.#stop();
    }, 80);
  }

  #stop() {
    if (this.#media?.state !== "recording") return;
    this.#length = performance.now() - this.#startedAt;
    this.#media.stop();
  }

  #stopped(blob) {
    clearInterval(this.#ticking);
    for (const track of this.#stream.getTracks()) track.stop();
    this.#context.close();
    if (this.#discarded || this.#length < SHORTEST) {
      if (!this.#discarded) this.#actions.notice(say("recording_short"));
      this.#end();
      return;
    }
    this.#blob = blob;
    const sound = new Audio(URL.createObjectURL(blob));
    this.#sound = sound;
    for (const change of ["timeupdate", "play", "pause", "ended"]) {
      // The last of these arrive when the recording was sent or discarded already.
      sound.addEventListener(change, () => sound === this.#sound && this.#review());
    }
    this.#review();
    byId("record-send").focus();
  }

  #play() {
    if (this.#sound.paused) this.#sound.play();
    else this.#sound.pause();
  }

  #review() {
    this.#show("review");
    const seconds = this.#length / 1000;
    const at = this.#sound.ended ? 0 : this.#sound.currentTime;
    byId("record-time").textContent = clock(at || seconds);
    drawBars(squeezed(this.#levels), at ? at / seconds : 1);
  }

  #give() {
    this.#actions.voice(this.#blob, Math.max(1, Math.round(this.#length / 1000)));
    this.#end();
  }

  #discard() {
    this.#discarded = true;
    if (this.#media?.state === "recording") this.#media.stop();
    else this.#end();
  }

  #end() {
    this.#sound?.pause();
    this.#media = null;
    this.#blob = null;
    this.#sound = null;
    this.#show("");
    this.#actions.done();
  }

  #show(state) {
    byId("recorder").dataset.state = state;
    byId("recorder").hidden = !state;
    byId("composer").hidden = Boolean(state);
    byId("record-stop").hidden = state !== "recording";
    byId("record-play").hidden = state !== "review";
    byId("record-send").hidden = state !== "review";
    const playing = this.#sound && !this.#sound.paused;
    byId("record-play").replaceChildren(icon(playing ? "pause" : "play"));
    label(byId("record-play"), playing ? "pause" : "listen");
  }
}

/** Returns one level for each bar: the loudest of its stretch of the whole recording. */
function squeezed(levels) {
  const stretch = levels.length / BARS;
  return Array.from({ length: BARS }, (_, bar) => {
    const from = Math.floor(bar * stretch);
    return Math.max(0, ...levels.slice(from, Math.max(from + 1, Math.floor((bar + 1) * stretch))));
  });
}

function drawBars(levels, played) {
  const canvas = byId("level");
  const pen = canvas.getContext("2d");
  const step = canvas.width / BARS;
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = getComputedStyle(canvas).color;
  levels.forEach((level, place) => {
    const height = Math.max(4, level * canvas.height);
    pen.globalAlpha = place / levels.length < played ? 1 : 0.35;
    pen.beginPath();
    pen.roundRect(place * step + 2, (canvas.height - height) / 2, step - 4, height, 3);
    pen.fill();
  });
}
