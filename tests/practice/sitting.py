"""People who sit the exam of `tests.attempts.exam` and know some of it."""

from collections.abc import Iterable

from sqlalchemy import select

from quizapp.attempts.closing import submit_attempt
from quizapp.attempts.models import ItemResponse
from quizapp.banks.models import Bank, BankRevision, PracticeUse
from quizapp.banks.practice_use import set_practice_use
from quizapp.banks.queries import bank_of
from quizapp.db import db, writing
from quizapp.domain.bank import Item
from quizapp.domain.paper import paper_from_json
from quizapp.practice.models import PracticeAnswer
from quizapp.web import clock
from tests.attempts.exam import Exam

ITEMS = {"BANK-s1", "BANK-s2", "BANK-m1", "BANK-t1", "BANK-f1", "BANK-c1-1", "BANK-c1-2"}


def right(item: Item) -> list[str]:
    """The key, in the bank's letters."""
    return [accepted[0] for accepted in item.blanks] or list(item.key)


def sit(exam: Exam, knows: Iterable[str] = (), person_id: int | None = None) -> int:
    """Start, answer what is known, submit; the id of the attempt."""
    attempt = exam.start(person_id)
    bank, now, known = bank_of(attempt.quiz.bank_revision_id), clock.now(), set(knows)
    places = list(enumerate(paper_from_json(attempt.paper).items))
    attempt_id = attempt.id
    with writing() as session:
        session.add_all(
            ItemResponse(
                attempt_id=attempt_id,
                position=position,
                answer=right(bank.item(entry.item_id)),
                version=1,
                operation="known",
                saved_at=now,
            )
            for position, entry in places
            if entry.item_id in known
        )
    submit_attempt(attempt=exam.attempt(attempt_id), arrived_at=now)
    return attempt_id


def bank_id(exam: Exam) -> int:
    """The bank of the exam."""
    return db.session.scalars(select(Bank.id)).one()


def allow_practice(exam: Exam, use: PracticeUse) -> None:
    """Let the organizer say what practice may use."""
    set_practice_use(bank_id=bank_id(exam), account_id=exam.cast.organizer.account_id, use=use)


def practise(exam: Exam) -> int:
    """The id of an answer that Zhang has once given in practice."""
    [revision] = db.session.scalars(select(BankRevision).where(BankRevision.number == 1))
    with writing() as session:
        row = PracticeAnswer(
            person_id=exam.zhang,
            revision_id=revision.id,
            item_id="BANK-s1",
            operation="an-answer",
            letters=list("ABCD"),
            answer=["B"],
            outcome="right",
            grade=3,
            daily=True,
            answered_on=clock.local(clock.now()).date(),
            answered_at=clock.now(),
        )
        session.add(row)
        session.flush()
        return row.id
