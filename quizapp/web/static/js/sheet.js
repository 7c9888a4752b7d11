// What is on the page: the fields of the items and the 答题卡 beside them, kept in step with each other.

import { Keyboard } from "./keyboard.js";
import { Layout } from "./layout.js";
import { Modal } from "./modal.js";
import "./preferences.js";
import { fill } from "./status.js";

const UNDER_FOOT = 160; // px at the lower end of the 答题卡 that its button covers

export class Sheet {
  constructor(take, form, words) {
    this.take = take;
    this.form = form;
    this.words = words;
    this.items = [...form.querySelectorAll("[data-item]")];
    this.unsent = new Set();
    this.layout = new Layout(take, this.items, () => this.refresh());
    this.card = this.cardModal(document.querySelector("[data-answer-sheet]"));
    this.help = new Modal(document.querySelector("[data-keys-help]"), { onClose: () => (this.help.node.hidden = true) });
  }

  start() {
    document.querySelector("[data-foot-plain]").hidden = true;
    document.querySelector("[data-foot-script]").hidden = false;
    document.querySelectorAll("[data-keys]").forEach((part) => (part.hidden = false));
    this.on("[data-step]", (button) => this.step(Number(button.dataset.step)));
    this.on("[data-open-sheet]", () => this.card.open());
    this.on("[data-close-sheet]", () => this.card.close());
    this.on("[data-open-keys]", () => this.help.open());
    this.on("[data-close-keys]", () => this.help.close());
    // Not by the address: that of the present item would not change, and the sheet would stay open.
    this.on("[data-cell]", (cell) => this.card.close(() => this.go(Number(cell.dataset.cell))));
    window.addEventListener("hashchange", () => this.follow());
    this.keyboard = new Keyboard(this.take, this, () => this.help.open());
    this.layout.start();
    this.follow();
  }

  on(selector, act) {
    document.querySelectorAll(selector).forEach((node) =>
      node.addEventListener("click", (event) => {
        event.preventDefault();
        act(node);
      })
    );
  }

  // On a phone the 答题卡 comes up from below as a dialog; on a desk it stands beside the items and is none.
  cardModal(node) {
    const modal = new Modal(node, {
      onOpen: () => {
        node.setAttribute("role", "dialog");
        node.setAttribute("aria-modal", "true");
        this.reveal(node.querySelector('[aria-current="true"]'));
      },
      onClose: () => {
        node.setAttribute("role", "complementary");
        node.removeAttribute("aria-modal");
      },
    });
    const opener = document.querySelector("[data-open-sheet]");
    window.addEventListener("resize", () => opener.getClientRects().length === 0 && modal.close());
    return modal;
  }

  // Whether the candidate is at something other than the items.
  get isAway() {
    return this.card.isOpen || this.help.isOpen || this.isFrozen;
  }

  get now() {
    return this.layout.now;
  }

  follow() {
    const wanted = /^#item-(\d+)$/.exec(window.location.hash);
    this.go(wanted ? Number(wanted[1]) : this.firstOpen(), false);
  }

  firstOpen() {
    const open = this.items.findIndex((item) => !this.isAnswered(item));
    return open === -1 ? 0 : open;
  }

  go(position, focus = true) {
    this.layout.go(position, focus);
    this.form.dispatchEvent(new CustomEvent("itemshown"));
  }

  step(by) {
    const wanted = this.now + by;
    if (wanted >= 0 && wanted < this.items.length) this.go(wanted);
  }

  closeSheet(then) {
    this.card.close(then);
  }

  // By its letter, or by its place from 1. Whether there is such an option.
  choose(key) {
    const inputs = [...this.items[this.now].querySelectorAll(".opt input")];
    const input = inputs.find((each, at) => each.value.toLowerCase() === key || String(at + 1) === key);
    if (!input) return false;
    input.focus();
    input.click();
    return true;
  }

  toggleMark() {
    this.items[this.now].querySelector(".mark-tool input").click();
  }

