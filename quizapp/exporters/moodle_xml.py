"""A bank as Moodle XML: every kind of item; a fill-in with several blanks as embedded answers (cloze)."""

import html
import re

from lxml import etree
from lxml.etree import _Element

from quizapp.domain.bank import FALSE, TRUE, Bank, Item, ItemType
from quizapp.domain.problem import N_, Problem
from quizapp.exporters.exchange import (
    BLANKS,
    Entry,
    category_for,
    common_losses,
    entries,
    in_xml,
    losses_where,
    spaces_kept,
    tags_for,
)

INPUT = "_____"
"""Where Moodle puts the field of a short answer into the sentence: five underscores or more."""
_ASCII_MARK = re.compile(r"[!-/:-@\[-`{-~]")
_YES_NO = {True: "true", False: "false"}


def write_moodle_xml(bank: Bank) -> bytes:
    """The bank in UTF-8; `losses_moodle_xml` names what is not in it."""
    quiz = etree.Element("quiz")
    topic, case = None, ""
    for entry in entries(bank):
        if entry.item.topic != topic:
            topic = entry.item.topic
            _texts(_sub(_sub(quiz, "question", type="category"), "category"), category_for(topic, bank))
        if entry.case and entry.case.id != case:
            case = entry.case.id
            _head(_sub(quiz, "question", type="description"), entry.case)
        _question(quiz, entry, bank)
    etree.indent(quiz)
    return etree.tostring(quiz, encoding="UTF-8", xml_declaration=True) + b"\n"


def losses_moodle_xml(bank: Bank) -> list[Problem]:
    """What of the bank the file cannot hold, one sentence for each item."""
    unshuffled = N_("Only some options of %(item)s keep their place; in Moodle none of them will be shuffled.")

    def is_lost(item: Item) -> bool:
        return len({option.fixed for option in item.options}) > 1

    return [*common_losses(bank), *losses_where(bank, is_lost, lambda name: Problem(unshuffled, {"item": name}))]


def _question(quiz: _Element, entry: Entry, bank: Bank) -> None:
    item = entry.item
    question = _sub(quiz, "question", type=_kind(item))
    _head(question, item)
    _WRITERS.get(item.type, _nothing)(question, item)
    tags = _sub(question, "tags")
    for tag in tags_for(entry, bank):
        _texts(_sub(tags, "tag"), tag)


def _kind(item: Item) -> str:
    if item.type is ItemType.FILL_IN:
        return "shortanswer" if len(item.blanks) == len(BLANKS.findall(item.stem)) == 1 else "cloze"
    return _KINDS[item.type]


def _head(question: _Element, item: Item) -> None:
    _texts(_sub(question, "name"), item.id)
    is_cloze = question.get("type") == "cloze"
    stem = _cloze(item) if is_cloze else item.stem
    if question.get("type") == "shortanswer":
        stem = BLANKS.sub(INPUT, stem)
    _texts(_sub(question, "questiontext", format="html" if is_cloze else "plain_text"), stem)
    _texts(_sub(question, "generalfeedback", format="plain_text"), item.rationale)
    _sub(question, "defaultgrade").text = "0" if question.get("type") == "description" else "1"
    _sub(question, "hidden").text = "0"
    _sub(question, "idnumber").text = in_xml(item.id)


def _choice(question: _Element, item: Item) -> None:
    is_single = item.type is ItemType.SINGLE
    _sub(question, "single").text = _YES_NO[is_single]
    _sub(question, "shuffleanswers").text = _YES_NO[not any(option.fixed for option in item.options)]
    _sub(question, "answernumbering").text = "ABCD"
    right = f"{100 / max(len(item.key), 1):.5f}".rstrip("0").rstrip(".")
    for option in item.options:
        wrong = "0" if is_single else "-100"
        _answer(question, option.text, right if option.letter in item.key else wrong)


def _judgement(question: _Element, item: Item) -> None:
    for truth in (TRUE, FALSE):
        _answer(question, truth, "100" if item.key == (truth,) else "0")


def _fill_in(question: _Element, item: Item) -> None:
    if question.get("type") == "cloze":
        return
    _sub(question, "usecase").text = "0"
    for text in item.blanks[0]:
        _answer(question, text.replace("*", "\\*"), "100")


def _essay(question: _Element, item: Item) -> None:
    _sub(question, "responseformat").text = "editor"
    _texts(_sub(question, "graderinfo", format="plain_text"), item.reference)


def _nothing(question: _Element, item: Item) -> None:
    """A kind without parts of its own."""


def _cloze(item: Item) -> str:
    """The stem as HTML with its accepted texts embedded; marks of the text are written so that none is Moodle's."""
    pieces = BLANKS.split(item.stem)
    fields = [_field(accepted) for accepted in item.blanks] + [INPUT] * len(pieces)
    together = [_as_html(pieces[0])]
    for piece, field in zip(pieces[1:], fields, strict=False):
        together += [field, _as_html(piece)]
    return "".join(together)


def _field(accepted: tuple[str, ...]) -> str:
    texts = (_ASCII_MARK.sub(lambda mark: f"&#{ord(mark[0])};", text.replace("*", "\\*")) for text in accepted)
    return "{1:SHORTANSWER:" + "~".join(f"={text}" for text in texts) + "}"


def _as_html(text: str) -> str:
    return html.escape(spaces_kept(text), quote=False).replace("{", "&#123;").replace("\n", "<br>")


def _answer(question: _Element, text: str, fraction: str) -> None:
    answer = _sub(question, "answer", fraction=fraction, format="plain_text")
    _sub(answer, "text").text = in_xml(text)
    _texts(_sub(answer, "feedback", format="plain_text"), "")


def _texts(element: _Element, text: str) -> None:
    _sub(element, "text").text = in_xml(text)


def _sub(parent: _Element, name: str, **attributes: str) -> _Element:
    return etree.SubElement(parent, name, {key: in_xml(value) for key, value in attributes.items()})


_KINDS = {
    ItemType.SINGLE: "multichoice",
    ItemType.MULTIPLE: "multichoice",
    ItemType.TRUE_FALSE: "truefalse",
    ItemType.ESSAY: "essay",
}
_WRITERS = {
    ItemType.SINGLE: _choice,
    ItemType.MULTIPLE: _choice,
    ItemType.TRUE_FALSE: _judgement,
    ItemType.FILL_IN: _fill_in,
    ItemType.ESSAY: _essay,
}
