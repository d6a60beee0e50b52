// Where the person writes: text that grows, a draft that stays, files that are looked at before they go.
import { byId, icon, make, megabytes } from "./dom.js";
import { keep, kept } from "./storage.js";
import { LIMIT_MEGABYTES, fault } from "./upload.js";
import { label, language, say } from "./words.js";

export const TEXT_LIMIT = 8000;
const TOUCH = matchMedia("(pointer: coarse)");

export class Composer {
  #text = byId("text");
  #files = [];
  #actions;

  /** `actions`: `text(words)`, `files(files, caption)`. */
  constructor(actions) {
    this.#actions = actions;
    this.#text.value = kept("draft") ?? "";
    this.#text.addEventListener("input", () => this.#changed());
    this.#text.addEventListener("keydown", (event) => this.#key(event));
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#takeFiles();
    this.#menu();
    this.#changed();
  }

  /** Puts words back to be changed. */
  restore(words) {
    this.#text.value = this.#text.value ? `${words}\n${this.#text.value}` : words;
    this.#changed();
    this.#text.focus();
  }

  /** Makes writing the next thing, except where that would raise a phone's keyboard. */
  focus() {
    if (!TOUCH.matches) this.#text.focus({ preventScroll: true });
  }

  notice(words) {
    const notice = byId("notice");
    notice.hidden = !words;
    if (!words) return;
    const close = make("button", { type: "button", class: "quiet" }, say("dismiss"));
    close.addEventListener("click", () => this.notice(""));
    notice.replaceChildren(make("span", {}, words), close);
  }

  #changed() {
    keep("draft", this.#text.value);
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight}px`;
    const something = this.#text.value.trim() !== "" || this.#files.length > 0;
    byId("send").hidden = !something;
    byId("record").hidden = something;
    this.#text.placeholder = say(this.#files.length > 0 ? "placeholder_caption" : "placeholder");
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || TOUCH.matches) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const words = this.#text.value.trim();
    const count = [...words].length;
    if (count > TEXT_LIMIT) {
      this.notice(say("too_long", { count, limit: TEXT_LIMIT }));
      return;
    }
    if (!words && this.#files.length === 0) return;
    this.notice("");
    this.#text.value = "";
    const files = this.#files;
    this.#files = [];
    this.#drawTray();
    if (files.length > 0) this.#actions.files(files, words);
    else this.#actions.text(words);
    this.#text.focus({ preventScroll: true });
  }

  #takeFiles() {
    for (const [button, input] of [["pick-photo", "file-photo"], ["pick-camera", "file-camera"], ["pick-document", "file-document"]]) {
      byId(button).addEventListener("click", () => byId(input).click());
      byId(input).addEventListener("change", (event) => {
        this.#add([...event.target.files]);
        event.target.value = "";
      });
    }
    this.#text.addEventListener("paste", (event) => {
      const files = [...event.clipboardData.files];
      if (files.length === 0) return;
      event.preventDefault();
      this.#add(files);
    });
    this.#takeDrops();
  }

  #takeDrops() {
    const drop = byId("drop");
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
    addEventListener("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      drop.hidden = false;
    });
    addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) drop.hidden = true;
    });
    addEventListener("drop", (event) => {
      drop.hidden = true;
      if (!carriesFiles(event)) return;
      event.preventDefault();
      this.#add([...event.dataTransfer.files]);
    });
  }

  #menu() {
    const button = byId("attach");
    const menu = byId("attach-menu");
    const show = (open) => {
      menu.hidden = !open;
      button.setAttribute("aria-expanded", String(open));
    };
    button.addEventListener("click", () => {
      show(menu.hidden);
      if (!menu.hidden) [...menu.querySelectorAll("button")].find((item) => item.offsetParent)?.focus();
    });
    document.addEventListener("click", (event) => !button.contains(event.target) && show(false));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || menu.hidden) return;
      show(false);
      button.focus();
    });
  }

  #add(files) {
    this.notice("");
    for (const file of files) {
      const wrong = fault(file);
      if (wrong) this.notice(say(wrong, { name: file.name, limit: LIMIT_MEGABYTES }));
      else this.#files.push(file);
    }
    this.#drawTray();
    this.focus();
  }

  #drawTray() {
    byId("tray").hidden = this.#files.length === 0;
    byId("tray").replaceChildren(...this.#files.map((file) => this.#card(file)));
    this.#changed();
  }

  #card(file) {
    const remove = make("button", { type: "button" }, icon("close"));
    label(remove, "remove", { name: file.name });
    remove.addEventListener("click", () => {
      this.#files = this.#files.filter((other) => other !== file);
      this.#drawTray();
      this.focus();
    });
    const words = make("span", {}, make("b", { dir: "auto" }, file.name), megabytes(file.size, language));
    return make("div", { class: "card" }, preview(file), words, remove);
  }
}

function preview(file) {
  if (!file.type.startsWith("image/")) return icon("file");
  const image = make("img", { src: URL.createObjectURL(file), alt: "" });
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  image.addEventListener("error", () => image.replaceWith(icon("file")));
  return image;
}
