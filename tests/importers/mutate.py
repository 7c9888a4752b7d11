"""Documents with one known slip: what must be said of it, and at which line."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from quizapp.importers.reading import ImportedItem, Reading
from tests.importers.generate import HEADINGS, JUNK, Line, Sample, sample
from tests.importers.truth import BLANK, LETTERS, F, J, M, Q, Question, S, as_read, plain

LAYOUTS = (
    "own_lines",
    "own_lines",
    "key_in_bracket",
    "keys_at_end",
    "two_options_a_line",
    "options_after_stem",
    "tags",
)
Dice = random.Random


@dataclass(frozen=True)
class Mutant:
    """A document with a slip. ``damaged``: the lines of which one must be named; empty: nothing need be said."""

    slip: str
    sample: Sample
    lines: tuple[str, ...]
    damaged: frozenset[int]
    stated: dict[int, tuple[str, ...]]
    """The keys that the document states after the slip, where they are other than the true ones, by question."""


class _Draft:
    """A document on its way to a mutant. Lines are named by where they stand now, from 0."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self.lines: list[Line] = [
            (place, role, text) for (place, role), text in zip(sample.roles, sample.lines, strict=True)
        ]
        self.stated: dict[int, tuple[str, ...]] = {}

    def at(self, *roles: str, types: tuple[object, ...] = (S, M, J, F)) -> list[int]:
        """Where lines of these roles stand, of questions of these types."""
        return [
            line
            for line, (place, role, _) in enumerate(self.lines)
            if role in roles and (place < 0 or self.sample.questions[place].type in types)
        ]

    def text(self, line: int) -> str:
        return self.lines[line][2]

    def put(self, line: int, text: str) -> None:
        self.lines[line] = (*self.lines[line][:2], text)

    def question(self, line: int) -> Question:
        return self.sample.questions[self.lines[line][0]]

    def of_question(self, line: int, role: str) -> int | None:
        """The first line of that role of the same question."""
        same = self.lines[line][0]
        return next((n for n, (place, each, _) in enumerate(self.lines) if place == same and each == role), None)

    def follows_essay(self, line: int) -> bool:
        before = self.lines[line][0] - 1
        return before >= 0 and self.sample.questions[before].type is Q

    def stem(self, line: int) -> int:
        found = self.of_question(line, "stem")
        assert found is not None
        return found


Slip = Callable[[_Draft, Dice], set[int] | None]
"""Makes the slip and gives the lines (from 0, as they stand then) of which one must be named; None: cannot be made."""


def _one(dice: Dice, lines: list[int]) -> int | None:
    return dice.choice(lines) if lines else None


def delete_key(draft: _Draft, dice: Dice) -> set[int] | None:
    line = _one(dice, draft.at("key"))
    if line is None:
        return None
    stem = draft.stem(line)
    del draft.lines[line]
    return {stem}


def key_outside(draft: _Draft, dice: Dice) -> set[int] | None:
    line = _one(dice, draft.at("key", types=(S, M)))
    if line is None:
        return None
    question = draft.question(line)
    letter = LETTERS[len(question.options)]
    text = draft.text(line)
    old = _in_width("".join(question.key[-1:]), text)
    place = text.find(old, text.find("答") + 1) if old in text else -1
    if "、" in text.split("解析")[0] or place < 0:
        place = text.split("解析")[0].rfind(old)
    if place < 0:
        return None
    draft.put(line, text[:place] + _in_width(letter, text) + text[place + 1 :])
    return {line}


def delete_option(draft: _Draft, dice: Dice) -> set[int] | None:
    """Not the last one: that one could be missing by intention."""
    lines = [
        line
        for line in draft.at(*LETTERS, types=(S, M))
        if draft.lines[line][1] != LETTERS[len(draft.question(line).options) - 1]
    ]
    line = _one(dice, lines)
    if line is None:
        return None
    following = line if draft.text(line + 1) else line + 1  # an empty line may stand between
    stem = draft.stem(line)
    del draft.lines[line]
    return {stem, following}


def double_option(draft: _Draft, dice: Dice) -> set[int] | None:
    line = _one(dice, draft.at(*LETTERS, types=(S, M)))
    if line is None:
        return None
    draft.lines.insert(line, draft.lines[line])
    return {line, line + 1}


