"""The letters a candidate sees, and the letters of the bank behind them.

A page knows only what it shows: A, B, C … in the order of this paper. The bank's own letters never leave the server,
or two colleagues could compare them and undo the shuffling.
"""

from collections.abc import Sequence

from quizapp.banks.wording import SHOWN_LETTERS
from quizapp.domain.bank import Item
from quizapp.domain.paper import PaperItem
from quizapp.domain.scoring import Answer, clean_answer


def to_bank(letters: Sequence[str], item: Item, shown: Sequence[str]) -> Answer:
    """An answer as a page sent it, in the bank's letters; ``letters`` are those in the order in which they are shown.

    Raises ValueError for what this paper does not offer.
    """
    if not letters:
        return clean_answer(item, shown)
    behind = dict(zip(SHOWN_LETTERS, letters, strict=False))
    # An unknown letter goes on as it is and "?" stands in for none: clean_answer says what is wrong with it.
    return clean_answer(item, [behind.get(letter, "?") for letter in shown if letter])


def to_page(place: PaperItem, answer: Answer) -> list[str]:
    """A stored answer in the letters of the page, in their order."""
    if not place.letters:
        return list(answer)
    return [shown for shown, letter in zip(SHOWN_LETTERS, place.letters, strict=False) if letter in answer]
