// The text of a refused bank: a problem's line is brought into view and selected; the numbers keep up with the text.

const SPARE_LINES = 40;

const text = document.querySelector("[data-bench] textarea");
const first = Number((document.querySelector("[data-bench]") || { dataset: {} }).dataset.first || 1);
const numbers = document.querySelector("[data-bench] pre");

function select(line) {
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  text.focus({ preventScroll: true });
  text.setSelectionRange(start, start + (lines[line - 1] || "").length);
}

function show(event) {
  const link = event.target.closest('a[href^="#line-"]');
  const number = link && document.getElementById(link.hash.slice(1));
  if (!number) return;
  event.preventDefault();
  window.location.hash = link.hash; // marks the line by :target
  select(Number(number.textContent));
  number.scrollIntoView({ block: "center" });
}

// A box lower than its text would scroll by itself, away from the numbers.
function grow() {
  const needed = text.value.split("\n").length;
  if (needed <= text.rows) return;
  const from = text.rows + 1;
  text.rows = needed + SPARE_LINES;
  numbers.append(Array.from({ length: text.rows - from + 1 }, (_, place) => `${from + place + first - 1}\n`).join(""));
}

if (text && numbers) {
  document.addEventListener("click", show);
  text.addEventListener("input", grow);
}
