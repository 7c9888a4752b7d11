"""Keys that only signs, bare lines or tables show: taken where one thing alone can be meant, else a draft."""

from collections.abc import Callable

import pytest

from quizapp.importers.notation import fold
from tests.importers.test_text_layouts import read, said, wide

OPTIONS = "A.登记\nB.上交\nC.私分\n"


def marked(first: str, second: str, third: str) -> str:
    return f"1.礼品应当（ ）\n{first}\n{second}\n{third}\n"


TICKS = {
    "boxes": (marked("□A.登记", "☑B.上交", "□C.私分"), "S:B3"),
    "two boxes": (marked("☑A.登记", "☐B.上交", "☑C.私分"), "M:AC3"),
    "boxes without a point after the letter": (marked("☐ A 登记", "☑ B 上交", "☐ C 私分"), "S:B3"),
    "square brackets": (marked("[ ]A.登记", "[x]B.上交", "[ ] C.私分"), "S:B3"),
    "a list of tasks": (marked("- [ ] A.登记", "- [X] B.上交", "- [ ] C.私分"), "S:B3"),
    "round brackets": (marked("( )A.登记", "(√)B.上交", "( )C.私分"), "S:B3"),
    "a tick before": (marked("A.登记", "√B.上交", "√ C.私分"), "M:BC3"),
    "a tick after": (marked("A.登记", "B.上交√", "C.私分 √"), "M:BC3"),
    "a tick in brackets after": (marked("A.登记", "B.上交（√）", "C.私分"), "S:B3"),
    "a star": (marked("A.登记", "*B.上交", "C.私分"), "S:B3"),
    "a star and a blank": (marked("*A.登记", "* B.上交", "C.私分"), "M:AB3"),
    "a word after": (marked("A.登记", "B.上交（正确）", "C.私分"), "S:B3"),
    "a word for each": (marked("A.登记（错误）", "B.上交（正确）", "C.私分（错误）"), "S:B3"),
    "tick and crosses": (marked("A.登记×", "B.上交√", "C.私分×"), "S:B3"),
    "full and empty circles": (marked("○A.登记", "●B.上交", "○C.私分"), "S:B3"),
    "a row, the tick before": ("1.礼品应当（ ）\nA.登记 √B.上交 C.私分", "S:B3"),
    "a row, the tick after": ("1.礼品应当（ ）\nA.登记 B.上交√ C.私分", "S:B3"),
    "a row of boxes behind the stem": ("1.礼品应当（ ） □A.登记 ☑B.上交 □C.私分", "S:B3"),
    "a row of boxes without blanks": ("1.礼品应当（ ）\n□A.登记☑B.上交□C.私分", "S:B3"),
    "a wrapped option": (marked("A.登记并", "且入账\n√B.上交", "C.私分"), "S:B3"),
    "a judgement": ("1.公车可以私用。（ ）\nA.正确\n√B.错误", "J:X"),
    "a tick and the same key": (marked("A.登记", "√B.上交", "C.私分") + "答案：B", "S:B3"),
    "a tick and another key": (marked("A.登记", "√B.上交", "C.私分") + "答案：C", "S:-3!"),
    "a tick and another key in the stem": ("1.礼品应当（A）\nA.登记\n√B.上交\nC.私分", "S:-3!"),
    "two ticks under single choices": ("一、单选题\n" + marked("A.登记", "√B.上交", "√C.私分"), "S:BC3!"),
    "a tick that may be either's": ("1.礼品应当（ ）\nA.登记√B.上交 C.私分", "S:-3!"),
    "a tick between blanks": ("1.礼品应当（ ）\nA.登记 √ B.上交 C.私分", "S:-3!"),
    "some crosses, some ticks": (marked("×A.登记", "√B.上交", "C.私分"), "S:-3!"),
    "crosses only": (marked("×A.登记", "B.上交", "×C.私分"), "S:-3!"),
    "a cross in a box": (marked("☐A.登记", "☒B.上交", "☐C.私分"), "S:-3!"),
    "an x in round brackets": (marked("( )A.登记", "(x)B.上交", "( )C.私分"), "S:-3!"),
    "a full circle only": (marked("A.登记", "●B.上交", "C.私分"), "S:-3!"),
    "a triangle": (marked("A.登记", "▲B.上交", "C.私分"), "S:-3!"),
    "a tick, and one that an option names": (marked("A.应打√", "B.上交√", "C.私分"), "S:-3!"),
    "empty boxes": (marked("□A.登记", "□B.上交", "□C.私分") + "答案：B", "S:B3"),
    "bullets": (marked("* A.登记", "* B.上交", "* C.私分") + "答案：B", "S:B3"),
    "ticks that are bullets": (marked("√A.登记", "√B.上交", "√C.私分"), "S:-3!"),
    "options that name signs": ("1.对的应（ ）\nA.打√\nB.打×\nC.画√\n答案：A", "S:A3"),
    "options that are signs": ("1.用什么标（ ）\nA.√\nB.×\nC.△\n答案：A", "S:A3"),
    "words with their own sign": ("1.公车可以私用。（ ）\nA.正确√\nB.错误×", "S:-2!"),
    "a rationale that goes through the options": (
        "1.礼品应当（B）\nA.登记\nB.上交\n解析：\n×A.登记不够\n√B.上交才对",
        "S:B2",
    ),
}

