// Where the test records it: that the page was out of sight, when, for how long, and what is likely to have been the
// cause. The candidate is told at once and may explain. Nothing here ends a test, and nothing judges.
//
// A page cannot know why it was hidden. It knows whether this is a phone, how long it had not been touched before, and
// for how long it was gone; the guess made of that is always called a guess:
//   not touched for a while, then hidden          the screen locked itself
//   on a phone, in the middle of work, for long   another app
//   on a phone, in the middle of work, shortly    a call (the kindest of the likely causes)
//   elsewhere                                     another window or tab
// Reloading and going to the next page of the test are no leaving: the page is unloaded while it can still be seen.
// Nor is it leaving when the test goes on elsewhere: a page that is no longer the one that saves (take.js) reports
// nothing, and the server asks with which lease a page reports. While the person has to sign in nothing is recorded.

const SHORTEST_S = 3;
const PHONE_LOCKS_AFTER_S = 25; // the shortest setting of most phones is 30 seconds
const DESK_LOCKS_AFTER_S = 170; // of most desktops, 3 minutes
const LONGEST_CALL_S = 120;
const LONGEST_LOAD_S = 20; // the way from one page of the test to the next on a bad network
const RETRY_MS = [2000, 5000, 15000, 60000];
const MOST_KEPT = 50;

const place = document.querySelector("[data-leavings]");
const key = `quizapp:leavings:${place.dataset.attempt}`;
const gone = `quizapp:gone:${place.dataset.attempt}`;
const words = place.dataset.words ? JSON.parse(place.dataset.words) : null;
const token = document.querySelector("[name=csrf_token]");

const take = document.querySelector("[data-take]"); // not on the result page

let csrf = token ? token.value : "";
let touched = Date.now();
let left = null;
let earlier = null;
let unloading = false;
let sending = false;
let failures = 0;

// ---------- what is kept on the device ----------

function read(name, otherwise) {
  try {
    return JSON.parse(window.localStorage.getItem(name)) || otherwise;
  } catch {
    return otherwise; // nothing may be kept here, or not by us
  }
}

// What an earlier page left here counts where none but this one came after it: else the test went on elsewhere.
let queue = read(key, []).filter(({ page }) => !take || !page || page === Number(take.dataset.leaseBefore));
const mine = new Set(); // the operations of this page

function keep(name, value) {
  try {
    if (value === null) window.localStorage.removeItem(name);
    else window.localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false; // a private window keeps nothing; the record still goes out while the page lives
  }
}

function keepQueue() {
  keep(key, queue.length ? queue : null);
}

// ---------- leaving and coming back ----------

function isPhone() {
  return window.matchMedia("(pointer: coarse)").matches;
}

function likelyCause(idle, seconds) {
  if (!isPhone()) return idle >= DESK_LOCKS_AFTER_S ? "screen_lock" : "other_tab";
  if (idle >= PHONE_LOCKS_AFTER_S) return "screen_lock";
  return seconds <= LONGEST_CALL_S ? "call" : "other_app";
}

// Whether this page is the one at which the candidate works.
function isWatched() {
  return !take.dataset.stopped && !take.dataset.away;
}

function held() {
  return (take && Number(take.dataset.held)) || null;
}

function leave() {
  if (unloading || left || !isWatched()) return;
  left = { at: Date.now(), idle: (Date.now() - touched) / 1000, lease: held() };
  left.isKept = keep(gone, left); // the phone may throw the page away while it is hidden
}

function comeBack() {
  unloading = false; // the page was taken out of the browser's memory as it was
  if (!left || document.hidden) return;
  const seconds = (Date.now() - left.at) / 1000;
  const own = !left.isKept || read(gone, {}).at === left.at; // if not, another tab of this test has taken it up
  if (own) keep(gone, null);
  if (own && isWatched()) put(left, seconds, likelyCause(left.idle, seconds), true);
  left = null;
  touched = Date.now();
}

// The test goes on elsewhere: what this page has not reported yet was no absence.
function stop() {
  if (left && left.isKept && read(gone, {}).at === left.at) keep(gone, null);
  left = earlier = null;
  queue.filter(isOwn).forEach((one) => untell(one));
  queue = queue.filter((one) => !isOwn(one));
  keepQueue();
}

// Whether this page, not an earlier one, was out of sight.
function isOwn(one) {
  return mine.has(one.operation);
}

function put(from, seconds, cause, own = false) {
  if (seconds < SHORTEST_S) return;
  const one = { operation: operationId(), at: from.at, seconds, cause };
  if (own) mine.add(one.operation);
  if (own) one.page = Number(take.dataset.lease);
  queue = queue.concat(one).slice(-MOST_KEPT);
  keepQueue();
  tell(one);
  send();
}

