"""Many answers at once, two pages of one candidate, receipts: on SQLite and on PostgreSQL."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from quizapp.attempts.closing import submit_attempt
from quizapp.attempts.endings import CODE_SIGNS, answers_of
from quizapp.attempts.models import Attempt, AttemptScore, ItemResponse
from quizapp.attempts.pulse import FASTEST, PULSES_PER_SECOND, SLOWEST, interval
from quizapp.attempts.receipts import fingerprint, receipt_of
from quizapp.attempts.refusals import AttemptRefused, Refusal
from quizapp.attempts.saving import Change, NotSaved, Saved
from quizapp.db import db, writing
from quizapp.quizzes.operations import withdraw_quiz
from tests.attempts.exam import Exam, hold, make_exam, save_all
from tests.attempts.test_operations import together
from tests.support.time import MovableClock


@pytest.fixture
def exam(any_app: Flask, clock: MovableClock, any_session: Any) -> Exam:
    return make_exam(any_app)


def change(position: int, *shown: str, version: int = 0, marked: bool = False, operation: str = "") -> Change:
    return Change(position, shown, marked, version, operation or f"operation-{position}-{version}")


def save(exam: Exam, attempt_id: int, *changes: Change, lease: int | None = None) -> list[Saved | NotSaved]:
    attempt = exam.attempt(attempt_id)
    return save_all(attempt, changes, arrived_at=attempt.started_at, lease=lease)


def lease_of(exam: Exam, attempt_id: int, page: int | None = None) -> int:
    attempt = exam.attempt(attempt_id)
    return hold(attempt, arrived_at=attempt.started_at, page=page or attempt.lease + 1)


def refusal(act: Callable[[], object]) -> Refusal:
    with pytest.raises(AttemptRefused) as refused:
        act()
    return refused.value.reason


def kept() -> dict[int, tuple[int, int]]:
    """Version and number of letters of each saved item."""
    db.session.rollback()
    return {row.position: (row.version, len(row.answer)) for row in db.session.scalars(select(ItemResponse))}


def test_many_items_are_saved_in_one_go_and_each_is_told(exam: Exam) -> None:
    attempt_id = exam.start().id
    lease = lease_of(exam, attempt_id)
    sent = [change(0, "A"), change(1, "Z"), change(2, "A", "B"), change(99, "A"), change(3, "true", version=4)]
    results = save(exam, attempt_id, *sent, lease=lease)
    assert [type(one) for one in results] == [Saved, NotSaved, Saved, NotSaved, NotSaved]
    reasons = [one.reason for one in results if isinstance(one, NotSaved)]
    assert reasons == [Refusal.NOT_AN_ANSWER, Refusal.NOT_AN_ANSWER, Refusal.STALE]
    assert kept() == {0: (1, 1), 2: (1, 2)}


def test_a_save_that_stands_twice_behind_a_stale_one_is_said_twice(exam: Exam) -> None:
    attempt_id = exam.start().id
    lease = lease_of(exam, attempt_id)
    save(exam, attempt_id, change(1, "A"), lease=lease)
    sent = [change(1, "B", version=4), change(2, "A"), change(2, "A")]
    results = save(exam, attempt_id, *sent, lease=lease)
    assert [type(one) for one in results] == [NotSaved, Saved, Saved]
    assert kept() == {1: (1, 1), 2: (1, 1)}


def test_one_item_twice_in_one_save_keeps_the_later(exam: Exam) -> None:
    attempt_id = exam.start().id
    lease = lease_of(exam, attempt_id)
    first, second = save(exam, attempt_id, change(2, "A"), change(2, "A", "B", version=1), lease=lease)
    assert isinstance(first, Saved)
    assert isinstance(second, Saved)
    assert kept() == {2: (2, 2)}


def test_a_batch_with_one_item_twice_is_confirmed_again(exam: Exam) -> None:
    attempt_id = exam.start().id
    lease = lease_of(exam, attempt_id)
    batch = [change(2, "A"), change(2, "A", "B", version=1), change(3, "true")]
    assert save(exam, attempt_id, *batch, lease=lease) == save(exam, attempt_id, *batch, lease=lease)
    stranger = change(2, "B", operation="never-accepted")
    answered = save(exam, attempt_id, stranger, batch[1], lease=lease)
    assert isinstance(answered[1], Saved)


def test_a_withdrawn_test_is_said_by_the_pulse(exam: Exam) -> None:
    attempt_id = exam.start().id
    assert not exam.pulse(attempt_id).withdrawn
    withdraw_quiz(quiz_id=exam.quiz_id, reason="题目有误")
    pulse = exam.pulse(attempt_id)
    assert (pulse.over, pulse.withdrawn) == (True, True)


def test_the_page_that_came_last_saves_and_the_older_one_does_not(exam: Exam) -> None:
    attempt_id = exam.start().id
    old, new = lease_of(exam, attempt_id), lease_of(exam, attempt_id)
    assert new == old + 1
    save(exam, attempt_id, change(0, "A"), lease=new)
    assert refusal(lambda: save(exam, attempt_id, change(0, "B", version=1), lease=old)) is Refusal.TAKEN_OVER
    assert refusal(lambda: save(exam, attempt_id, change(1, "B"), lease=old)) is Refusal.TAKEN_OVER
    assert refusal(lambda: save(exam, attempt_id, change(1, "B"), lease=new + 1)) is Refusal.TAKEN_OVER
    assert kept() == {0: (1, 1)}


def test_a_plain_form_takes_over_by_being_sent(exam: Exam) -> None:
    attempt_id = exam.start().id
    page = lease_of(exam, attempt_id)
    save(exam, attempt_id, change(0, "A"), lease=None)
    assert refusal(lambda: save(exam, attempt_id, change(1, "B"), lease=page)) is Refusal.TAKEN_OVER


def test_what_was_accepted_is_said_again_even_to_a_page_that_lost_the_attempt(exam: Exam) -> None:
    attempt_id = exam.start().id
    old = lease_of(exam, attempt_id)
    first = save(exam, attempt_id, change(0, "A"), change(1, "A"), lease=old)
    lease_of(exam, attempt_id)
    assert save(exam, attempt_id, change(0, "A"), change(1, "A"), lease=old) == first
    assert refusal(lambda: save(exam, attempt_id, change(0, "A"), change(2, "A"), lease=old)) is Refusal.TAKEN_OVER


def test_the_same_operation_with_another_mark_is_no_repetition(exam: Exam) -> None:
    attempt_id = exam.start().id
    lease = lease_of(exam, attempt_id)
    save(exam, attempt_id, change(0, "A", operation="one-and-the-same"), lease=lease)
    [again] = save(exam, attempt_id, change(0, "A", marked=True, operation="one-and-the-same"), lease=lease)
    assert again == NotSaved(0, Refusal.STALE)


def test_a_save_that_is_overtaken_changes_nothing(exam: Exam) -> None:
    """Sent first, delayed on the way, it arrives after the newer one of the same item."""
    attempt_id = exam.start().id
    lease = lease_of(exam, attempt_id)
    save(exam, attempt_id, change(2, "A"), lease=lease)
    save(exam, attempt_id, change(2, "A", "B", version=1), lease=lease)
    assert save(exam, attempt_id, change(2, "A"), lease=lease) == [NotSaved(2, Refusal.STALE)]
    assert kept() == {2: (2, 2)}


def test_of_many_pages_at_once_the_one_served_last_has_the_lease(any_app: Flask, exam: Exam) -> None:
    attempt_id, pages = exam.start().id, iter(range(1, 13))

    def ask() -> int | None:
        with suppress(AttemptRefused):
            return lease_of(exam, attempt_id, next(pages))
        return None

    given = together(any_app, 12, ask)
    assert 12 in given
    assert len(set(given) - {None}) == len(given) - given.count(None)  # no two have the same
    assert exam.attempt(attempt_id).lease == 12


def test_an_attempt_that_has_ended_cannot_be_taken_over(exam: Exam, clock: MovableClock) -> None:
    attempt = exam.start()
    submit_attempt(attempt=attempt, arrived_at=clock.now())
    assert refusal(lambda: lease_of(exam, attempt.id)) is Refusal.SUBMITTED
    late = exam.start(exam.cast.li.person_id)
    end = late.deadline + exam.quiz.grace + timedelta(seconds=1)
    assert refusal(lambda: hold(late, arrived_at=end, page=1)) is Refusal.LATE
    withdraw_quiz(quiz_id=exam.quiz_id, reason="题目有误")
    assert refusal(lambda: lease_of(exam, late.id)) is Refusal.WITHDRAWN


def test_an_older_page_does_not_end_the_attempt(exam: Exam, clock: MovableClock) -> None:
    attempt_id = exam.start().id
    old, new = lease_of(exam, attempt_id), lease_of(exam, attempt_id)
    attempt = exam.attempt(attempt_id)
    late = refusal(lambda: submit_attempt(attempt=attempt, arrived_at=clock.now(), lease=old))
    assert late is Refusal.TAKEN_OVER
    assert exam.attempt(attempt_id).submitted_at is None
    submit_attempt(attempt=exam.attempt(attempt_id), arrived_at=clock.now(), lease=new)
    submit_attempt(attempt=exam.attempt(attempt_id), arrived_at=clock.now(), lease=old)  # sent again: no refusal
    assert db.session.scalar(select(func.count()).select_from(AttemptScore)) == 1


def test_the_receipt_says_what_was_submitted(exam: Exam, clock: MovableClock) -> None:
    attempt_id = exam.start().id
    save(exam, attempt_id, change(0, "A"), change(2, "A", "B"), change(3))
    clock.advance(minutes=3)
    submit_attempt(attempt=exam.attempt(attempt_id), arrived_at=clock.now())
    receipt = receipt_of(exam.attempt(attempt_id), answers_of(exam.attempt(attempt_id)))
    assert receipt.number == f"{exam.quiz_id:04d}-{attempt_id:07d}"
    assert (receipt.submitted_at, receipt.answered, receipt.items) == (clock.now(), 2, 7)
    assert len(receipt.fingerprint) == 64


@pytest.mark.parametrize("edit", ["answer", "lost", "time", "paper"])
def test_the_fingerprint_tells_of_a_change_behind_its_back(exam: Exam, clock: MovableClock, edit: str) -> None:
    attempt_id = exam.start().id
    save(exam, attempt_id, change(0, "A"), change(1, "A"))
    submit_attempt(attempt=exam.attempt(attempt_id), arrived_at=clock.now())

    def recomputed() -> str:
        attempt = exam.attempt(attempt_id)
        assert attempt.submitted_at is not None
        assert attempt.ended_by is not None
        answers = {row.position: tuple(row.answer) for row in attempt.responses}
        return fingerprint(attempt, answers, attempt.submitted_at, attempt.ended_by)

    assert recomputed() == exam.attempt(attempt_id).fingerprint
    row = (ItemResponse.attempt_id == attempt_id) & (ItemResponse.position == 0)
    with writing() as session:
        if edit == "answer":
            session.execute(update(ItemResponse).where(row).values(answer=["?"]))
        elif edit == "lost":
            session.execute(delete(ItemResponse).where(row))
        elif edit == "time":
            session.execute(update(Attempt).values(submitted_at=clock.now() - timedelta(seconds=1)))
        else:
            session.execute(update(Attempt).values(paper=exam.attempt(attempt_id).paper | {"note": "x"}))
    db.session.expire_all()
    assert recomputed() != exam.attempt(attempt_id).fingerprint


def test_a_certificate_has_a_code_of_plain_signs(any_app: Flask, exam: Exam, clock: MovableClock) -> None:
    submit_attempt(attempt=exam.start(), arrived_at=clock.now())
    with writing():
        exam.quiz.certificate = True
    submit_attempt(attempt=exam.start(exam.cast.li.person_id), arrived_at=clock.now())
    codes = db.session.scalars(select(Attempt.verification_code).order_by(Attempt.id)).all()
    assert codes[0] is None
    assert codes[1] is not None
    assert len(codes[1]) == 16
    assert set(codes[1]) <= set(CODE_SIGNS)


@pytest.mark.parametrize(("at_work", "seconds"), [(0, 1.5), (5000, 1.5), (7000, 2), (50_000, 10)])
def test_pages_ask_less_often_the_more_there_are(at_work: int, seconds: float) -> None:
    assert interval(at_work) == seconds
    assert FASTEST <= seconds <= SLOWEST
    assert at_work > 7000 or at_work / seconds <= PULSES_PER_SECOND


def test_the_pulse_tells_lease_and_time(exam: Exam, clock: MovableClock) -> None:
    attempt_id = exam.start().id
    lease = lease_of(exam, attempt_id)
    clock.advance(minutes=29, seconds=59.5)
    pulse = exam.pulse(attempt_id)
    assert (pulse.seconds_left, pulse.over, pulse.every, pulse.extension) == (0.5, False, 1.5, None)
    assert pulse.standing.lease == lease
    clock.advance(minutes=5)
    assert (exam.pulse(attempt_id).seconds_left, exam.pulse(attempt_id).over) == (0, True)
