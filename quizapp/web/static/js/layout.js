// Which item the candidate is at: the only one shown, or, with the whole paper on the page, the one in view.

const READING_LINE = 0.35; // of the window's height: the item that reaches up to here is being read
const SETTLE_MS = 250; // browsers refuse an address that changes too often

export class Layout {
  constructor(take, items, onMove) {
    Object.assign(this, { take, items, onMove, now: 0, pinned: null });
    this.parts = [...take.querySelectorAll("[data-part], [data-case]")];
    this.foot = {
      back: take.querySelector('[data-step="-1"]'),
      next: take.querySelector('[data-step="1"]'),
      last: take.querySelector("[data-last]"),
    };
  }

  get isSingle() {
    return this.take.dataset.layout === "single";
  }

  start() {
    const own = this.take.querySelector("[data-layout-switch]");
    if (own) own.hidden = false;
    document.addEventListener("preference", ({ detail }) => {
      if (detail.name === "layout") this.take.dataset.layout = detail.value;
      this.arrange();
      this.bring();
    });
    window.addEventListener("scroll", () => window.requestAnimationFrame(() => this.follow()), { passive: true });
    this.take.addEventListener("focusin", (event) => {
      const item = event.target.closest("[data-item]");
      if (item && !this.isSingle) this.moveTo(this.items.indexOf(item));
    });
    // The browser goes to the address's item by itself once all is loaded, and under the bar.
    window.addEventListener("load", () => this.bring());
    this.arrange();
  }

  // Put the page into the order of the present layout; without script everything is shown.
  arrange() {
    const single = this.isSingle;
    const item = this.items[this.now];
    this.take.classList.toggle("is-single", single);
    this.items.forEach((each) => (each.hidden = single && each !== item));
    this.parts.forEach((part) => (part.hidden = single && !part.contains(item)));
    const last = this.now === this.items.length - 1;
    this.foot.next.hidden = last;
    this.foot.last.hidden = !last;
    this.foot.back.disabled = this.now === 0;
  }

  go(position, focus) {
    this.now = Math.max(0, Math.min(position, this.items.length - 1));
    this.arrange();
    this.bring();
    if (focus) this.items[this.now].querySelector(".item-no").focus({ preventScroll: true });
    this.remember();
    this.onMove();
  }

  bring() {
    if (this.isSingle) window.scrollTo(0, 0);
    else this.items[this.now].scrollIntoView();
    this.pinned = window.pageYOffset; // a short last item cannot come up to the reading line
  }

  follow() {
    if (this.isSingle || Math.abs(window.pageYOffset - this.pinned) < 4) return;
    this.pinned = null;
    const line = window.innerHeight * READING_LINE;
    const reached = this.items.filter((item) => item.getBoundingClientRect().top <= line);
    this.moveTo(Math.max(0, reached.length - 1));
  }

  // Without scrolling: the page is where the candidate brought it.
  moveTo(position) {
    if (position === this.now) return;
    this.now = position;
    this.arrange();
    this.remember();
    this.onMove();
  }

  // Where a reload comes back to.
  remember() {
    window.clearTimeout(this.timer);
    const write = () => window.history.replaceState(window.history.state, "", `#item-${this.now}`);
    if (this.isSingle) write();
    else this.timer = window.setTimeout(write, SETTLE_MS);
  }
}
