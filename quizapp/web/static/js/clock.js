// The time left. The server's answers set it; the device only counts on from there, by a clock that never jumps.

const ANNOUNCED_MINUTES = [1, 5, 10];
const DRIFT = 0.0002; // of a device's clock, at worst: an old answer is worth less than a fresh one
const JUMP_MS = 2000;

export class Clock {
  // `limit`: seconds of the whole test; `left`: seconds left as the page was served; onEnd() when none are.
  constructor({ left, limit, words, onEnd }) {
    Object.assign(this, { words, onEnd });
    this.marks = [...ANNOUNCED_MINUTES, Math.round(limit / 120)].sort((one, other) => one - other);
    this.figure = document.querySelector("[data-timer-figure]");
    this.word = document.querySelector("[data-timer-word]");
    this.timer = document.querySelector("[data-timer]");
    this.announcer = document.querySelector("[data-announce]");
    this.soon = Math.min(600, limit / 3); // a test of two minutes is not "nearly over" from its first second
    this.forget(left);
    this.said = this.secondsLeft();
  }

  // Believe `left` until any answer comes.
  forget(left) {
    this.best = { endsAt: performance.now() + left * 1000, within: Infinity, at: performance.now() };
    this.offset = Date.now() - performance.now();
  }

  // An answer with the seconds left. The server read its clock somewhere between question and answer: the middle is
  // wrong by half that time at most. The best answer stays, unless a worse one contradicts it (time was given).
  heed(seconds, asked, answered) {
    const fresh = { endsAt: (asked + answered) / 2 + seconds * 1000, within: (answered - asked) / 2 + 1, at: answered };
    const within = this.best.within + (answered - this.best.at) * DRIFT;
    const apart = Math.abs(fresh.endsAt - this.best.endsAt);
    if (fresh.within <= within || apart > fresh.within + within) this.best = fresh;
    this.tick();
  }

  secondsLeft() {
    return Math.max(0, Math.ceil((this.best.endsAt - performance.now()) / 1000));
  }

  run(onWake) {
    this.onWake = onWake;
    this.ticking = window.setInterval(() => this.tick(), 500);
    document.addEventListener("visibilitychange", () => this.tick());
    this.tick();
  }

  // There is no time any more that could run out.
  stop() {
    window.clearInterval(this.ticking);
    this.stopped = true;
    this.timer.hidden = true;
  }

  tick() {
    if (this.stopped) return;
    this.watchForSleep();
    const left = this.secondsLeft();
    const two = (n) => String(n).padStart(2, "0");
    const figure = `${two(Math.floor(left / 60))}:${two(left % 60)}`;
    if (this.figure.textContent !== figure) this.figure.textContent = figure;
    const state = left === 0 ? "over" : left <= 60 ? "last" : left <= this.soon ? "soon" : "left";
    this.timer.className = "timer " + ({ left: "timer-plain", soon: "timer-soon" }[state] || "timer-last");
    if (this.word.textContent !== this.words[state]) this.word.textContent = this.words[state];
    this.announce(left);
    if (left === 0 && !this.ended) this.onEnd();
    this.ended = left === 0;
  }

  // performance.now() may stand still while a device sleeps, and Date.now() moves when somebody sets the clock. Asleep
  // the page was hidden: then the time is gone. Either way the server is asked.
  watchForSleep() {
    const jump = Date.now() - performance.now() - this.offset;
    const slept = this.wasHidden || document.hidden;
    this.wasHidden = document.hidden;
    if (Math.abs(jump) < JUMP_MS) return;
    this.offset += jump;
    this.best.within = Infinity;
    if (slept && jump > 0) this.best.endsAt -= jump;
    if (this.onWake) this.onWake();
  }

  // After a sleep only the newest of the marks that were passed.
  announce(left) {
    const passed = this.marks.find((minutes) => this.said > minutes * 60 && left <= minutes * 60);
    this.said = left;
    if (passed && left > 0) this.announcer.textContent = this.words.minutes_left.replace("{n}", String(passed));
  }
}