  // Nothing more can be answered here: another page has taken over.
  freeze() {
    this.isFrozen = true;
    this.take.classList.add("is-frozen");
    this.form.querySelectorAll("fieldset, .mark-tool input").forEach((field) => (field.disabled = true));
  }

  // What the fields of one item say now, in the shape that is sent.
  response(item) {
    const position = Number(item.dataset.item);
    const texts = [...item.querySelectorAll("input.form-control")].map((input) => input.value.trim());
    const chosen = [...item.querySelectorAll(".opt input:checked")].map((input) => input.value);
    const answer = texts.length ? (texts.some(Boolean) ? texts : []) : chosen;
    return { position, answer, marked: this.isMarked(item), version: Number(this.version(position).value) };
  }

  version(position) {
    return this.form.elements[`v${position}`];
  }

  setVersion(position, version) {
    this.version(position).value = version;
  }

  // Put what the server holds into the fields of one item.
  show(position, kept) {
    const item = this.items[position];
    item.querySelectorAll(".opt input").forEach((input) => (input.checked = kept.answer.includes(input.value)));
    item.querySelectorAll("input.form-control").forEach((input, at) => (input.value = kept.answer[at] || ""));
    item.querySelector(".mark-tool input").checked = kept.marked;
    this.setVersion(position, kept.version);
    this.refresh();
  }

  // The positions whose answers the server has not acknowledged.
  showWaiting(positions) {
    this.unsent = new Set(positions);
    this.refresh();
  }

  isMarked(item) {
    return item.querySelector(".mark-tool input").checked;
  }

  isAnswered(item) {
    return (
      item.querySelector(".opt input:checked") !== null ||
      [...item.querySelectorAll("input.form-control")].some((input) => input.value.trim() !== "")
    );
  }

  refresh() {
    const answered = this.items.filter((item) => this.isAnswered(item)).length;
    const total = this.items.length;
    this.items.forEach((item) => this.refreshCell(item));
    this.count("answered", answered);
    this.count("open", total - answered);
    this.count("marked", this.items.filter((item) => this.isMarked(item)).length);
    this.count("unsent", this.unsent.size);
    this.count("progress", `${answered}/${total}`);
    document.querySelector("[data-legend-unsent]").hidden = this.unsent.size === 0;
    const track = document.querySelector("[data-track]");
    track.setAttribute("width", `${(100 * answered) / total}%`);
    track.parentNode.setAttribute("aria-label", fill(this.words.progress, { n: answered, total }));
  }

  refreshCell(item) {
    const position = Number(item.dataset.item);
    const cell = document.querySelector(`[data-cell="${position}"]`);
    const states = { done: this.isAnswered(item), marked: this.isMarked(item), wait: this.unsent.has(position), now: position === this.now };
    Object.keys(states).forEach((name) => cell.classList.toggle(`is-${name}`, states[name]));
    if (states.now && !cell.hasAttribute("aria-current")) {
      cell.setAttribute("aria-current", "true");
      this.reveal(cell);
    }
    if (!states.now) cell.removeAttribute("aria-current");
    const parts = [
      fill(this.words.item, { n: position + 1 }),
      states.done ? this.words.answered : this.words.open,
      states.marked && this.words.marked,
      states.wait && this.words.unsent_item,
    ];
    cell.setAttribute("aria-label", parts.filter(Boolean).reduce((one, other) => fill(this.words.joined, { one, other })));
  }

  // Only the 答题卡 scrolls: scrollIntoView would move the page under the candidate too.
  reveal(cell) {
    const box = cell.closest("[data-scroll]");
    const off = cell.getBoundingClientRect().top - box.getBoundingClientRect().top;
    const hidden = off < 0 || off > box.clientHeight - UNDER_FOOT;
    if (hidden) box.scrollTop += off - box.clientHeight / 2;
  }

  count(name, value) {
    document.querySelectorAll(`[data-count="${name}"]`).forEach((place) => (place.textContent = value));
  }
}
