"""One QTI item, of any version: QTI 3 writes ``qti-choice-interaction`` where QTI 2 has ``choiceInteraction``."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml.etree import _Element

from quizapp.domain.bank import FALSE, TRUE, ItemType
from quizapp.domain.bank_notation import count_blanks
from quizapp.domain.problem import N_, Problem
from quizapp.importers.checks import KEY
from quizapp.importers.exchange import (
    BLANK,
    FULL,
    Answer,
    as_judgement,
    choice_fields,
    judgement_fields,
    merged,
    not_ours,
    picture_problem,
    text_fields,
)
from quizapp.importers.markup import Plain, plain_from_html
from quizapp.importers.xml_text import children, line_of, text_of

_PREFIX = re.compile(r"(</?)[A-Za-z_][\w.-]*:(?=[A-Za-z_])")
_NUMBER = re.compile(r"-?\d+(?:\.\d*)?")
_YES = frozenset({"1", "true"})
_LEFT_OUT = frozenset({"prompt", "rubricblock", "feedbackblock", "feedbackinline", "templateblock", "templateinline"})
_KNOWN_TEMPLATES = ("match_correct", "map_response", "cc2_match", "cc2_match_basic", "cc2_map_response")
_PROCESSING = frozenset(
    (
        *("responseprocessing", "responsecondition", "responseif", "responseelseif", "responseelse", "match"),
        *("variable", "correct", "mapresponse", "sum", "setoutcomevalue", "basevalue", "and", "isnull", "not", "gt"),
        *("exitresponse", "multiple", "member", "or"),
    )
)
"""The elements of response processing that say no more than the declared right answers do."""


def name_of(element: _Element) -> str:
    """The name of an element as every version has it: ``choiceinteraction``."""
    return _folded(etree.QName(element).localname)


def _folded(name: str) -> str:
    return name.removeprefix("qti-").replace("-", "").lower()


def _attribute(element: _Element, name: str) -> str:
    found = (value for key, value in element.attrib.items() if _folded(etree.QName(str(key)).localname) == name)
    return str(next(found, "")).strip()


@dataclass(frozen=True)
class _Declaration:
    """What a response declaration says is right. ``mapped`` gives the points of each value, where it is mapped."""

    cardinality: str
    correct: tuple[str, ...]
    mapped: dict[str, float]
    line: int

    def weights(self) -> dict[str, float]:
        """By value its share of the points: the right response if there is one, else what the mapping makes of it."""
        most = max(self.mapped.values(), default=0.0)
        shares = {value: FULL * points / most for value, points in self.mapped.items()} if most > 0 else {}
        return shares | dict.fromkeys(self.correct, FULL) if self.cardinality == "single" else shares

    def choices(self) -> dict[str, float]:
        """By choice its share, as `choice_fields` reads it."""
        if self.cardinality == "single":
            return self.weights()
        right = self.correct or [value for value, points in self.mapped.items() if points > 0]
        return {value: FULL / len(right) for value in right}


def qti_item(item: _Element) -> dict[str, Any]:
    """The fields of an item, named as `ImportedItem` names them, and ``stimuli``: the files its passages stand in.

    Lines count in the file of the item.
    """
    body = next((each for each in children(item) if name_of(each) == "itembody"), None)
    stem = _Body(body)
    interactions = list(_interactions(body))
    declarations = {_attribute(each, "identifier"): _declaration(each) for each in _named(item, "responsedeclaration")}
    kinds = {name_of(each) for each in interactions}
    reader = _READERS.get(next(iter(kinds)), _unknown) if len(kinds) == 1 else _unknown
    found = reader(item, interactions, declarations, stem)
    pictures = (picture_problem(line_of(item)),) if stem.has_picture else ()
    fields = merged({"stem": stem.text.text}, found, {"problems": pictures}, _processing(item))
    fields["places"] = {"stem": line_of(body if body is not None else item), **fields["places"]}
    fields["rationale"] = _rationale(item)
    fields["stimuli"] = tuple(_attribute(each, "href") for each in _named(item, "assessmentstimulusref"))
    return fields


def stimulus_text(root: _Element) -> Plain:
    """The passage of a stimulus file."""
    body = next(_named(root, "stimulusbody"), None)
    return Plain("") if body is None else _plain(body)


def _named(element: _Element, name: str) -> Iterator[_Element]:
    return (each for each in element.iterdescendants("*") if name_of(each) == name)


def _interactions(body: _Element | None) -> Iterator[_Element]:
    if body is not None:
        yield from (each for each in body.iterdescendants("*") if name_of(each).endswith("interaction"))


def _plain(element: _Element) -> Plain:
    inner = "".join(etree.tostring(each, encoding="unicode") for each in element)
    text = (element.text or "").replace("&", "&amp;").replace("<", "&lt;")
    return plain_from_html(text + _PREFIX.sub(r"\1", inner))


class _Body:
    """The text of an item body: prompts count, choices do not, and a gap to write into is a blank."""

    def __init__(self, body: _Element | None) -> None:
        self._pieces: list[str] = []
        if body is not None:
            self._walk(body)
        self.text = plain_from_html("".join(self._pieces))
        self.has_picture = self.text.has_picture

    def _walk(self, element: _Element) -> None:
        self._pieces.append(_as_html(element.text))
        elements = set(children(element))
        for child in element:  # a comment has text after it as well
            if child in elements:
                self._enter(child)
            self._pieces.append(_as_html(child.tail))

    def _enter(self, child: _Element) -> None:
        name = name_of(child)
        if name == "textentryinteraction":
            self._pieces.append(BLANK)
        elif name.endswith("interaction"):
            for prompt in (each for each in children(child) if name_of(each) == "prompt"):
                self._tagged(prompt, "div")
        elif name not in _LEFT_OUT:
            self._tagged(child, etree.QName(child).localname)

    def _tagged(self, element: _Element, tag: str) -> None:
        self._pieces.append(f"<{tag}>")
        self._walk(element)
        self._pieces.append(f"</{tag}>" if tag not in {"br", "img", "hr"} else "")


def _as_html(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _declaration(element: _Element) -> _Declaration:
    correct = next((each for each in children(element) if name_of(each) == "correctresponse"), None)
    values = () if correct is None else tuple(text_of(each).strip() for each in _named(correct, "value"))
    entries = list(_named(element, "mapentry"))
    mapped = {_attribute(each, "mapkey"): _points(_attribute(each, "mappedvalue")) for each in entries}
    return _Declaration(_attribute(element, "cardinality") or "single", values, mapped, line_of(element))


def _points(text: str) -> float:
    return float(text) if _NUMBER.fullmatch(text) and len(text) < 20 else 0.0


_Declarations = dict[str, _Declaration]
_NONE = _Declaration("single", (), {}, 0)


def _declared(interaction: _Element, declarations: _Declarations) -> _Declaration:
    return declarations.get(_attribute(interaction, "responseidentifier"), _NONE)


def _choice(item: _Element, found: list[_Element], declarations: _Declarations, body: _Body) -> dict[str, Any]:
    if len(found) > 1:
        return _unknown(item, found, declarations, body)
    declaration = _declared(found[0], declarations)
    weights = declaration.choices()
    shuffles = _attribute(found[0], "shuffle") in _YES
    choices = list(_named(found[0], "simplechoice"))
    identifiers = [_attribute(each, "identifier") for each in choices]
    texts = [_plain(each) for each in choices]
    fixed = [not shuffles or _attribute(each, "fixed") in _YES for each in choices]
    answers = [
        Answer(text.text, weights.get(name, 0.0), line_of(each), fixed=stays)
        for each, text, name, stays in zip(choices, texts, identifiers, fixed, strict=True)
    ]
    fields = _key_at(choice_fields(answers, declaration.cardinality == "single"), declaration.line)
    problems = [picture_problem(answer.line) for answer, text in zip(answers, texts, strict=True) if text.has_picture]
    problems += [*_strangers(declaration, identifiers), *_contradictions(declaration)]
    fields = merged(fields, {"problems": tuple(problems)}, {"key": None} if problems else {})
    if identifiers == [TRUE, FALSE] and fields["type"] is ItemType.SINGLE:
        known = [name for name in identifiers if weights.get(name, 0.0) > 0]
        judged = judgement_fields(known[0], declaration.line) if len(known) == 1 else {}
        return {**fields, "type": ItemType.TRUE_FALSE, "options": (), "key": None, **judged}
    return as_judgement(fields) if fields["type"] is ItemType.SINGLE else fields


def _key_at(fields: dict[str, Any], line: int) -> dict[str, Any]:
    return merged(fields, {"places": {"key": line}}) if line else fields


def _contradictions(declaration: _Declaration) -> list[Problem]:
    """Points for a choice that is not right; for a single choice `choice_fields` says so."""
    earning = {value for value, points in declaration.mapped.items() if points > 0}
    if declaration.cardinality == "single" or not declaration.correct or earning <= set(declaration.correct):
        return []
    message = N_("The right answers and the points for each choice disagree. Choose which options are the key.")
    return [Problem(message, line=declaration.line, path=KEY)]


def _strangers(declaration: _Declaration, identifiers: list[str]) -> list[Problem]:
    """A right answer that is none of the choices."""
    unknown = [value for value in declaration.correct if value not in identifiers]
    message = N_("The right answer “%(name)s” is not among the choices. Correct it, or add the choice.")
    return [Problem(message, {"name": value[:40]}, line=declaration.line, path=KEY) for value in unknown]


def _texts(item: _Element, found: list[_Element], declarations: _Declarations, body: _Body) -> dict[str, Any]:
    """Blanks to write into: every text with full points is accepted."""
    blanks = []
    for interaction in found:
        declared = _declared(interaction, declarations)
        accepted = declared.weights().items()
        blanks.append([Answer(text.strip(), weight, declared.line) for text, weight in accepted])
    fields = text_fields(body.text.text, blanks)
    if count_blanks(body.text.text) == len(blanks):
        return fields
    message = N_("The text has blanks of its own beside the embedded answers. Remove them, so that the counts agree.")
    return merged(fields, {"problems": (Problem(message, line=line_of(item)),)})


def _essay(item: _Element, found: list[_Element], declarations: _Declarations, body: _Body) -> dict[str, Any]:
    rubrics = [each for each in _named(item, "rubricblock") if "scorer" in _attribute(each, "view").split()]
    reference = "\n".join(_plain(each).text for each in rubrics).strip()
    if not reference:
        reference = "\n".join(_declared(found[0], declarations).correct).strip()
    place = {"key": line_of(rubrics[0])} if rubrics else {}
    return {"type": ItemType.ESSAY, "key": (reference,) if reference else None, "places": place}


def _unknown(item: _Element, found: list[_Element], declarations: _Declarations, body: _Body) -> dict[str, Any]:
    line = line_of(found[0]) if found else line_of(item)
    kinds = "、".join(dict.fromkeys(etree.QName(each).localname for each in found)) or "–"
    message = N_("The interaction %(kind)s cannot be held by a bank. Write it as a choice, a fill-in or an essay.")
    return not_ours(message, line, kind=kinds[:80])


_READERS: dict[str, Callable[[_Element, list[_Element], _Declarations, _Body], dict[str, Any]]] = {
    "choiceinteraction": _choice,
    "textentryinteraction": _texts,
    "extendedtextinteraction": _essay,
}


def _rationale(item: _Element) -> str:
    """The feedback shown after the answer, each text once."""
    texts = [_plain(each).text for each in _named(item, "modalfeedback")]
    return "\n".join(dict.fromkeys(text for text in texts if text))


def _processing(item: _Element) -> dict[str, Any]:
    """A warning where the marks are worked out in a way that the declared right answers do not tell."""
    found = next((each for each in children(item) if name_of(each) == "responseprocessing"), None)
    if found is None:
        return {}
    template = _attribute(found, "template").rstrip("/").rpartition("/")[2].removesuffix(".xml").lower()
    names = {name_of(each) for each in found.iter("*")}
    if template in _KNOWN_TEMPLATES or (not template and names <= _PROCESSING):
        return {}
    message = N_("How the answer is scored was not understood. Check the key against the original.")
    return {"warnings": (Problem(message, line=line_of(found)),)}