BARE = {
    "letters": (f"1.礼品（ ）\n{OPTIONS}B\n2.公车（ ）\n{OPTIONS}A、C\n3.现金（ ）\n{OPTIONS}ABC", "S:B3 M:AC3 M:ABC3"),
    "letters in brackets": (f"1.礼品（ ）\n{OPTIONS}（B）\n2.公车（ ）\n{OPTIONS}（ABC）", "S:B3 M:ABC3"),
    "letters and words": (
        f"1.礼品（ ）\n{OPTIONS}B\n2.礼品应当登记。（ ）\n对\n3.公车可以私用。\n错误",
        "S:B3 J:T J:X",
    ),
    "words under their options": (
        "1.礼品应当登记。（ ）\nA.正确\nB.错误\n正确\n2.公车可以私用。（ ）\nA.对\nB.错\nB",
        "J:T J:X",
    ),
    "a rationale below": (
        f"1.礼品（ ）\n{OPTIONS}B\n解析：见办法。\n2.公车（ ）\n{OPTIONS}A\n解析：见条例。",
        "S:B3 S:A3",
    ),
    "a heading below": (f"一、单选题\n1.礼品（ ）\n{OPTIONS}B\n二、多选题\n1.公车（ ）\n{OPTIONS}AB", "S:B3 M:AB3"),
    "one question only": (f"1.礼品（ ）\n{OPTIONS}B", "S:-3!"),
    "one question without": (
        f"1.礼品（ ）\n{OPTIONS}B\n2.公车（ ）\n{OPTIONS}3.现金（ ）\n{OPTIONS}A",
        "S:-3! S:-3! S:-3!",
    ),
    "one question with another form": (f"1.礼品（ ）\n{OPTIONS}B\n2.公车（ ）\n{OPTIONS}B\n答案：A", "S:-3! S:A3!"),
    "keys above their questions": (f"B\n1.礼品（ ）\n{OPTIONS}A\n2.公车（ ）\n{OPTIONS}", "S:-3! S:-3!"),
    "a letter that is no option": (f"1.礼品（ ）\n{OPTIONS}B\n2.公车（ ）\n{OPTIONS}D", "S:B3 S:-3!"),
    "the label of an option whose text is lost": (f"1.礼品（ ）\n{OPTIONS}D\n2.公车（ ）\n{OPTIONS}D", "S:-3! S:-3!"),
    "a word of a wrapped option": ("1.礼品（B）\nA.登记\nB.上交\nC.都不\n对\n2.公车（A）\nA.登记\nB.上交", "S:B3 S:A2"),
    "words under statements, one without": ("1.礼品应当登记。\n对\n2.公车可以私用。（ ）", "J:-! S:-!"),
}

TWO = f"1.礼品（ ）\n{OPTIONS}2.公车（ ）\n{OPTIONS}"

TABLES = {
    "a row of keys": (f"{TWO}|题号|1|2|\n|---|---|---|\n|答案|A|BC|", "S:A3 M:BC3"),
    "a row of keys, set out": (
        f"{TWO}## 参考答案\n| 题号 | 1 | 2 |\n| :--- | :---: | ---: |\n| 答案 | A | B |",
        "S:A3 S:B3",
    ),
    "a row of keys with a gap": (f"{TWO}|题号|1|2|\n|---|---|---|\n|答案||B|", "S:-3! S:B3"),
    "a row of keys without outer lines": (f"{TWO}题号 | 1 | 2\n--- | --- | ---\n答案 | A | B", "S:A3 S:B3"),
    "a row for each": (f"{TWO}参考答案\n|题号|答案|\n|---|---|\n|1|A|\n|2|BC|", "S:A3 M:BC3"),
    "a row for each, one empty": (f"{TWO}|题号|答案|\n|---|---|\n|1||\n|2|B|", "S:-3! S:B3"),
    "a row for each, one unknown": (f"{TWO}|题号|答案|\n|---|---|\n|1|A|\n|2|略|", "S:A3 S:-3!"),
    "two for each row": (f"{TWO}|题号|答案|题号|答案|\n|---|---|---|---|\n|1|A|2|B|", "S:A3 S:B3"),
    "two for each row, the first empty": (f"{TWO}|题号|答案|题号|答案|\n|---|---|---|---|\n|1||2|B|", "S:-3! S:B3"),
    "with rationales": (f"{TWO}|题号|答案|解析|\n|---|---|---|\n|1|A|见办法|\n|2|B||", "S:A3 S:B3"),
    "with tabs": (f"{TWO}题号\t答案\n1\tA\n2\tB", "S:A3 S:B3"),
}


