// What has not reached the server yet, kept on the device: it outlives a reload, a crash and a restart.
// One key for each attempt, holding a list of operations: {person, position, answer, marked, version, operation, at},
// with `sent` where the server may have heard it, `aside` where it lost against an answer given elsewhere.

const OUTBOX = "quizapp:outbox:";
const RECEIPT = "quizapp:receipt:";
const KEPT_MS = 30 * 24 * 3600 * 1000;

export class Store {
  // Without a person (the rehearsal) nothing is written.
  constructor(attempt, person) {
    this.key = OUTBOX + attempt;
    this.person = person;
    this.list = [];
    this.keeps = Boolean(person); // whether the device holds what this page holds
  }

  load() {
    if (this.person) this.list = read(this.key).filter((operation) => operation.person === this.person);
    return this.list;
  }

  // Put some operations, take others out by their id. The device is read anew each time: two tabs may share the key.
  change(put, removed = []) {
    const gone = new Set([...removed, ...put.map((operation) => operation.operation)]);
    const before = this.keeps ? read(this.key) : this.list;
    this.list = before.filter((operation) => !gone.has(operation.operation));
    this.list.push(...put.map((operation) => ({ ...operation, person: this.person })));
    if (this.person) this.keeps = write(this.key, this.list);
  }

  clear() {
    this.list = [];
    write(this.key, []);
  }
}

// The attempts for which the device holds unsent answers of this person: [{attempt, count}]. What can never be sent
// any more (an attempt that has ended, an operation of long ago) is thrown away.
export function unsentOf(person, running) {
  const found = [];
  for (const key of keys(OUTBOX)) {
    const attempt = key.slice(OUTBOX.length);
    const kept = read(key).filter(
      (one) => Date.now() - one.at < KEPT_MS && (one.person !== person || running.includes(attempt))
    );
    write(key, kept);
    const items = new Set(kept.filter((one) => one.person === person && !one.aside).map((one) => one.position));
    if (items.size) found.push({ attempt, count: items.size });
  }
  return found;
}

// The candidate's own copy, should anybody ever doubt that it was submitted.
export function keepReceipt(attempt, person, receipt) {
  if (person) write(RECEIPT + attempt, [{ ...receipt, person }]);
}

function keys(prefix) {
  try {
    return Object.keys(window.localStorage).filter((key) => key.startsWith(prefix));
  } catch (error) {
    return []; // switched off
  }
}

function read(key) {
  try {
    const list = JSON.parse(window.localStorage.getItem(key) || "[]");
    return Array.isArray(list) ? list.filter(isWhole) : [];
  } catch (error) {
    return [];
  }
}

// One damaged entry must not hold up all the others.
function isWhole(operation) {
  return (
    operation !== null &&
    typeof operation === "object" &&
    Number.isInteger(operation.position) &&
    Number.isInteger(operation.version) &&
    Array.isArray(operation.answer) &&
    typeof operation.operation === "string"
  );
}

// Whether the device took it: storage may be full, switched off or forbidden.
function write(key, list) {
  try {
    if (list.length) window.localStorage.setItem(key, JSON.stringify(list));
    else window.localStorage.removeItem(key);
    return true;
  } catch (error) {
    return false;
  }
}
