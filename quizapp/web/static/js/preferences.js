// 大字, the layout and the keys: changed on the page at once, without loading it anew, so that nothing can be lost.
// The cookie that remembers them follows as soon as the network allows.

let waiting = {};

function apply(name, value) {
  if (name === "type_size") document.documentElement.dataset.type = value;
  document.querySelectorAll(`[data-preference][name="${name}"]`).forEach((button) => {
    // One button that goes to and fro names both values; one of a group names its own.
    const [off, on] = (button.dataset.preference || "").split(" ");
    button.setAttribute("aria-pressed", String(value === (on || button.value)));
    if (on) button.value = value === on ? off : on;
  });
  document.dispatchEvent(new CustomEvent("preference", { detail: { name, value } }));
}

async function keep() {
  const sent = waiting;
  const token = document.querySelector('input[name="csrf_token"]');
  if (!token || Object.keys(sent).length === 0) return;
  waiting = {};
  try {
    const reply = await fetch(document.querySelector("[data-take]").dataset.preferencesUrl, {
      method: "POST",
      headers: { "X-CSRFToken": token.value },
      body: new URLSearchParams(sent),
      redirect: "manual", // the cookie is in the redirect itself
    });
    if (reply.type !== "opaqueredirect") waiting = { ...sent, ...waiting };
  } catch (error) {
    waiting = { ...sent, ...waiting };
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-preference]");
  if (!button) return;
  event.preventDefault();
  const { name, value } = button;
  apply(name, value);
  waiting[name] = value;
  keep();
});
window.addEventListener("online", keep);