def as_written(text: str) -> str:
    return text


@pytest.mark.parametrize("width", [as_written, fold, wide])
@pytest.mark.parametrize("name", TICKS)
def test_signs_at_options(name: str, width: Callable[[str], str]) -> None:
    text, wanted = TICKS[name]
    assert said(read(width(text))) == wanted


@pytest.mark.parametrize("width", [as_written, fold, wide])
@pytest.mark.parametrize("name", BARE)
def test_bare_keys(name: str, width: Callable[[str], str]) -> None:
    text, wanted = BARE[name]
    assert said(read(width(text))) == wanted


def test_a_bare_key_that_is_none_is_said_at_its_line() -> None:
    (item,) = read(BARE["one question only"][0]).items
    assert [(each.line, each.params) for each in item.problems] == [(5, {"text": "B"})]
    assert item.options[-1].text == "私分"
    assert read(BARE["a word of a wrapped option"][0]).items[0].options[-1].text == "都不对"


@pytest.mark.parametrize("width", [as_written, fold, wide])
@pytest.mark.parametrize("name", TABLES)
def test_tables_of_keys(name: str, width: Callable[[str], str]) -> None:
    text, wanted = TABLES[name]
    reading = read(width(text))
    assert said(reading) == wanted
    lines = text.count("\n") + 1
    assert set(reading.headings) == set(range(9, lines + 1)), "every line of the table is accounted for"


def test_a_table_of_keys_gives_its_rationales() -> None:
    items = read(TABLES["with rationales"][0]).items
    assert [item.rationale for item in items] == ["见办法", ""]


@pytest.mark.parametrize("name", [name for name in TICKS if "上交" in TICKS[name][0]])
def test_a_sign_never_sticks_to_an_option(name: str) -> None:
    options = [fold(option.text).replace("应打√", "登记") for option in read(TICKS[name][0]).items[0].options]
    assert all(text in ("登记", "登记并且入账", "上交", "私分") for text in options), options


def test_what_a_rationale_says_of_the_options_stays() -> None:
    assert read(TICKS["a rationale that goes through the options"][0]).items[0].rationale == "×A.登记不够\n√B.上交才对"


def test_unclear_marks_are_said_at_the_first() -> None:
    (item,) = read(TICKS["some crosses, some ticks"][0]).items
    assert [each.line for each in item.problems] == [2]
    assert item.places["B"] == 3


@pytest.mark.parametrize("width", [as_written, fold, wide])
@pytest.mark.parametrize("end", ["第", "第3", "【解", "（3", "解"])
def test_what_was_cut_off_at_the_end_belongs_to_no_key(end: str, width: Callable[[str], str]) -> None:
    reading = read(width(f"1.简述怎样登记礼品。\n答：先登记，再上交。\n2.礼品应____。\n答案：登记\n{end}"))
    assert said(reading) == "Q:text F:登记"
    assert [each.line for each in reading.skipped] == [5]
    essay = read(width(f"1.礼品应____。\n答案：登记\n2.简述怎样登记礼品。\n答：先登记，\n再上交。\n{end}"))
    assert [each.line for each in essay.skipped] == [6]
    assert fold(essay.items[1].key[0]) == "先登记,\n再上交。"  # type: ignore[index]


@pytest.mark.parametrize("width", [as_written, fold, wide])
def test_a_statement_at_the_end_of_a_paragraph_is_a_question(width: Callable[[str], str]) -> None:
    text = (
        "1.礼品应当（ ）。A.登记B.上交【参考答案】A【解析】见办法。2.公车一律不得私用。【参考答案】正确【解析】见条例。"
    )
    assert said(read(width(text))) == "S:A2 J:T"


@pytest.mark.parametrize(("empty", "full"), [("□", "☑"), ("【 】", "[x]"), ("", "*"), ("选项", "选项")])
def test_an_option_that_many_questions_have_is_no_page_header(empty: str, full: str) -> None:
    options = [f"{empty}A.登记", f"{full}B.上交", f"{empty}C.私分", f"{empty}D.转送", f"{empty}E.退回"]
    more = [*options, "解析：见办法。", "再见条例。", "难度：2"]
    text = "\n".join(line for number in (1, 2, 3, 4) for line in (f"{number}.第{number}种礼品（B）", *more))
    reading = read(text)
    assert said(reading) == "S:B5 S:B5 S:B5 S:B5"
    assert {option.text for item in reading.items for option in item.options} == {
        "登记",
        "上交",
        "私分",
        "转送",
        "退回",
    }
