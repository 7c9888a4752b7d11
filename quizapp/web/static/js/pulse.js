// The question a visible page asks the server again and again: how long still, and am I still the one?
// Mostly it asks only whether what it was told still holds, which costs the server next to nothing; but in full from
// time to time, for then the clock is set and an ended sign-in noticed.

const EVERY_MS = 1500;
const HIDDEN_MS = 30000;
const IN_FULL_MS = 20000;

export class Pulse {
  // on: over(), extension({minutes, reason, id}), alive(). What every answer says besides is heard by the wire.
  constructor({ url, attempt, wire, on }) {
    Object.assign(this, { url, wire, on });
    this.told = `quizapp:extension:${attempt}`;
    this.every = EVERY_MS;
  }

  run() {
    // A device that wakes up asks at once: its own clocks may have stood still.
    document.addEventListener("visibilitychange", () => document.hidden || this.askInFull());
    window.addEventListener("online", () => this.askInFull());
    this.ask();
  }

  // Once more where a question is under way: what that one is told may be of before.
  askInFull() {
    this.tag = "";
    this.owesOne = Boolean(this.asking);
    this.ask();
  }

  async ask() {
    window.clearTimeout(this.timer);
    if (this.asking || this.stopped) return;
    this.asking = true;
    const moments = [performance.now(), Date.now()];
    const reply = await this.wire.ask(this.url, { tag: this.isRecent(moments) ? this.tag : "" });
    this.asking = false;
    const wait = document.hidden ? HIDDEN_MS : this.every;
    this.timer = window.setTimeout(() => (this.owesOne ? this.askInFull() : this.ask()), this.owesOne ? 0 : wait);
    if (reply.kind === "unchanged") return this.on.alive();
    this.tag = "";
    if (reply.kind !== "ok") return;
    this.tag = reply.body.tag || "";
    this.inFull = moments;
    if (reply.body.every) this.every = 1000 * reply.body.every;
    if (reply.body.extension) this.tellExtension(reply.body.extension);
    if (reply.body.over) this.on.over();
    else this.on.alive();
  }

  // Both clocks of the device: the one stands still while it sleeps, the other can be set.
  isRecent(moments) {
    return Boolean(this.tag) && moments.every((now, which) => Math.abs(now - this.inFull[which]) < IN_FULL_MS);
  }

  stop() {
    this.stopped = true;
    window.clearTimeout(this.timer);
  }

  // Once, however often the page is loaded again.
  tellExtension(extension) {
    if (extension.id <= this.lastTold()) return;
    this.lastId = extension.id;
    try {
      window.sessionStorage.setItem(this.told, String(extension.id));
    } catch (error) {
      // Then it is said again after a reload.
    }
    this.on.extension(extension);
  }

  lastTold() {
    try {
      return Math.max(this.lastId || 0, Number(window.sessionStorage.getItem(this.told)) || 0);
    } catch (error) {
      return this.lastId || 0;
    }
  }
}
