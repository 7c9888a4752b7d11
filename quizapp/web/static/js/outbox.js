// Answers on their way to the server. Each is on the device before it is sent, and leaves it when it has arrived.
// One request is under way at a time, with one operation for each item: the newest value wins, but an operation that
// the server may have heard comes again first, since a newer one sent alone would meet a version nobody here knows.

import { Patience } from "./wire.js";

const MOST_AT_ONCE = 50;
const SURROGATES = /[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g;

export class Outbox {
  // on: state(state, count, tries), saved(position, version), stale(position, kept, own), refused(position),
  // over(error), takenOver().
  constructor({ url, wire, store, lease, on }) {
    Object.assign(this, { url, wire, store, lease, on });
    this.failed = 0;
    this.entries = new Map(); // position → {sent, next}: what may have been heard, and what was chosen after it
    this.seen = new Set(); // every operation that was in here
    this.made = new Set(); // those of them that were chosen on this page
    this.versions = new Map();
    this.patience = new Patience();
    this.state = "saved";
    this.emptied = [];
    this.most = MOST_AT_ONCE;
    window.addEventListener("storage", () => this.sweep());
  }

  get isEmpty() {
    return this.entries.size === 0;
  }

  get positions() {
    return [...this.entries.keys()].sort((one, other) => one - other);
  }

  // Whether this page knows of anything that the server has.
  get isKept() {
    return [...this.versions.values()].some((version) => version > 0);
  }

  whenEmpty(act) {
    if (this.isEmpty) act();
    else this.emptied.push(act);
  }

  // What the candidate chose last for an item, where it has not arrived.
  latest(position) {
    const entry = this.entries.get(position);
    return entry ? entry.next || entry.sent : null;
  }

  put({ position, answer, marked }, pause = 0) {
    if (this.stopped) return;
    const entry = this.entries.get(position) || { sent: null, next: null };
    const replaced = entry.next ? [entry.next.operation] : [];
    const version = this.versions.get(position) || 0;
    const at = Math.max(Date.now(), this.newest(position) + 1); // a clock that is put back makes no choice older
    const over = this.overruled([entry.sent, entry.next].filter(Boolean));
    entry.next = { position, answer: answer.map(whole), marked, version, operation: newId(), at, over };
    this.made.add(entry.next.operation);
    this.seen.add(entry.next.operation);
    this.entries.set(position, entry);
    this.store.change([entry.next], replaced);
    this.tell(this.state === "saved" ? "saving" : this.state);
    window.clearTimeout(this.pausing);
    if (pause) this.pausing = window.setTimeout(() => this.send(), pause);
    else this.send();
  }

  // The candidate has decided about an own answer that lost against another.
  forgetAside(position) {
    const asides = this.store.list.filter((kept) => kept.aside && kept.position === position);
    if (asides.length) this.store.change([], asides.map((kept) => kept.operation));
  }

  // When the newest choice of an item was made, here or in another tab; 0 for none.
  newest(position) {
    const held = this.store.held().filter((one) => one.position === position);
    return Math.max(0, ...[this.latest(position), ...held].filter(Boolean).map((one) => one.at));
  }

  // Take up what the device holds from before, or from another tab of this browser.
  adopt(operations) {
    operations.filter((one) => !one.aside && !this.seen.has(one.operation)).forEach((one) => this.adoptOne(one));
    if (!this.isEmpty) this.tell(this.state === "saved" ? "saving" : this.state);
  }

  // Two tabs may each have left a choice of one item: the newest stays, wherever it was made.
  adoptOne(operation) {
    this.seen.add(operation.operation);
    const { sent, next } = this.entries.get(operation.position) || {};
    const byAge = [sent, next, operation].filter(Boolean).sort((one, other) => one.at - other.at);
    const newest = byAge[byAge.length - 1];
    const entry = { sent: byAge.filter((one) => one.sent).pop() || null, next: newest.sent ? null : newest };
    this.entries.set(operation.position, entry);
    const older = byAge.filter((one) => one !== entry.sent && one !== entry.next);
    if (!older.length) return;
    newest.over = [...new Set((newest.over || []).concat(this.overruled(older)))];
    this.store.change([newest], older.map((one) => one.operation));
  }

  // What another tab may be sending of these, and of what they were chosen over: not what nobody but this page knew.
  overruled(operations) {
    const foreign = operations.filter((one) => !this.made.has(one.operation)).map((one) => one.operation);
    return [...new Set(foreign.concat(...operations.map((one) => one.over || [])))];
  }

  // A tab that had not heard yet that it was replaced may have written back what is settled.
  sweep() {
    if (this.stopped || !this.isEmpty || this.lease.number === null) return;
    const settled = this.store.held().filter((one) => !one.aside && this.seen.has(one.operation));
    if (settled.length) this.store.change([], settled.map((one) => one.operation));
  }

  // Nothing can be sent yet, for this reason.
  hold(kind) {
    if (!this.isEmpty) this.tell(["signed_out", "password"].includes(kind) ? kind : trouble());
  }

  // The network seems to be there: no need to wait for the next try.
  wake() {
    this.patience.reset();
    this.send();
  }

  stop() {
    this.stopped = true;
    window.clearTimeout(this.timer);
  }

  async send() {
    if (this.busy || this.stopped || this.isEmpty || this.lease.number === null) return;
    this.busy = true;
    window.clearTimeout(this.timer);
    while (!this.stopped && !this.isEmpty && (await this.sendBatch())) {
      this.patience.reset();
      this.failed = 0;
    }
    this.busy = false;
    if (!this.isEmpty) return;
    this.sweep();
    this.tell("saved");
    this.emptied.splice(0).forEach((act) => act());
  }

  // Whether to go on at once.
  async sendBatch() {
    const batch = [...this.entries.values()].slice(0, this.most).map(markSent);
    this.store.change(batch); // it says now that the server may have heard them
    const body = { lease: this.lease.number, responses: batch.map(spell) };
    const reply = await this.wire.ask(this.url, { method: "PUT", body });
    if (this.stopped) return false;
    if (reply.kind === "unread") return this.singleOut(batch);
    if (reply.kind === "ok" && this.settle(batch, reply.body.results || [])) return true;
    if (reply.kind === "taken_over") return this.on.takenOver();
    if (reply.kind === "over") return this.on.over(reply.body.error);
    return this.retryLater(["signed_out", "password"].includes(reply.kind) ? reply.kind : trouble(), reply.after);
  }

  // Something in it is not understood, and would hold up all the others for ever: each goes by itself until it is found.
  singleOut(batch) {
    this.most = batch.length > 1 ? 1 : MOST_AT_ONCE;
    return this.most === 1 || this.settle(batch, [{ position: batch[0].position, error: "not_an_answer" }]);
  }

  // What became of each, in the order sent; false for an answer that does not say so.
  settle(batch, results) {
    if (batch.some((operation, at) => !results[at] || results[at].position !== operation.position)) return false;
    const [put, told] = [[], []];
    batch.forEach((operation, at) => {
      const entry = this.entries.get(operation.position);
      const outcome = { stale: this.lose, not_an_answer: this.refuse }[results[at].error] || this.accept;
      told.push(outcome.call(this, operation, entry, results[at], put));
    });
    this.store.change(put, batch.map((operation) => operation.operation).filter((id) => !isIn(put, id)));
    told.forEach((tell) => tell()); // when the device agrees with what is said
    this.tell(this.state);
    return true;
  }

  // A newer choice of the same item, made while this one was under way, stays and follows it.
  accept({ position }, entry, { version }, put) {
    this.versions.set(position, version);
    this.settleEntry(position, entry, version, put);
    return () => this.on.saved(position, version);
  }

  refuse({ position, version }, entry, result, put) {
    this.settleEntry(position, entry, version, put);
    return () => entry.next || this.on.refused(position);
  }

  settleEntry(position, entry, version, put) {
    entry.sent = null;
    if (entry.next) put.push(Object.assign(entry.next, { version }));
    else this.entries.delete(position);
  }

  // Answered elsewhere meanwhile. The own choice stays on the device until the candidate has decided.
  lose({ position }, entry, { kept }, put) {
    const own = entry.next || entry.sent;
    this.versions.set(position, kept.version);
    if ((own.over || []).includes(kept.operation)) return this.insist(own, entry, kept, put);
    this.entries.delete(position);
    if (isSame(own, kept)) return () => this.on.saved(position, kept.version);
    put.push({ ...own, aside: true });
    return () => this.on.stale(position, kept, own);
  }

  // What is saved is what the own choice was made over, sent by another tab: the own one is newer, so nobody is asked.
  insist(own, entry, { version }, put) {
    Object.assign(entry, { sent: null, next: { ...own, version, sent: false } });
    put.push(entry.next);
    return () => this.on.saved(own.position, version);
  }

  retryLater(state, least) {
    this.timer = window.setTimeout(() => this.send(), this.patience.next(least));
    this.failed += 1; // not the patience's tries: a pulse that gets through begins those anew
    this.tell(state);
    return false;
  }

  tell(state) {
    this.state = state;
    this.on.state(state, this.entries.size, this.failed);
  }
}

// The operation of an item that goes now.
function markSent(entry) {
  if (!entry.sent) {
    entry.sent = Object.assign(entry.next, { sent: true });
    entry.next = null;
  }
  return entry.sent;
}

// Half a character, which a keyboard that is cut off may leave behind, is none.
function whole(text) {
  return text.replace(SURROGATES, (found) => (found.length === 2 ? found : ""));
}

function trouble() {
  return navigator.onLine === false ? "offline" : "waiting";
}

function spell({ position, answer, marked, version, operation }) {
  return { position, answer, marked, version, operation };
}

function isIn(operations, id) {
  return operations.some((operation) => operation.operation === id);
}

export function isSame(one, other) {
  return one.marked === other.marked && JSON.stringify(one.answer) === JSON.stringify(other.answer);
}

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
