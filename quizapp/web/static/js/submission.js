// The last step: 确认交卷 waits for what has not arrived, and is sent until the server says that it has it. Sent twice
// it submits once.

import { Patience } from "./wire.js";

export class Submission {
  // on: state(state, count) with "unsent", "submitting", "submitting_offline" or "" (given up); done(body).
  constructor({ form, outbox, lease, wire, on }) {
    Object.assign(this, { form, outbox, lease, wire, on });
    this.patience = new Patience(1000, 4000);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.asked) this.begin();
    });
  }

  get isSending() {
    return Boolean(this.asked && this.outbox.isEmpty);
  }

  begin() {
    this.asked = true;
    this.form.querySelector("button[type=submit]").disabled = true;
    this.tell();
    this.outbox.whenEmpty(() => this.asked && this.send());
    this.outbox.wake();
  }

  // What is waited for, told anew whenever one of them has arrived.
  tell() {
    if (this.asked && !this.outbox.isEmpty) this.on.state("unsent", this.outbox.positions.length);
  }

  // The candidate has something to decide first; or, for good, another page has taken over.
  stop(forGood = false) {
    window.clearTimeout(this.timer);
    this.form.querySelector("button[type=submit]").disabled = forGood;
    if (this.asked) this.on.state("", 0);
    this.asked = false;
  }

  async send() {
    const body = new URLSearchParams();
    if (this.lease.number) body.set("lease", String(this.lease.number));
    const reply = await this.wire.ask(this.form.action, { method: "POST", body });
    if (!this.asked) return;
    if (reply.kind === "ok" || reply.kind === "over") return this.on.done(reply.body);
    if (reply.kind === "taken_over") return this.lease.lose();
    if (!["signed_out", "password"].includes(reply.kind)) this.on.state(navigator.onLine === false ? "submitting_offline" : "submitting", 0);
    this.timer = window.setTimeout(() => this.send(), this.patience.next(reply.after));
  }
}
