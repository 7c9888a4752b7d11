// The workbench of an import: a problem, its line and its question are marked together and brought into view.

const bench = document.querySelector("[data-workbench]");
const tabs = document.querySelector("[data-tabs]");
const NARROW = "(max-width: 61.99em)";

function mark(nodes) {
  bench.querySelectorAll(".is-sel").forEach((node) => node.classList.remove("is-sel"));
  bench.querySelectorAll(".probs [aria-current]").forEach((node) => node.removeAttribute("aria-current"));
  nodes.forEach((node) => node && node.classList.add("is-sel"));
}

// Only the pane scrolls, and only as far as is needed to put the node in its middle.
function bring(node) {
  const pane = node && node.closest(".pane-scroll");
  if (!pane || pane.scrollHeight <= pane.clientHeight) return;
  const off = node.getBoundingClientRect().top - pane.getBoundingClientRect().top;
  pane.scrollTop += off - (pane.clientHeight - node.offsetHeight) / 2;
}

// A pane without a scroll bar of its own, as on a phone: the page has to scroll to it.
function bringPage(node) {
  if (node && window.matchMedia(NARROW).matches) node.scrollIntoView({ block: "center" });
}

function itemOf(line) {
  const items = Array.from(bench.querySelectorAll(".parsed"));
  return items.filter((item) => Number(item.dataset.line) <= line).pop();
}

function show(line, item, link) {
  const row = document.getElementById(`line-${line}`);
  const parsed = item ? document.getElementById(`item-${item}`) : itemOf(line);
  if (!row) return false;
  mark([row, parsed]);
  if (link && link.closest(".probs")) link.setAttribute("aria-current", "true");
  bring(row);
  bring(parsed);
  // What was out of sight is laid out only now, and gets another height: the first jump lands beside it.
  let times = 4;
  const settle = () => {
    bring(parsed);
    if ((times -= 1)) window.requestAnimationFrame(settle);
  };
  window.requestAnimationFrame(settle);
  window.history.replaceState(null, "", `#line-${line}`);
  return true;
}

function open(name) {
  tabs.querySelectorAll("[data-tab]").forEach((tab) => {
    tab.setAttribute("aria-pressed", String(tab.dataset.tab === name));
  });
  bench.querySelectorAll("[data-pane]").forEach((pane) => pane.toggleAttribute("data-off", pane.dataset.pane !== name));
}

function follow(event) {
  const link = event.target.closest('a[href^="#line-"]');
  if (!link) return;
  const line = Number(link.hash.slice("#line-".length));
  if (window.matchMedia(NARROW).matches) open(link.closest(".probs") ? "items" : "src");
  if (!show(line, Number(link.dataset.item || 0), link)) return;
  event.preventDefault();
  bringPage(bench.querySelector(".pane:not([data-off]) .is-sel"));
}

function arrive() {
  const [, kind, number] = /^#(line|item)-(\d+)$/.exec(window.location.hash) || [];
  if (!kind) return;
  const item = kind === "item" && document.getElementById(`item-${number}`);
  const line = item ? Number(item.dataset.line) : Number(number);
  if (window.matchMedia(NARROW).matches) open(item ? "items" : "src");
  const link = bench.querySelector(`.probs a[data-line="${line}"]`);
  show(line, item ? Number(number) : 0, link);
  bringPage(bench.querySelector(".pane:not([data-off]) .is-sel"));
}

if (bench) {
  tabs.hidden = false;
  open("prob");
  tabs.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-tab]");
    if (tab) open(tab.dataset.tab);
  });
  document.addEventListener("click", follow);
  arrive();
}
