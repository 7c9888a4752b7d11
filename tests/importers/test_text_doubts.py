"""What may mean two things is a draft, and what lies broken or scattered is joined: never is a key guessed."""

from collections.abc import Callable

import pytest

from quizapp.importers.notation import fold
from tests.importers.test_text_layouts import read, said, wide

OPTIONS = "A.登记\nB.上交\nC.私分\n"
THREE = f"1.礼品（ ）\n{OPTIONS}2.公车（ ）\n{OPTIONS}3.现金（ ）\n{OPTIONS}"

CASES = {
    "keys with strokes": (
        f"1.礼品应当（ ）\n{OPTIONS}答案：A/B\n2.公车应当（ ）\n{OPTIONS}答案：B/C",
        "M:AB3! M:BC3!",
    ),
    "a key with 或": (f"1.礼品应当（ ）\n{OPTIONS}答案：A或C", "S:-3!"),
    "keys with strokes in the stem": (f"1.礼品应当（A/B）\n{OPTIONS}2.公车应当（B/C）\n{OPTIONS}", "M:AB3! M:BC3!"),
    "keys with strokes in a block": (
        f"1.礼品应当（ ）\n{OPTIONS}2.公车应当（ ）\n{OPTIONS}参考答案\n1.A/B\n2.B/C",
        "M:AB3! M:BC3!",
    ),
    "strokes under a heading of several": (
        f"一、多选题\n1.礼品应当（ ）\n{OPTIONS}答案：A/B\n2.公车应当（ ）\n{OPTIONS}答案：B/C",
        "M:AB3 M:BC3",
    ),
    "strokes where three letters show what they mean": (
        f"1.礼品应当（ ）\n{OPTIONS}答案：A/B/C\n2.公车应当（ ）\n{OPTIONS}答案：B/C",
        "M:ABC3 M:BC3",
    ),
    "a line broken after 第": (
        f"1.礼品应当（B）\n{OPTIONS}2.根据《条例》第\n3.条规定（B）\n{OPTIONS}3.现金应当（A）\n{OPTIONS}",
        "S:B3 S:B3 S:A3",
    ),
    "a range one letter short": (
        f"一、单选题\n1.礼品（ ）\n{OPTIONS}2.公车（ ）\n{OPTIONS}3.现金（ ）\n{OPTIONS}参考答案\n1-3 AB",
        "S:-3! S:-3! S:-3!",
    ),
    "a table of keys with an empty cell": (f"{THREE}题号\t1\t2\t3\n答案\tA\t\tC", "S:A3 S:-3! S:C3"),
    "a table of keys whose first cell is empty": (f"{THREE}题号\t1\t2\t3\n答案\t\tB\tC", "S:-3! S:B3 S:C3"),
    "a table of keys with lines": (f"{THREE}|题号|1|2|3|\n|答案|A|B||", "S:A3 S:B3 S:-3!"),
    "a table of keys that says that there is none": (f"{THREE}题号 1 2 3\n答案 A 略 C", "S:A3 S:-3! S:C3"),
    "a table of keys one short": (f"{THREE}题号 1 2 3\n答案 A C", "S:-3! S:-3! S:-3!"),
    "a table of keys one short, under its heading": (f"{THREE}参考答案\n题号：1 2 3\n答案：A C", "S:-3! S:-3! S:-3!"),
    "a table of keys one over": (f"{THREE}题号 1 2 3\n答案 A C B A", "S:-3! S:-3! S:-3!"),
    "notes after the options and the key": (
        f"1.礼品应当（B）\n{OPTIONS}提示：看第三条\n再看第四条\n正确率：80%\n难度系数：0.6\n考点：礼品\n"
        f"2.公车应当（ ）\n{OPTIONS}答案：A\n易错项：B\n知识点：公车\n3.现金应当（A）\n{OPTIONS}",
        "S:B3 S:A3 S:A3",
    ),
    "a note between options": ("1.礼品应当（B）\nA.登记\n提示：看第三条\nB.上交\nC.私分", "S:B3"),
    "a question without number after a note": (
        f"礼品应当（ ）\n{OPTIONS}答案：B\n提示：看第三条\n公车由谁保管\n{OPTIONS}答案：A",
        "S:B3 S:A3",
    ),
    "messages of a chat": (
        f"[1:01] 张伟:\n1.礼品应当（ ）\n{OPTIONS}[1:02] 李娜: 2.公车应当（ ）\n{OPTIONS}"
        f"王芳 2026-03-01 10:22:31\n3.现金应当（ ）\n{OPTIONS}张伟：4.烟酒应当（ ）\n{OPTIONS}"
        "李娜：\n答案：1.A 2.B 3.C 4.A",
        "S:A3 S:B3 S:C3 S:A3",
    ),
    "options with circled numbers": (
        "1.礼品应当（ ）\n① 登记\n② 上交\n③ 私分\n答案：②\n2.公车应当（ ）①登记 ②上交③私分\n答案：①、③",
        "S:B3 M:AC3",
    ),
    "options with circled numbers, their keys in the stem": (
        "1.礼品应当（②）\n①登记 ②上交 ③私分\n2.公车应当（①②）\n①登记\n②上交\n③私分",
        "S:B3 M:AB3",
    ),
    "circled statements within the stem": (
        "一、单选题\n1.关于①登记和②上交，正确的是（ ）\n答案：②\n2.正确的有（ ）\n①甲\n②乙\nA.①\nB.①②\n答案：B",
        "S:-! S:B2",
    ),
    "a circled key that is no option": ("一、单选题\n1.礼品应当（ ）\n① 登记\n② 上交\n答案：④", "S:-!"),
    "one key after two questions": (
        f"1.礼品（ ）\n{OPTIONS}2.公车（ ）\n{OPTIONS}答案：A\n3.现金（ ）\n{OPTIONS}4.烟酒（ ）\n{OPTIONS}答案：B",
        "S:-3! S:A3! S:-3! S:B3!",
    ),
    "one key missing among many": (
        f"1.礼品（ ）\n{OPTIONS}2.公车（ ）\n{OPTIONS}答案：A\n3.现金（ ）\n{OPTIONS}答案：C",
        "S:-3! S:A3 S:C3",
    ),
    "keys in the stem, and one after its question": (
        f"1.礼品（B）\n{OPTIONS}2.公车（ ）\n{OPTIONS}答案：A",
        "S:B3 S:A3",
    ),
    "small letters without a point, in a row": (
        "1.礼品应当（ ）\na 登记 b 上交 c 私分\n答案：b\n2.公车应当（ ）\na登记 b上交\n答案：a",
        "S:B3 S:A2",
    ),
    "small letters without a point, each on its line": (
        "1.礼品应当（ ）\na 登记\nb 上交\nc 私分\n答案：b\n2.公车应当（ ）\na登记\nb上交\n答案：a",
        "S:B3 S:A2",
    ),
    "options glued to a question, as in a chat": (
        "1 党员可以收礼吗 A能 B不能 选B\n2 公车可以私用吗？A能 B不能 C不知道 选C\n3、现金呢 A登记 B上交\n选A",
        "S:B2 S:C3 S:A!",
    ),
    "keys with an arrow or a question mark": (
        f"1.礼品（ ）\n{OPTIONS}答案：A→B\n2.公车（ ）\n{OPTIONS}答案：A（？）\n3.现金（ ）\n{OPTIONS}答案：A->C",
        "S:A3! S:A3! S:-3!",
    ),
    "keys with an arrow or a question mark in a block": (
        f"{THREE}参考答案\n1.A→B\n2.A（？）\n3.C",
        "S:A3! S:A3! S:C3",
    ),
    "an empty key before true/false questions": (
        "一、判断题\n1、礼品应当登记。（ ）\n答案：\n2、公车可以私用。（×）\n3、会议应当记录。（√）",
        "J:-! J:X J:T",
    ),
    "an empty key before a choice with its key in the stem": (
        f"1、礼品应当（ ）\n{OPTIONS}答案：\n2、公车应当（B）。\n{OPTIONS}",
        "S:-3! S:B3",
    ),
    "an empty key before a rationale": (
        f"1、礼品应当（ ）\n{OPTIONS}答案：\n解析：见办法。\n2、公车应当（B）\n{OPTIONS}",
        "S:-3! S:B3",
    ),
    "the word 答案 above a list of keys": (
        f"1、礼品应当（ ）\n{OPTIONS}2、公车应当（ ）\n{OPTIONS}答案：\n1、（B）\n2、（A）",
        "S:B3 S:A3",
    ),
    "options under a key that ends the line of the stem": (
        f"1. 礼品应当（　） 答案：B\n{OPTIONS}2. 公车应当（　）【答案】AC\nA.登记 B.上交 C.私分\n"
        "3. 现金应当（　） 正确答案：A\nA登记\nB上交\n4. 烟酒应当（　）（答案：B）\nA 登记\nB 上交",
        "S:B3 M:AC3 S:A2 S:B2",
    ),
    "options under key and rationale on the line of the stem": (
        f"1. 礼品应当（　） 答案：B 解析：见办法。\n{OPTIONS}2. 公车应当（　） 答案：C\n{OPTIONS}",
        "S:B3 S:C3",
    ),
    "right and wrong under their key": ("1. 礼品应当登记。（　） 答案：B\nA.错 B.对", "J:T"),
    "a rationale that goes through options which are lost": (
        "1. 礼品应当（　）\n答案：B\n解析：逐项看。\nA.登记不对\nB.上交才对",
        "S:B!",
    ),
    "both marks side by side": ("一、判断题\n1.礼品应当登记 √ ×\n2.公车可以私用 ×", "J:X! J:X"),
}


