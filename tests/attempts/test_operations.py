"""Start, save, submit, close: on SQLite and on PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from quizapp.attempts.closing import SETTLING, close_due, submit_attempt
from quizapp.attempts.letters import to_page
from quizapp.attempts.models import Attempt, AttemptScore, ItemResponse, ItemScoreRow
from quizapp.attempts.operations import start_attempt
from quizapp.attempts.queries import CountedResult, counted, counted_results, score_of
from quizapp.attempts.refusals import AttemptRefused, Refusal
from quizapp.attempts.saving import Change, NotSaved, Saved
from quizapp.banks.queries import bank_of
from quizapp.db import db
from quizapp.domain.paper import paper_from_json
from quizapp.quizzes.models import CountedAttempt
from quizapp.quizzes.operations import withdraw_quiz
from tests.attempts.exam import Exam, make_exam, save_all
from tests.support.time import MovableClock


@pytest.fixture
def exam(any_app: Flask, clock: MovableClock, any_session: Any) -> Exam:
    return make_exam(any_app)


def save(exam: Exam, attempt_id: int, position: int, shown: list[str], version: int = 0, **more: Any) -> Saved:
    """Save one item with the lease that the attempt has; raises AttemptRefused for an item that was not kept too."""
    attempt = exam.attempt(attempt_id)
    values = {"marked": False, "operation": str(uuid4())} | more
    arrived_at, lease = values.pop("arrived_at", attempt.started_at), values.pop("lease", attempt.lease)
    change = Change(position, tuple(shown), version=version, **values)
    [saved] = save_all(attempt, [change], arrived_at=arrived_at, lease=lease)
    if isinstance(saved, NotSaved):
        raise AttemptRefused(saved.reason)
    return saved


def right(attempt: Attempt, position: int) -> list[str]:
    """The right answer to an item, in the letters of the page."""
    entry = paper_from_json(attempt.paper).items[position]
    item = bank_of(attempt.quiz.bank_revision_id).item(entry.item_id)
    return [accepted[0] for accepted in item.blanks] or to_page(entry, item.key)


def answer_all(exam: Exam, attempt_id: int) -> None:
    attempt = exam.attempt(attempt_id)
    for position in range(len(paper_from_json(attempt.paper).items)):
        save(exam, attempt_id, position, right(exam.attempt(attempt_id), position))


def refusal(act: Callable[[], object]) -> Refusal:
    with pytest.raises(AttemptRefused) as refused:
        act()
    return refused.value.reason


def together(app: Flask, count: int, act: Callable[[], Any]) -> list[Any]:
    """The results of ``act``, run ``count`` times at once; a refusal is its reason."""
    gate = Barrier(count)
    db.session.rollback()  # what the test has read so far must not be what it sees afterwards

    def run(_number: int) -> Any:
        with app.app_context():
            gate.wait()
            try:
                return act()
            except AttemptRefused as error:
                return error.reason
            finally:
                db.session.remove()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_start_gives_a_paper_and_a_deadline(exam: Exam, clock: MovableClock) -> None:
    attempt = exam.start()
    assert attempt.deadline == clock.now() + timedelta(minutes=30)
    assert len(paper_from_json(attempt.paper).items) == 7
    clock.advance(minutes=5)
    again = exam.start()
    assert (again.id, again.deadline) == (attempt.id, attempt.deadline)


def test_late_start_ends_with_the_window(exam: Exam, clock: MovableClock) -> None:
    clock.set(exam.quiz.closes_at - timedelta(minutes=10))
    assert exam.start().deadline == exam.quiz.closes_at


def test_fifty_starts_at_once_make_one_attempt(any_app: Flask, exam: Exam) -> None:
    ids = together(any_app, 50, lambda: start_attempt(quiz=exam.quiz, person_id=exam.zhang))
    assert len(set(ids)) == 1
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_twenty_submissions_at_once_make_one_score(any_app: Flask, exam: Exam, clock: MovableClock) -> None:
    attempt_id = exam.start().id
    answer_all(exam, attempt_id)
    together(any_app, 20, lambda: submit_attempt(attempt=exam.attempt(attempt_id), arrived_at=clock.now()))
    assert db.session.scalars(select(AttemptScore.points)).all() == [Decimal(100)]
    assert db.session.scalar(select(func.count()).select_from(ItemScoreRow)) == 7


def test_of_saves_at_once_from_one_version_one_wins(any_app: Flask, exam: Exam) -> None:
    attempt_id = exam.start().id
    save(exam, attempt_id, 0, ["A"])
    results = together(any_app, 12, lambda: save(exam, attempt_id, 0, ["B"], version=1).version)
    assert sorted(map(str, results)) == ["2"] + ["stale"] * 11


def test_of_first_saves_at_once_one_wins(any_app: Flask, exam: Exam) -> None:
    attempt_id = exam.start().id
    results = together(any_app, 12, lambda: save(exam, attempt_id, 0, ["B"]).version)
    assert sorted(map(str, results)) == ["1"] + ["stale"] * 11


def test_save_sent_twice_is_answered_twice_and_kept_once(exam: Exam, clock: MovableClock) -> None:
    attempt_id = exam.start().id
    first = save(exam, attempt_id, 0, ["A"], operation="one-and-the-same")
    clock.advance(minutes=1)
    assert save(exam, attempt_id, 0, ["A"], operation="one-and-the-same") == first
    assert db.session.scalar(select(ItemResponse.version)) == 1


def test_save_sent_twice_is_confirmed_even_after_the_end(exam: Exam, clock: MovableClock) -> None:
    attempt = exam.start()
    first = save(exam, attempt.id, 0, ["A"], operation="one-and-the-same")
    submit_attempt(attempt=exam.attempt(attempt.id), arrived_at=clock.now())
    assert save(exam, attempt.id, 0, ["A"], operation="one-and-the-same") == first


def test_save_from_an_older_page_changes_nothing(exam: Exam) -> None:
    attempt_id = exam.start().id
    save(exam, attempt_id, 0, ["A"])
    save(exam, attempt_id, 0, ["B"], version=1)
    kept = db.session.scalars(select(ItemResponse)).one().answer
    assert refusal(lambda: save(exam, attempt_id, 0, ["C"], version=1)) is Refusal.STALE
    assert refusal(lambda: save(exam, attempt_id, 0, ["C"])) is Refusal.STALE
    assert refusal(lambda: save(exam, attempt_id, 0, ["C"], version=7)) is Refusal.STALE
    assert db.session.scalars(select(ItemResponse)).one().answer == kept


@pytest.mark.parametrize("shown", [["Z"], ["A", "B"], ["true"], ["E"]])
def test_what_the_paper_does_not_offer_is_refused(exam: Exam, shown: list[str]) -> None:
    attempt_id = exam.start().id
    assert refusal(lambda: save(exam, attempt_id, 0, shown)) is Refusal.NOT_AN_ANSWER
    assert db.session.scalar(select(func.count()).select_from(ItemResponse)) == 0


@pytest.mark.parametrize("position", [-1, 7, 10**6])
def test_place_beyond_the_paper_is_refused(exam: Exam, position: int) -> None:
    attempt_id = exam.start().id
    assert refusal(lambda: save(exam, attempt_id, position, ["A"])) is Refusal.NOT_AN_ANSWER


def test_save_counts_until_the_grace_is_over(exam: Exam) -> None:
    attempt = exam.start()
    attempt_id, end = attempt.id, attempt.deadline + exam.quiz.grace
    assert save(exam, attempt_id, 0, ["A"], arrived_at=end).version == 1
    just_after = end + timedelta(microseconds=1)
    assert refusal(lambda: save(exam, attempt_id, 1, ["A"], arrived_at=just_after)) is Refusal.LATE


def test_waiting_for_a_lock_does_not_make_an_answer_late(exam: Exam, clock: MovableClock) -> None:
    attempt = exam.start()
    attempt_id, arrived_at = attempt.id, attempt.deadline
    clock.set(attempt.deadline + timedelta(minutes=5))  # by the time the lock is had
    assert save(exam, attempt_id, 0, ["A"], arrived_at=arrived_at).version == 1


def test_nothing_is_taken_after_submission(exam: Exam, clock: MovableClock) -> None:
    attempt_id = exam.start().id
    submit_attempt(attempt=exam.attempt(attempt_id), arrived_at=clock.now())
    assert refusal(lambda: save(exam, attempt_id, 0, ["A"])) is Refusal.SUBMITTED


def test_score_is_of_what_was_saved(exam: Exam, clock: MovableClock) -> None:
    attempt_id = exam.start().id
    for position in range(3):  # two single of 20 and one multiple of 20
        save(exam, attempt_id, position, right(exam.attempt(attempt_id), position))
    submit_attempt(attempt=exam.attempt(attempt_id), arrived_at=clock.now())
    score = score_of(exam.attempt(attempt_id))
    assert (score.points, score.full_points, score.passed, score.answered) == (Decimal(60), Decimal(100), True, 3)
    assert score.section_points == [4000, 2000, 0, 0, 0]
    assert [item.outcome for item in score.items] == ["right"] * 3 + ["omitted"] * 4


def test_clock_ends_what_nobody_submits(exam: Exam, clock: MovableClock) -> None:
    attempt = exam.start()
    attempt_id, deadline = attempt.id, attempt.deadline
    save(exam, attempt_id, 0, right(attempt, 0))
    clock.set(deadline + exam.quiz.grace + SETTLING)
    assert close_due() == 0
    clock.advance(seconds=1)
    assert close_due() == 1
    assert close_due() == 0
    ended = exam.attempt(attempt_id)
    assert (ended.submitted_at, ended.ended_by) == (deadline, "clock")
    assert score_of(ended).points == Decimal(20)


def test_answer_that_waited_for_a_lock_is_not_overtaken_by_the_clock(exam: Exam, clock: MovableClock) -> None:
    attempt = exam.start()
    attempt_id, in_time = attempt.id, attempt.deadline + exam.quiz.grace
    clock.set(in_time + SETTLING)
    assert close_due() == 0
    assert save(exam, attempt_id, 0, ["A"], arrived_at=in_time).version == 1


def test_only_so_many_are_closed_at_once(exam: Exam, clock: MovableClock) -> None:
    for member in (exam.cast.zhang, exam.cast.li, exam.cast.wang):
        exam.start(member.person_id)
    clock.advance(hours=1)
    assert [close_due(at_most=2), close_due(at_most=2), close_due(at_most=2)] == [2, 1, 0]


def test_same_operation_with_another_answer_is_not_taken_for_the_first(exam: Exam) -> None:
    attempt_id = exam.start().id
    save(exam, attempt_id, 0, ["A"], operation="one-and-the-same")
    assert refusal(lambda: save(exam, attempt_id, 0, ["B"], operation="one-and-the-same")) is Refusal.STALE


def test_withdrawal_is_seen_under_the_lock(exam: Exam) -> None:
    attempt_id, stale_quiz = exam.start().id, exam.quiz
    assert stale_quiz.withdrawn_at is None
    withdraw_quiz(quiz_id=exam.quiz_id, reason="题目有误")
    assert refusal(lambda: save(exam, attempt_id, 0, ["A"])) is Refusal.WITHDRAWN
    assert exam.cast.li.person_id
    assert refusal(lambda: exam.start(exam.cast.li.person_id)) is Refusal.WITHDRAWN


def test_pass_counts_before_points() -> None:
    now = datetime.now(UTC)
    failed = CountedResult(1, Decimal(80), Decimal(100), False, False, now, 7, 1)
    passed = CountedResult(2, Decimal(60), Decimal(100), True, False, now, 7, 2)
    assert counted([failed, passed], CountedAttempt.BEST) == passed
    assert counted([failed, passed], CountedAttempt.FIRST) == failed


def test_submission_that_comes_too_late_ends_at_the_deadline(exam: Exam, clock: MovableClock) -> None:
    attempt = exam.start()
    attempt_id, deadline = attempt.id, attempt.deadline
    clock.set(deadline + timedelta(hours=1))
    submit_attempt(attempt=exam.attempt(attempt_id), arrived_at=clock.now())
    ended = exam.attempt(attempt_id)
    assert (ended.submitted_at, ended.ended_by) == (deadline, "clock")


def test_submission_and_clock_at_once_make_one_score(any_app: Flask, exam: Exam, clock: MovableClock) -> None:
    attempt = exam.start()
    attempt_id, arrived_at = attempt.id, attempt.deadline
    clock.set(attempt.deadline + timedelta(minutes=1))
    turns = iter([close_due, lambda: submit_attempt(attempt=exam.attempt(attempt_id), arrived_at=arrived_at)] * 8)
    together(any_app, 16, lambda: next(turns)())
    assert db.session.scalar(select(func.count()).select_from(AttemptScore)) == 1


def test_submission_within_the_grace_is_the_candidates_own(exam: Exam, clock: MovableClock) -> None:
    attempt = exam.start()
    attempt_id, deadline = attempt.id, attempt.deadline
    clock.set(deadline + exam.quiz.grace)
    submit_attempt(attempt=exam.attempt(attempt_id), arrived_at=clock.now())
    ended = exam.attempt(attempt_id)
    assert (ended.submitted_at, ended.ended_by) == (deadline, "candidate")


def test_second_attempt_needs_leave(exam: Exam, clock: MovableClock) -> None:
    submit_attempt(attempt=exam.start(), arrived_at=clock.now())
    assert refusal(exam.start) is Refusal.NONE_LEFT


@pytest.mark.parametrize(
    ("counted", "expected"), [(CountedAttempt.BEST, 20), (CountedAttempt.FIRST, 20), (CountedAttempt.LAST, 0)]
)
def test_which_attempt_counts(
    any_app: Flask, clock: MovableClock, any_session: Any, counted: CountedAttempt, expected: int
) -> None:
    exam = make_exam(any_app, attempts_allowed=2, counted_attempt=counted)
    first, wrong = exam.start().id, ["A", "B", "C", "D"]
    save(exam, first, 0, right(exam.attempt(first), 0))
    submit_attempt(attempt=exam.attempt(first), arrived_at=clock.now())
    second = exam.start().id
    wrong.remove(right(exam.attempt(second), 0)[0])
    save(exam, second, 0, wrong[:1])
    submit_attempt(attempt=exam.attempt(second), arrived_at=clock.now())
    assert counted_results(exam.quiz)[exam.zhang].points == expected


def test_empty_attempt_does_not_take_the_place_of_an_answered_one(
    any_app: Flask, clock: MovableClock, any_session: Any
) -> None:
    exam = make_exam(any_app, attempts_allowed=2, counted_attempt=CountedAttempt.LAST)
    first = exam.start().id
    save(exam, first, 0, right(exam.attempt(first), 0))
    submit_attempt(attempt=exam.attempt(first), arrived_at=clock.now())
    submit_attempt(attempt=exam.start(), arrived_at=clock.now())
    assert counted_results(exam.quiz)[exam.zhang].attempt_id == first


def test_not_open_and_closed_are_told_apart(exam: Exam, clock: MovableClock) -> None:
    opens_at, closes_at = exam.quiz.opens_at, exam.quiz.closes_at
    clock.set(opens_at - timedelta(seconds=1))
    assert refusal(exam.start) is Refusal.NOT_OPEN
    clock.set(closes_at)
    assert refusal(exam.start) is Refusal.CLOSED


def test_answer_is_committed_in_full_synchrony_before_it_is_acknowledged(
    app: Flask, clock: MovableClock, db_session: Any
) -> None:
    """On SQLite: WAL, synchronous=FULL, foreign keys; and the commit is over when the call returns."""
    exam = make_exam(app)
    attempt_id = exam.start().id
    commits: list[str] = []
    event.listen(db.engine, "commit", lambda _connection: commits.append("commit"))
    save(exam, attempt_id, 0, ["A"])
    assert commits == ["commit"]
    pragmas = ("journal_mode", "synchronous", "foreign_keys")
    found = [db.session.connection().exec_driver_sql(f"PRAGMA {pragma}").scalar() for pragma in pragmas]
    assert found == ["wal", 2, 1]
