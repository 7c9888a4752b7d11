// The keys of the taking page. They are silent in text fields, with a modifier, and where the candidate turned them
// off. Up and down stay the browser's own way through the options of an item.

const ACTS = {
  ArrowLeft: (sheet) => sheet.step(-1),
  ArrowRight: (sheet) => sheet.step(1),
  Enter: (sheet) => sheet.step(1),
  m: (sheet) => sheet.toggleMark(),
};
const TYPED_IN = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";
const PRESSED = "a, button, summary, label";

export class Keyboard {
  constructor(take, sheet, openHelp) {
    Object.assign(this, { take, sheet, openHelp });
    document.addEventListener("keydown", (event) => this.hear(event));
    document.addEventListener("preference", ({ detail }) => {
      if (detail.name === "shortcuts") take.dataset.shortcuts = detail.value;
    });
  }

  hear(event) {
    if (!this.isMine(event)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === "?" || key === "？") this.openHelp();
    else if (!this.sheet.choose(key)) {
      if (!ACTS[key]) return;
      ACTS[key](this.sheet);
    }
    event.preventDefault();
  }

  isMine(event) {
    if (this.take.dataset.shortcuts === "off" || this.sheet.isAway) return false;
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return false;
    if (event.target.closest(TYPED_IN)) return false;
    return event.key !== "Enter" || !event.target.closest(PRESSED);
  }
}
