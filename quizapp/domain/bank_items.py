"""Reading items, their options and their keys from the node tree of a bank."""

from dataclasses import replace
from typing import Any

from quizapp.domain import bank_source as source
from quizapp.domain.bank import MOST_BLANKS, Citation, Item, ItemType, Option
from quizapp.domain.bank_notation import (
    LETTERS,
    count_blanks,
    half_width,
    letters_in,
    letters_kept_in_place,
    truth_in,
)
from quizapp.domain.bank_reading import (
    Known,
    Reading,
    as_written,
    below,
    claim,
    complete,
    did_you_mean,
    entries,
    fields,
    identifier,
    list_of,
    one_or_list_of,
    shown,
    text,
    value_node,
    whole_number,
    yes_or_no,
)
from quizapp.domain.bank_source import Node
from quizapp.domain.problem import N_

TYPE_NAMES = {kind.value: kind for kind in ItemType} | {
    "单选": ItemType.SINGLE, "单选题": ItemType.SINGLE, "单项选择题": ItemType.SINGLE,
    "多选": ItemType.MULTIPLE, "多选题": ItemType.MULTIPLE, "多项选择题": ItemType.MULTIPLE,
    "判断": ItemType.TRUE_FALSE, "判断题": ItemType.TRUE_FALSE,
    "填空": ItemType.FILL_IN, "填空题": ItemType.FILL_IN,
    "案例": ItemType.CASE, "案例题": ItemType.CASE,
    "简答": ItemType.ESSAY, "简答题": ItemType.ESSAY, "论述": ItemType.ESSAY, "论述题": ItemType.ESSAY,
}  # fmt: skip
"""What authors may write for a type; docs/bank-format.md lists the same words."""


def item(reading: Reading, node: Node, path: str) -> Item | None:
    """An item of any type."""
    return _item(reading, node, path, {})


def item_type(reading: Reading, node: Node, path: str) -> ItemType | None:
    """The type of an item."""
    written = text(reading, node, path)
    if written is None or written in TYPE_NAMES:
        return TYPE_NAMES[written] if written else None
    if nearest := did_you_mean(written.lower(), TYPE_NAMES):
        sentence = N_("Unknown type '%(type)s'. Did you mean '%(suggestion)s'?")
        reading.note(node, path, sentence, type=shown(written), suggestion=nearest)
    else:
        known = ", ".join(ItemType)
        reading.note(
            node, path, N_("Unknown type '%(type)s'. The types are %(known)s."), type=shown(written), known=known
        )
    return None


def options(reading: Reading, node: Node, path: str) -> tuple[Option, ...] | None:
    """The options of a choice; one whose text cannot be read is noted and stays as '', so that its letter is known."""
    if not isinstance(node, source.Mapping):
        reading.note(node, path, N_("Write each option on a line of its own as 'A: text', 'B: text' …"))
        return None
    written = entries(reading, node, path)
    _check_letters(reading, node, path, [(half_width(name).strip().upper(), key) for name, (key, _) in written.items()])
    found = [_option(reading, name, value, path) for name, (_, value) in written.items()]
    first: dict[str, str] = {}
    for option, (key, _) in zip(found, written.values(), strict=True):
        same = "".join(half_width(option.text).split())
        if same and first.setdefault(same, option.letter) != option.letter:
            sentence = N_("Options %(first)s and %(second)s say the same. Change one of them.")
            reading.note(key, below(path, option.letter), sentence, first=first[same], second=option.letter)
    kept = letters_kept_in_place({option.letter: option.text for option in found})
    return tuple(replace(option, fixed=option.fixed or option.letter in kept) for option in found)


def citation(reading: Reading, node: Node, path: str) -> Citation | None:
    """What a key rests on; regulation and edition must stand in the bank's ``regulations``."""
    values = fields(reading, node, path, CITATION)
    if values is None or "regulation" not in values:
        return None
    regulation = values["regulation"]
    if regulation not in reading.editions:
        sentence = N_("The bank lists no regulation '%(id)s'. Add it under 'regulations', or use one of: %(known)s.")
        place = value_node(node, "regulation")
        reading.note(
            place, below(path, "regulation"), sentence, id=shown(regulation), known=", ".join(reading.editions) or "–"
        )
    elif "edition" in values and values["edition"] not in (known := reading.editions[regulation]):
        sentence = N_("'%(regulation)s' has no edition '%(id)s' in this bank. Add it there, or use one of: %(known)s.")
        params = {"regulation": regulation, "id": shown(values["edition"]), "known": ", ".join(known) or "–"}
        reading.note(value_node(node, "edition"), below(path, "edition"), sentence, **params)
    return Citation(**values) if complete(values, CITATION) else None


