"""What can be judged from one question alone."""

import time

from quizapp.domain.bank import ItemType, Option
from quizapp.importers.checks import checked
from quizapp.importers.reading import ImportedItem


def judged(letters: str) -> tuple[list[str], float]:
    """What is said of a choice with that key, and the seconds of computing it took."""
    options = tuple(Option(letter, f"第{letter}项") for letter in "ABCD")
    item = ImportedItem("1", 1, 5, ItemType.MULTIPLE, "哪些要回避？", options, tuple(letters))
    begun = time.process_time()
    problems = checked(item).problems
    return [problem.text() for problem in problems], time.process_time() - begun


def test_a_letter_that_is_named_twice_is_told_by_the_first_of_them() -> None:
    said, _seconds = judged("ABBAC")
    assert [each for each in said if "twice" in each] == ["The key names option A twice. Correct it."]
    assert not [each for each in judged("ABC")[0] if "twice" in each]


def test_a_hostile_key_takes_no_more_time_than_its_length() -> None:
    judged("AB")
    short, long = judged("A" * 4_000)[1], judged("A" * 40_000)[1]
    assert long < 40 * max(short, 0.001), "ten times the length; by the square it would be a hundred times"
