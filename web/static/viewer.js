// A picture by itself, as large as the window.
import { byId } from "./dom.js";

let cameFrom = null;

export function setUpViewer() {
  const viewer = byId("viewer");
  viewer.addEventListener("click", () => viewer.close());
  viewer.addEventListener("close", () => {
    byId("viewer-image").removeAttribute("src");
    cameFrom?.focus();
  });
}

export function openPicture(url, words, from) {
  cameFrom = from;
  byId("viewer-image").src = url;
  byId("viewer-image").alt = words;
  byId("viewer").showModal();
}