function operationId() {
  const bytes = window.crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What an earlier page of this test left behind: it was thrown away while hidden, or closed and opened again later.
function findEarlier() {
  earlier = read(gone, null);
  keep(gone, null);
  if (!earlier) return;
  earlier.seconds = (Date.now() - earlier.at) / 1000;
  const [navigation] = window.performance.getEntriesByType("navigation");
  // A page hidden a moment ago is still there, in the tab beside this one.
  const moved = earlier.seconds < LONGEST_LOAD_S || (earlier.unloaded && navigation && navigation.type === "reload");
  if (moved) earlier = null;
}

// Reported when this page is known to be the one that saves.
function reportEarlier() {
  if (!earlier) return;
  const { seconds, idle, unloaded, lease } = earlier;
  const wentOnElsewhere = lease && lease !== Number(take.dataset.leaseBefore);
  if (!wentOnElsewhere) put(earlier, seconds, unloaded ? "unknown" : likelyCause(idle, seconds));
  earlier = null;
}

// From now on this page is the one that saves.
function begin() {
  reportEarlier();
  send();
}

// ---------- to the server ----------

async function send() {
  if (sending || !queue.length) return;
  if (take && !held()) return; // not the page that saves yet: another may have been faster
  sending = true;
  const [one] = queue;
  let reply = null;
  try {
    reply = await post(one);
  } catch {
    // the network: it is tried again below
  }
  sending = false;
  if (reply && (reply.ok || [404, 409, 422].includes(reply.status))) {
    failures = 0;
    queue = queue.filter((each) => each !== one);
    keepQueue();
    if (reply.ok) mayExplain(one, await reply.json());
    send();
    return;
  }
  if (reply && reply.status === 400) await renewToken();
  window.setTimeout(send, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
  failures += 1;
}

function post(one) {
  const body = {
    operation: one.operation,
    left_seconds_ago: Math.max(0, (Date.now() - one.at) / 1000),
    seconds: one.seconds,
    cause: one.cause,
  };
  if (isOwn(one) && held()) body.lease = held();
  return fetch(place.dataset.leavings, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf },
    body: JSON.stringify(body),
  });
}

async function renewToken() {
  try {
    const reply = await fetch(place.dataset.clock, { headers: { Accept: "application/json" } });
    if (reply.ok) csrf = (await reply.json()).csrf_token || csrf;
  } catch {
    // the next try asks again
  }
}

// ---------- to the candidate ----------

function spelt(seconds) {
  const whole = Math.floor(seconds);
  if (whole < 60) return words.seconds.replace("{n}", String(whole));
  return words.minutes.replace("{m}", String(Math.floor(whole / 60))).replace("{s}", String(whole % 60));
}

function tell(one) {
  const said = document.querySelector("[data-leaving-said]");
  const template = document.querySelector("[data-leaving-template]");
  if (!said || !template || !words) return;
  const notice = template.content.firstElementChild.cloneNode(true);
  notice.dataset.operation = one.operation;
  const text = words.sentence.replace("{time}", spelt(one.seconds)).replace("{cause}", words[one.cause]);
  notice.querySelector("[data-leaving-text]").textContent = text;
  notice.querySelector("[data-leaving-explain]").hidden = true; // until the server knows of it
  notice.querySelector("[data-leaving-close]").addEventListener("click", () => notice.remove());
  said.textContent = ""; // one at a time: the page must stay readable
  said.append(notice);
}

function untell(one) {
  const notice = document.querySelector(`[data-operation="${one.operation}"]`);
  if (notice) notice.remove();
}

function mayExplain(one, kept) {
  const notice = document.querySelector(`[data-operation="${one.operation}"]`);
  if (!notice) return;
  if (kept.id === null) return notice.remove(); // the server knows better
  const link = notice.querySelector("[data-leaving-explain]");
  const form = notice.querySelector("[data-leaving-form]");
  link.hidden = false;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    form.hidden = false;
    form.querySelector("textarea").focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    explain(notice, form, `${place.dataset.leavings}/${kept.id}/explanation`);
  });
}

async function explain(notice, form, address) {
  const text = notice.querySelector("[data-leaving-text]");
  try {
    const reply = await fetch(address, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": csrf },
      body: new URLSearchParams(new FormData(form)),
    });
    if (!reply.ok) throw new Error(String(reply.status));
    form.remove();
    notice.querySelector("[data-leaving-explain]").remove();
    text.textContent = words.kept;
  } catch {
    await renewToken();
    text.textContent = words.not_kept;
  }
}

// ---------- start ----------

if (place.dataset.over === undefined) {
  for (const kind of ["pointerdown", "keydown", "scroll", "input"]) {
    window.addEventListener(kind, () => { touched = Date.now(); }, { passive: true, capture: true });
  }
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : comeBack()));
  window.addEventListener("pagehide", () => {
    if (document.hidden || left || !isWatched()) return; // it had been hidden before: that stays on the device
    unloading = true;
    keep(gone, { at: Date.now(), idle: 0, unloaded: true, lease: held() });
  });
  window.addEventListener("pageshow", comeBack);
  document.addEventListener("quizapp:stopped", stop);
  document.addEventListener("quizapp:lease", begin);
  findEarlier();
  if (held()) begin();
  if (document.hidden) leave(); // opened in the background
} else {
  keep(gone, null);
}
window.addEventListener("online", send);
send();
