// Which page of a candidate may save: the one that was served last. Each page is served with a number, later pages with
// higher ones, and takes the lease under that number before its first save. So the same page may ask twice (the first
// request may have been heard although no answer came), and a page whose request was delayed cannot take the attempt
// from one that was opened after it. Another tab of this browser hears of it at once, a page on another device from its
// next pulse or save.

import { Patience } from "./wire.js";

export class Lease {
  // own: the number this page was served with. on: taken(kept), lost(inThisBrowser), over(error), waiting(kind).
  // Without a url (nothing to guard) it is there at once.
  constructor({ url, own, attempt, wire, on }) {
    Object.assign(this, { url, own, wire, on });
    this.number = url ? null : 0;
    this.patience = new Patience();
    this.tabs = url ? openChannel(attempt, (number) => this.see(number, true)) : () => {};
  }

  // Until it is there; the page goes on collecting answers meanwhile.
  async take() {
    window.clearTimeout(this.timer);
    if (this.asking || this.stopped || this.number !== null) return;
    this.asking = true;
    const reply = await this.wire.ask(this.url, { method: "PUT", body: { lease: this.own } });
    this.asking = false;
    if (this.stopped) return;
    if (reply.kind === "taken_over") return this.lose();
    if (reply.kind === "over") return this.on.over(reply.body.error);
    if (reply.kind !== "ok" || reply.body.lease !== this.own) {
      this.timer = window.setTimeout(() => this.take(), this.patience.next(reply.after));
      return this.on.waiting(reply.kind);
    }
    this.number = this.own;
    this.tabs(this.number);
    this.on.taken(reply.body.kept || []);
  }

  // A number that somebody has heard of. Late answers carry older ones.
  see(number, inThisBrowser = false) {
    if (this.url && number > this.own) this.lose(inThisBrowser);
  }

  lose(inThisBrowser = false) {
    if (this.stopped) return;
    this.stop();
    this.on.lost(inThisBrowser);
  }

  stop() {
    this.stopped = true;
    window.clearTimeout(this.timer);
  }
}

// Tell the other tabs of this browser, and hear them; a storage event where there is no channel (Safari before 15.4).
function openChannel(attempt, hear) {
  const name = `quizapp:lease:${attempt}`;
  if (window.BroadcastChannel) {
    const channel = new BroadcastChannel(name);
    channel.addEventListener("message", (event) => hear(event.data));
    return (number) => channel.postMessage(number);
  }
  window.addEventListener("storage", (event) => event.key === name && hear(Number(event.newValue)));
  return (number) => {
    try {
      window.localStorage.setItem(name, String(number));
    } catch (error) {
      // The other tab hears of it from the server.
    }
  };
}
