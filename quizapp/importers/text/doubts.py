"""Keys that look like one and may be none: a candidate's answer, a corrected key, a key before its question."""

import itertools
import re
from collections.abc import Sequence

from quizapp.domain.bank import ItemType
from quizapp.domain.problem import N_, Problem
from quizapp.importers import checks
from quizapp.importers.notation import fold, parse_key, parse_truth
from quizapp.importers.text.brackets import letters_inside
from quizapp.importers.text.draft import Found, FoundKey
from quizapp.importers.text.lines import Line, joined
from quizapp.importers.text.tokens import Sign, Token, marker_at

_DOUBT = r"更正|勘误|订正|应为|应是|应改|改为|改成|存疑|待定|待核|待确认|有误|有争议|原为"
_DOUBTED = re.compile(
    rf"[^。\n]{{0,14}}?(?:{_DOUBT})|\s*[(\[]?\s*[A-Z√×对错][^。\n]{{0,6}}?(?:→|[-=]+>|[(\[]\s*\?+\s*[)\]])"
)
_DOUBTED_WORDS = re.compile(r"[^\n]*\((?:更正|勘误|订正|存疑|待定|待核|待确认|有误|有争议)[^()]*\)")
_CORRECTION = re.compile(r"\s*[(\[*]?\s*(?:答案)?(?:更正|勘误|订正|有误|存疑|待定|应改为|应为|改为)[^\n]{0,60}$")
_EITHER = re.compile(r"\s*(?:选项?\s?)?[A-Za-z](?:\s*(?:/|或者?)\s*(?:选项?\s?)?[A-Za-z])+[\s.。]*")
_EITHER_INSIDE = re.compile(r"[(\[]\s*([A-Za-z](?:\s*(?:/|或者?)\s*[A-Za-z])+)\s*[)\]]")
_SIGN = re.compile(r"[(\[]\s*([√×])\s*[)\]]")
_ALONE = re.compile(r"(?<!\S)[√×](?![^\s。.])")
_BOTH = re.compile(r"[(\[]\s*(√|×|正确|错误|对|错)\s*[)\]]\s*[(\[]\s*(√|×|正确|错误|对|错)\s*[)\]]")
_BARE = re.compile(r"^\s*([√×])(?=\S).*?([√×])\s*$")
_HOW = r"(?:的|者|时|请|打|画|划|填|写|用|标|涂|记|选|以|为|[\s\"“”'])+"
_REVERSED = re.compile(
    rf"(?<!不)(?:正确|对){_HOW}×|(?:错误?|不正确|不对){_HOW}√|×\s*(?:表示|代表|为|是)(?:正确|对)|√\s*(?:表示|代表|为|是)(?:错|不对|不正确)"
)


def is_reversed(folded: str) -> bool:
    """Whether a heading turns the marks round: 对的打×，错的打√."""
    return bool(_REVERSED.search(folded))


def key_at(token: Token, line: int) -> FoundKey:
    """The key that a marker opens, which may be another's than the author's."""
    is_other = token.style == "other"
    return FoundKey(line, is_reply=token.style == "reply", is_other=is_other, named=token.value if is_other else "")


def is_correction(found: Found, line: Line) -> bool:
    """Whether a line after a key corrects it or doubts it; that is noted in the question."""
    if not (found.keys and _CORRECTION.fullmatch(line.folded)):
        return False
    found.problems.append(_doubted(line.text.strip(), line.number))
    found.lines.add(line.number)
    return True


def is_leading_key(folded: str) -> bool:
    """Whether a line is a key and nothing else: above the first question it shows that keys stand first."""
    marker = marker_at(folded)
    rest = folded[marker.end :] if marker and marker.sign is Sign.KEY and marker.style != "other" else ""
    return bool(rest.strip() and (parse_key(rest) or parse_truth(rest)))


def take_doubted(found: Found) -> None:
    """Drop the keys that are nobody's key, each with a sentence at its line."""
    own = [key for key in found.keys if not key.is_other]
    others = [key for key in found.keys if key.is_other]
    if others and not any(_said(key) for key in own):
        sentence = N_("Here stands '%(text)s', which is not the correct answer of the author. Write the key.")
        params = {"text": (others[0].named + _said(others[0]))[:40]}
        found.problems.append(Problem(sentence, params, line=others[0].line, path=checks.KEY))
    for key in own:
        if _is_doubted(found, _said(key)):
            found.problems.append(_doubted(_said(key), key.line))
    if _marks_disagree(found):
        sentence = N_("Two marks that contradict each other stand in the question. Leave the right one.")
        found.problems.append(Problem(sentence, line=found.line, path=checks.KEY))
    if found.section.is_reversed and found.known_type is ItemType.TRUE_FALSE:
        sentence = N_("The heading turns the marks round (× for right, √ for wrong). Write the key.")
        found.problems.append(Problem(sentence, line=found.line, path=checks.KEY))
    found.keys = own


