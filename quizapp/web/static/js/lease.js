// Which page of a candidate may save: the newest. A page asks for the lease when it loads; another tab of this browser
// hears of it at once, a page on another device from its next pulse or save.

import { Patience } from "./wire.js";

export class Lease {
  // on: taken(kept), lost(inThisBrowser), over(error), waiting(kind). Without a url (nothing to guard) it is there at once.
  constructor({ url, attempt, wire, on }) {
    Object.assign(this, { url, wire, on });
    this.number = url ? null : 0;
    this.patience = new Patience();
    this.tabs = url ? openChannel(attempt, (number) => this.see(number, true)) : () => {};
  }

  // Until it is there; the page goes on collecting answers meanwhile.
  async take() {
    window.clearTimeout(this.timer);
    if (this.asking || this.number !== null) return;
    this.asking = true;
    const reply = await this.wire.ask(this.url, { method: "POST", body: {} });
    this.asking = false;
    if (reply.kind === "over") return this.on.over(reply.body.error);
    if (reply.kind !== "ok" || !reply.body.lease) {
      this.timer = window.setTimeout(() => this.take(), this.patience.next(reply.after));
      return this.on.waiting(reply.kind);
    }
    this.number = reply.body.lease;
    this.tabs(this.number);
    this.on.taken(reply.body.kept || []);
  }

  // A number that somebody has heard of. Late answers carry older ones.
  see(number, inThisBrowser = false) {
    if (this.number !== null && number > this.number) this.lose(inThisBrowser);
  }

  lose(inThisBrowser = false) {
    if (this.isLost) return;
    this.isLost = true;
    this.on.lost(inThisBrowser);
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
