// The requests of a taking page: the token they carry, what came back, and what every answer says besides.

const TIMEOUT_MS = 10000;

// What an answer means for whoever asked: "ok", "token" (the page's token is of an old sign-in), "signed_out",
// "stranger" (somebody else is signed in in this browser now), "taken_over", "over", "busy" (ask again later);
// "lost" where none came, and nobody knows whether the server heard the question.
function meaning(status, error) {
  if (status === 200) return "ok";
  if (status === 400 && error === "stale_form") return "token";
  if (status === 409) return error === "taken_over" ? "taken_over" : "over";
  return { 401: "signed_out", 404: "stranger" }[status] || "busy";
}

export class Wire {
  // on: signedOut(), stranger(), heard(body, asked, answered) for every answer that is "ok".
  constructor({ token, clockUrl, on }) {
    Object.assign(this, { token, clockUrl, on });
  }

  async ask(url, { method = "GET", body = null } = {}) {
    let reply = await this.once(url, method, body);
    if (reply.kind === "token") reply = (await this.renewToken()) ? await this.once(url, method, body) : { ...reply, kind: "busy" };
    if (reply.kind === "signed_out") this.askToSignIn(reply);
    if (reply.kind === "stranger") this.on.stranger();
    if (reply.kind === "ok") this.on.heard(reply.body, reply.asked, reply.answered);
    return reply;
  }

  async once(url, method, body) {
    const abort = new AbortController();
    const timer = window.setTimeout(() => abort.abort(), TIMEOUT_MS);
    const headers = { Accept: "application/json" };
    if (method !== "GET") headers["X-CSRFToken"] = this.token;
    const form = body instanceof URLSearchParams;
    if (body !== null && !form) headers["Content-Type"] = "application/json";
    const options = { method, headers, signal: abort.signal, cache: "no-store" };
    if (body !== null) options.body = form ? body : JSON.stringify(body);
    const asked = performance.now();
    try {
      const reply = await fetch(url, options);
      const answered = performance.now();
      // A page that is no JSON comes from something between us and the server, whatever its status.
      const said = await reply.json();
      return { kind: meaning(reply.status, said.error), body: said, asked, answered, after: waitAsked(reply) };
    } catch (error) {
      return { kind: "lost", body: {}, after: 0 };
    } finally {
      window.clearTimeout(timer);
    }
  }

  // Whether there is a token of the present sign-in now.
  async renewToken() {
    const reply = await this.once(this.clockUrl, "GET", null);
    if (reply.kind === "signed_out") this.askToSignIn(reply);
    if (reply.kind !== "ok") return false;
    this.setToken(reply.body.csrf_token);
    return true;
  }

  // The answer brings the token with which the person can sign in again in place.
  askToSignIn({ body }) {
    if (body.csrf_token) this.setToken(body.csrf_token);
    this.on.signedOut();
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