def note_groups(questions: Sequence[Found]) -> None:
    """Keys of a whole section that may belong to the question below, and keys of several questions on one line."""
    keyless = 0
    _note_either(questions)
    _note_shared(questions)
    for found in questions:
        if found.section.leading_key and found.keys and not any(key.from_block for key in found.keys):
            sentence = N_("A key stands before the first question (line %(where)s): it may belong to the next one.")
            where = {"where": found.section.leading_key}
            found.problems.append(Problem(sentence, where, line=found.keys[0].line, path=checks.KEY))
        letters = parse_key(_said(found.keys[0])) if len(found.keys) == 1 and not found.keys[0].from_block else None
        if keyless and letters and len(letters) == keyless + 1 and found.known_type is None:
            sentence = N_("The key %(key)s may be that of the %(count)s questions before it. Write one key for each.")
            params = {"key": _said(found.keys[0]), "count": len(letters)}
            found.problems.append(Problem(sentence, params, line=found.keys[0].line, path=checks.KEY))
        keyless = 0 if found.keys or not found.options else keyless + 1


def _note_shared(questions: Sequence[Found]) -> None:
    """Where half of a section has no key, one after several questions may be any one's of them, or that of all."""
    sections: dict[int, list[Found]] = {}
    for found in questions:
        if found.options:
            sections.setdefault(id(found.section), []).append(found)
    sentence = N_("The key %(key)s may be that of the question before, which has none. Write a key for each.")
    for section in sections.values():
        lacking = [not _has_some_key(found) for found in section]
        if sum(lacking) * 2 < len(section):
            continue
        for before, found in itertools.pairwise(section):
            own = found.keys[0] if found.keys and not found.keys[0].from_block else None
            if own and not found.rationale and not _has_some_key(before) and own.line > found.options[-1].line:
                found.problems.append(Problem(sentence, {"key": _said(own)[:40]}, line=own.line, path=checks.KEY))


def _has_some_key(found: Found) -> bool:
    letters = tuple(option.letter for option in found.options)
    return bool(found.keys or letters_inside(joined(found.stem), letters, only_known=False).keys)


def _note_either(questions: Sequence[Found]) -> None:
    """A/B is one letter or the other, or both: only a type of several says which, or a file that writes A/B/D, too."""
    sentence = N_("The key '%(text)s' may mean one letter or both. Write one key, or mark a multiple choice as such.")
    written = [(found, *each) for found in questions if found.options for each in _written(found)]
    stroked = any(re.match(r"\s*[A-Za-z](?:\s*/\s*[A-Za-z]){2}", text) for _, text, _ in written)
    for found, text, line in written:
        apart = stroked and "/" in text
        if found.known_type is not ItemType.MULTIPLE and not apart and _EITHER.fullmatch(text):
            found.problems.append(Problem(sentence, {"text": text.strip()[:40]}, line=line, path=checks.KEY))


def _written(found: Found) -> list[tuple[str, int]]:
    """The keys of a question as written, folded, each with its line; those in the stem where there are no others."""
    if found.keys or not found.stem:
        return [(fold(_said(key)), key.line) for key in found.keys]
    return [(each[1], found.stem[-1].line) for each in _EITHER_INSIDE.finditer(fold(joined(found.stem)))]


def _is_doubted(found: Found, raw: str) -> bool:
    folded = fold(raw)
    if found.known_type in (ItemType.FILL_IN, ItemType.ESSAY) or not (found.options or found.known_type):
        return bool(_DOUBTED_WORDS.match(folded))
    return bool(_DOUBTED.match(folded))


def _marks_disagree(found: Found) -> bool:
    stem = fold(joined(found.stem))
    if found.options:
        return False
    signs = set(_SIGN.findall(stem)) | set(_ALONE.findall(stem))
    both = [*_BOTH.findall(stem), *_BARE.findall(stem)]
    return len(signs) > 1 or any(parse_truth(first) != parse_truth(second) for first, second in both)


def _doubted(text: str, line: int) -> Problem:
    sentence = N_("The key '%(text)s' is corrected or in doubt. Decide and write one key.")
    return Problem(sentence, {"text": text[:40]}, line=line, path=checks.KEY)


def _said(key: FoundKey) -> str:
    return joined(key.pieces).strip()