def _item(reading: Reading, node: Node, path: str, inherited: dict[str, Any]) -> Item | None:
    """``inherited`` holds what a case gives its items; outside a case it is empty."""
    kind = _kind(node)
    table = ITEM[kind] if kind else ANY_ITEM
    values = fields(reading, node, path, table)
    if values is None:
        return None
    if "id" in values:
        claim(reading, reading.item_lines, values["id"], value_node(node, "id"), below(path, "id"))
    whole = complete(values, table)
    if "citation" in values:
        values["citations"] = values.pop("citation")
    if kind is ItemType.CASE:
        _finish_case(reading, values, path)
    elif kind is ItemType.FILL_IN:
        _finish_fill_in(reading, values, path)
    elif kind is ItemType.TRUE_FALSE:
        _finish_true_false(reading, values, path)
    elif kind in (ItemType.SINGLE, ItemType.MULTIPLE):
        _finish_choice(reading, values, path)
    return Item(**inherited | values) if whole and kind else None


def _kind(node: Node) -> ItemType | None:
    """The type that an item gives itself: it decides which keys may stand there. `item_type` notes a wrong one."""
    written = value_node(node, "type")
    return TYPE_NAMES.get(written.text.strip()) if isinstance(written, source.Scalar) else None


def _finish_case(reading: Reading, values: dict[str, Any], path: str) -> None:
    values["stem"] = values.pop("passage", "")
    inherited: dict[str, Any] = {
        name: values[name] for name in ("topic", "difficulty", "citations", "posts") if name in values
    }

    def item_of_case(reading: Reading, node: Node, path: str) -> Item | None:
        if _kind(node) is ItemType.CASE:
            sentence = N_("A case cannot stand inside a case. Move it out, or choose another type.")
            reading.note(value_node(node, "type"), below(path, "type"), sentence)
        return _item(reading, node, path, inherited)

    if "items" in values:
        values["items"] = list_of(item_of_case)(reading, values["items"], below(path, "items"))


def _finish_choice(reading: Reading, values: dict[str, Any], path: str) -> None:
    found: tuple[Option, ...] | None = values.get("options")
    if values.pop("keep_order", False) and found:
        values["options"] = tuple(replace(option, fixed=True) for option in found)
    if "key" not in values:
        return
    node, path = values["key"], below(path, "key")
    letters = _key_letters(reading, node, path, found)
    if values.get("type") is ItemType.SINGLE and len(letters) > 1:
        sentence = N_(
            "A single-choice item has exactly one key, here are %(count)s. Keep one, or write 'type: multiple'."
        )
        reading.note(node, path, sentence, count=len(letters))
    values["key"] = tuple(sorted(letters))


def _finish_true_false(reading: Reading, values: dict[str, Any], path: str) -> None:
    if "key" not in values:
        return
    node = values["key"]
    truth = truth_in(node.text) if isinstance(node, source.Scalar) else None
    if truth is None:
        reading.note(
            node,
            below(path, "key"),
            N_("The key of a true/false item is 正确 or 错误 (also 对, 错, true, false, √, ×)."),
        )
    values["key"] = (truth or "",)


def _finish_fill_in(reading: Reading, values: dict[str, Any], path: str) -> None:
    node, path = values.pop("key", None), below(path, "key")
    if node is None:
        return
    values["blanks"] = one_or_list_of(one_or_list_of(text))(reading, node, path) or ()
    entries_given = len(node.entries) if isinstance(node, source.Sequence) else 1
    blanks = count_blanks(values.get("stem", ""))
    if blanks and entries_given and entries_given != blanks:
        sentence = N_(
            "Blanks in the stem: %(blanks)s; entries in the key: %(entries)s. Give one entry for each blank; "
            "several accepted texts of one blank stand in brackets of their own: - [一年, 1年]."
        )
        reading.note(node, path, sentence, blanks=blanks, entries=entries_given)


