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


def as_written(text: str) -> str:
    return text


@pytest.mark.parametrize("width", [as_written, fold, wide])
@pytest.mark.parametrize("name", TICKS)
def test_signs_at_options(name: str, width: Callable[[str], str]) -> None:
    text, wanted = TICKS[name]
    assert said(read(width(text))) == wanted


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
