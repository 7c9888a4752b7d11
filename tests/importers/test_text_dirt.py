"""Dirty free text: what is wrong makes a draft that says so at its line; what is no question is told and left out."""

import pytest

from quizapp.importers.reading import Refused
from quizapp.importers.text import parse_text
from tests.importers.test_text_layouts import document, read, said, wide

FOUR = "A.口头告知\nB.书面登记\nC.集体研究\nD.公开公示\n"
STEM = "1.收到礼品应当（ ）\n"

DRAFTS: dict[str, tuple[str, str, int, str]] = {
    "no key": (STEM + FOUR, "S:-4!", 1, "No key"),
    "key not among the options": (f"{STEM}A.登记\nB.上交\nC.报告\n答案：E", "S:E3!", 5, "not among the options"),
    "no option can be right": (
        "1.下列不属于“四个意识”的是（ ）\nA.政治意识\nB.大局意识\nC.核心意识\nD.看齐意识\n答案：D",
        "S:D4!",
        1,
        "Maybe no option is correct",
    ),
    "stem and line disagree": (f"1.收到礼品应当（ B ）\n{FOUR}答案：C", "S:-4!", 6, "Two keys"),
    "line and block disagree": (
        f"{STEM}{FOUR}答案：C\n参考答案\n1.B",
        "S:-4!",
        8,
        "Two keys",
    ),
    "two lines disagree": (f"{STEM}{FOUR}答案：C\n答案：B", "S:-4!", 7, "Two keys"),
    "rationale disagrees": (f"{STEM}{FOUR}答案：C\n解析：依照细则，故选B。", "S:C4!", 6, "rationale"),
    "several letters in a single choice": (f"一、单选题\n{STEM}{FOUR}答案：BD", "S:BD4!", 7, "names BD"),
    "one letter in a multiple choice": (f"一、多选题\n{STEM}{FOUR}答案：B", "M:B4!", 7, "only B"),
    "a truth in a choice": (f"一、单选题\n{STEM}{FOUR}答案：正确", "S:-4!", 7, "choice"),
    "a letter for a statement": ("一、判断题\n1.礼品可以留用。\n答案：C", "J:-!", 3, "true/false"),
    "letters for a blank": ("一、填空题\n1.礼品应当____。\n答案：ABD", "F:-!", 3, "fill-in"),
    "an option is missing": (f"{STEM}A.登记\nB.上交\nD.报告\n答案：D", "S:D3!", 1, "Option C is missing"),
    "an option stands twice": (f"{STEM}A.登记\nB.上交\nB.报告\nD.公示\n答案：D", "S:D4!", 1, "missing"),
    "options say the same": (f"{STEM}A.登记\nB.上 交\nC.报告\nD.上交\n答案：D", "S:D4!", 5, "say the same"),
    "no stem": (f"1.\n{FOUR}答案：A", "S:A4!", 1, "no text"),
    "a stem too long": ("1." + "礼" * 2001 + f"（ ）\n{FOUR}答案：A", "S:A4!", 1, "at most 2000"),
    "an option too long": (f"{STEM}A.登记\nB." + "交" * 501 + "\n答案：A", "S:A2!", 3, "at most 500"),
    "no blank": ("一、填空题\n1.礼品应当登记。\n答案：登记", "F:登记!", 2, "no blank"),
    "more answers than blanks": (
        "一、填空题\n1.应当____并____。\n答案：登记；上交；报告",
        "F:登记;上交;报告!",
        3,
        "2 blanks",
    ),
    "fewer answers than blanks": ("一、填空题\n1.应当____并____。\n答案：登记", "F:登记!", 3, "2 blanks"),
}


@pytest.mark.parametrize("twin", ["as written", "empty lines", "full width"])
@pytest.mark.parametrize("name", DRAFTS)
def test_a_slip_makes_a_draft_that_names_it_at_its_line(name: str, twin: str) -> None:
    text, wanted, line, sentence = DRAFTS[name]
    if twin == "empty lines":
        text, line = text.replace("\n", "\n\n"), 2 * line - 1
    reading = read(wide(text) if twin == "full width" else text)
    assert said(reading) == wanted
    assert [each.line for each in reading.items[0].problems if sentence in each.text()] == [line]


def test_one_letter_is_enough_where_any_number_may_be_right() -> None:
    assert said(read(f"一、不定项选择题\n{STEM}{FOUR}答案：B")) == "M:B4"