def as_written(text: str) -> str:
    return text


@pytest.mark.parametrize("width", [as_written, fold, wide])
@pytest.mark.parametrize("name", CASES)
def test_what_is_read_and_what_stays_a_draft(name: str, width: Callable[[str], str]) -> None:
    text, wanted = CASES[name]
    assert said(read(width(text))) == wanted


def test_a_key_that_may_be_one_or_both_says_so_at_its_line() -> None:
    item = read(CASES["keys with strokes"][0]).items[1]
    assert [(each.line, each.params["text"]) for each in item.problems] == [(10, "B/C")]
    item = read(CASES["keys with strokes in the stem"][0]).items[1]
    assert [(each.line, each.params["text"]) for each in item.problems] == [(5, "B/C")]


def test_a_stem_broken_after_the_word_for_an_article_is_whole() -> None:
    items = read(CASES["a line broken after 第"][0]).items
    assert [(item.number, item.stem) for item in items][1] == ("2", "根据《条例》第3.条规定（　）")


def test_a_range_that_does_not_fit_is_said_once_at_its_line() -> None:
    reading = read(CASES["a range one letter short"][0])
    assert [each.line for each in reading.problems] == [15]
    assert {each.line for item in reading.items for each in item.problems} == {2, 6, 10}


def test_a_table_of_keys_says_what_it_lacks_at_its_line() -> None:
    gap = read(CASES["a table of keys with an empty cell"][0])
    assert [(each.line, each.params) for each in gap.problems] == [(14, {"numbers": "2"})]
    short = read(CASES["a table of keys one short"][0])
    assert [(each.line, each.params) for each in short.problems] == [(14, {"first": "1", "last": "3"})]
    assert short.items[2].options[2].text == "私分"
    assert short.headings == (13, 14)


