"""Keys and options as people write them."""

import pytest

from quizapp.domain.bank_notation import count_blanks, letters_in, letters_kept_in_place, truth_in


@pytest.mark.parametrize("written", ["ABD", "A、B、D", "A，B，D", "A, B, D", "Ａ Ｂ Ｄ", "abd", "A和B和D", "A;B；D"])
def test_letters_of_a_key(written: str) -> None:
    assert letters_in(written) == ("A", "B", "D")


@pytest.mark.parametrize("written", ["", "、", "以上都是", "A1", "A或者B", "正确"])
def test_what_is_no_key(written: str) -> None:
    assert letters_in(written) is None


@pytest.mark.parametrize(
    ("written", "truth"),
    [
        *((word, "true") for word in ("正确", "对", "√", "True", "ＴＲＵＥ")),
        *((word, "false") for word in ("错误", "错", "×", " FALSE ")),
        *((word, None) for word in ("是", "A", "")),
    ],
)
def test_true_and_false(written: str, truth: str | None) -> None:
    assert truth_in(written) == truth


@pytest.mark.parametrize(("stem", "blanks"), [("甲____乙＿＿＿丙", 2), ("甲__乙", 0), ("甲___、_____", 2), ("", 0)])
def test_blanks_are_runs_of_three_or_more(stem: str, blanks: int) -> None:
    assert count_blanks(stem) == blanks


@pytest.mark.parametrize(
    "text", ["以上都是", "以上都不是", "以上均正确", "上述说法都不对", "以上全部正确", "都不对", "以上选项"]
)
def test_a_summary_option_keeps_its_own_place(text: str) -> None:
    assert letters_kept_in_place({"A": "警告", "B": "记过", "C": text}) == {"C"}


@pytest.mark.parametrize(
    "text", ["A和B", "A、B", "Ａ、Ｂ都对", "AB", "AB都正确", "A或B", "选项A", "A项正确", "前两项", "B不对"]
)
def test_options_that_name_others_keep_every_place(text: str) -> None:
    assert letters_kept_in_place({"A": "警告", "B": "记过", "C": text}) == {"A", "B", "C"}


@pytest.mark.parametrize(
    "text", ["X和Y", "A4纸", "B超检查", "三人以上", "18周岁以上的公民", "PPP项目", "以上级通知为准", "甲A公司", "EPC"]
)
def test_ordinary_options_may_be_shuffled(text: str) -> None:
    assert letters_kept_in_place({"A": "警告", "B": "记过", "C": text}) == frozenset()


def test_options_beyond_the_tenth_may_be_named_too() -> None:
    texts = {letter: f"第{place}种" for place, letter in enumerate("ABCDEFGHIJKL")}
    assert letters_kept_in_place(texts | {"M": "K和L"}) == {*texts, "M"}
    assert letters_kept_in_place(texts | {"M": "X和Y"}) == frozenset()
