"""Signs at options that show the key: ``☑B.``, ``[x]B.``, ``√B.``, ``*B.``, ``B.上交√``, ``B.上交（正确）``.

The marked options are the key only where nothing else can be meant; otherwise the question says what is unclear.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from quizapp.domain.bank import FALSE, TRUE
from quizapp.domain.bank_notation import LETTERS
from quizapp.domain.problem import N_, Problem
from quizapp.importers import checks
from quizapp.importers.notation import RATIONALE_WORDS, fold, parse_truth
from quizapp.importers.text.draft import Found, FoundKey, FoundOption
from quizapp.importers.text.lines import Line, Piece, joined
from quizapp.importers.text.tokens import marker_at, number_at

RIGHT, WRONG, EMPTY, FILLED, UNCLEAR = "√", "×", "□", "■", "?"
_MEANS = {
    **dict.fromkeys("√✅*", RIGHT),
    **dict.fromkeys("×❌", WRONG),
    **dict.fromkeys("□☐○◯", EMPTY),
    **dict.fromkeys("■●", FILLED),
    **dict.fromkeys("★☆▲△?", UNCLEAR),
    "☒": UNCLEAR,  # a word processor's ticked box, and another's box of what is wrong
    **dict.fromkeys(("正确答案", "正确选项", "正确", "对", "答案"), RIGHT),
    **dict.fromkeys(("错误", "错"), WRONG),
}
_TRUTH = {RIGHT: TRUE, WRONG: FALSE}
_BOXES = "☑☒□☐○◯■●"
_LABEL = r"[A-H](?:\s?[.、:)]|[\s\u4e00-\u9fff])"
_LEADS = re.compile(rf"\s*(?:(?P<sign>[√×✅❌*★☆▲△{_BOXES}])|[\[(]\s*(?P<inside>[xX√×*]?)\s*[\])])\s*(?={_LABEL})")
_STARTS = re.compile(rf"\s*(?={_LABEL})")
_WHY = re.compile(rf"\s*\[?\s*(?:{RATIONALE_WORDS})")
_NAMES_SIGN = r"(?<![打画划填写用标涂选为是\"“'(\[、])(?<!标记)"
"""What stands before a sign that an option names: 打√ is no mark."""
_TRAILS = re.compile(
    rf"(?<=\S)(?P<before>\s*){_NAMES_SIGN}(?P<sign>[√×✅❌{_BOXES}])(?P<after>\s*)$"
    r"|(?<=\S)\s*[(\[]\s*(?P<word>√|×|正确答案|正确选项|正确|错误|答案|对|错)\s*[)\]]\s*[。.;]?\s*$"
)
_LEFT = re.compile("[√✅]")
_FARTHEST = 3
_UNCLEAR = N_("Some options are marked, but the marks do not say for certain which are right. Write the key.")


def with_ticks(lines: Sequence[Line]) -> list[Line]:
    """The lines, where the signs before the labels of options that stand one under the other are taken out."""
    made = list(lines)
    filled = [place for place, line in enumerate(lines) if not line.is_empty]
    for start, place in enumerate(filled):
        leads = _label_of(lines[place]) == "A"
        if leads and not (start and _WHY.match(lines[filled[start - 1]].folded)):
            run = _run(lines, filled, start)
            signs = {each: found for each in run if (found := _LEADS.match(lines[each].folded))}
            if any(found["sign"] or found["inside"] for found in signs.values()) or len(signs) > 1:
                for each, found in signs.items():
                    made[each] = _taken(lines[each], found)
    return made


def _label_of(line: Line) -> str:
    found = _LEADS.match(line.folded) or _STARTS.match(line.folded)
    return line.folded[found.end()] if found else ""


def _run(lines: Sequence[Line], filled: Sequence[int], start: int) -> list[int]:
    """The places of the lines that begin with A, B, C …; between two of them may be lines that go on with the first."""
    run, apart = [filled[start]], 0
    for place in map(filled.__getitem__, range(start + 1, len(filled))):
        letter, line = _label_of(lines[place]), lines[place]
        if letter and letter == LETTERS[len(run) % len(LETTERS)]:
            run.append(place)
            apart = 0
        elif apart == _FARTHEST or letter == "A" or number_at(line.folded) or marker_at(line.folded):
            break
        else:
            apart += 1
    return run


def _taken(line: Line, found: re.Match[str]) -> Line:
    inside = found["inside"]
    sign = line.text[found.start("sign")] if found["sign"] else ""
    means = EMPTY
    if sign:
        means = _MEANS.get(sign) or _MEANS[found["sign"]]
    elif inside:
        square = "[" in found.group()
        means = {"√": RIGHT, "*": RIGHT, "×": WRONG}.get(inside, RIGHT if square else UNCLEAR)
    gone = " " * found.end()
    return replace(line, text=gone + line.text[found.end() :], folded=gone + line.folded[found.end() :], tick=means)


def take(found: Found) -> None:
    """Take the marks out of the options' texts, and the marked options as the key where that is certain."""
    for option in found.options:
        option.tick = _MEANS.get(option.tick, "")
    _take_from_stem(found)
    leads = bool(found.options and found.options[0].tick)
    for place, option in enumerate(found.options):
        below = found.options[place + 1] if place + 1 < len(found.options) else None
        _take_trailing(option, below, signs_lead=leads)
    ticks = {option.letter: option.tick for option in found.options if option.tick}
    alike = len(ticks) == len(found.options) and len(set(ticks.values())) == 1  # these are bullets
    if alike or not set(ticks.values()) - {EMPTY}:
        return
    line = next(option.line for option in found.options if option.tick not in ("", EMPTY))
    chosen = _chosen(found, ticks)
    if chosen:
        found.keys.append(FoundKey(line, [Piece(line, "".join(chosen))]))
    else:
        found.problems.append(Problem(_UNCLEAR, line=line, path=checks.KEY))


