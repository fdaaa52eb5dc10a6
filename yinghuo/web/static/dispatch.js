// Dispatch: Enter or "c" on a row confirms its proposal, once; everything else is HTML.

const table = document.querySelector("[data-dispatch]");

function confirmRow(event) {
  const row = event.target;
  if (row.tagName !== "TR" || event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
  if (event.key !== "Enter" && event.key !== "c") return;
  event.preventDefault();
  event.stopPropagation();
  row.querySelector("[data-confirm]:not([disabled])")?.click();
}

table?.addEventListener("keydown", confirmRow);
document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("[data-confirm]");
  if (button) setTimeout(() => (button.disabled = true));
});
