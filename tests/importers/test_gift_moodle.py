"""The structures of the example files that Moodle documents for GIFT, each read as Moodle reads it.

The wording is our own. Where the reading differs from Moodle's, the test says so; docs/import-formats.md lists why.
"""

import pytest

from quizapp.domain.bank import ItemType
from tests.importers.exchange_reading import gift, only, said, texts


def test_a_choice_on_one_line() -> None:
    item = only(gift("开标由谁主持？{~投标人 ~公证处 =招标人}"))
    assert (item.type, item.stem, texts(item), item.key) == (
        *(ItemType.SINGLE, "开标由谁主持？"),
        *(["投标人", "公证处", "招标人"], ("C",)),
    )
    assert item.is_ready


def test_a_missing_word_leaves_a_blank_where_the_braces_stood() -> None:
    item = only(gift("开标由 {~投标人 =招标人 ~公证处} 主持。"))
    assert item.stem == "开标由 （　） 主持。"
    assert item.key == ("B",)


def test_choices_on_lines_of_their_own_within_a_sentence() -> None:
    item = only(gift("评标委员会为{\n    ~三人\n    ~四人\n    =五人\n} 以上单数。"))
    assert texts(item) == ["三人", "四人", "五人"]
    assert item.key == ("C",)
    assert item.places["C"] == 4
    assert item.last_line == 5


def test_a_full_stop_behind_the_braces_is_part_of_the_sentence() -> None:
    assert only(gift("二加二等于 {=四 =4}.")).stem == "二加二等于 ____."


@pytest.mark.parametrize(
    ("word", "key"), [("T", "true"), ("TRUE", "true"), ("F", "false"), ("FALSE", "false"), ("false", "false")]
)
def test_a_judgement(word: str, key: str) -> None:
    item = only(gift(f"评标过程应当保密。{{{word}}}"))
    assert (item.type, item.key, item.stem) == (ItemType.TRUE_FALSE, (key,), "评标过程应当保密。")


def test_short_answers_are_a_fill_in_with_its_blank_at_the_end() -> None:
    item = only(gift("谁主持开标？{=招标人 =采购人}"))
    assert (item.type, item.stem, item.blanks) == (ItemType.FILL_IN, "谁主持开标？____", (("招标人", "采购人"),))
    assert item.is_ready


def test_a_short_answer_needs_no_equals_sign() -> None:
    assert only(gift("谁主持开标？{招标人}")).blanks == (("招标人",),)


def test_a_partly_right_short_answer_is_not_accepted_and_named() -> None:
    item = only(gift("谁？{\n=招标人#对！\n=%75%招标#不全\n=%0%*#不对}"))
    assert item.blanks == (("招标人",),)
    assert "3 Part marks are not kept: “招标”" in said(item)


@pytest.mark.parametrize("number", ["{#1822}", "{#=1822:0}", "{#1822:0#对}"])
def test_an_exact_number_is_a_fill_in(number: str) -> None:
    """Moodle: numerical. A bank has no such kind; one number and nothing else can be written as a text."""
    assert only(gift(f"哪一年？{number}")).blanks == (("1822",),)


@pytest.mark.parametrize("number", ["{#1822:1}", "{#3.141..3.142}", "{#\n=1822:0\n=%50%1822:2}", "{#}", "{#3:2~#不对}"])
def test_a_number_within_a_range_is_a_draft(number: str) -> None:
    item = only(gift(f"哪一年？ {number}"))
    assert (item.type, item.key, item.blanks) == (ItemType.FILL_IN, None, ())
    assert "within a range" in said(item)


@pytest.mark.parametrize(
    "pairs", ["{\n=甲 -> 乙\n=丙 -> 丁\n=戊 -> 己\n}", "{=甲->乙 =丙->丁}", "{=[html]<b>甲</b> -> 乙 = -> 丁}"]
)
def test_matching_pairs_are_a_draft(pairs: str) -> None:
    item = only(gift(f"配对。 {pairs}"))
    assert item.key is None
    assert [problem.line for problem in item.problems] == [1 + pairs.startswith("{\n")]
    assert "Matching pairs" in said(item)


def test_a_name_is_taken_off_and_comments_are_passed_over() -> None:
    reading = gift("// 小标题\n::题名::谁主持\n开标？{=招标人}\n")
    assert only(reading).stem == "谁主持\n开标？____"
    assert only(reading).line == 2
    assert [(each.line, each.text) for each in reading.skipped] == [(1, "// 小标题")]


def test_feedback_on_the_right_answer_is_the_rationale_and_the_rest_is_named() -> None:
    item = only(gift("谁主持开标？{\n~投标人#想一想\n~公证处#它只作证\n=招标人#对！}"))
    assert item.rationale == "对！"
    assert "2 Feedback on single answers is not kept" in said(item)
    assert texts(item) == ["投标人", "公证处", "招标人"]


def test_remarks_on_a_judgement_are_its_rationale() -> None:
    assert only(gift("投标人可以主持开标。{FALSE#由招标人主持。}")).rationale == "由招标人主持。"


def test_general_feedback_goes_before_remarks() -> None:
    item = only(gift("四十二天以后开标。{\nFALSE#不对。#答对了。\n####见第二十四条。}"))
    assert (item.key, item.rationale) == (("false",), "见第二十四条。")


