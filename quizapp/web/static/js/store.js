// What has not reached the server yet, kept on the device: it outlives a reload, a crash and a restart.
// One key for each operation: {person, position, answer, marked, version, operation, at}, with `sent` where the server
// may have heard it, `aside` where it lost against an answer given elsewhere, `over` the ids of what it was chosen over,
// which another tab may be sending. Not one list for an attempt: of two tabs,
// each sees what the other wrote a moment later, and would write the list back without the other's newest answer.

const OUTBOX = "quizapp:outbox:";
const RECEIPT = "quizapp:receipt:";
const KEPT_MS = 30 * 24 * 3600 * 1000;

export class Store {
  // Without a person (the rehearsal) nothing is written.
  constructor(attempt, person) {
    this.prefix = `${OUTBOX}${attempt}:`;
    this.person = person;
    this.list = [];
    this.keeps = Boolean(person); // whether the device holds what this page holds
  }

  load() {
    const held = this.held();
    const isHeld = (operation) => held.some((one) => one.operation === operation.operation);
    this.list = this.keeps ? held : held.concat(this.list.filter((operation) => !isHeld(operation)));
    return this.list;
  }

  held() {
    if (!this.person) return [];
    const found = keys(this.prefix).map(readOne);
    return found.filter((one) => one && one.person === this.person).sort((one, other) => one.at - other.at);
  }

  // Put some operations, take others out by their id. What is new is there before what it replaces is gone.
  change(put, removed = []) {
    const fresh = put.map((operation) => ({ ...operation, person: this.person }));
    const gone = new Set([...removed, ...put.map((operation) => operation.operation)]);
    const before = this.keeps ? this.held() : this.list;
    this.list = before.filter((operation) => !gone.has(operation.operation)).concat(fresh);
    if (!this.person) return;
    const due = this.keeps ? fresh : this.list;
    this.keeps = this.write(due);
    removed.forEach((id) => drop(this.prefix + id));
    if (!this.keeps && removed.length) this.keeps = this.write(this.list); // that has made room
  }

  write(operations) {
    return operations.map((operation) => write(this.prefix + operation.operation, operation)).every(Boolean);
  }

  clear() {
    this.list = [];
    keys(this.prefix).forEach(drop);
  }
}

// The attempts for which the device holds unsent answers of this person: [{attempt, count}]. What can never be sent
// any more (an attempt that has ended, an operation of long ago) is thrown away.
export function unsentOf(person, running) {
  const items = new Map();
  keys(OUTBOX).forEach((key) => {
    const attempt = key.slice(OUTBOX.length).split(":")[0];
    const one = readOne(key);
    const isOpen = one && (one.person !== person || running.includes(attempt));
    if (!isOpen || Date.now() - one.at >= KEPT_MS) drop(key);
    else if (one.person === person && !one.aside) items.set(attempt, (items.get(attempt) || new Set()).add(one.position));
  });
  return [...items].map(([attempt, positions]) => ({ attempt, count: positions.size }));
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

// One operation; null where the key holds none. One damaged entry must not hold up all the others.
function readOne(key) {
  try {
    const operation = JSON.parse(window.localStorage.getItem(key));
    return isWhole(operation) ? operation : null;
  } catch (error) {
    return null;
  }
}

function isWhole(operation) {
  return (
    operation !== null &&
    typeof operation === "object" &&
    Number.isInteger(operation.position) &&
    Number.isInteger(operation.version) &&
    Number.isInteger(operation.at) &&
    Array.isArray(operation.answer) &&
    typeof operation.operation === "string"
  );
}

// Whether the device took it: storage may be full, switched off or forbidden.
function write(key, value) {
  try {
    window.localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch (error) {
    return false;
  }
}

function drop(key) {
  try {
    window.localStorage.removeItem(key);
  } catch (error) {
    // switched off: then nothing is there
  }
}