def test_a_key_behind_the_stem_leaves_nothing_of_itself_there() -> None:
    items = read(CASES["options under a key that ends the line of the stem"][0]).items
    assert [item.stem for item in items] == [f"{what}应当（　）" for what in ("礼品", "公车", "现金", "烟酒")]
    assert {option.text for item in items for option in item.options} == {"登记", "上交", "私分"}


def test_notes_are_left_out_with_a_reason_and_change_no_option() -> None:
    reading = read(CASES["notes after the options and the key"][0])
    assert [each.line for each in reading.skipped] == [5, 6, 7, 15]
    assert {"note" in each.reason.text() for each in reading.skipped} == {True}
    assert [item.options[-1].text for item in reading.items] == ["私分"] * 3
    assert [item.topic for item in reading.items] == ["礼品", "公车", ""]
    between = read(CASES["a note between options"][0])
    assert [option.text for option in between.items[0].options] == ["登记", "上交", "私分"]


def test_who_wrote_a_message_is_no_part_of_a_question() -> None:
    reading = read(CASES["messages of a chat"][0])
    assert [item.stem for item in reading.items] == [f"{what}应当（ ）" for what in ("礼品", "公车", "现金", "烟酒")]
    assert {option.text for item in reading.items for option in item.options} == {"登记", "上交", "私分"}
    assert [each.line for each in reading.skipped] == [1, 10, 19]


def test_a_name_in_a_case_stays() -> None:
    stem = read(f"1.谁做得对（ ）\n张伟：礼金能收。\n时间：10:30\n{OPTIONS}答案：B").items[0].stem
    assert "张伟：礼金能收。" in stem
    assert "时间：10:30" in stem
