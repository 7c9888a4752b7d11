"""Sentences about what was read: why a line was left out, what the order of the numbers says."""

from quizapp.domain.problem import N_, Problem
from quizapp.importers.text.draft import Found
from quizapp.importers.text.state import State

UNREAD = N_("This line belongs to no question; it was not imported. Check whether something is missing.")
FRAGMENT = N_("This looks like part of a question; it was not imported.")
NO_QUESTION = N_("This does not look like a question; it was not imported.")
NO_QUESTION_TEXT = N_("'%(text)s' before the first question does not look like one; it was not imported.")
DOUBLED = N_("This line stands twice; the second was left out.")
KEYS_UNREAD = N_("This line among the answers was not understood. Write each number with its key, such as 3.B")
TABLE_UNEVEN = N_(
    "This row has not one key for each of the numbers %(first)s to %(last)s above it; none was taken. Correct the row."
)
TABLE_GAP = N_("This row has no key for these numbers: %(numbers)s. Add them.")
STATEMENT = N_("This statement has neither blank nor key; it was not imported.")


def read_as(written: str, number: str, line: int) -> Problem:
    """A number with letters in it, as scanning leaves them."""
    sentence = N_("The number '%(written)s' was read as %(number)s. Check it.")
    return Problem(sentence, {"written": written, "number": number}, line)


def without_number(line: int) -> Problem:
    """A question without a number among numbered ones."""
    return Problem(N_("This question has no number. Check whether it stands on its own."), {}, line)


def note_order(state: State, found: Found) -> None:
    """Say where numbers are left out, begin again without a heading, or stand twice."""
    last, value = state.last, found.value or 0
    if not last or value == last + 1 or (state.fresh and value == 1):
        return
    if value > last + 1:
        sentence = N_("Numbers %(first)s to %(last)s are missing before this question. Check whether it was left out.")
        if value == last + 2:
            sentence = N_("Number %(first)s is missing before this question. Check whether it was left out.")
        found.warnings.append(Problem(sentence, {"first": last + 1, "last": value - 1}, found.line))
    elif value == 1:
        found.warnings.append(
            Problem(N_("The numbers begin again here without a heading. Check the type."), {}, found.line)
        )
    elif any(before.value == value for before in state.found) and (state.fresh or value == last):
        sentence = N_("Number %(number)s stands twice. Check whether both questions are wanted.")
        found.warnings.append(Problem(sentence, {"number": value}, found.line))
