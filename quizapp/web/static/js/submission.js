// The last step: 确认交卷 is sent until the server says that it has it. Sending it twice submits once.

const RETRY_MS = 2000;

export class Submission {
  constructor({ form, onState, renewToken, onDone }) {
    Object.assign(this, { form, onState, renewToken, onDone });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.sending) this.send();
    });
  }

  async send() {
    this.sending = true;
    this.form.querySelector("button").disabled = true;
    const state = await this.post();
    if (state === "done") return this.onDone();
    this.onState(state);
    window.setTimeout(() => this.send(), RETRY_MS);
  }

  async post() {
    try {
      const token = this.form.elements.csrf_token.value;
      const headers = { Accept: "application/json", "X-CSRFToken": token };
      const reply = await fetch(this.form.action, { method: "POST", headers });
      if (reply.ok) return "done";
      // Signed in anew in another tab: the page's token is of the old sign-in.
      if (reply.status === 400) await this.renewToken();
      return reply.status === 401 || reply.status === 404 ? "signed_out" : "submitting";
    } catch (error) {
      return navigator.onLine === false ? "submitting_offline" : "submitting";
    }
  }
}
