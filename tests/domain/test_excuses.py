"""Reasons for absences as branches write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain.excuses import WORDS, Excuse, Reason, read_excuse


@pytest.mark.parametrize(
    ("text", "reason", "note"),
    [
        ("病假", Reason.SICK, ""),
        (" 病 假", None, ""),
        ("病假（住院）", Reason.SICK, "住院"),
        ("病假(住院)", Reason.SICK, "住院"),
        ("病假：住院，三天", Reason.SICK, "住院，三天"),
        ("出差，去北京", Reason.BUSINESS, "去北京"),
        ("因病住院治疗", Reason.SICK, "因病住院治疗"),
        ("援藏出差", Reason.SECONDED, "援藏出差"),
        ("借调：援藏出差", Reason.SECONDED, "援藏出差"),
        ("离退", Reason.RETIRED, ""),
        ("其他：家中有事", Reason.OTHER, "家中有事"),
        ("Sick leave: flu", Reason.SICK, "flu"),
        ("事假、病假", None, ""),
        ("其他原因：病假", Reason.OTHER, "病假"),
        ("出差：援藏", Reason.BUSINESS, "援藏"),
        ("没有时间", None, ""),
        ("", None, ""),
        ("出差" * 1000, None, ""),
    ],
)
def test_what_branches_write(text: str, reason: Reason | None, note: str) -> None:
    assert read_excuse(text) == (None if reason is None else Excuse(reason, note))


NOTES = st.text(st.sampled_from("京三天 去，；（）:a1援藏北"), max_size=12).map(
    lambda text: " ".join(text.split()).strip()
)


@given(st.sampled_from(Reason), NOTES)
def test_what_a_sheet_says_is_read_back(reason: Reason, note: str) -> None:
    for word in WORDS[reason]:
        assert read_excuse(f"{word}：{note}" if note else word) == Excuse(reason, note)


@given(st.text())
def test_nothing_breaks_it(text: str) -> None:
    found = read_excuse(text)
    assert found is None or found.reason in Reason
