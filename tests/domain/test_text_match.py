"""What counts as the same text in a blank."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.domain.text_match import canonical, right_blanks

DIGITS = "零一二三四五六七八九"


def same_text(given: str, accepted: list[str], *, numerals_equal: bool = False) -> bool:
    """Whether a single blank that accepts these texts is filled rightly."""
    return right_blanks([given], [accepted], numerals_equal=numerals_equal) == 1


@pytest.mark.parametrize(
    ("typed", "accepted"),
    [
        ("开除党籍", "开除党籍"),
        ("  开除 党籍　", "开除党籍"),
        ("开除\u200b党籍\n", "开除党籍"),
        ("《中国共产党章程》。", "中国共产党章程"),
        ("“两个维护”", "两个维护"),
        ("ＡＢＣ１２", "abc12"),
        ("30％", "30%"),
        ("（一）", "一"),
        ("。", "。"),
    ],
)
def test_what_does_not_matter(typed, accepted):
    assert same_text(typed, [accepted])
    assert same_text(accepted, [typed])


@pytest.mark.parametrize(
    ("typed", "accepted"),
    [("30", "30%"), ("-5", "5"), ("开除", "开除党籍"), ("警告,严重警告", "警告严重警告"), ("二", "2"), ("两", "二")],
)
def test_what_does_matter(typed, accepted):
    assert not same_text(typed, [accepted])


@pytest.mark.parametrize("typed", ["", "  ", "\u3000\u200b"])
def test_nothing_never_matches(typed):
    assert not same_text(typed, ["", " ", "一年"], numerals_equal=True)


def test_any_stated_alternative_is_accepted():
    assert same_text("1年", ["一年", "1年"])
    assert not same_text("2年", ["一年", "1年"])


@pytest.mark.parametrize(
    ("chinese", "arabic"),
    [
        ("十二个月", "12个月"),
        ("第一百五十八条", "第158条"),
        ("一百零五", "105"),
        ("一百五", "150"),
        ("一百一十", "110"),
        ("两年", "2年"),
        ("二", "两"),
        ("二〇二四年", "2024年"),
        ("二○二四年", "２０２４年"),
        ("二0二四年", "2024年"),
        ("三百万元", "300万元"),
        ("三百万元", "3,000,000元"),
        ("一千零五十", "1050"),
        ("三万零五", "30005"),
        ("两万五", "25000"),
        ("一亿五千万", "1.5亿"),
        ("十万亿", "10000000000000"),
        ("十", "10"),
        ("〇五", "5"),
        ("零", "0"),
        ("1.50", "1.5"),
        ("五年以上十年以下", "5年以上10年以下"),
    ],
)
def test_numerals(chinese, arabic):
    assert same_text(chinese, [arabic], numerals_equal=True)
    assert same_text(arabic, [chinese], numerals_equal=True)
    assert not same_text(chinese, [arabic])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("十二", "二十"),
        ("一百零五", "一百五"),
        ("百分之五", "100分之5"),
        ("一两", "12"),
        ("1,2", "12"),
        ("一万二万", "120000000"),
        ("1.2.3", "1.2.30"),
        ("一百百", "10000"),
        ("廿", "20"),
        ("九" * 41, "9" * 41),
    ],
)
def test_what_is_no_number_or_another_one(one, other):
    assert not same_text(one, [other], numerals_equal=True)


@given(st.integers(0, 99_999_999))
@settings(derandomize=True, deadline=None)
def test_every_numeral_is_its_number(number):
    assert canonical(f"共{spelled(number)}元", numerals_equal=True) == f"共{number}元"


@given(st.text(max_size=60))
@settings(derandomize=True, deadline=None)
def test_the_canonical_form_is_stable(text):
    once = canonical(text)
    assert canonical(once) == once
    assert same_text(text, [text], numerals_equal=True) is bool(canonical(text, numerals_equal=True))


def spelled(number: int) -> str:
    """``number`` as it is written out in full (一万零五十)."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        gap = "零" if 0 < low < 1000 else ""
        return spelled(high) + "万" + gap + (spelled(low) if low else "")
    if number < 10:
        return DIGITS[number]
    unit, name = next((10**p, n) for p, n in ((3, "千"), (2, "百"), (1, "十")) if number >= 10**p)
    digit, low = divmod(number, unit)
    gap = "零" if 0 < low < unit // 10 else ""
    return DIGITS[digit] + name + gap + (spelled(low) if low else "")


BLANKS = (("同级党委", "同级党的委员会"), ("上级纪委",))


@pytest.mark.parametrize(
    ("texts", "in_order", "any_order"),
    [
        (("同级党委", "上级纪委"), 2, 2),
        (("上级纪委", "同级党委"), 0, 2),
        (("同级党委", "同级党的委员会"), 1, 1),
        (("上级纪委", "上级纪委"), 1, 1),
        (("", "上级纪委"), 1, 1),
        (("上级纪委",), 0, 1),
        (("别的", ""), 0, 0),
    ],
)
def test_order(texts, in_order, any_order):
    assert right_blanks(texts, BLANKS) == in_order
    assert right_blanks(texts, BLANKS, any_order=True) == any_order


def test_a_text_moves_to_another_blank_to_make_room():
    blanks = (("甲", "乙"), ("甲",), ("乙", "丙"))
    assert right_blanks(("甲", "乙", "丙"), blanks, any_order=True) == 3


@pytest.mark.parametrize(
    ("typed", "accepted", "same"),
    [
        (".5", "5", False),
        (".5", "0.5", True),
        ("。5", "5", True),
        ("\u20135", "5", False),
        ("\u20135", "-5", True),
        ("\u22125", "-5", True),
        ("10²", "102", False),
        ("10²", "10²", True),
    ],
)
def test_signs_that_change_a_number_count(typed: str, accepted: str, same: bool) -> None:
    assert same_text(typed, [accepted]) is same
    assert same_text(typed, [accepted], numerals_equal=True) is same
