// The time left. The server's answer sets it; the device only counts on from there, by a clock that never jumps.

const RESYNC_MS = 60000;
const ANNOUNCED_MINUTES = [10, 5, 1];

export class Clock {
  constructor(take, words, onOver) {
    this.take = take;
    this.words = words;
    this.onOver = onOver;
    this.figure = document.querySelector("[data-timer-figure]");
    this.word = document.querySelector("[data-timer-word]");
    this.timer = document.querySelector("[data-timer]");
    this.limit = Number(take.dataset.limit || 0);
    this.set(Number(take.dataset.seconds));
    this.said = this.secondsLeft();
  }

  set(seconds) {
    this.endsAt = performance.now() + seconds * 1000;
  }

  secondsLeft() {
    return Math.max(0, Math.ceil((this.endsAt - performance.now()) / 1000));
  }

  run() {
    window.setInterval(() => this.tick(), 500);
    window.setInterval(() => this.ask(), RESYNC_MS);
    // performance.now() may stand still while a device sleeps.
    document.addEventListener("visibilitychange", () => document.hidden || this.ask());
    window.addEventListener("pageshow", () => this.ask());
    this.tick();
  }

  // Set the time by the server; the token that the page's requests must carry now, null where nobody answers.
  async ask() {
    const asked = performance.now();
    try {
      const reply = await fetch(this.take.dataset.clockUrl, { headers: { Accept: "application/json" } });
      // Signed out when the time is up: the result's address asks for the sign-in.
      if (reply.status === 401 && this.ended) this.onOver();
      if (!reply.ok) return null;
      const { seconds_left: seconds, over, csrf_token: token } = await reply.json();
      if (over) this.onOver();
      this.set(seconds - (performance.now() - asked) / 2000);
      return token;
    } catch (error) {
      return null; // Offline: the device counts on by itself.
    }
  }

  tick() {
    const left = this.secondsLeft();
    const two = (n) => String(n).padStart(2, "0");
    this.figure.textContent = `${two(Math.floor(left / 60))}:${two(left % 60)}`;
    const state = left === 0 ? "over" : left <= 60 ? "last" : left <= 600 ? "soon" : "left";
    this.timer.className = "timer " + ({ left: "timer-plain", soon: "timer-soon" }[state] || "timer-last");
    if (this.words[state]) this.word.textContent = this.words[state];
    this.announce(left);
    if (left === 0 && !this.ended) {
      this.ended = true;
      this.awaitEnd();
    }
  }

  announce(left) {
    const marks = [...ANNOUNCED_MINUTES, Math.round(this.limit / 120)].map((minutes) => minutes * 60);
    const passed = marks.find((seconds) => this.said > seconds && left <= seconds);
    this.said = left;
    if (passed && this.words.minutes_left) {
      const text = this.words.minutes_left.replace("{n}", String(Math.round(passed / 60)));
      document.querySelector("[data-announce]").textContent = text;
    }
  }

  // The server ends the attempt after its grace period; this page only shows it.
  awaitEnd() {
    window.setInterval(() => this.ask(), 3000);
    this.ask();
  }
}
