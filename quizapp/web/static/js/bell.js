// The door of a test: counts down to the opening by the server's clock, lets the person in by itself, spread over a
// few seconds, and tries again where the server is busy. Without this script the same form has a button.

const TICK_MS = 250;
const SLEPT_MS = 5000; // between two ticks: the device was asleep, and its clock may have stood still
const RESYNC_MS = 90000;
const TIMEOUT_MS = 15000;
const RETRY_MS = [1000, 2000, 4000, 8000];
const TYPING_MS = 3000;
const PRESENT_MS = 15 * 60000; // nobody touched the page for longer: the person may have gone away
const ASK_AFTER_MS = 5 * 60000; // untouched, where the opening is further away than that: it asks for a sign

export class Bell {
  constructor(form) {
    this.form = form;
    this.words = JSON.parse(form.dataset.words);
    this.delay = Number(form.dataset.delay) * 1000;
    this.button = form.querySelector("[data-start]");
    this.tries = 0;
    this.sending = false;
    this.rung = form.dataset.waiting !== "yes";
    this.set(Number(form.dataset.opensIn));
    this.touchedAt = this.typedAt = this.tickedAt = performance.now();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  set(seconds) {
    this.opensAt = performance.now() + seconds * 1000;
  }

  run() {
    if (this.rung) return;
    document.querySelectorAll("[data-without-script]").forEach((part) => (part.hidden = true));
    document.querySelectorAll("[data-with-script], [data-figure-line]").forEach((part) => (part.hidden = false));
    this.button.disabled = true;
    const touched = () => {
      this.touchedAt = performance.now();
      if (this.said === this.words.touch) this.say("");
    };
    ["pointerdown", "keydown", "scroll"].forEach((name) => document.addEventListener(name, touched, { passive: true }));
    this.form.addEventListener("input", () => (this.typedAt = performance.now()));
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return;
      touched();
      this.ask();
    });
    window.addEventListener("pageshow", (event) => event.persisted && this.ask());
    this.timer = window.setInterval(() => this.tick(), TICK_MS);
    this.ask();
    this.askLater();
    this.tick();
  }

  // Not all pages in the same second.
  askLater() {
    window.setTimeout(() => {
      if (this.rung) return;
      if (!document.hidden) this.ask();
      this.askLater();
    }, RESYNC_MS * (0.5 + Math.random()));
  }

  // Set the time by the server, and take the token that the form must carry now.
  async ask() {
    const asked = performance.now();
    try {
      const reply = await fetch(this.form.dataset.bellUrl, { headers: { Accept: "application/json" } });
      // Signed out, or the test is gone: the page itself says what to do.
      if (reply.status >= 400 && reply.status < 500) window.location.reload();
      if (!reply.ok) return;
      const { opens_in: seconds, csrf_token: token } = await reply.json();
      this.set(seconds - (performance.now() - asked) / 2000);
      this.form.elements.csrf_token.value = token;
    } catch (error) {
      // No network: the device counts on by itself.
    }
  }

  tick() {
    const now = performance.now();
    if (now - this.tickedAt > SLEPT_MS) this.ask();
    this.tickedAt = now;
    const left = this.opensAt - now;
    this.show(Math.max(0, Math.ceil(left / 1000)));
    if (left > 0 && this.wouldMiss(now)) this.say(this.words.touch);
    if (left <= 0 && !this.open) this.ring();
    if (this.open) this.enterWhenDue(now);
  }

  show(seconds) {
    const two = (n) => String(n).padStart(2, "0");
    const hours = Math.floor(seconds / 3600);
    const clock = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    const days = this.words.days.replace("{d}", Math.floor(hours / 24)).replace("{h}", hours % 24);
    const figure = hours >= 24 ? days : hours ? `${two(hours)}:${clock}` : clock;
    document.querySelector("[data-figure]").textContent = figure;
    const said = { 300: this.words.five, 60: this.words.one }[seconds];
    if (said && said !== this.said && this.said !== this.words.touch) this.say(said);
  }

  ring() {
    this.open = true;
    this.button.disabled = false;
    document.querySelectorAll("[data-countdown]").forEach((part) => (part.hidden = true));
    this.say(this.isFilled() ? this.words.entering : this.words.missing);
  }

  // Whether the opening, as things stand, would find a page that nobody has touched for too long.
  wouldMiss(now) {
    return now - this.touchedAt > ASK_AFTER_MS && this.opensAt + this.delay - this.touchedAt > PRESENT_MS;
  }

  // By itself only for somebody who is there and has filled in everything: their time starts with it.
  enterWhenDue(now) {
    if (document.hidden || now < this.opensAt + this.delay || now - this.typedAt < TYPING_MS) return;
    window.clearInterval(this.timer);
    this.rung = true;
    if (!this.isFilled()) return this.say(this.words.missing);
    if (now - this.touchedAt > PRESENT_MS) return this.say(this.words.ready);
    this.send();
  }

  isFilled() {
    const { pledged, code } = this.form.elements;
    return (!pledged || pledged.checked) && (!code || code.value.trim() !== "");
  }

  async send() {
    if (this.sending) return;
    this.sending = true;
    window.clearInterval(this.timer);
    this.button.disabled = true;
    if (this.tries === 0) this.say(this.words.starting);
    const abort = new AbortController();
    const timeout = window.setTimeout(() => abort.abort(), TIMEOUT_MS);
    let reply;
    let body = {};
    try {
      reply = await fetch(this.form.action, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new FormData(this.form),
        signal: abort.signal,
      });
      body = await reply.json().catch(() => ({}));
    } catch (error) {
      return this.retry(navigator.onLine === false ? this.words.offline : this.words.busy);
    } finally {
      window.clearTimeout(timeout);
    }
    if (reply.ok && body.next) return window.location.assign(body.next);
    if (reply.status >= 500 || reply.status === 429) return this.retry(this.words.busy);
    return this.settle(body);
  }

  // What the server did not take: to be mended here, or said by the page itself.
  async settle(body) {
    const faults = Object.entries(body.faults || {});
    const fields = faults.map(([name, text]) => [this.form.querySelector(`[data-field="${name}"]`), text]);
    if (fields.length && fields.every(([field]) => field)) {
      this.sending = false;
      this.button.disabled = false;
      this.say("");
      return this.mark(fields);
    }
    if (body.error === "not_open" || body.error === "stale_form") {
      await this.ask();
      return this.retry(this.words.starting);
    }
    return window.location.reload();
  }

  retry(text) {
    this.say(text);
    const wait = RETRY_MS[Math.min(this.tries, RETRY_MS.length - 1)];
    this.tries += 1;
    window.setTimeout(() => {
      this.sending = false;
      this.send();
    }, wait * (0.5 + Math.random()));
  }

  // Everything at once, and the first of it in focus.
  mark(fields) {
    this.form.querySelectorAll("[data-error]").forEach((line) => (line.hidden = true));
    this.form.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
    fields.forEach(([field, message]) => {
      field.querySelector("[data-error-text]").textContent = message;
      field.querySelector("[data-error]").hidden = false;
      field.querySelector("input").setAttribute("aria-invalid", "true");
    });
    fields[0][0].querySelector("input").focus();
  }

  say(text) {
    if (text === this.said) return;
    this.said = text;
    this.form.querySelector("[data-said]").textContent = text;
  }
}

const form = document.querySelector("[data-door]");
if (form) new Bell(form).run();