def equal_options(draft: _Draft, dice: Dice) -> set[int] | None:
    line = _one(dice, draft.at("B", "C", "D", types=(S, M)))
    if line is None:
        return None
    first = draft.of_question(line, "A")
    assert first is not None
    text, other = draft.text(line), draft.text(first)
    question = draft.question(line)
    own = question.options[LETTERS.index(draft.lines[line][1])]
    cut = len(text) - len(own)
    draft.put(line, text[:cut] + other[len(other) - len(question.options[0]) :])
    return {line, first}


def swap_options(draft: _Draft, dice: Dice) -> set[int] | None:
    line = _one(dice, draft.at("B", "C", types=(S, M)))
    if line is None:
        return None
    following = draft.of_question(line, LETTERS[LETTERS.index(draft.lines[line][1]) + 1])
    if following is None:
        return None
    draft.lines[line], draft.lines[following] = draft.lines[following], draft.lines[line]
    return {line, following}


def duplicate_number(draft: _Draft, dice: Dice) -> set[int] | None:
    line = _one(dice, [line for line in draft.at("stem") if _number(draft.text(line)) > 1])
    if line is None:
        return None
    text = draft.text(line)
    number = _number(text)
    draft.put(line, text.replace(_number_text(text), _in_width(str(number - 1), _number_text(text)), 1))
    return {line}


def remove_number(draft: _Draft, dice: Dice) -> set[int] | None:
    # Below an essay an unnumbered line goes on with its model answer.
    lines = [line for line in draft.at("stem") if _number(draft.text(line)) and not draft.follows_essay(line)]
    line = _one(dice, lines)
    if line is None:
        return None
    text, question = draft.text(line), draft.question(line)
    start = text.find(plain_start := question.stem[:2])
    if start <= 0 or not plain_start:
        return None
    draft.put(line, text[start:])
    following = next((each for each in draft.at("stem") if each > line), line)
    return {line, following}


def wrong_heading(draft: _Draft, dice: Dice) -> set[int] | None:
    """The questions of the section are of another type than its heading says."""
    line = _one(dice, [line for line in draft.at("title") if line + 1 < len(draft.lines)])
    if line is None or draft.sample.style.tag:
        return None  # what a question says of itself counts more
    first = next(each for each in range(line + 1, len(draft.lines)) if draft.lines[each][0] >= 0)
    true = draft.question(first).type
    other = dice.choice([type for type in (S, M, J, F) if type is not true])
    text = draft.text(line)
    word = max((word for word in HEADINGS[true] if word in text), key=len, default="")
    if not word:
        return None
    draft.put(line, text.replace(word, HEADINGS[other][0]))
    end = next((each for each in draft.at("title", "keys") if each > line), len(draft.lines))
    places = {place for place, _, _ in draft.lines[line + 1 : end]}
    draft.stated |= dict.fromkeys(places, ())  # no key of theirs may be used
    return {line} | {each for each in draft.at("stem", "key") if draft.lines[each][0] in places}


def garble_key(draft: _Draft, dice: Dice) -> set[int] | None:
    line = _one(dice, draft.at("key", types=(S, M, J)))
    if line is None or draft.sample.style.key == "block":
        return None
    marker = draft.sample.style.marker
    start = draft.text(line)[: len(marker)]
    draft.put(line, start + dice.choice(("？？", "见教材", "略", "#", "@1", "待定", "无")))
    return {line, draft.stem(line)}


def empty_key(draft: _Draft, dice: Dice) -> set[int] | None:
    line = _one(dice, draft.at("key"))
    if line is None or draft.sample.style.key == "block":
        return None
    draft.put(line, draft.text(line)[: len(draft.sample.style.marker)])
    return {line, draft.stem(line)}


def keys_disagree(draft: _Draft, dice: Dice) -> set[int] | None:
    line = _one(dice, [line for line in draft.at("key", types=(S,)) if BLANK in draft.question(line).stem])
    if line is None or draft.sample.style.width != "as_is":
        return None
    question, stem = draft.question(line), draft.stem(line)
    other = dice.choice([letter for letter in LETTERS[: len(question.options)] if letter not in question.key])
    if BLANK not in draft.text(stem):
        return None
    draft.put(stem, draft.text(stem).replace(BLANK, f"（{other}）"))
    return {line, stem}


