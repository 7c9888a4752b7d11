// What the taking page says about itself: the pill in the bar, and one notice at a time above the item.

const SLOW_MS = 400; // saving is said only where it takes this long
const PILLS = {
  none: ["", "pen"],
  saved: ["pill-saved", "check"],
  saving: ["", "dots"],
  waiting: ["pill-wait", "arrow-up"],
  offline: ["pill-off", "off"],
  signed_out: ["pill-wait", "lock"],
  password: ["pill-wait", "lock"],
  withdrawn: ["pill-wait", "off"],
  submitting: ["pill-wait", "arrow-up"],
  submitting_offline: ["pill-off", "off"],
  taken_over: ["pill-wait", "dev"],
};

export function fill(text, values) {
  return Object.keys(values).reduce((so, name) => so.split(`{${name}}`).join(String(values[name])), text);
}

// Item numbers as a reader counts them, from positions.
export function listed(positions, words) {
  const numbers = positions.map((position) => String(position + 1));
  return numbers.reduce((one, other) => fill(words.joined, { one, other }));
}

// Read out politely. One place for all, so that two things are not said over each other.
function speak(text) {
  document.querySelector("[data-spoken]").textContent = text;
}

export class Pill {
  // isKept(): whether the server holds anything of this attempt. Until it does, nothing is called saved.
  constructor(words, isKept) {
    Object.assign(this, { words, isKept });
    this.node = document.querySelector("[data-pill]");
    this.text = this.node.querySelector("[data-pill-text]");
    this.icons = [...this.node.querySelectorAll("[data-pill-icon]")];
    this.state = this.node.dataset.pill;
    this.said = "saved";
    window.addEventListener("resize", () => this.fit());
    document.addEventListener("preference", () => this.fit());
    this.fit();
  }

  // What does not fit into one line of the bar gets a line of its own, and the rest stays where it was.
  fit() {
    const [bar, timer] = [this.node.closest(".take-bar-in"), document.querySelector("[data-timer]")];
    bar.classList.remove("is-tall");
    const wraps = this.node.parentNode.offsetTop >= timer.offsetTop + timer.offsetHeight;
    bar.classList.toggle("is-tall", timer.offsetHeight > 0 && wraps);
  }

  get isTouched() {
    return this.node.dataset.pill === "saved" || this.isKept();
  }

  show(state, count = 0) {
    window.clearTimeout(this.timer);
    if (state !== "saving" || this.state === "saving") this.put(state, count);
    else this.timer = window.setTimeout(() => this.put(state, count), SLOW_MS);
  }

  put(told, count) {
    const state = told === "saved" && !this.isTouched ? "none" : told;
    const [kind, picture] = PILLS[state];
    this.node.className = `pill ${kind}`;
    this.icons.forEach((icon) => (icon.hidden = icon.dataset.pillIcon !== picture));
    this.text.textContent = fill(this.words[state], { n: count });
    this.fit();
    // Read out when the state changes, not with every number, and not at each save that simply works.
    if (told !== this.said && state !== "saving") speak(this.text.textContent);
    if (state !== "saving") this.said = told;
    this.state = state;
  }
}

// The weightiest comes first; the others wait until it is gone.
const ORDER = [
  "withdrawn",
  "taken_over",
  "ended",
  "conflict",
  "refused",
  "signed_out",
  "password",
  "submitting",
  "storage",
  "offline",
  "extension",
  "arrived",
];

export class Notices {
  constructor() {
    this.node = document.querySelector("[data-notice]");
    this.text = this.node.querySelector("[data-notice-text]");
    this.acts = this.node.querySelector("[data-notice-acts]");
    this.all = new Map();
  }

  // acts: [{label, act}] or [{label, href}] become buttons and links. A second part of the name tells apart notices
  // of one kind: "conflict:3".
  show(name, text, { tone = "warning", acts = [] } = {}) {
    const before = this.all.get(name);
    if (before && before.text === text) return;
    this.all.set(name, { name, text, tone, acts });
    this.render();
  }

  has(name) {
    return this.all.has(name);
  }

  hide(name) {
    if (this.all.delete(name)) this.render();
  }

  render() {
    const rank = (name) => ORDER.indexOf(name.split(":")[0]);
    const [first] = [...this.all.keys()].sort((one, other) => rank(one) - rank(other));
    const notice = this.all.get(first);
    if (notice === this.shown) return;
    // The number in a notice may change with each answer: it is read out when the notice appears.
    if (notice && !(this.shown && this.shown.name === notice.name)) speak(notice.text);
    this.shown = notice;
    this.node.hidden = !notice;
    this.text.textContent = notice ? notice.text : "";
    this.acts.textContent = "";
    if (!notice) return;
    this.node.className = `alert alert-${notice.tone}`;
    notice.acts.forEach((act) => this.acts.appendChild(button(act)));
  }
}

function button({ label, act, href }) {
  const node = document.createElement(href ? "a" : "button");
  node.className = "btn btn-outline-secondary";
  node.textContent = label;
  if (href) Object.assign(node, { href, target: "_blank", rel: "noopener" });
  else node.type = "button";
  if (act) node.addEventListener("click", act);
  return node;
}