def _stem_with_blanks(reading: Reading, node: Node, path: str) -> str | None:
    stem = text(reading, node, path)
    if stem is not None and count_blanks(stem) > MOST_BLANKS:
        reading.note(
            node, path, N_("A stem may have at most %(most)s blanks. Make several items of it."), most=MOST_BLANKS
        )
    if stem is not None and not count_blanks(stem):
        reading.note(node, path, N_("A fill-in stem needs a blank. Mark it with three or more underscores: ____."))
    return stem


def _option(reading: Reading, name: str, value: Node, path: str) -> Option:
    letter = half_width(name).strip().upper()
    if isinstance(value, source.Mapping):
        values = fields(reading, value, below(path, name), OPTION) or {}
        return Option(letter, values.get("text", ""), values.get("fixed", False))
    return Option(letter, text(reading, value, below(path, name)) or "")


def _check_letters(reading: Reading, node: Node, path: str, letters: list[tuple[str, Node]]) -> None:
    if not 2 <= len(letters) <= len(LETTERS):
        sentence = N_("An item has 2 to %(limit)s options, here are %(count)s. Add or remove options.")
        reading.note(node, path, sentence, limit=len(LETTERS), count=len(letters))
    for (letter, key), expected in zip(letters, LETTERS, strict=False):
        if letter != expected:
            sentence = N_(
                "Options are lettered A, B, C … without a gap. Here '%(expected)s' should stand, not '%(letter)s'."
            )
            reading.note(key, below(path, letter), sentence, expected=expected, letter=shown(letter))
            return  # all that follow are shifted by the same slip


def _key_letters(reading: Reading, node: Node, path: str, found: tuple[Option, ...] | None) -> list[str]:
    """The letters of a key, each noted that is no option or stands there twice."""
    known = {option.letter for option in found or ()}
    letters: list[str] = []
    parts = [(node, path)]
    if isinstance(node, source.Sequence):
        parts = [(entry, f"{path}[{place}]") for place, entry in enumerate(node.entries)]
    for part, place in parts:
        written = letters_in(part.text) if isinstance(part, source.Scalar) else None
        if written is None:
            reading.note(part, place, N_("Write the letters of the right options here, such as C or ABD."))
        for letter in written or ():
            if known and letter not in known:
                sentence = N_(
                    "The key names option %(letter)s, but the options are %(known)s. Correct the key or add the option."
                )
                reading.note(part, place, sentence, letter=letter, known=", ".join(sorted(known)))
            elif letter in letters:
                reading.note(part, place, N_("The key names option %(letter)s twice. Remove one."), letter=letter)
            else:
                letters.append(letter)
    if not parts:
        reading.note(node, path, N_("Write the letters of the right options here, such as C or ABD."))
    return letters


CITATION = {"regulation": Known(text, True), "edition": Known(text, True), "article": Known(text, True)}
OPTION = {"text": Known(text, True), "fixed": Known(yes_or_no)}

_HEAD = {"id": Known(identifier, True), "type": Known(item_type, True)}
_STEM = {"stem": Known(text, True)}
_KEY = {"key": Known(as_written, True), "rationale": Known(text)}
_TAIL = {
    "topic": Known(text),
    "difficulty": Known(whole_number(1, 5)),
    "citation": Known(one_or_list_of(citation)),
    "posts": Known(one_or_list_of(text)),
}
_CHOICE = _HEAD | _STEM | {"options": Known(options, True), "keep_order": Known(yes_or_no)} | _KEY | _TAIL
_BLANKS = {"stem": Known(_stem_with_blanks, True), "any_order": Known(yes_or_no), "numerals_equal": Known(yes_or_no)}
_CASE = {"passage": Known(text, True)} | _TAIL | {"items": Known(as_written, True)}

ITEM: dict[ItemType, dict[str, Known]] = {
    ItemType.SINGLE: _CHOICE,
    ItemType.MULTIPLE: _CHOICE,
    ItemType.TRUE_FALSE: _HEAD | _STEM | _KEY | _TAIL,
    ItemType.FILL_IN: _HEAD | _BLANKS | _KEY | _TAIL,
    ItemType.CASE: _HEAD | _CASE,
    ItemType.ESSAY: _HEAD | _STEM | {"reference": Known(text), "rationale": Known(text)} | _TAIL,
}
"""Every key of every type of item. Adding one here adds it to the format; docs/bank-format.md must follow."""

ANY_ITEM = _HEAD | {name: Known(as_written) for table in ITEM.values() for name in table if name not in _HEAD}
"""For an item whose type is unknown: nothing in it can be judged but its id."""
