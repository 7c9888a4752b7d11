"""What the exchange formats have in common: weighted choices, accepted texts, tags that carry our own fields."""

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizapp.domain.bank import FALSE, TRUE, ItemType, Option
from quizapp.domain.bank_notation import count_blanks, truth_in
from quizapp.domain.problem import N_, Problem
from quizapp.importers.checks import KEY

BLANK = "____"
"""A blank of a fill-in stem."""
CHOICE_BLANK = "（　）"
"""The blank of a choice, where a format put the choices into the sentence."""
UNSORTED = "Default for "
"""How the name of a category begins that is no topic: Moodle's own first category of a course."""

LETTERS = string.ascii_uppercase
FULL = 100.0
_NEAR = 1.0
_WILD = re.compile(r"(?<!\\)\*")
_TAG = re.compile(r"(知识点|难度|岗位|依据|案例|顺序)[:：](.+)", re.DOTALL)
ANY_ORDER = "任意"


@dataclass(frozen=True)
class Answer:
    """One answer of a question as the file has it; ``weight`` is its share of the points in percent."""

    text: str
    weight: float
    line: int
    feedback: str = ""
    fixed: bool = False


@dataclass(frozen=True)
class Tags:
    """Our own fields, carried as tags by formats that have none for them (``知识点:招标``)."""

    topic: str = ""
    difficulty: int | None = None
    posts: tuple[str, ...] = ()
    cited: str = ""
    case: str = ""
    any_order: bool = False

    def fields(self) -> dict[str, Any]:
        """The fields as `ImportedItem` names them."""
        return {
            "topic": self.topic,
            "difficulty": self.difficulty,
            "posts": self.posts,
            "cited": self.cited,
            "any_order": self.any_order,
        }


def tags_of(tags: Iterable[str], topic: str = "") -> Tags:
    """What the tags say; ``topic`` (the category) holds where no tag names one. Tags of others are passed over."""
    found: dict[str, list[str]] = {}
    for tag in tags:
        if match := _TAG.fullmatch(tag.strip()):
            found.setdefault(match[1], []).append(match[2].strip())
    level = found.get("难度", [""])[0]
    return Tags(
        topic=found.get("知识点", [topic])[0],
        difficulty=int(level) if re.fullmatch("[1-5]", level) else None,
        posts=tuple(found.get("岗位", ())),
        cited="；".join(found.get("依据", ())),
        case=found.get("案例", [""])[0],
        any_order=ANY_ORDER in found.get("顺序", ()),
    )


def topic_of(category: str) -> str:
    """The topic a Moodle category stands for: ``$course$/top/招标/开标`` is ``招标/开标``; a default one is none."""
    parts = [part.replace("\0", "/").strip() for part in category.replace("//", "\0").split("/")]
    while parts and (re.fullmatch(r"\$\w+\$", parts[0]) or parts[0] == "top"):
        parts.pop(0)
    parts = [part for part in parts if part and not part.startswith(UNSORTED)]
    return "/".join(parts)


def choice_fields(answers: Sequence[Answer], single: bool) -> dict[str, Any]:
    """Type, options, key and problems of weighted choices, named as `ImportedItem` names them.

    With ``single`` the one answer of full weight is the key. Otherwise every answer of positive weight is, where those
    weights come to 100 %; what else they may mean is never guessed.
    """
    shown = answers[: len(LETTERS)]
    places = dict(zip(LETTERS, (answer.line for answer in shown), strict=False))
    options = tuple(Option(letter, each.text, each.fixed) for letter, each in zip(LETTERS, shown, strict=False))
    right = [letter for letter, each in zip(LETTERS, shown, strict=False) if _is_right(each.weight, single)]
    problems = [] if single else _unclear_weights(shown)
    if single and len(right) > 1:
        message = N_("Several options count as fully right (%(letters)s). Choose the one that is the key.")
        problems.append(Problem(message, {"letters": "、".join(right)}, line=places[right[0]], path=KEY))
    if len(answers) > len(LETTERS):
        message = N_("The question has more than %(most)s options; the rest were left out. Split the question.")
        problems.append(Problem(message, {"most": len(LETTERS)}, line=answers[len(LETTERS)].line))
    key = tuple(right) if right and not problems else None
    places |= {"key": places[right[0]]} if right else {}
    return {
        "type": ItemType.SINGLE if single else ItemType.MULTIPLE,
        "options": options,
        "key": key,
        "places": places,
        "problems": tuple(problems),
        "warnings": tuple(_partial_marks(shown)) if single else (),
    }


