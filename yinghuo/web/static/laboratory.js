// The plate by keyboard: arrows go from well to well, the space bar marks one, as the browser does it.

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function next(cell, [down, right]) {
  const row = cell.parentElement.parentElement.rows[cell.parentElement.sectionRowIndex + down];
  return row?.cells[cell.cellIndex + right] ?? null;
}

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest("[data-grid] td");
  if (!cell || !(event.key in STEPS)) return;
  event.preventDefault();
  for (let at = next(cell, STEPS[event.key]); at; at = next(at, STEPS[event.key])) {
    const mark = at.querySelector("input");
    if (mark) return mark.focus();
  }
});
