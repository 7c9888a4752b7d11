"""What can be judged from one question alone: what keeps it a draft, and what its author should look at.

Every grammar ends with `checked`, so that the same slip has the same sentence at the same place in every format.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from quizapp.domain.bank import FALSE, MOST_BLANKS, TRUE, ItemType, Option
from quizapp.domain.bank_notation import LETTERS, count_blanks, letters_kept_in_place
from quizapp.domain.problem import N_, Problem
from quizapp.importers import notation
from quizapp.importers.reading import ImportedItem

LONGEST_STEM, LONGEST_OPTION = 2000, 500
ANY_NUMBER = "any_number"
"""The place of the words 不定项 in ``places``: such an item may have one right option."""
KEY = "key"
"""The ``path`` of a problem that says why there is no key, or which of two: no other need be said of the key."""
OPTIONS = "options"
"""The ``path`` of a problem that says what is wrong with the options as a whole: no single one need be named."""

_CHOICES = (ItemType.SINGLE, ItemType.MULTIPLE)
_OF_LETTERS_OR_TRUTH = (*_CHOICES, ItemType.TRUE_FALSE)
_DEMERITS = ("警告", "记过", "记大过", "降级", "撤职", "开除")
_CLOSED_LISTS: Mapping[str, tuple[str, ...]] = {
    "四个意识": ("政治意识", "大局意识", "核心意识", "看齐意识"),
    "四个自信": ("道路自信", "理论自信", "制度自信", "文化自信"),
    "四风": ("形式主义", "官僚主义", "享乐主义", "奢靡之风"),
    "六项纪律": ("政治纪律", "组织纪律", "廉洁纪律", "群众纪律", "工作纪律", "生活纪律"),
    "政务处分": _DEMERITS,
    "党纪处分": ("警告", "严重警告", "撤销党内职务", "留党察看", "开除党籍"),
    "党员的纪律处分": ("警告", "严重警告", "撤销党内职务", "留党察看", "开除党籍"),
    "党的纪律处分": ("警告", "严重警告", "撤销党内职务", "留党察看", "开除党籍"),
}
"""Lists that a rule closes: a question that asks which option is none of their members needs an option that is none."""
_NEGATIVE = re.compile(r"不(?:包括|属于|是|含|在|列入)|错误的|不正确的|除外")
_MAY_DENY = re.compile("[不错錯除]")
_CONCLUDED = re.compile(
    r"(?:故|应|因此|所以|本题|此题)(?:正确)?(?:答案|选项?|应?选择?)(?:[应为是选]{0,2})\s*:?\s*([A-Z](?:[\s、,]*[A-Z])*)(?![A-Za-z])"
    r"|(?<![误错扰原的])(?:正确)?答案(?:应?[为是选]\s*:?|\s*:)\s*([A-Z](?:[\s、,]*[A-Z])*)(?![A-Za-z])"
)
_CONCLUDED_TRUTH = re.compile(
    r"(?:故|因此|所以|本题|此题)(?:本题|此题|题干)?(?:的?(?:说法|表述|观点))?(?:应?[为是选])?(正确|错误)"
)
_MAY_SAY_LETTERS, _MAY_SAY_TRUTH = re.compile("[A-ZＡ-Ｚ]"), re.compile("[确確错錯]")
"""Without any of these, and folded, a rationale concludes nothing."""
_NOTE = re.compile(r"\([注说][:明]?.+\)\s*$")
_MAY_NOTE = re.compile("[注说說]")


def checked(item: ImportedItem) -> ImportedItem:
    """The item with everything that is wrong with it said once, its options in order of their letters.

    Options that a shuffle must not move are marked (`letters_kept_in_place`). Idempotent.
    """
    item, out_of_order = _in_order(item)
    found, warnings = [*_problems(item)], [*out_of_order, *_warnings(item)]
    if not found and not warnings:
        return item
    found, warnings = _unsaid(found, item.problems), _unsaid(warnings, item.warnings)
    return replace(item, problems=(*item.problems, *found), warnings=(*item.warnings, *warnings))


def _unsaid(found: Iterable[Problem], said: Iterable[Problem]) -> list[Problem]:
    known = {_key_of(each) for each in said}
    return [each for each in found if _key_of(each) not in known]


def _key_of(problem: Problem) -> tuple[str, int, str]:
    return problem.msgid, problem.line, str(sorted(problem.params.items()))


def _in_order(item: ImportedItem) -> tuple[ImportedItem, list[Problem]]:
    letters = [option.letter for option in item.options]
    fixed = letters_kept_in_place({option.letter: option.text for option in item.options})
    if not fixed and letters == sorted(letters):
        return item, []
    options = tuple(
        replace(option, fixed=True) if option.letter in fixed and not option.fixed else option
        for option in sorted(item.options, key=lambda option: option.letter)
    )
    if letters == sorted(letters):
        return replace(item, options=options), []
    late = next(letter for before, letter in pairwise(letters) if letter < before)
    sentence = N_("The options stand in the order %(order)s. They were put in the order of their letters.")
    warning = Problem(sentence, {"order": "".join(letters)}, line=item.line_of(late))
    return replace(item, options=options), [warning]


def _problems(item: ImportedItem) -> Iterator[Problem]:
    yield from _stem_problems(item)
    if item.type in _CHOICES:
        yield from _option_problems(item)
    elif item.options:
        yield Problem(N_("Only a choice has options. Choose another type, or remove the options."), line=item.line)
    if item.type is ItemType.FILL_IN:
        yield from _blank_problems(item)
    if item.problems and any(each.path == KEY for each in item.problems):
        return
    if not item.key and not item.blanks:
        yield Problem(N_("No key. Write one, or the question stays a draft."), line=item.line, path=KEY)
    elif item.type in _CHOICES:
        yield from _letter_problems(item)
    elif item.type is ItemType.TRUE_FALSE and item.key not in {(TRUE,), (FALSE,)}:
        sentence = N_(
            "The key of a true/false question is 正确 or 错误, here it is %(key)s. Correct the key or the type."
        )
        yield Problem(sentence, {"key": "".join(item.key or ())}, line=item.line_of(KEY), path=KEY)
    yield from _concluded_otherwise(item)


def _stem_problems(item: ImportedItem) -> Iterator[Problem]:
    stem = item.line_of("stem")
    if not item.stem.strip():
        yield Problem(N_("The question has no text. Write its stem."), line=item.line)
    if len(item.stem) > LONGEST_STEM:
        sentence = N_("The stem has %(count)s characters; at most %(most)s are allowed. Shorten or split it.")
        yield Problem(sentence, {"count": len(item.stem), "most": LONGEST_STEM}, line=stem)


def _option_problems(item: ImportedItem) -> Iterator[Problem]:
    if item.problems and any(each.path == OPTIONS for each in item.problems):
        return
    letters = [option.letter for option in item.options]
    if not letters:
        yield Problem(N_("No options. Write them, each on a line of its own as A. …"), line=item.line)
        return
    if len(letters) == 1:
        yield Problem(N_("Only one option. Add the others, or make it a fill-in question."), line=item.line)
    if not LETTERS.startswith("".join(letters)):
        yield from _letters_amiss(item, letters)
    yield from _text_problems(item)
    if closed := _lists_only_members(item):
        sentence = N_("Maybe no option is correct: all of them belong to %(list)s. A reviewer has to decide.")
        yield Problem(sentence, {"list": closed}, line=item.line)


def _letters_amiss(item: ImportedItem, letters: list[str]) -> Iterator[Problem]:
    for letter in LETTERS[: LETTERS.index(max(letters)) + 1]:
        if letter not in letters:
            sentence = N_("Option %(letter)s is missing. Add it, or correct the letters of the others.")
            yield Problem(sentence, {"letter": letter}, line=item.line)
    for letter, count in Counter(letters).items():
        if count > 1:
            sentence = N_("There are %(count)s options %(letter)s. Correct their letters.")
            yield Problem(sentence, {"count": count, "letter": letter}, line=item.line_of(letter))


def _text_problems(item: ImportedItem) -> Iterator[Problem]:
    texts = notation.all_squeezed([option.text for option in item.options])
    longest = max(len(option.text) for option in item.options)
    if all(texts) and len(set(texts)) == len(texts) and longest <= LONGEST_OPTION:
        return
    first: dict[str, str] = {}
    for option, text in zip(item.options, texts, strict=True):
        line = item.line_of(option.letter)
        if not text:
            yield Problem(N_("Option %(letter)s is empty. Write its text."), {"letter": option.letter}, line=line)
        elif text in first and first[text] != option.letter:
            sentence = N_("Options %(first)s and %(second)s say the same. Change one of them.")
            yield Problem(sentence, {"first": first[text], "second": option.letter}, line=line)
        first.setdefault(text, option.letter)
        if len(option.text) > LONGEST_OPTION:
            sentence = N_("Option %(letter)s has %(count)s characters; at most %(most)s are allowed. Shorten it.")
            params = {"letter": option.letter, "count": len(option.text), "most": LONGEST_OPTION}
            yield Problem(sentence, params, line=line)


def _lists_only_members(item: ImportedItem) -> str:
    """The closed list whose members are all of the options, where a sentence of the stem asks for what is no member.

    情节不属于严重。应当给予什么政务处分？ denies something else.
    """
    if not _MAY_DENY.search(item.stem) or len(item.options) < 2:
        return ""
    asked = "。".join(each for each in notation.squeezed(item.stem).split("。") if _NEGATIVE.search(each))
    if not asked:
        return ""
    texts = {notation.squeezed(option.text).strip("。.;,、") for option in item.options}
    return next((name for name, members in _CLOSED_LISTS.items() if name in asked and texts <= set(members)), "")


def _blank_problems(item: ImportedItem) -> Iterator[Problem]:
    count = count_blanks(item.stem)
    if not count:
        yield Problem(N_("The fill-in question has no blank. Write ____ where the answer belongs."), line=item.line)
    elif count > MOST_BLANKS:
        sentence = N_("A stem may have at most %(most)s blanks. Make several items of it.")
        yield Problem(sentence, {"most": MOST_BLANKS}, line=item.line)
    elif item.blanks and len(item.blanks) != count:
        sentence = N_("The stem has %(blanks)s blanks, the key %(answers)s answers. Make them match.")
        yield Problem(sentence, {"blanks": count, "answers": len(item.blanks)}, line=item.line_of(KEY), path=KEY)
    elif any(not text.strip() for blank in item.blanks for text in blank) or not all(item.blanks):
        yield Problem(N_("The key has an empty answer. Write what belongs into the blank."), line=item.line_of(KEY))


def _letter_problems(item: ImportedItem) -> Iterator[Problem]:
    line, key = item.line_of(KEY), item.key or ()
    letters = [option.letter for option in item.options]
    unknown = [letter for letter in key if letter not in letters]
    if unknown and letters:
        sentence = N_("The key %(letters)s is not among the options %(known)s. Correct the key or add the option.")
        yield Problem(sentence, {"letters": "".join(unknown), "known": "".join(letters)}, line=line, path=KEY)
    if twice := [letter for letter, times in Counter(key).items() if times > 1]:
        yield Problem(
            N_("The key names option %(letter)s twice. Correct it."), {"letter": twice[0]}, line=line, path=KEY
        )
    if item.type is ItemType.SINGLE and len(key) > 1:
        sentence = N_("A single choice has one right option, the key names %(letters)s. Correct the key or the type.")
        yield Problem(sentence, {"letters": "".join(key)}, line=line, path=KEY)
    if item.type is ItemType.MULTIPLE and len(key) == 1 and ANY_NUMBER not in item.places:
        sentence = N_(
            "A multiple choice has several right options, the key names only %(letter)s. Complete or confirm it."
        )
        yield Problem(sentence, {"letter": key[0]}, line=line, path=KEY)


def _concluded_otherwise(item: ImportedItem) -> Iterator[Problem]:
    """The rationale ends in another key than the one given: one of the two is wrong, and nobody but a person knows."""
    if not item.key or item.type not in _OF_LETTERS_OR_TRUTH:
        return
    if not (_MAY_SAY_TRUTH if item.type is ItemType.TRUE_FALSE else _MAY_SAY_LETTERS).search(item.rationale):
        return
    rationale = notation.fold(item.rationale)
    if item.type is ItemType.TRUE_FALSE:
        named = _CONCLUDED_TRUTH.findall(rationale)
        concluded = [notation.parse_key(word) for word in named]
    else:
        named = [first or second for first, second in _CONCLUDED.findall(rationale)]
        concluded = [notation.parse_key(word) for word in named]
    for word, key in zip(named, concluded, strict=True):
        if key and key != item.key:
            sentence = N_("The key is %(key)s, the rationale says %(other)s. Decide which is right.")
            params = {"key": _said(item.key), "other": word}
            yield Problem(sentence, params, line=item.line_of(KEY), path=KEY)
            return


def _said(key: tuple[str, ...]) -> str:
    return {TRUE: "正确", FALSE: "错误"}.get(key[0], "".join(key))


def _warnings(item: ImportedItem) -> Iterator[Problem]:
    if item.type in _CHOICES and item.key and _stands_out(item.options, item.key):
        sentence = N_("Only the right option carries a note, which gives it away. Move the note to the rationale.")
        yield Problem(sentence, line=item.line_of(item.key[0]))


def _stands_out(options: tuple[Option, ...], key: tuple[str, ...]) -> bool:
    if not _MAY_NOTE.search("".join([option.text for option in options])):
        return False
    may = [option for option in options if _MAY_NOTE.search(option.text)]
    noted = {option.letter for option in may if _NOTE.search(notation.fold(option.text))}
    return bool(noted) and noted == set(key)
