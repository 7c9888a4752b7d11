// The requests of a taking page: the token they carry, what came back, and what every answer says besides.

const TIMEOUT_MS = 10000;

// What an answer means for whoever asked: "ok", "token" (the page's token is of an old sign-in), "signed_out",
// "stranger" (somebody else is signed in in this browser now), "password" (the person has a one-time password to
// replace first), "taken_over", "withdrawn" (the organizer took the test back), "over", "unread" (no such body is
// understood, however often it comes), "unchanged" (what the tag was given for still holds), "busy" (ask again later);
// "lost" where none came, and nobody knows whether the server heard the question.
const ERRORS = {
  "400 stale_form": "token",
  "403 choose_password": "password",
  "409 taken_over": "taken_over",
  "409 withdrawn": "withdrawn",
  "422 not_understood": "unread",
};
const STATUSES = { 200: "ok", 401: "signed_out", 404: "stranger", 409: "over" };

function meaning(status, { error, withdrawn }) {
  if (status === 200 && withdrawn) return "withdrawn";
  return ERRORS[`${status} ${error}`] || STATUSES[status] || "busy";
}

export class Wire {
  // on: signedOut(), stranger(), password(body), withdrawn(body), and heard(body, asked, answered) for every answer
  // that is "ok".
  constructor({ token, clockUrl, on }) {
    Object.assign(this, { token, clockUrl, on, signedInAt: 0 });
  }

  async ask(url, { method = "GET", body = null, tag = "" } = {}) {
    let reply = await this.once(url, method, body, tag);
    if (reply.kind === "token") reply = (await this.renewToken()) ? await this.once(url, method, body) : { ...reply, kind: "busy" };
    this.tell(reply);
    if (reply.kind === "ok") this.on.heard(reply.body, reply.asked, reply.answered);
    return reply;
  }

  async once(url, method, body, tag) {
    const abort = new AbortController();
    const timer = window.setTimeout(() => abort.abort(), TIMEOUT_MS);
    const headers = { Accept: "application/json" };
    if (tag) headers["If-None-Match"] = tag;
    if (method !== "GET") headers["X-CSRFToken"] = this.token;
    const form = body instanceof URLSearchParams;
    if (body !== null && !form) headers["Content-Type"] = "application/json";
    const options = { method, headers, signal: abort.signal, cache: "no-store" };
    if (body !== null) options.body = form ? body : JSON.stringify(body);
    const asked = performance.now();
    try {
      const reply = await fetch(url, options);
      const answered = performance.now();
      if (reply.status === 304) return { kind: "unchanged", body: {}, asked, answered, after: 0 };
      // A page that is no JSON comes from something between us and the server, whatever its status.
      const said = await reply.json();
      const kind = meaning(reply.status, said);
      // What left before the person signed in again, and comes back after it, says nothing of who they are now.
      if (kind === "signed_out" && asked < this.signedInAt) return { kind: "busy", body: {}, asked, answered, after: 0 };
      return { kind, body: said, asked, answered, after: waitAsked(reply) };
    } catch (error) {
      return { kind: "lost", body: {}, after: 0 };
    } finally {
      window.clearTimeout(timer);
    }
  }

  // Whether there is a token of the present sign-in now.
  async renewToken() {
    const reply = await this.once(this.clockUrl, "GET", null);
    this.tell(reply);
    if (reply.kind !== "ok") return false;
    this.setToken(reply.body.csrf_token);
    return true;
  }

  // What concerns the whole page, whoever asked.
  tell({ kind, body }) {
    if (kind === "signed_out") this.askToSignIn({ body });
    else if (["stranger", "password", "withdrawn"].includes(kind)) this.on[kind](body);
  }

  // The answer brings the token with which the person can sign in again in place.
  askToSignIn({ body }) {
    if (body.csrf_token) this.setToken(body.csrf_token);
    this.on.signedOut();
  }

  // In place, with the token of the new sign-in.
  signedIn(token) {
    this.signedInAt = performance.now();
    this.setToken(token);
  }

  // The page's plain forms (大字) carry the token too.
  setToken(token) {
    this.token = token;
    document.querySelectorAll('input[name="csrf_token"]').forEach((input) => (input.value = token));
  }
}

function waitAsked(reply) {
  return 1000 * (Number(reply.headers.get("Retry-After")) || 0);
}

// How long to wait before the next try: longer each time, and never the same for all phones of a room.
export class Patience {
  constructor(first = 500, most = 8000) {
    Object.assign(this, { first, most, tries: 0 });
  }

  next(least = 0) {
    const wait = Math.min(this.most, this.first * 2 ** this.tries) * (0.5 + Math.random());
    this.tries += 1;
    return Math.max(least, wait);
  }

  reset() {
    this.tries = 0;
  }
}
