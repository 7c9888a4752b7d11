// What the candidate is told while the network is down, and when everything has arrived after all.

import { fill } from "./status.js";

const DOWN_TRIES = 3; // a single lost request is not worth a banner
const ARRIVED_MS = 10000;

export class Delivery {
  constructor({ outbox, store, notices, words }) {
    Object.assign(this, { outbox, store, notices, words });
    this.undelivered = new Set(); // what was spoken of while the network was down
  }

  // The outbox has come into this state, with so many items in it, after so many tries.
  tell(state, count, tries) {
    if (state === "offline" || (state === "waiting" && tries >= DOWN_TRIES)) this.tellDown(count);
    if (state === "saved" && this.undelivered.size) this.tellArrived();
  }

  tellDown(count) {
    this.outbox.positions.forEach((position) => this.undelivered.add(position));
    const text = this.store.keeps ? this.words.network_down : this.words.network_down_unkept;
    this.notices.show("offline", fill(text, { n: count }));
  }

  tellArrived() {
    this.notices.hide("offline");
    this.notices.show("arrived", fill(this.words.network_back, { n: this.undelivered.size }), { tone: "success" });
    window.setTimeout(() => this.notices.hide("arrived"), ARRIVED_MS);
    this.undelivered.clear();
  }
}
