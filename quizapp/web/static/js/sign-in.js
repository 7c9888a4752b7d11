// Signing in again without leaving the page: its answers stay where they are.

export class SignIn {
  // on: done(), stranger() where somebody else signed in.
  constructor({ dialog, person, wire, words, on }) {
    Object.assign(this, { dialog, person, wire, words, on });
    this.form = dialog.querySelector("form");
    this.fault = dialog.querySelector("[data-fault]");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    dialog.querySelector("[data-later]").addEventListener("click", () => dialog.close());
  }

  // Browsers without dialogs (Safari before 15.4) sign in on a page of its own.
  get isPossible() {
    return typeof this.dialog.showModal === "function";
  }

  open() {
    if (!this.isPossible || this.dialog.open) return;
    this.fault.hidden = true;
    this.dialog.showModal();
    this.form.elements.password.focus();
  }

  async send() {
    if (this.sending) return;
    this.sending = true;
    const { login, password } = this.form.elements;
    const body = new URLSearchParams({ login: login.value.trim(), password: password.value });
    let reply = await this.post(body);
    // The token of the page was of a session that is gone. A request that left before the new one's cookie came may
    // still bring another cookie, so that the token just fetched is that of a session replaced meanwhile.
    for (let more = 3; reply.kind === "token" && more > 0; more -= 1) {
      await this.wire.renewToken();
      reply = await this.post(body);
    }
    this.sending = false;
    if (reply.kind === "ok") return this.welcome(reply.body);
    this.fault.textContent = reply.body.message || this.words.no_network;
    this.fault.hidden = false;
    if (reply.kind !== "lost") password.value = "";
    password.focus();
  }

  post(body) {
    return this.wire.once(this.form.action, "POST", body);
  }

  welcome({ account, csrf_token: token }) {
    this.form.elements.password.value = "";
    if (String(account) !== this.person) return this.on.stranger();
    this.wire.signedIn(token);
    this.dialog.close();
    this.on.done();
  }
}
