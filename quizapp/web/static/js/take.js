// The taking page and the page before submission: each answer is sent as it is given, the time is the server's, and
// whatever goes wrong on the way is said and mended here. Without this script the same pages are plain forms.
// Written for Chromium 80 and later.

import { Clock } from "./clock.js";
import { Conflicts } from "./conflicts.js";
import { Delivery } from "./delivery.js";
import { Lease } from "./lease.js";
import { Outbox } from "./outbox.js";
import { Pulse } from "./pulse.js";
import { Sheet } from "./sheet.js";
import { SignIn } from "./sign-in.js";
import { Notices, Pill, fill, listed } from "./status.js";
import { Store, keepReceipt } from "./store.js";
import { Submission } from "./submission.js";
import { Wire } from "./wire.js";

const TYPING_PAUSE_MS = 800;
const EXTENSION_MS = 60000;

const take = document.querySelector("[data-take]");
const data = take.dataset;
const words = JSON.parse(data.words);
const form = document.querySelector("[data-sheet]");
const last = document.querySelector("[data-submission]");

const pill = new Pill(words, () => outbox.isKept);
const notices = new Notices();
const clock = new Clock({ left: Number(data.seconds), limit: Number(data.limit), words, onEnd: () => outbox.wake() });
const wire = new Wire({ token: data.token, clockUrl: data.clockUrl, on: { signedOut, stranger, password, withdrawn, heard } });
const store = new Store(data.attempt, data.person);
const lease = new Lease({
  url: data.leaseUrl,
  own: Number(data.lease),
  attempt: data.attempt,
  wire,
  on: { taken, lost, over: leave, waiting: (kind) => outbox.hold(kind) },
});
const outbox = new Outbox({
  url: data.responsesUrl,
  wire,
  store,
  lease,
  on: { state: showState, saved, stale, refused, over: leave, takenOver: () => lease.lose() },
});
const pulse = new Pulse({
  url: data.clockUrl,
  attempt: data.attempt,
  wire,
  on: { over: leave, extension: tellExtension, alive: () => outbox.wake() },
});
const sheet = form ? new Sheet(take, form, words) : null;
const conflicts = new Conflicts({ notices, words, outbox, sheet });
const signIn = new SignIn({
  dialog: document.querySelector("[data-sign-in]"),
  person: data.person,
  wire,
  words,
  on: { done: goOn, stranger },
});
const submission = last
  ? new Submission({ form: last, outbox, lease, wire, on: { state: showSubmission, done: submitted } })
  : null;
const delivery = new Delivery({ outbox, store, notices, words });
let isLeaving = false;

if (sheet) startSheet();
restore();
watch();
clock.run(() => pulse.askInFull());
pulse.run();
lease.take();
if (lease.number !== null) taken([]);

function startSheet() {
  sheet.start();
  sheet.items.forEach((item, position) => outbox.versions.set(position, Number(sheet.version(position).value)));
  const put = (item, pause) => {
    const response = sheet.response(item);
    conflicts.drop(response.position);
    outbox.put(response, pause);
    sheet.refresh();
  };
  const isText = (field) => field.classList.contains("form-control");
  form.addEventListener("change", (event) => {
    const item = event.target.closest("[data-item]");
    if (item) put(item, 0);
  });
  // Kept on the device with each letter, sent when the typing pauses.
  form.addEventListener("input", (event) => isText(event.target) && put(event.target.closest("[data-item]"), TYPING_PAUSE_MS));
  form.addEventListener("keydown", (event) => {
    // The Go key of a phone's keyboard ends the typing of one blank, not the test.
    if (event.key !== "Enter" || !isText(event.target)) return;
    event.preventDefault();
    event.target.blur();
  });
  form.addEventListener("itemshown", () => ["arrived", "refused"].forEach((name) => notices.hide(name)));
  document.querySelector("[data-default]").addEventListener("click", (event) => event.preventDefault());
  form.addEventListener("submit", submitSheet);
}

// Submission waits for what is on its way; the plain form would race with it.
function submitSheet(event) {
  event.preventDefault();
  const go = () => {
    if (!outbox.isEmpty) notices.show("submitting", words.unsent);
    outbox.whenEmpty(() => (conflicts.isEmpty ? goTo(data.submissionUrl) : notices.hide("submitting")));
    outbox.wake();
  };
  sheet.closeSheet(go);
}

// What this device still held when the page was loaded: the candidate sees what they chose last.
function restore() {
  adopt(store.load());
  store.list.filter((operation) => operation.aside).forEach((own) => conflicts.remember(own));
  if (sheet || outbox.isEmpty) return;
  // The page before submission counts what is unanswered: it is served anew when everything is there.
  outbox.whenEmpty(() => {
    if (submission.asked || !conflicts.isEmpty) return;
    isLeaving = true;
    window.location.reload();
  });
}

function adopt(operations) {
  outbox.adopt(operations);
  if (!sheet) return;
  outbox.positions.forEach((position) => {
    const version = outbox.versions.get(position) || 0;
    sheet.show(position, { ...outbox.latest(position), version });
  });
}

function watch() {
  window.addEventListener("online", () => outbox.wake());
  window.addEventListener("offline", () => outbox.isEmpty || outbox.tell("offline"));
  document.addEventListener("visibilitychange", () => (document.hidden ? outbox.send() : outbox.wake()));
  // A page out of the browser's memory knows nothing of what happened since.
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
  window.addEventListener("beforeunload", (event) => {
    if (outbox.isEmpty || outbox.stopped || isLeaving) return;
    event.preventDefault();
    event.returnValue = ""; // older browsers ask only because of this
  });
}

