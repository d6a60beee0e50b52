// Runs before the first paint, so that a chosen theme never flashes by in the other one.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("sunup.theme");
  } catch {
    // Storage may be forbidden; the system's theme is right then.
  }
  if (chosen === "light" || chosen === "dark") {
    document.documentElement.dataset.theme = chosen;
  }
})();
