"""What a candidate gives at the door of a test before the time starts, and from where they may come."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case
from sqlalchemy.dialects import postgresql, sqlite

from quizapp.attempts.models import WrongCode
from quizapp.attempts.refusals import AttemptRefused, Refusal
from quizapp.db import db, writing
from quizapp.domain.networks import lies_within
from quizapp.quizzes.conditions import is_code
from quizapp.quizzes.models import Quiz
from quizapp.web import clock

TRIES = 10
WITHIN = timedelta(minutes=10)
"""So many wrong access codes of one person within this time, and the right one is refused too until it is over."""

AT_THE_DOOR = frozenset({Refusal.NOT_OPEN, Refusal.NEEDS_PLEDGE, Refusal.WRONG_CODE, Refusal.OUTSIDE_NETWORK})
"""What the person can mend without leaving the page."""


@dataclass(frozen=True)
class Entry:
    """What came with the wish to start. The default is enough for a test without conditions, and for no other."""

    pledged: bool = False
    code: str = ""
    address: str = ""


def require(quiz: Quiz, person_id: int, entry: Entry) -> None:
    """Raise AttemptRefused for all that is missing; a wrong access code is counted."""
    require_network(quiz, entry.address)
    missing = []
    if quiz.pledge and not entry.pledged:
        missing.append(Refusal.NEEDS_PLEDGE)
    if quiz.access_code and not _takes_code(quiz, person_id, entry.code):
        missing.append(Refusal.WRONG_CODE)
    if missing:
        raise AttemptRefused(*missing)


def require_network(quiz: Quiz, address: str) -> None:
    """Raise AttemptRefused for a caller from outside; also whoever goes on with a test must be inside."""
    if not is_inside(quiz, address):
        raise AttemptRefused(Refusal.OUTSIDE_NETWORK)


def is_inside(quiz: Quiz, address: str) -> bool:
    """Whether the quiz may be sat from there.

    Asked at the start and whenever the paper is opened. What an open paper sends is taken from anywhere: a phone that
    goes from one network to another must not lose an answer.
    """
    return not quiz.networks or lies_within(address, quiz.networks)


def _takes_code(quiz: Quiz, person_id: int, given: str) -> bool:
    if not is_code(given, quiz.access_code):
        if given.strip():
            _count_wrong_code(quiz.id, person_id)
        return False
    counted = db.session.get(WrongCode, (quiz.id, person_id), populate_existing=True)
    # In the same words as a wrong one: whoever guesses does not learn that this was it.
    return counted is None or counted.tries < TRIES or counted.since <= clock.now() - WITHIN


def _count_wrong_code(quiz_id: int, person_id: int) -> None:
    """One more; where the last ones are long ago, the first of new ones. Guesses at the same time all count."""
    now = clock.now()
    with writing() as session:
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        insert = dialect.insert(WrongCode).values(quiz_id=quiz_id, person_id=person_id, tries=1, since=now)
        is_old = WrongCode.since <= now - WITHIN
        session.execute(
            insert.on_conflict_do_update(
                index_elements=[WrongCode.quiz_id, WrongCode.person_id],
                set_={
                    "tries": case((is_old, 1), else_=WrongCode.tries + 1),
                    "since": case((is_old, now), else_=WrongCode.since),
                },
            )
        )
