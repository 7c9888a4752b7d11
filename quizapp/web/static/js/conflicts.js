// An item that was answered elsewhere while the answer given here was on its way. The page shows what is saved; the
// own answer is offered until the candidate has decided.

import { fill } from "./status.js";

const MOST_LETTERS = 20;

export class Conflicts {
  constructor({ notices, words, outbox, sheet }) {
    Object.assign(this, { notices, words, outbox, sheet });
    this.open = new Set();
  }

  get isEmpty() {
    return this.open.size === 0;
  }

  meet(position, kept, own) {
    // A mark alone is not worth a question.
    if (JSON.stringify(kept.answer) === JSON.stringify(own.answer)) return this.drop(position);
    const says = { n: position + 1, kept: this.say(kept.answer), own: this.say(own.answer) };
    const back = () => {
      this.drop(position);
      if (this.sheet) this.sheet.show(position, { ...own, version: kept.version });
      this.outbox.put(own);
    };
    const acts = [
      { label: fill(this.words.take_own, says), act: back },
      { label: fill(this.words.keep_theirs, says), act: () => this.drop(position) },
    ];
    this.open.add(position);
    this.notices.hide(`conflict:${position}`);
    this.notices.show(`conflict:${position}`, fill(this.words.conflict, says), { acts });
  }

  // One from before the page was loaded.
  remember(own) {
    if (!this.sheet || this.outbox.latest(own.position)) return;
    const shown = this.sheet.response(this.sheet.items[own.position]);
    this.meet(own.position, shown, own);
  }

  drop(position) {
    this.open.delete(position);
    this.outbox.forgetAside(position);
    this.notices.hide(`conflict:${position}`);
  }

  // As the candidate reads it: letters, a truth, or the words in the blanks.
  say(answer) {
    const words = answer.filter(Boolean).map((value) => this.words[`answer_${value}`] || value);
    if (!words.length) return this.words.no_answer;
    const text = words.join(words.every((word) => word.length === 1) ? "" : " / ");
    return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text;
  }
}
