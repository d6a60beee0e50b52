// The line to Sunup: comes back by itself, and says how it stands.
const FIRST_WAIT = 400;
const LONGEST_WAIT = 15_000;
const PING_EVERY = 25_000;
const PONG_WITHIN = 10_000;
const GOING_AWAY = 1001;

export class Connection extends EventTarget {
  #socket = null;
  #failures = 0;
  #again = 0;
  #ping = 0;
  #silence = 0;
  #hello;

  /** `hello` returns the frame that opens every connection. */
  constructor(hello) {
    super();
    this.#hello = hello;
    this.state = "connecting";
  }

  start() {
    addEventListener("online", () => this.#hurry());
    addEventListener("offline", () => this.#drop());
    addEventListener("pageshow", (event) => event.persisted && this.#hurry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#hurry());
    this.#open();
  }

  get open() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  send(frame) {
    if (!this.open) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #open() {
    clearTimeout(this.#again);
    const address = new URL("/chat/socket", location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    this.#socket = socket;
    // The answer to hello ends this wait; a captive portal would else keep the line "connecting" for minutes.
    this.#silence = setTimeout(() => this.#drop(), PONG_WITHIN);
    socket.addEventListener("open", () => this.send(this.#hello()));
    socket.addEventListener("message", (event) => this.#hear(socket, event.data));
    socket.addEventListener("close", (event) => socket === this.#socket && this.#lost(event.code));
  }

  #hear(socket, data) {
    if (socket !== this.#socket) return;
    clearTimeout(this.#silence);
    this.#silence = 0;
    this.#pingLater();
    const frame = JSON.parse(data);
    if (frame.type === "pong") return;
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
    if (frame.type === "settled") {
      this.#failures = 0;
      this.#become("online");
    }
  }

  #lost(code) {
    this.#socket = null;
    clearTimeout(this.#ping);
    clearTimeout(this.#silence);
    this.#silence = 0;
    this.#become(navigator.onLine ? "connecting" : "offline");
    // A server that restarts is back at once; the jitter keeps its pages from all coming in one moment.
    if (code === GOING_AWAY) this.#failures = 0;
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures) * (0.5 + Math.random());
    this.#failures += 1;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#open(), wait);
  }

  #drop() {
    const socket = this.#socket;
    if (!socket) {
      this.#become("offline");
      return;
    }
    this.#lost(0);
    socket.close();
  }

  #hurry() {
    if (this.open) this.#tryLine();
    else if (!this.#socket) {
      this.#failures = 0;
      this.#open();
    }
  }

  #pingLater() {
    clearTimeout(this.#ping);
    this.#ping = setTimeout(() => this.#tryLine(), PING_EVERY);
  }

  #tryLine() {
    if (!this.send({ type: "ping" }) || this.#silence) return;
    // A phone that slept, or a dead router, leaves a socket that looks open and is not.
    this.#silence = setTimeout(() => this.#drop(), PONG_WITHIN);
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}