@pytest.mark.parametrize(
    ("written", "stem"),
    [
        ("[markdown]谁主持**开标**？", "谁主持**开标**？____"),
        ("[html]<p>谁主持<b>开标</b>？</p>", "谁主持开标？____"),
        ("[plain]谁主持<b>开标</b>？", "谁主持<b>开标</b>？____"),
        ("[moodle]谁主持<b>开标</b>？", "谁主持开标？____"),
        ("[其他]谁主持开标？", "[其他]谁主持开标？____"),
    ],
)
def test_the_format_of_a_text(written: str, stem: str) -> None:
    assert only(gift(f"{written}{{=招标人}}")).stem == stem


def test_a_distractor_worth_half_is_wrong_and_named() -> None:
    item = only(gift("难题。{~错 ~%50%半对 =对}"))
    assert (item.type, item.key) == (ItemType.SINGLE, ("C",))
    assert "1 Part marks are not kept: “半对”" in said(item)
    assert item.is_ready


@pytest.mark.parametrize("wrong", ["", "%-50%", "%-100%"])
def test_answers_that_share_the_marks_are_the_key_together(wrong: str) -> None:
    item = only(gift(f"谁应当回避？{{\n~{wrong}路人\n~%50%亲属\n~%50%股东\n~{wrong}记者 }}"))
    assert (item.type, item.key) == (ItemType.MULTIPLE, ("B", "C"))
    assert item.is_ready


def test_shares_that_do_not_add_up_leave_the_key_open() -> None:
    """Moodle refuses such a question; here it is a draft."""
    item = only(gift("谁应当回避？{\n~%50%亲属\n~%25%股东\n~记者}"))
    assert item.key is None
    assert "2 The marks of the right options add up to 75 %" in said(item)


def test_two_answers_of_full_marks_leave_the_key_open() -> None:
    """Moodle takes either as right; a single choice of ours has one key, and a person must say which."""
    item = only(gift("谁？{=甲\n=乙 ~丙}"))
    assert item.key is None
    assert "Several options count as fully right (A、B)" in said(item)


def test_escaped_marks_are_text() -> None:
    item = only(gift("哪一个等于五？ {\n ~ \\= 二\\:二\n = \\= 二 \\+ 三 \\{\\}\\~\\#\n = }"))
    assert texts(item) == ["= 二:二", "= 二 \\+ 三 {}~#"]


def test_feedback_may_hold_escapes_and_run_over_lines() -> None:
    item = only(gift("哪个不是控制符？ {\n ~ \\~ # \\~ 是\n = \\\\ # 对！ \\\\ 不是\n   它只用来转义\n}"))
    assert texts(item) == ["~", "\\"]
    assert item.rationale == "对！ \\ 不是\n   它只用来转义"


def test_an_escaped_line_break_breaks_the_line() -> None:
    assert only(gift("第一行\\n第二行{T}")).stem == "第一行\n第二行"


def test_empty_braces_are_an_essay() -> None:
    item = only(gift("::Q8:: 谈谈怎样防止围标。 {}"))
    assert (item.type, item.stem, item.key) == (ItemType.ESSAY, "谈谈怎样防止围标。", None)


def test_text_without_braces_is_no_question() -> None:
    reading = gift("以下各题只有一个答案。\n\n对吗？{T}")
    assert [each.line for each in reading.skipped] == [1]
    assert "not one itself" in reading.skipped[0].reason.text()
    assert len(reading.items) == 1


def test_a_category_is_the_topic_of_what_follows() -> None:
    categories = ("$course$/top/招标/开标", "甲//乙", "Default for X")
    reading = gift("\n\n".join(f"$CATEGORY: {category}\n\n甲？{{T}}" for category in categories))
    assert [item.topic for item in reading.items] == ["招标/开标", "甲/乙", ""]
    assert reading.headings == (1, 5, 9)


def test_a_question_right_below_a_category_is_read() -> None:
    """Moodle takes the question for part of the category's name; here it is read."""
    reading = gift("$CATEGORY: 招标\n甲？{T}")
    assert (only(reading).stem, only(reading).line, only(reading).topic) == ("甲？", 2, "招标")


def test_ids_and_tags_stand_in_comments() -> None:
    reading = gift("// [id:q-1] [tag:难度:4] [tag:甲\\]乙] [tag:岗位:采购岗]\n甲？{T}")
    item = only(reading)
    assert (item.id, item.difficulty, item.posts) == ("q-1", 4, ("采购岗",))
    assert reading.headings == (1,)


def test_several_pairs_of_braces_are_a_draft() -> None:
    """Moodle keeps the second pair as text of the stem."""
    item = only(gift("屋面{=五}年，\n管线{=二}年。"))
    assert not item.is_ready
    assert "2 The question has several pairs of braces" in said(item)


@pytest.mark.parametrize("broken", ["谁？{=甲", "谁？=甲}", "谁？}=甲{"])
def test_a_missing_brace_is_named_with_its_lines(broken: str) -> None:
    reading = gift(f"{broken}\n第二行\n\n好题？{{T}}")
    assert [each.line for each in reading.skipped] == [1, 2]
    assert "brace is missing" in reading.skipped[0].reason.text()
    assert len(reading.items) == 1


def test_an_answer_with_a_wildcard_is_a_draft() -> None:
    """Moodle accepts any text where * stands; a list of accepted texts cannot say that."""
    item = only(gift("谁？{=招标* =采购\\*人}"))
    assert item.blanks == ()
    assert "The answer “招标*” accepts any text" in said(item)
    assert only(gift("谁？{=采购\\*人}")).blanks == (("采购*人",),)


def test_a_picture_makes_a_draft() -> None:
    item = only(gift('[html]看图<img src="@@PLUGINFILE@@/a.png" />{T}'))
    assert "has a picture" in said(item)
