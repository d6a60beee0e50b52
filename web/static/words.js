// The page's own words, in the browser's language where we have it, else in English.
import english from "./words/en.js";

const OTHERS = ["de", "es", "hi", "ar"];
const RIGHT_TO_LEFT = ["ar"];

let words = english;
export let language = "en";

export async function loadWords() {
  for (const tag of navigator.languages ?? [navigator.language]) {
    const wanted = tag.toLowerCase().split("-")[0];
    if (wanted === "en") break;
    if (!OTHERS.includes(wanted)) continue;
    words = { ...english, ...(await import(`./words/${wanted}.js`)).default };
    language = wanted;
    break;
  }
  document.documentElement.lang = language;
  document.documentElement.dir = RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = say(node.dataset.word);
  for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = say(node.dataset.placeholder);
  for (const node of document.querySelectorAll("[data-label]")) label(node, node.dataset.label);
}

export function say(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export function has(key) {
  return key in words;
}

/** Names a control for those who cannot see it, and shows the same on hovering. */
export function label(node, key, values) {
  node.setAttribute("aria-label", say(key, values));
  if (node.tagName === "BUTTON") node.title = say(key, values);
}