@pytest.mark.parametrize(
    ("stem", "ready"),
    [
        ("某公职人员欺压群众，情节不属于严重。应当给予什么政务处分？", True),
        ("下列不属于政务处分的是（ ）", False),
        ("处分有多种。下列不属于政务处分的是（ ）", False),
    ],
)
def test_what_is_denied_must_be_the_list_that_is_asked_for(stem: str, ready: bool) -> None:
    text = f"1.{stem}\nA.警告\nB.记大过\nC.撤职\nD.降级\n答案：C"
    assert read(text).items[0].is_ready is ready
    assert read(wide(text)).items[0].is_ready is ready


def test_options_out_of_order_are_put_in_order_with_a_warning() -> None:
    item = read(f"{STEM}A.登记\nC.上交\nB.报告\nD.公示\n答案：C").items[0]
    assert [(option.letter, option.text) for option in item.options][1:3] == [("B", "报告"), ("C", "上交")]
    assert item.is_ready
    assert [(each.line, each.params) for each in item.warnings] == [(4, {"order": "ACBD"})]


JUNK = (
    "第 5 页 共 12 页",
    "- 7 -",
    "……",
    "单位：________ 姓名：________ 得分：________",
    "https://example.org/tiku/7.html",
    "下载 收藏 举报",
    "返回首页",
    "扫码关注公众号领取资料",
    "&nbsp;",
)


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("where", ["before", "between", "after"])
def test_junk_is_told_with_its_line_and_is_in_no_question(junk: str, where: str) -> None:
    first, second = f"{STEM}{FOUR}答案：B\n", f"2.公车应当（ ）\n{FOUR}答案：C\n"
    line = {"before": 1, "between": 7, "after": 13}[where]
    parts = {"before": (junk + "\n", first, second), "between": (first, junk + "\n", second)}
    reading = read("".join(parts.get(where, (first, second, junk))))
    assert said(reading) == "S:B4 S:C4"
    assert [(each.line, each.text) for each in reading.skipped] == [(line, junk)]
    everything = "".join(item.stem + item.rationale + str(item.options) for item in reading.items)
    assert junk not in everything


def test_a_promotion_between_two_options_leaves_them_together() -> None:
    reading = read(f"{STEM}A.登记\nB.上交\n更多题库资料课程请到某网校\nC.报告\n答案：B")
    assert said(reading) == "S:B3"
    assert [each.line for each in reading.skipped] == [4]


def test_residue_of_a_web_page_is_cleaned_inside_a_sentence() -> None:
    reading = read("<p>1.收到礼品&nbsp;应当（ ）</p>\nA.登记<br>\nB.上交\n答案：B")
    assert said(reading) == "S:B2"
    item = reading.items[0]
    assert "<" not in item.stem + item.options[0].text
    assert "&" not in item.stem


def test_the_tail_of_a_cut_question_is_told() -> None:
    reading = read(f"方可入库。(√)\n2.收到礼品应当（ ）\n{FOUR}答案：B")
    assert said(reading) == "S:B4"
    assert [(each.line, "part of a question" in each.reason.text()) for each in reading.skipped] == [(1, True)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "empty"),
        ("\n \n\u3000\n", "empty"),
        ("一季度\n1.B\n2.C\n3.AD", "only keys"),
        ("关于值班的通知\n请各处室安排好值班。\n联系人另行告知。", "3 paragraphs"),
    ],
)
def test_a_file_without_questions_is_refused_with_the_reason(text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        parse_text(document(text))


def test_one_bad_question_does_not_spoil_the_others() -> None:
    assert said(read(f"{STEM}A.登记\n2.公车应当（ ）\n{FOUR}答案：C\n3.")).startswith("S:-1! S:C4")


def test_a_line_among_the_answers_that_was_not_understood_is_named() -> None:
    questions = "一、单选题\n1.题一（ ）\nA.甲 B.乙\n2.题二（ ）\nA.甲 B.乙\n"
    for block, lines, wanted in (("题号\t1\t2\n答案\tA\t", [8], "S:A2 S:-2!"), ("一、单选题：A B", [7], "S:-2! S:-2!")):
        reading = read(f"{questions}答案\n{block}")
        assert said(reading) == wanted
        assert [problem.line for problem in reading.problems] == lines


def test_several_letters_in_the_stem_of_which_one_is_no_option() -> None:
    item = read("一、多选题\n1.礼品应当（AE）\nA.留\nB.交\nC.退\nD.登记").items[0]
    assert [problem.params.get("letters") for problem in item.problems] == ["E"]
    assert item.stem == "礼品应当（　）"