def text_fields(stem: str, blanks: Sequence[Sequence[Answer]], wildcards: bool = False) -> dict[str, Any]:
    """Stem, blanks and problems of a fill-in. A text is accepted where it has full weight.

    With ``wildcards`` an asterisk stands for any text, as Moodle has it: no list of accepted texts can say that.
    """
    accepted = tuple(_accepted(answers, wildcards) for answers in blanks)
    answers = [answer for each in blanks for answer in each]
    problems = [_wild(answer) for answer in answers if wildcards and _is_wild(answer)]
    line = answers[0].line if answers else 0
    is_known = all(accepted) and bool(accepted) and not problems
    return {
        "type": ItemType.FILL_IN,
        "stem": stem if count_blanks(stem) else f"{stem}{BLANK}",
        "blanks": accepted if is_known else (),
        "key": () if is_known else None,
        "places": {"key": line} if line else {},
        "problems": tuple(problems),
        "warnings": tuple(_partial_marks(answers)),
    }


def judgement_fields(truth: str, line: int) -> dict[str, Any]:
    """Type and key of a judgement."""
    return {"type": ItemType.TRUE_FALSE, "key": (truth,), "places": {"key": line}}


def not_ours(message: str, line: int, **params: Any) -> dict[str, Any]:
    """A question of a kind that no bank can hold: kept as a draft for a person to rewrite."""
    return {"type": ItemType.ESSAY, "key": None, "problems": (Problem(message, params, line=line, path=KEY),)}


def merged(*parts: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of an item put together: later ones win, but places, problems and warnings add up."""
    fields: dict[str, Any] = {"places": {}, "problems": (), "warnings": ()}
    for part in parts:
        for name, value in part.items():
            if name == "places":
                fields[name] = fields[name] | value
            elif name in {"problems", "warnings"}:
                fields[name] = (*fields[name], *value)
            else:
                fields[name] = value
    return fields


def picture_problem(line: int) -> Problem:
    """The question rests on something that is not text."""
    return Problem(N_("The question has a picture, which is not read. Write it as text."), line=line)


def _is_right(weight: float, single: bool) -> bool:
    return weight >= FULL - _NEAR if single else weight > 0


def _unclear_weights(answers: Sequence[Answer]) -> list[Problem]:
    total = sum(answer.weight for answer in answers if answer.weight > 0)
    if not total or abs(total - FULL) <= _NEAR:
        return []
    message = N_("The marks of the right options add up to %(total)s %%, not 100. Choose which options are the key.")
    first = next(answer for answer in answers if answer.weight > 0)
    return [Problem(message, {"total": f"{total:g}"}, line=first.line, path=KEY)]


def _partial_marks(answers: Iterable[Answer]) -> list[Problem]:
    partly = [answer for answer in answers if 0 < answer.weight < FULL - _NEAR]
    if not partly:
        return []
    message = N_("Part marks are not kept: “%(text)s” counts as wrong. Check the key.")
    return [Problem(message, {"text": partly[0].text[:40]}, line=partly[0].line)]


def _accepted(answers: Sequence[Answer], wildcards: bool) -> tuple[str, ...]:
    texts = (answer.text for answer in answers if answer.weight >= FULL - _NEAR)
    return tuple(dict.fromkeys(text.replace("\\*", "*") if wildcards else text for text in texts if text))


def _is_wild(answer: Answer) -> bool:
    return bool(answer.weight >= FULL - _NEAR and _WILD.search(answer.text))


def _wild(answer: Answer) -> Problem:
    message = N_("The answer “%(text)s” accepts any text where * stands. List the accepted texts.")
    return Problem(message, {"text": answer.text[:40]}, line=answer.line, path=KEY)


def as_judgement(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a choice between 正确 and 错误 (or True and False) as those of a judgement; else unchanged."""
    truths = {option.letter: truth_in(option.text) for option in fields["options"]}
    if set(truths.values()) != {TRUE, FALSE} or len(truths) != 2:
        return dict(fields)
    known = [truths[letter] for letter in fields["key"] or ()]
    key = (known[0],) if len(known) == 1 and known[0] else None
    return {**fields, "type": ItemType.TRUE_FALSE, "options": (), "key": key}
