// A part of the page that takes it over until it is closed: focus stays inside, Esc and the phone's back button close
// it, the focus returns to where it was, and the rest is hidden from screen readers.

const FOCUSABLE = "a[href], button:not([disabled]), input:not([disabled]):not([type=hidden]), select, textarea, [tabindex='0']";
const BACK_MS = 400; // some in-app browsers go back without saying so

export class Modal {
  constructor(node, { onOpen = () => {}, onClose = () => {} } = {}) {
    Object.assign(this, { node, onOpen, onClose, isOpen: false, others: [] });
    node.addEventListener("keydown", (event) => this.keep(event));
    node.addEventListener("click", (event) => event.target === node && this.close()); // the shade around the card
    window.addEventListener("popstate", () => this.shut());
  }

  open() {
    if (this.isOpen) return;
    this.isOpen = true;
    this.before = document.activeElement;
    this.node.hidden = false;
    this.node.classList.add("is-open");
    this.hideOthers();
    window.history.pushState({ modal: true }, ""); // what the back button takes away
    this.onOpen();
    (this.node.querySelector("[data-first]") || this.stops()[0]).focus();
  }

  // `then` runs when the page's own address is the present one again.
  close(then = () => {}) {
    if (!this.isOpen) return then();
    this.then = then;
    window.history.back();
    this.timer = window.setTimeout(() => this.shut(), BACK_MS);
  }

  shut() {
    if (!this.isOpen) return;
    window.clearTimeout(this.timer);
    this.isOpen = false;
    this.node.classList.remove("is-open");
    this.others.forEach((other) => other.removeAttribute("aria-hidden"));
    this.onClose();
    // Going back, the browser brings the address's item into view and takes the focus away: only then it is our turn.
    window.setTimeout(() => this.giveBack());
  }

  giveBack() {
    if (this.before) this.before.focus({ preventScroll: true });
    const then = this.then;
    this.then = null;
    if (then) then();
  }

  stops() {
    return [...this.node.querySelectorAll(FOCUSABLE)].filter((each) => each.getClientRects().length > 0);
  }

  keep(event) {
    if (!this.isOpen) return;
    if (event.key === "Escape") this.close();
    if (event.key !== "Tab") return;
    const stops = this.stops();
    const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
  }

  // Everything beside the node and beside each of its parents. `inert` is unknown to Chromium 80.
  hideOthers() {
    this.others = [];
    for (let node = this.node; node !== document.body; node = node.parentElement) {
      const beside = [...node.parentElement.children].filter((each) => each !== node && each.tagName !== "SCRIPT");
      this.others.push(...beside.filter((each) => !each.hasAttribute("aria-hidden")));
    }
    this.others.forEach((other) => other.setAttribute("aria-hidden", "true"));
  }
}
