// What the console does beside HTML: keys, theme, copying, polling that rests in hidden tabs, starting charts.
// It holds no words and no rules; both come from the server.

const YEAR_S = 365 * 24 * 3600;

function themeNow() {
  const chosen = document.documentElement.dataset.theme;
  return chosen || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

function switchTheme() {
  const theme = themeNow() === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`;
  document.dispatchEvent(new Event("theme"));
}

function copyTable(button) {
  const rows = [...document.getElementById(button.dataset.copy).rows];
  const text = rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim().replace(/\s+/g, " ")).join("\t"));
  navigator.clipboard.writeText(text.join("\n")).then(() => (button.textContent = button.dataset.copied));
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-switch]")) switchTheme();
  const copy = event.target.closest("[data-copy]");
  if (copy) copyTable(copy);
});

// Keys: "/" goes to the search, up and down through the rows of a table, Enter opens a row.

const typing = (element) => element.closest("input, select, textarea, [contenteditable]") !== null;

function moveInTable(row, key) {
  const next = key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
  if (!next) return;
  row.parentElement.querySelectorAll("tr[tabindex='0']").forEach((other) => (other.tabIndex = -1));
  next.tabIndex = 0;
  next.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || typing(event.target)) return;
  const search = document.getElementById("search");
  if (event.key === "/" && search) {
    event.preventDefault();
    search.select();
    return;
  }
  const row = event.target.closest("table[data-rows] tbody tr");
  if (!row) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    moveInTable(row, event.key);
  } else if (event.key === "Enter" && event.target === row) {
    row.querySelector("a[href]")?.click();
  }
});

// Polling rests while the tab is hidden or someone types inside the part; it catches up on return ("resume").

const polls = (element) => (element.getAttribute?.("hx-trigger") || "").includes("every");

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = event.detail;
  const { triggeringEvent } = requestConfig;
  const byItself = polls(elt) && (!triggeringEvent || triggeringEvent.type === "resume");
  const used = elt.contains(document.activeElement) && typing(document.activeElement);
  if (byItself && (document.hidden || used)) event.preventDefault();
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  document.querySelectorAll("[hx-trigger*=every]").forEach((element) => element.dispatchEvent(new Event("resume")));
});

function showUnanswered(unanswered) {
  const notice = document.getElementById("unanswered");
  if (notice) notice.hidden = !unanswered;
}

document.addEventListener("htmx:sendError", () => showUnanswered(true));
document.addEventListener("htmx:responseError", (event) => showUnanswered(event.detail.xhr.status >= 500));
document.addEventListener("htmx:afterOnLoad", () => showUnanswered(false));

// Paper is white: print what is dark in light colours, charts too.

let themeBeforePrint;

addEventListener("beforeprint", () => {
  themeBeforePrint = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
  document.dispatchEvent(new Event("theme"));
});

addEventListener("afterprint", () => {
  if (themeBeforePrint) document.documentElement.dataset.theme = themeBeforePrint;
  else delete document.documentElement.dataset.theme;
  document.dispatchEvent(new Event("theme"));
});

// Everything that a page or a freshly swapped part needs.

function prepare() {
  if (navigator.clipboard) document.querySelectorAll("[data-copy]").forEach((button) => (button.hidden = false));
  if (document.querySelector("[data-chart]")) import("./charts.js").then((charts) => charts.drawAll());
}

document.addEventListener("htmx:afterSettle", prepare);
prepare();
document.querySelector(".desks [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
document.querySelector("[data-focus]")?.focus();
