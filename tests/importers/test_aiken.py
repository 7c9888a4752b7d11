"""Aiken as Moodle documents it, and as people write it in Chinese."""

import pytest

from quizapp.domain.bank import ItemType
from tests.importers.exchange_reading import aiken, only, said, texts

PLAIN = "开标由谁主持？\nA. 招标人\nB. 投标人\nC. 公证处\nANSWER: B"


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace(". ", ") "),
        PLAIN.replace(". ", "．").replace("ANSWER: ", "答案："),
        PLAIN.replace(". ", "、").replace("ANSWER", "正确答案"),
        PLAIN.replace("\n", "\n\n"),
        PLAIN.translate({ord("A"): "Ａ", ord("B"): "Ｂ", ord("C"): "Ｃ"}).replace("ＡNSWER", "ANSWER"),
        PLAIN.replace("ANSWER", "Answer"),
        f"7. {PLAIN}",
    ],
)
def test_a_question_however_it_is_marked(text: str) -> None:
    item = only(aiken(text))
    assert (item.type, item.stem, texts(item), item.key) == (
        *(ItemType.SINGLE, "开标由谁主持？"),
        *(["招标人", "投标人", "公证处"], ("B",)),
    )
    assert item.is_ready
    assert item.number == ("7" if text[0] == "7" else "1")


def test_lines_of_the_parts() -> None:
    item = only(aiken(f"\n\n{PLAIN}"))
    assert (item.line, item.last_line) == (3, 7)
    assert item.places == {"stem": 3, "A": 4, "B": 5, "C": 6, "key": 7}


def test_several_letters_are_a_multiple_choice() -> None:
    item = only(aiken(PLAIN.replace(": B", ": A, C")))
    assert (item.type, item.key) == (ItemType.MULTIPLE, ("A", "C"))


@pytest.mark.parametrize(("letter", "key"), [("A", "true"), ("B", "false")])
def test_right_and_wrong_are_a_judgement(letter: str, key: str) -> None:
    item = only(aiken(f"应当保密。\nA. 正确\nB. 错误\nANSWER: {letter}"))
    assert (item.type, item.key, item.options) == (ItemType.TRUE_FALSE, (key,), ())


def test_a_question_without_a_key_is_a_draft_and_does_not_swallow_the_next() -> None:
    first, second = aiken("甲？\nA. 一\nB. 二\n\n乙？\nA. 三\nB. 四\nANSWER: A").items
    assert (first.key, first.line, first.last_line) == (None, 1, 3)
    assert (second.stem, second.key) == ("乙？", ("A",))


@pytest.mark.parametrize(
    ("key", "words"), [("D", "D is not among the options ABC"), ("", "No key"), ("不知道", "“不知道” is no letter")]
)
def test_a_key_that_is_none_makes_a_draft(key: str, words: str) -> None:
    item = only(aiken(PLAIN.replace(": B", f": {key}")))
    assert not item.is_ready
    assert words in said(item)


def test_a_gap_in_the_letters_makes_a_draft() -> None:
    item = only(aiken(PLAIN.replace("C. ", "D. ").replace(": B", ": D")))
    assert item.key is None
    assert "2 The option letters are not in order (A、B、D)" in said(item)


def test_a_line_that_goes_on_belongs_to_its_option() -> None:
    assert texts(only(aiken(PLAIN.replace("公证处", "公证处\n和监督部门"))))[2] == "公证处\n和监督部门"


def test_a_stem_may_begin_with_a_letter_that_is_no_option() -> None:
    assert only(aiken(f"DNA. 是什么\n{PLAIN}")).stem == "DNA. 是什么\n开标由谁主持？"


def test_words_after_the_last_question_are_named() -> None:
    reading = aiken(f"{PLAIN}\n\n完")
    assert [(each.line, each.text) for each in reading.skipped] == [(7, "完")]
