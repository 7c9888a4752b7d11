// What is on the page: the items, the 答题卡 beside them, and which item is shown.

export class Sheet {
  constructor(take, form, words) {
    this.take = take;
    this.form = form;
    this.words = words;
    this.items = [...form.querySelectorAll("[data-item]")];
    this.side = document.querySelector("[data-answer-sheet]");
    this.now = 0;
  }

  start() {
    this.take.classList.add("is-single");
    document.querySelector("[data-foot-plain]").hidden = true;
    document.querySelector("[data-foot-script]").hidden = false;
    document.querySelectorAll("[data-step]").forEach((button) =>
      button.addEventListener("click", () => this.go(this.now + Number(button.dataset.step)))
    );
    document.querySelector("[data-open-sheet]").addEventListener("click", () => this.openSheet());
    document.querySelector("[data-close-sheet]").addEventListener("click", () => this.closeSheet());
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.closeSheet());
    document.querySelectorAll("[data-cell]").forEach((cell) =>
      cell.addEventListener("click", (event) => {
        // Not by the address: that of the present item would not change, and the sheet would stay open.
        event.preventDefault();
        this.closeSheet();
        this.go(Number(cell.dataset.cell));
      })
    );
    window.addEventListener("hashchange", () => this.follow());
    this.follow();
    this.refresh();
  }

  follow() {
    const wanted = /^#item-(\d+)$/.exec(window.location.hash);
    this.closeSheet();
    this.go(wanted ? Number(wanted[1]) : this.firstOpen(), false);
  }

  firstOpen() {
    const open = this.items.findIndex((item) => !this.isAnswered(item));
    return open === -1 ? 0 : open;
  }

  go(position, focus = true) {
    document.querySelector("[data-notice]").hidden = true;
    this.now = Math.max(0, Math.min(position, this.items.length - 1));
    this.items.forEach((item, index) => (item.hidden = index !== this.now));
    window.history.replaceState(null, "", `#item-${this.now}`); // where a reload comes back to
    const last = this.now === this.items.length - 1;
    document.querySelector('[data-step="1"]').hidden = last;
    document.querySelector("[data-last]").hidden = !last;
    document.querySelector('[data-step="-1"]').disabled = this.now === 0;
    window.scrollTo(0, 0);
    document.querySelector(`[data-cell="${this.now}"]`).scrollIntoView({ block: "nearest" });
    if (focus) this.items[this.now].querySelector(".item-no").focus({ preventScroll: true });
    this.refresh();
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
    this.count("progress", `${answered}/${total}`);
    document.querySelector("[data-track]").setAttribute("width", `${(100 * answered) / total}%`);
  }

  refreshCell(item) {
    const position = Number(item.dataset.item);
    const cell = document.querySelector(`[data-cell="${position}"]`);
    const [answered, marked] = [this.isAnswered(item), this.isMarked(item)];
    cell.classList.toggle("is-done", answered);
    cell.classList.toggle("is-marked", marked);
    cell.classList.toggle("is-now", position === this.now);
    if (position === this.now) cell.setAttribute("aria-current", "true");
    else cell.removeAttribute("aria-current");
    const parts = [this.words.item.replace("{n}", position + 1), answered ? this.words.answered : this.words.open];
    cell.setAttribute("aria-label", (marked ? [...parts, this.words.marked] : parts).join(", "));
  }

  count(name, value) {
    document.querySelectorAll(`[data-count="${name}"]`).forEach((place) => (place.textContent = value));
  }

  openSheet() {
    this.side.classList.add("is-open");
    this.side.querySelector("[data-close-sheet]").focus();
  }

  closeSheet() {
    if (!this.side.classList.contains("is-open")) return;
    this.side.classList.remove("is-open");
    document.querySelector("[data-open-sheet]").focus();
  }
}