def _chosen(found: Found, ticks: dict[str, str]) -> list[str]:
    letters = [option.letter for option in found.options]
    signs = set(ticks.values())
    right = [letter for letter in letters if ticks.get(letter) in (RIGHT, FILLED)]
    # What has no sign is wrong only if no other sign says so of another: then each must have one.
    whole = not signs & {WRONG, EMPTY, FILLED} or len(ticks) == len(letters)
    mixed = UNCLEAR in signs or {RIGHT, FILLED} <= signs or {FILLED, WRONG} <= signs
    doubled = len(set(letters)) < len(letters)
    left = any(_LEFT.search(fold(joined(option.pieces))) for option in found.options)
    return right if whole and not (mixed or doubled or left) and 0 < len(right) < len(letters) else []


def _take_from_stem(found: Found) -> None:
    """``（ ） ☑A.登记``: the sign before the first option, on the line of the stem."""
    if not (found.stem and found.options and found.stem[-1].line == found.options[0].line):
        return
    piece = found.stem[-1]
    trail = re.search(rf"(?:^|(?<=[\s)]))[√×✅❌{_BOXES}]$", fold(piece.text))
    if trail:
        found.options[0].tick = _means(piece.text, trail.start())
        found.stem[-1] = Piece(piece.line, piece.text[: trail.start()])


def _means(text: str, place: int) -> str:
    return _MEANS.get(text[place]) or _MEANS[fold(text[place])]


def _take_trailing(option: FoundOption, below: FoundOption | None, *, signs_lead: bool) -> None:
    piece = option.pieces[-1] if option.pieces else Piece(0, "")
    trail = _TRAILS.search(fold(piece.text))
    if trail is None:
        return
    if parse_truth(piece.text[: trail.start()]) == _TRUTH.get(_MEANS[trail["word"] or trail["sign"]], ""):
        return  # A.正确√ B.错误×: the sign says the same as the word
    follows = below is not None and below.line == piece.line
    if trail["word"]:
        _set(option, _MEANS[trail["word"]])
    elif below is None or not follows:
        _set(option, _means(piece.text, trail.start("sign")))
    else:
        means = _means(piece.text, trail.start("sign"))
        leads = not trail["after"] and (bool(trail["before"]) or signs_lead)
        ends = bool(trail["after"]) and not trail["before"]
        _set(below if leads else option, means if leads or ends else UNCLEAR)
    option.pieces[-1] = Piece(piece.line, piece.text[: trail.start()])


def _set(option: FoundOption, means: str) -> None:
    option.tick = means if option.tick in ("", means) else UNCLEAR
