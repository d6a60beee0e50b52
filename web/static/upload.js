// Files on their way up: with progress, taken back on demand, tried again while the line is away.
export const LIMIT_MEGABYTES = 20;
const LIMIT = LIMIT_MEGABYTES * 2 ** 20;
const WAITS = [1_000, 2_000, 4_000, 8_000, 15_000];

/** Says what is wrong with a file as a key of the words, or nothing. */
export function fault(file) {
  if (file.size > LIMIT) return "too_large";
  return file.size === 0 ? "empty_file" : null;
}

export function kindOf(mime) {
  const family = mime.split("/")[0];
  return { image: "image", audio: "voice", video: "video" }[family] ?? "document";
}

export class Upload {
  #request = null;
  #cancelled = false;
  #wake = () => {};

  constructor(blob, name) {
    this.blob = blob;
    this.name = name;
    this.onprogress = () => {};
  }

  /** Resolves to the reference, or to null when cancelled; rejects with `{code, why}` when refused for good. */
  async run() {
    for (let attempt = 0; !this.#cancelled; attempt += 1) {
      const answer = await this.#try();
      if (answer.status === 200) return answer.body.ref;
      if (this.#cancelled) return null;
      if (!passing(answer.status)) throw answer.body;
      await this.#pause(WAITS[Math.min(attempt, WAITS.length - 1)]);
    }
    return null;
  }

  cancel() {
    this.#cancelled = true;
    this.#request?.abort();
    this.#wake();
  }

  #pause(wait) {
    return new Promise((done) => {
      this.#wake = done;
      setTimeout(done, wait);
      addEventListener("online", done, { once: true });
    });
  }

  #try() {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      this.#request = request;
      request.open("POST", "/chat/upload");
      request.setRequestHeader("Content-Type", this.blob.type || "application/octet-stream");
      request.setRequestHeader("X-File-Name", encodeURIComponent(this.name));
      request.upload.addEventListener("progress", (event) => this.onprogress(event.loaded / event.total));
      const finish = () => done({ status: request.status, body: parsed(request.responseText) });
      request.addEventListener("loadend", finish);
      request.send(this.blob);
    });
  }
}

function passing(status) {
  return status === 0 || status === 429 || status === 408 || status >= 500;
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