def insert_junk(draft: _Draft, dice: Dice) -> set[int] | None:
    line = dice.randrange(1, len(draft.lines))
    draft.lines.insert(line, (-1, "junk", dice.choice(JUNK)))
    return {line}


def lose_blank(draft: _Draft, dice: Dice) -> set[int] | None:
    style = draft.sample.style
    lines = [line for line in draft.at("stem", types=(F,)) if len(draft.question(line).blanks) == 1]
    line = _one(dice, lines)
    if line is None or not (style.sections or style.tag):
        return None  # nothing would say that it was to be filled in
    text = draft.text(line).replace("____", "").replace("＿＿＿＿", "")
    if text == draft.text(line):
        return None
    draft.put(line, text)
    return {line}


def one_answer_more(draft: _Draft, dice: Dice) -> set[int] | None:
    """One blank may have accepted texts between semicolons; two blanks cannot have three answers."""
    line = _one(dice, [line for line in draft.at("key", types=(F,)) if len(draft.question(line).blanks) == 2])
    if line is None or draft.sample.style.key == "block":
        return None
    draft.put(line, draft.text(line) + "；多余")
    return {line, draft.stem(line)}


def one_key_letter(draft: _Draft, dice: Dice) -> set[int] | None:
    """A multiple choice with one key letter left."""
    line = _one(dice, draft.at("key", types=(M,)))
    style = draft.sample.style
    if line is None or style.key == "block" or "不定项" in "".join(draft.sample.lines):
        return None
    if not style.sections and not style.tag:
        return None
    place = draft.lines[line][0]
    draft.put(line, draft.text(line)[: len(style.marker)] + draft.question(line).key[0])
    draft.stated[place] = ()
    return {line, draft.stem(line)}


def empty_stem(draft: _Draft, dice: Dice) -> set[int] | None:
    lines = [line for line in draft.at("stem", types=(S, M)) if draft.sample.style.options == "lines"]
    line = _one(dice, lines)
    if line is None or not _number(draft.text(line)) or draft.of_question(line, "wrap") is not None:
        return None
    if _head(draft.text(line)).strip().isdecimal():
        return None  # a page number looks like that
    draft.put(line, _head(draft.text(line)))
    return {line}


def cut_off(draft: _Draft, dice: Dice) -> set[int] | None:
    """The file ends within the last question, before its key."""
    keys = draft.at("key")
    if not keys or draft.sample.style.key == "block":
        return None
    last = keys[-1]
    stem = draft.stem(last)
    line = dice.randint(stem, last)
    text = draft.text(line)
    least = len(_head(text)) + 3 if line == stem else 1
    most = len(draft.sample.style.marker) if line == last else len(text)
    draft.put(line, text[: dice.randint(min(least, most), most)])
    del draft.lines[line + 1 :]
    return {stem, line}


def long_option(draft: _Draft, dice: Dice) -> set[int] | None:
    line = _one(dice, draft.at(*LETTERS, types=(S, M)))
    if line is None:
        return None
    draft.put(line, draft.text(line) + "，应当依法办理" * 80)
    return {line}


def wrong_count(draft: _Draft, dice: Dice) -> set[int] | None:
    line = _one(dice, [line for line in draft.at("title") if "共" in draft.text(line) and "题）" in draft.text(line)])
    if line is None or "每题" in draft.text(line) or draft.sample.style.width != "as_is":
        return None
    start, _, end = draft.text(line).partition("共")
    draft.put(line, f"{start}共29{end[end.index('题') :]}")
    return {line}


def delete_line(draft: _Draft, dice: Dice) -> set[int] | None:
    """Any line: nothing must be said, but no key may become another question's."""
    del draft.lines[dice.randrange(len(draft.lines))]
    return set()


def double_line(draft: _Draft, dice: Dice) -> set[int] | None:
    line = dice.randrange(len(draft.lines))
    draft.lines.insert(line, draft.lines[line])
    return set()


