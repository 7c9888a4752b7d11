// Answers on their way to the server: one at a time for each item, the newest value wins, tried until accepted.

const RETRY_MS = [500, 1000, 2000, 4000, 8000];
const SLOW_MS = 400;
const TIMEOUT_MS = 10000;

export class Outbox {
  constructor({ url, token, renewToken, onState, onSaved, onStale, onOver }) {
    Object.assign(this, { url, token, renewToken, onState, onSaved, onStale, onOver });
    this.waiting = new Map();
    this.unsure = new Map();
    this.versions = new Map();
    this.tries = 0;
    this.sending = false;
    this.emptied = [];
  }

  get isEmpty() {
    return this.waiting.size === 0;
  }

  whenEmpty(act) {
    if (this.isEmpty) act();
    else this.emptied.push(act);
  }

  // A newer answer for the same item takes the place of one that has not been sent yet.
  put(response) {
    this.waiting.set(response.position, { ...response, operation: newId() });
    this.send();
  }

  async send() {
    if (this.sending || this.isEmpty) return;
    this.sending = true;
    window.clearTimeout(this.timer);
    const slow = window.setTimeout(() => this.onState("saving", this.waiting.size), SLOW_MS);
    let goOn = true;
    while (goOn && !this.isEmpty) goOn = await this.sendOne(this.next());
    window.clearTimeout(slow);
    this.sending = false;
    if (this.isEmpty) {
      this.tries = 0;
      this.onState("saved", 0);
      this.emptied.splice(0).forEach((act) => act());
    }
  }

  // One that may have reached the server comes again until its fate is known, even where a newer one waits: sent
  // first, the newer one would meet a version that this page never heard of.
  next() {
    const newest = this.waiting.values().next().value;
    return this.unsure.get(newest.position) || newest;
  }

  async sendOne(response) {
    const { position, answer, marked, operation } = response;
    this.unsure.set(position, response);
    const version = this.versions.has(position) ? this.versions.get(position) : response.version;
    let reply;
    try {
      reply = await this.request(this.url(position), { answer, marked, version, operation });
    } catch (error) {
      return this.retryLater(navigator.onLine === false ? "offline" : "waiting");
    }
    if (reply.body.error === "stale_form") return this.askForToken();
    return this.settle(response, reply);
  }

  async request(url, body) {
    const abort = new AbortController();
    const timer = window.setTimeout(() => abort.abort(), TIMEOUT_MS);
    try {
      const reply = await fetch(url, {
        method: "PUT",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify(body),
        signal: abort.signal,
      });
      return { status: reply.status, body: await reply.json().catch(() => ({})) };
    } finally {
      window.clearTimeout(timer);
    }
  }

  // The token of this page belongs to a sign-in that has ended; whoever signed in again has another.
  async askForToken() {
    const token = await this.renewToken();
    if (!token || token === this.token) return this.retryLater("signed_out");
    this.token = token;
    return true;
  }

  // Whether to go on with the next answer.
  settle(response, { status, body }) {
    const { position } = response;
    if ([200, 409, 422].includes(status)) this.unsure.delete(position);
    if (status === 200) {
      this.versions.set(position, body.version);
      this.onSaved(position, body.version);
      // Another answer may have been given while this one was on its way: then it stays.
      if (this.waiting.get(position) === response) this.waiting.delete(position);
      this.tries = 0;
      return true;
    }
    if (status === 409 && body.error === "stale") {
      this.waiting.delete(position);
      this.versions.set(position, body.kept.version);
      this.onStale(position, body.kept);
      return true;
    }
    if (status === 409) {
      this.waiting.clear();
      this.onOver(body.error);
      return false;
    }
    // 404: somebody else has signed in in this browser, whose attempt this is not.
    if (status === 401 || status === 404) return this.retryLater("signed_out");
    if (status === 422) {
      if (this.waiting.get(position) === response) this.waiting.delete(position);
      return true;
    }
    return this.retryLater("waiting");
  }

  retryLater(state) {
    this.onState(state, this.waiting.size);
    const wait = RETRY_MS[Math.min(this.tries, RETRY_MS.length - 1)];
    this.tries += 1;
    this.timer = window.setTimeout(() => this.send(), wait);
    return false;
  }
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
