// Elements made by hand: every text is set as text, so nothing that anybody wrote becomes markup.
const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  play: "M7 4.5v15L20 12z",
  pause: "M6 5h4v14H6zm8 0h4v14h-4z",
  file: "M6 2h8l6 6v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2zm7 1.8V9h5.2zM8 12v2h8v-2zm0 4v2h6v-2z",
  close: "m6.4 5 5.6 5.6L17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z",
};

export const byId = (id) => document.getElementById(id);

export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") node.className = value;
    else if (name.includes("-") || name === "role") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

const LINK = /\b(?:https?:\/\/|www\.)[^\s<>"'“”]+/giu;
const TRAILING = /[.,;:!?…)\]}]+$/u;

/** Returns the nodes of a text in which addresses can be followed. */
export function linked(text) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    const bare = trimmed(found[0]);
    if (found.index > from) nodes.push(text.slice(from, found.index));
    const address = bare.toLowerCase().startsWith("www.") ? `https://${bare}` : bare;
    nodes.push(make("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, bare));
    from = found.index + bare.length;
  }
  if (from < text.length) nodes.push(text.slice(from));
  return nodes;
}

function trimmed(address) {
  const bare = address.replace(TRAILING, "");
  // A closing bracket belongs to the address where the address opened it: .../Sun_(star)
  return address[bare.length] === ")" && bare.includes("(") && !bare.includes(")") ? `${bare})` : bare;
}

export function megabytes(bytes, language) {
  const unit = bytes < 1e6 ? "kilobyte" : "megabyte";
  const amount = bytes < 1e6 ? Math.max(1, Math.round(bytes / 1e3)) : bytes / 1e6;
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(amount);
}

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