def cut_anywhere(draft: _Draft, dice: Dice) -> set[int] | None:
    line = dice.choice([line for line, (_, role, _) in enumerate(draft.lines) if role not in ("key", "keys")])
    draft.put(line, draft.text(line)[: dice.randint(0, len(draft.text(line)))])
    del draft.lines[line + 1 :]
    return set()


SLIPS: tuple[Slip, ...] = (
    *(delete_key, key_outside, delete_option, double_option, equal_options, swap_options, duplicate_number),
    *(remove_number, wrong_heading, garble_key, empty_key, keys_disagree, insert_junk, lose_blank, one_answer_more),
    *(one_key_letter, empty_stem, cut_off, long_option, wrong_count, delete_line, double_line, cut_anywhere),
)


def mutants(count: int, seed: int = 0) -> Iterator[Mutant]:
    """That many mutants, each slip as often as the others."""
    made = 0
    while made < count:
        dice = Dice(f"mutant {seed}")
        slip = SLIPS[seed % len(SLIPS)]
        for _ in range(60):  # not every document can have every slip
            plain_one = sample(dice.choice(LAYOUTS), dice.randrange(10**6), dice.randint(4, 9))
            if any(role == "junk" for _, role in plain_one.roles):
                continue
            draft = _Draft(plain_one)
            damaged = slip(draft, dice)
            if damaged is not None:
                yield _finished(slip, draft, damaged)
                made += 1
                break
        seed += 1


def _finished(slip: Slip, draft: _Draft, damaged: set[int]) -> Mutant:
    lines = tuple(text for _, _, text in draft.lines)
    named = frozenset(line + 1 for line in damaged)
    return Mutant(slip.__name__, draft.sample, lines, named, draft.stated)


def named_lines(reading: Reading) -> set[int]:
    """Every line at which something is said."""
    lines = {each.line for each in (*reading.problems, *reading.document.problems)}
    lines |= {each.line for each in reading.skipped}
    for item in reading.items:
        lines |= {each.line or item.line for each in (*item.problems, *item.warnings)}
    return lines


def wrong_keys(mutant: Mutant, reading: Reading) -> Iterator[str]:
    """The items that are ready though their key is not the one that the document states."""
    for item in reading.items:
        if item.is_ready and (fault := _fault(mutant, item)):
            options = [each.text for each in item.options]
            yield f"line {item.line}, {fault}: {item.stem!r} {options} {item.key} {item.blanks}"


def _fault(mutant: Mutant, item: ImportedItem) -> str:
    found = as_read(item)
    texts = {option.letter: plain(option.text) for option in item.options}
    candidates = [
        (place, question.plain())
        for place, question in enumerate(mutant.sample.questions)
        if _alike(question.plain(), found)
    ]
    if not candidates:
        return "of no true question"
    for place, true in candidates:
        if mutant.stated.get(place) == ():
            continue
        if true.type in (S, M):
            right = {true.options[LETTERS.index(letter)] for letter in true.key}
            if {texts.get(letter) for letter in found.key} == right or found.key == true.key:
                return ""
        elif (found.key, found.blanks) == (true.key, true.blanks):
            return ""
    return "another key"


def _alike(true: Question, found: Question) -> bool:
    """Whether the question found can be the true one with a slip in its stem."""
    return found.stem in true.stem or true.stem in found.stem or (bool(true.options) and true.options == found.options)


def _in_width(text: str, like: str) -> str:
    """``text`` in full-width letters where those around it are."""
    wide = any("０" <= letter <= "ｚ" for letter in like)
    return "".join(chr(ord(letter) + 0xFEE0) for letter in text) if wide else text


def _number_text(text: str) -> str:
    digits = ""
    for letter in text:
        if letter.isdigit():
            digits += letter
        elif digits:
            break
        elif letter not in "第题（(":
            return ""
    return digits


def _number(text: str) -> int:
    return int(_number_text(text) or 0)


def _head(text: str) -> str:
    """The number at the start of a line with what stands after it."""
    digits = _number_text(text)
    end = text.index(digits) + len(digits)
    while end < len(text) and text[end] in "、.．)）：:\\题 \t":
        end += 1
    return text[:end]
