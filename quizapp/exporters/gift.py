"""A bank as Moodle GIFT: choices, judgements, fill-ins with one blank, essays without their model answers."""

import re
from collections.abc import Iterator

from quizapp.domain.bank import TRUE, Bank, Item, ItemType
from quizapp.domain.problem import N_, Problem
from quizapp.exporters.exchange import (
    BLANKS,
    Entry,
    category_for,
    common_losses,
    entries,
    losses_where,
    tags_for,
)

_SPECIAL = re.compile(r"[\\:#={}~]")


def write_gift(bank: Bank) -> bytes:
    """The bank in UTF-8. What GIFT cannot hold is left out: `losses_gift` names it."""
    blocks, topic, case = [], None, ""
    for entry in entries(bank):
        if not _is_writable(entry.item):
            continue
        if entry.item.topic != topic:
            topic = entry.item.topic
            blocks.append(f"$CATEGORY: {category_for(topic, bank)}")
        if entry.case and entry.case.id != case:
            case = entry.case.id
            blocks.append(f"// [id:{case}]\n::{_escaped(case)}::[plain]{_escaped(entry.case.stem)}")
        blocks.append(_block(entry, bank))
    return ("\n\n".join(blocks) + "\n").encode("utf-8", "replace")


def losses_gift(bank: Bank) -> list[Problem]:
    """What of the bank the file cannot hold, one sentence for each item."""
    left_out = N_("%(item)s has several blanks or an answer with ->, so it is left out. Use Moodle XML for it.")
    unfixed = N_("%(item)s has options that keep their place, which Moodle may shuffle. Use Moodle XML for it.")
    model = N_("The model answer of %(item)s is left out. Use Moodle XML for it.")
    return [
        *common_losses(bank),
        *losses_where(bank, lambda item: not _is_writable(item), lambda name: Problem(left_out, {"item": name})),
        *losses_where(
            bank, lambda item: any(each.fixed for each in item.options), lambda name: Problem(unfixed, {"item": name})
        ),
        *losses_where(bank, lambda item: bool(item.reference), lambda name: Problem(model, {"item": name})),
    ]


def _is_writable(item: Item) -> bool:
    """A fill-in needs exactly one blank, and ``->`` would make a matching question of it: nothing escapes it."""
    if item.type is not ItemType.FILL_IN:
        return True
    return len(item.blanks) == len(BLANKS.findall(item.stem)) == 1 and not any("->" in each for each in item.blanks[0])


def _block(entry: Entry, bank: Bank) -> str:
    item = entry.item
    comment = " ".join([f"[id:{item.id}]", *(f"[tag:{_in_comment(tag)}]" for tag in tags_for(entry, bank))])
    before, after = item.stem, ""
    if item.type is ItemType.FILL_IN:
        before, after = BLANKS.split(item.stem, maxsplit=1)
    general = f"####[plain]{_escaped(item.rationale)}" if item.rationale else ""
    lines = [*_answers(item), *([general] if general else [])]
    inside = "".join(f"\n\t{line}" for line in lines) + ("\n" if lines else "")
    return f"// {comment}\n::{_escaped(item.id)}::[plain]{_escaped(before)}{{{inside}}}{_escaped(after)}"


def _answers(item: Item) -> Iterator[str]:
    if item.type is ItemType.TRUE_FALSE:
        yield "TRUE" if item.key == (TRUE,) else "FALSE"
    elif item.type is ItemType.FILL_IN:
        yield from (f"={_weighed(text.replace('*', chr(92) + '*'))}" for text in item.blanks[0])
    elif item.type is ItemType.SINGLE:
        yield from (_single(option.text, option.letter in item.key) for option in item.options)
    elif item.type is ItemType.MULTIPLE:
        share = f"{100 / max(len(item.key), 1):.5f}".rstrip("0").rstrip(".")
        weights = {True: share, False: "-100"}
        yield from (f"~%{weights[each.letter in item.key]}%{_formatted(each.text)}" for each in item.options)


def _single(text: str, is_right: bool) -> str:
    return f"={_formatted(text)}" if is_right else f"~{_weighed(text, '0')}"


def _weighed(text: str, weight: str = "100") -> str:
    """A text that begins like a weight needs one of its own before it."""
    return f"%{weight}%{_formatted(text)}" if text.startswith("%") else _formatted(text)


def _formatted(text: str) -> str:
    """A text that begins like the name of a format needs one before it."""
    return f"[plain]{_escaped(text)}" if text.startswith("[") else _escaped(text)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", "\\n")


def _in_comment(tag: str) -> str:
    tag = " ".join(tag.split("\n")).replace("]", "\\]")
    return f"{tag} " if tag.endswith("\\") else tag
