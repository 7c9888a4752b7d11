// The taking page: one item at a time, each answer sent as it is given, the time by the server's clock.
// Without this script the same page is one long form. Written for Chromium 80 and later.

import { Clock } from "./clock.js";
import { Outbox } from "./outbox.js";
import { Sheet } from "./sheet.js";
import { Submission } from "./submission.js";

const TYPING_PAUSE_MS = 800;

const take = document.querySelector("[data-take]");
const form = document.querySelector("[data-sheet]");
const words = take.dataset.words ? JSON.parse(take.dataset.words) : {};

const pill = document.querySelector("[data-pill]");
const pillText = document.querySelector("[data-pill-text]");

let over = false;
const clock = new Clock(take, words, leave);
clock.run();
if (form) startSheet();
const last = document.querySelector("[data-submission]");
if (last) startSubmission();

function leave() {
  over = true;
  window.location.assign(take.dataset.overUrl);
}

function startSheet() {
  const sheet = new Sheet(take, form, words);
  const outbox = new Outbox({
    url: (position) => take.dataset.saveUrl.replace(/0$/, String(position)),
    token: take.dataset.token,
    renewToken,
    onState: (state, waiting) => showState(state, waiting),
    onSaved: (position, version) => sheet.setVersion(position, version),
    onStale: (position, kept) => {
      sheet.show(position, kept);
      notify(words.elsewhere.replace("{n}", String(position + 1)));
    },
    onOver: leave,
  });

  const send = (item) => {
    outbox.put(sheet.response(item));
    sheet.refresh();
  };
  form.addEventListener("change", (event) => send(event.target.closest("[data-item]")));
  let typing;
  form.addEventListener("input", (event) => {
    if (!event.target.classList.contains("form-control")) return;
    window.clearTimeout(typing);
    typing = window.setTimeout(() => send(event.target.closest("[data-item]")), TYPING_PAUSE_MS);
  });
  form.addEventListener("keydown", (event) => {
    // The Go key of a phone's keyboard ends the typing of one blank, not the test.
    if (event.key !== "Enter" || !event.target.classList.contains("form-control")) return;
    event.preventDefault();
    event.target.blur();
  });
  form.addEventListener("submit", (event) => {
    // Submission waits for what is on its way; the plain form would race with it.
    event.preventDefault();
    if (!outbox.isEmpty) {
      sheet.closeSheet();
      notify(words.unsent);
    }
    outbox.whenEmpty(() => window.location.assign(take.dataset.submissionUrl));
  });
  window.addEventListener("beforeunload", (event) => {
    if (outbox.isEmpty || over) return;
    event.preventDefault();
    event.returnValue = ""; // older browsers ask only because of this
  });
  window.addEventListener("online", () => outbox.send());
  sheet.start();
}

function startSubmission() {
  new Submission({
    form: last,
    renewToken,
    onState: (state) => {
      showState(state, 0);
      notify(words[`${state}_notice`] || "");
    },
    onDone: leave,
  });
}

function showState(state, waiting) {
  pill.className = "pill " + ({ saved: "pill-saved", waiting: "pill-wait", offline: "pill-off", submitting: "pill-wait", submitting_offline: "pill-off", signed_out: "pill-wait" }[state] || "");
  pillText.textContent = (words[state] || "").replace("{n}", String(waiting));
  document.querySelectorAll("[data-signed-out]").forEach((part) => (part.hidden = state !== "signed_out"));
}

// Say it above the item, until another item is shown.
function notify(text) {
  document.querySelector("[data-notice-text]").textContent = text;
  document.querySelector("[data-notice]").hidden = text === "";
}

async function renewToken() {
  const token = await clock.ask();
  // The page's plain forms (大字) carry the token too.
  if (token) document.querySelectorAll('input[name="csrf_token"]').forEach((input) => (input.value = token));
  return token;
}
