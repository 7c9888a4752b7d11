"""Keys that stand bare on the line under their question: ``B``, ``ABD``, ``对``.

One such line may be anything. It is a key only where every question of the file has one.
"""

import re
from collections.abc import Sequence

from quizapp.domain.bank import ItemType
from quizapp.domain.problem import N_, Problem
from quizapp.importers import checks
from quizapp.importers.notation import fold, parse_key, parse_truth
from quizapp.importers.text.draft import Found, FoundKey
from quizapp.importers.text.headings import section_at
from quizapp.importers.text.lines import Line, Piece, joined
from quizapp.importers.text.outlook import Outlook
from quizapp.importers.text.state import Part, State
from quizapp.importers.text.tokens import Sign, marker_at, number_at

FEWEST = 2
_LETTERS = re.compile(r"\s*[(\[]?\s*[A-H](?:[\s、,;/]{0,3}[A-H]){0,7}\s*[)\]]?\s*[.。]?\s*")
_TRUTH = re.compile(r"\s*[(\[]?\s*(?:对|错|正确|错误)\s*[)\]]?\s*[.。]?\s*")
_ENDS = tuple("。.?!)_")


def take_line(state: State, outlook: Outlook, line: Line, index: int) -> bool:
    """Whether the line is a bare key under the running question, and was taken as one for `settle`."""
    current = state.current
    if current is None or not _is_below(state, current, line) or not _is_last(outlook, index):
        return False
    current.keys.append(FoundKey(line.number, [Piece(line.number, line.text)], is_bare=True))
    current.lines.add(line.number)
    state.part = Part.KEY
    return True


def _is_below(state: State, current: Found, line: Line) -> bool:
    if state.part is Part.OPTION and len(current.options) > 1:
        truths = all(parse_truth(joined(option.pieces)) for option in current.options)
        return bool(_LETTERS.fullmatch(line.folded) or (truths and _TRUTH.fullmatch(line.folded)))
    if state.part is not Part.STEM or not current.stem or not _TRUTH.fullmatch(line.folded):
        return False
    return fold(current.stem[-1].text).rstrip().endswith(_ENDS)  # else the word goes on with a wrapped stem


def _is_last(outlook: Outlook, index: int) -> bool:
    below = outlook.next_line(index)
    if below is None or section_at(below.folded, below.number):
        return True
    marker = marker_at(below.folded)
    number = number_at(below.folded)
    return bool(marker and marker.sign is not Sign.KEY) or bool(number and number.style != "plain ")


def settle(questions: Sequence[Found]) -> None:
    """Keep the bare keys where every question has one and nothing else, and it fits; else say what they may be."""
    all_alike = len(questions) >= FEWEST and all([key.is_bare for key in found.keys] == [True] for found in questions)
    sentence = N_("The line '%(text)s' under the question may be its key. Write it as a key, such as 答案：B")
    for found in questions:
        for key in [key for key in found.keys if key.is_bare]:
            text = joined(key.pieces).strip()
            if not (all_alike and _fits(found, text)):
                found.keys.remove(key)
                if parse_truth(text) and not (found.options or found.known_type):
                    found.type = ItemType.TRUE_FALSE
                found.problems.append(Problem(sentence, {"text": text}, line=key.line, path=checks.KEY))


def _fits(found: Found, text: str) -> bool:
    letters = [option.letter for option in found.options]
    key = parse_key(text) or ()
    if parse_truth(text) and key[:1] in (("true",), ("false",)):
        return not letters or {parse_truth(joined(option.pieces)) for option in found.options} == {"true", "false"}
    return bool(key) and set(key) <= set(letters) and len(set(key)) == len(key)