function heard({ seconds_left: seconds, lease: number }, asked, answered) {
  if (data.away) welcomeBack();
  if (typeof seconds === "number") clock.heed(seconds, asked, answered);
  lease.see(number);
}

// This page may save now. The one that could until a moment ago may have saved something since this page was served,
// and another tab may have left something on the device.
function taken(kept) {
  take.dataset.held = String(lease.number); // leaving.js reads it, and hears that it is there
  document.dispatchEvent(new Event("quizapp:lease"));
  kept.filter(({ position, version }) => version > (outbox.versions.get(position) || 0)).forEach((place) => {
    if (!sheet || outbox.latest(place.position)) return; // an own choice meets it when it is sent
    outbox.versions.set(place.position, place.version);
    sheet.show(place.position, place);
  });
  adopt(store.load());
  if (outbox.isEmpty) pill.show("saved");
  outbox.send();
}

function lost(inThisBrowser) {
  standStill("taken_over");
  const said = [inThisBrowser ? words.taken_over_window : words.taken_over_notice];
  if (!outbox.isEmpty) said.push(fill(words.kept_here, { items: listed(outbox.positions, words) }));
  const acts = [{ label: words.continue_here, act: () => window.location.reload() }];
  notices.show("taken_over", said.join(" "), { acts });
}

// This page saves nothing more, and nobody's absence from it means anything.
function standStill(state) {
  take.dataset.stopped = state;
  document.dispatchEvent(new Event("quizapp:stopped"));
  lease.stop();
  outbox.stop();
  if (sheet) sheet.freeze();
  if (submission) submission.stop(true);
  pill.show(state);
}

// The organizer took the test back: it is said where the candidate is, and nothing is asked any more. What had not
// been sent stays on the device.
function withdrawn({ message }) {
  if (isLeaving || data.stopped === "withdrawn") return;
  standStill("withdrawn");
  pulse.stop();
  clock.stop();
  const acts = [{ label: words.to_door, act: () => goTo(data.doorUrl) }];
  notices.show("withdrawn", fill(words.withdrawn_all, { why: message || words.withdrawn_notice }), { acts });
}

// Signed in with a one-time password: nothing is heard until the person has chosen their own.
function password({ choose_password: url }) {
  data.away = "password";
  if (!outbox.isEmpty) outbox.tell("password");
  else pill.show("password");
  if (notices.has("password")) return;
  const address = `${url}?next=${encodeURIComponent(window.location.pathname)}`;
  notices.show("password", words.password_notice, { acts: [{ label: words.choose_password, act: () => goTo(address) }] });
}

function goTo(address) {
  isLeaving = true;
  window.location.assign(address);
}

// Somebody else is signed in in this browser: nothing of the first person's is sent or shown any longer.
function stranger() {
  isLeaving = true;
  take.dataset.stopped = "stranger";
  outbox.stop();
  pulse.stop();
  take.hidden = true;
  window.location.replace(data.homeUrl);
}

// The attempt has ended, here or elsewhere.
function leave() {
  if (isLeaving || (submission && submission.isSending)) return; // its own end: the next try brings the receipt
  isLeaving = true;
  outbox.stop();
  pulse.stop();
  store.clear();
  const result = () => window.location.assign(data.overUrl);
  if (outbox.isEmpty) return result();
  if (sheet) sheet.freeze();
  const text = fill(words.not_arrived, { items: listed(outbox.positions, words) });
  notices.show("ended", text, { acts: [{ label: words.to_result, act: result }] });
}

function showState(state, count, tries) {
  pill.show(state, count);
  if (sheet) sheet.showWaiting(new Set(outbox.positions));
  if (submission) submission.tell();
  delivery.tell(state, count, tries);
}

function saved(position, version) {
  if (sheet) sheet.setVersion(position, version);
}

function stale(position, kept, own) {
  if (sheet) sheet.show(position, kept);
  conflicts.meet(position, kept, own);
  if (submission && !conflicts.isEmpty) submission.stop();
}

function refused(position) {
  notices.show("refused", fill(words.refused, { n: position + 1 }));
  if (submission) submission.stop();
}

function signedOut() {
  data.away = "signed_out"; // on the way to sign in, the page may well be out of sight
  if (!outbox.isEmpty) outbox.tell("signed_out");
  else pill.show("signed_out");
  if (notices.has("signed_out")) return; // asked already; the candidate may have put it off
  const act = signIn.isPossible ? { act: () => signIn.open() } : { href: data.signInUrl };
  notices.show("signed_out", words.signed_out_notice, { acts: [{ label: words.sign_in, ...act }] });
  signIn.open();
}

// Signed in again, in the dialog or in another tab.
function welcomeBack() {
  delete data.away;
  ["signed_out", "password"].forEach((name) => notices.hide(name));
  if (outbox.isEmpty) pill.show("saved");
}

function goOn() {
  welcomeBack();
  pulse.askInFull();
  lease.take();
  outbox.wake();
}

function tellExtension({ minutes, reason }) {
  notices.show("extension", fill(words.extension, { n: minutes, why: reason }), { tone: "info" });
  window.setTimeout(() => notices.hide("extension"), EXTENSION_MS);
}

function showSubmission(state, count) {
  if (state === "") return notices.hide("submitting");
  if (state === "unsent") return notices.show("submitting", fill(words.unsent_wait, { n: count }));
  pill.show(state);
  notices.show("submitting", words[`${state}_notice`]);
}

function submitted({ receipt, next }) {
  if (receipt) keepReceipt(data.attempt, data.person, receipt);
  store.clear();
  goTo(next || data.overUrl);
}
