"""Moodle's XML format; docs/import-formats.md names what is read, what becomes a draft and what is not kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml.etree import _Element

from quizapp.domain.bank import FALSE, TRUE, ItemType
from quizapp.domain.bank_notation import count_blanks
from quizapp.domain.problem import N_, Problem
from quizapp.importers.checks import KEY, checked
from quizapp.importers.cloze import read_cloze
from quizapp.importers.exchange import (
    BLANK,
    Answer,
    choice_fields,
    judgement_fields,
    merged,
    not_ours,
    picture_problem,
    tags_of,
    text_fields,
    topic_of,
)
from quizapp.importers.markup import Plain, plain_from_auto, plain_from_html
from quizapp.importers.reading import Document, ImportedItem, Reading, Refused, Skipped
from quizapp.importers.xml_text import children, last_line_of, line_of, parsed_xml

_FIELD = re.compile(r"_{3,}")
_YES = frozenset({"1", "true"})
_PART = re.compile(r"-?\d+(?:\.\d*)?")
_FORMATS = {"plain_text": lambda text: Plain(text.strip()), "markdown": lambda text: Plain(text.strip())}
_HTML = frozenset({"", "html"})


@dataclass
class _State:
    """What has been read so far; ``passages`` are descriptions by their idnumber."""

    document: Document
    items: list[ImportedItem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    covered: set[int] = field(default_factory=set)
    passages: dict[str, str] = field(default_factory=dict)
    topic: str = ""

    def skip(self, element: _Element, reason: Problem) -> None:
        for number in range(line_of(element), min(last_line_of(element), len(self.document.lines)) + 1):
            if number not in self.covered and self.document.lines[number - 1].strip():
                self.covered.add(number)
                self.skipped.append(Skipped(number, self.document.lines[number - 1], reason))


def parse_moodle_xml(document: Document) -> Reading:
    """The questions of a Moodle XML file. Raises `Refused` where it is no such file."""
    root = parsed_xml(document.text)
    if root.tag != "quiz":
        message = N_("The XML is not Moodle's: its first element is %(name)s, not quiz. Export it from Moodle anew.")
        raise Refused(Problem(message, {"name": str(root.tag)[:60]}, line=line_of(root)))
    state = _State(document)
    for element in children(root):
        _read_element(state, element)
    frame = [n for n, line in enumerate(document.lines, start=1) if line.strip() and n not in state.covered]
    return Reading(document, tuple(state.items), tuple(state.skipped), tuple(frame))


def _read_element(state: _State, element: _Element) -> None:
    kind = element.get("type", "").strip()
    if element.tag != "question":
        state.skip(element, Problem(N_("This part is not a question. Nothing needs to be done.")))
    elif kind == "category":
        state.topic = topic_of(_text(element, "category").text)
    elif kind == "description":
        state.passages[_value(element, "idnumber")] = _text(element, "questiontext").text
        reason = N_("This text has no answers: it explains other questions and is not one itself.")
        state.skip(element, Problem(reason))
    else:
        item = _item(state, element, kind)
        state.items.append(item)
        state.covered.update(range(item.line, item.last_line + 1))


def _item(state: _State, element: _Element, kind: str) -> ImportedItem:
    tags = tags_of((tag.strip() for tag in _tags(element)), state.topic)
    stem = _text(element, "questiontext")
    line = line_of(element)
    pictures = (picture_problem(line),) if stem.has_picture or _has_files(element) else ()
    found = _KINDS.get(kind, _unknown)(element, stem.text)
    fields = merged({"stem": stem.text}, tags.fields(), found, {"problems": pictures}, _hidden(element))
    stem_line = _line(element, "questiontext")
    item = ImportedItem(
        number=str(len(state.items) + 1),
        line=line,
        last_line=min(last_line_of(element), len(state.document.lines)),
        rationale=_text(element, "generalfeedback").text or fields.pop("feedback", ""),
        passage=state.passages.get(tags.case, "") if tags.case else "",
        points=_points(element),
        id=_value(element, "idnumber"),
        **{**_without(fields, "feedback"), "places": {"stem": stem_line, **fields["places"]}},
    )
    return checked(item)


def _without(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {each: value for each, value in fields.items() if each != name}


def _hidden(element: _Element) -> dict[str, Any]:
    if _value(element, "hidden") not in _YES:
        return {}
    message = N_("The question is hidden in Moodle: it may be out of date. Check it before use.")
    return {"warnings": (Problem(message, line=_line(element, "hidden")),)}


def _points(element: _Element) -> str:
    grade = _value(element, "defaultgrade")
    return f"{float(grade):g}" if re.fullmatch(r"\d{1,6}(?:\.\d{0,10})?", grade) else ""


def _choice(element: _Element, stem: str) -> dict[str, Any]:
    is_single = (_value(element, "single") or "true") in _YES
    shuffles = (_value(element, "shuffleanswers") or "true") in _YES
    answers = [_answer(each, fixed=not shuffles) for each in element.findall("answer")]
    pictures = tuple(picture_problem(line_of(each)) for each in element.findall("answer") if _rich(each).has_picture)
    return merged(choice_fields(answers, is_single), {"problems": pictures}, _feedback(element, answers))


def _judgement(element: _Element, stem: str) -> dict[str, Any]:
    answers = [_answer(each) for each in element.findall("answer")]
    right = [each for each in answers if each.weight > 0]
    truth = {"true": TRUE, "false": FALSE}.get(right[0].text.lower()) if len(right) == 1 else None
    fields = judgement_fields(truth, right[0].line) if truth else {"type": ItemType.TRUE_FALSE, "key": None}
    remarks = dict.fromkeys(each.feedback for each in answers if each.feedback)
    return {**fields, "feedback": "\n".join(remarks)}


def _short_answer(element: _Element, stem: str) -> dict[str, Any]:
    answers = [_answer(each, as_html=False) for each in element.findall("answer")]
    return merged(text_fields(_with_blank(stem), [answers], wildcards=True), _feedback(element, answers))


def _numerical(element: _Element, stem: str) -> dict[str, Any]:
    answers = [_answer(each, as_html=False) for each in element.findall("answer")]
    tolerances = {_value(each, "tolerance").strip(" 0.") for each in element.findall("answer")}
    if tolerances <= {""} and answers:
        return merged(text_fields(_with_blank(stem), [answers]), _feedback(element, answers))
    message = N_("A number within a range is accepted, which a fill-in cannot say. List the accepted answers.")
    problem = Problem(message, line=answers[0].line if answers else line_of(element), path=KEY)
    return merged(text_fields(_with_blank(stem), []), {"problems": (problem,)})


def _cloze(element: _Element, stem: str) -> dict[str, Any]:
    line = _line(element, "questiontext")
    cloze = read_cloze(_raw(element, "questiontext"), line)
    if cloze.blanks is None:
        message = N_("The text has embedded answers that are not plain texts to be written. Write them as questions.")
        return not_ours(message, line)
    fields = text_fields(cloze.stem.text, cloze.blanks, wildcards=True)
    if count_blanks(cloze.stem.text) == len(cloze.blanks):
        return fields
    message = N_("The text has blanks of its own beside the embedded answers. Remove them, so that the counts agree.")
    return merged(fields, {"problems": (Problem(message, line=line),)})


def _essay(element: _Element, stem: str) -> dict[str, Any]:
    reference = _text(element, "graderinfo").text
    place = {"key": _line(element, "graderinfo")} if reference else {}
    return {"type": ItemType.ESSAY, "key": (reference,) if reference else None, "places": place}


def _matching(element: _Element, stem: str) -> dict[str, Any]:
    message = N_("Matching pairs cannot be held by a bank. Write one question for each pair, or delete it.")
    return not_ours(message, line_of(element))


def _unknown(element: _Element, stem: str) -> dict[str, Any]:
    message = N_("A question of the kind “%(kind)s” cannot be held by a bank. Write it as another kind, or delete it.")
    return not_ours(message, line_of(element), kind=element.get("type", "")[:40])


_KINDS = {
    "multichoice": _choice,
    "truefalse": _judgement,
    "shortanswer": _short_answer,
    "numerical": _numerical,
    "cloze": _cloze,
    "multianswer": _cloze,
    "essay": _essay,
    "matching": _matching,
    "match": _matching,
}


def _with_blank(stem: str) -> str:
    """The stem with one blank: where Moodle puts the field (``_____``), else at the end."""
    return _FIELD.sub(BLANK, stem) if count_blanks(stem) else f"{stem}{BLANK}"


def _feedback(element: _Element, answers: list[Answer]) -> dict[str, Any]:
    general = _text(element, "generalfeedback").text
    right = [answer.feedback for answer in answers if answer.weight > 0 and answer.feedback]
    others = [answer for answer in answers if answer.feedback and (general or answer.feedback not in right)]
    message = N_("Feedback on single answers is not kept. Write into the rationale what matters.")
    warnings = (Problem(message, line=others[0].line),) if others else ()
    return {"feedback": "\n".join(dict.fromkeys(right)), "warnings": warnings}


def _answer(element: _Element, fixed: bool = False, as_html: bool = True) -> Answer:
    """An ``<answer>``; accepted texts are plain whatever the file says of their format."""
    text = _rich(element).text if as_html else (element.findtext("text") or "").strip()
    fraction = element.get("fraction", "0").strip()
    weight = float(fraction) if _PART.fullmatch(fraction) else 0.0
    return Answer(text, weight, line_of(element), _text(element, "feedback").text, fixed)


def _tags(element: _Element) -> Iterator[str]:
    return (tag.findtext("text") or "" for tag in element.findall("tags/tag"))


def _has_files(element: _Element) -> bool:
    """Whether something is attached; Moodle 1 named a picture in an element of its own."""
    return element.find(".//file") is not None or any(_value(element, name) for name in ("image", "image_base64"))


def _value(element: _Element, name: str) -> str:
    """The text of a simple child; some files wrap it in a ``text`` of its own."""
    found = element.find(name)
    return (found.text or found.findtext("text") or "").strip() if found is not None else ""


def _line(element: _Element, name: str) -> int:
    found = element.find(name)
    return line_of(found if found is not None else element)


def _raw(element: _Element, name: str) -> str:
    found = element.find(name)
    return (found.findtext("text") or "") if found is not None else ""


def _text(element: _Element, name: str) -> Plain:
    found = element.find(name)
    return Plain("") if found is None else _rich(found)


def _rich(element: _Element) -> Plain:
    """The text of a part in its own format; without one it is HTML, as Moodle takes it."""
    text = element.findtext("text") or ""
    format_ = element.get("format", "")
    if format_ in _HTML:
        return plain_from_html(text)
    return _FORMATS.get(format_, plain_from_auto)(text)
