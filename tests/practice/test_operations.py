"""The book fills itself, answers move its cards, and nothing is practised that could help in an open test."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from quizapp.attempts.operations import start_attempt
from quizapp.banks.models import Bank, ItemRecheck, PracticeUse
from quizapp.banks.operations import add_bank
from quizapp.banks.practice_use import set_practice_use
from quizapp.db import db, writing
from quizapp.domain.practice import MOST_PER_DAY, Grade, reviewed
from quizapp.practice.choosing import Choice, round_of, shelves_of
from quizapp.practice.models import PracticeAnswer, PracticeCard, PracticeIntake
from quizapp.practice.operations import Asked, NotNowError, fill_book, memory_of, record_answer
from quizapp.practice.permits import permits_of
from quizapp.practice.permits import practisable as can_be_chosen
from quizapp.practice.queries import (
    day_of,
    due_items,
    last_answer_since,
    mastery_of,
    row_of_days,
    today_of,
    weak_topics,
)
from quizapp.quizzes.models import Quiz, ReviewTime
from tests.attempts.exam import BANK, Exam, make_exam
from tests.practice.sitting import ITEMS, allow_practice, bank_id, right, sit
from tests.support.time import MovableClock

KNOWN = ITEMS - {"BANK-s1", "BANK-m1", "BANK-c1-2"}


@pytest.fixture
def exam(any_app: Flask, clock: MovableClock, any_session: Any) -> Exam:
    return make_exam(any_app)


@pytest.fixture
def known(exam: Exam, clock: MovableClock) -> Exam:
    """Zhang did not know three items, and the test has closed."""
    sit(exam, KNOWN)
    clock.advance(days=3)
    return exam


def cards() -> dict[str, PracticeCard]:
    return {card.item_id: card for card in db.session.scalars(select(PracticeCard))}


def asked(exam: Exam, item_id: str, clock: MovableClock, **changes: Any) -> Asked:
    found = permits_of(exam.zhang, clock.now()).find(bank_id(exam), item_id)
    assert found is not None
    values = {
        "person_id": exam.zhang,
        "bank_id": found.bank_id,
        "revision_id": found.revision_id,
        "item_id": item_id,
        "operation": str(uuid4()),
        "letters": (),
        "shown_at": clock.now().timestamp() - 5,
        "hinted": False,
        "daily": True,
        "last_answer": last_answer_since(clock.now(), exam.zhang, found.revision_id, item_id),
    }
    return Asked(**values | changes)


def answer(exam: Exam, item_id: str, clock: MovableClock, *, knows: bool = True, **changes: Any) -> PracticeAnswer:
    question = asked(exam, item_id, clock, **changes)
    found = permits_of(exam.zhang, clock.now()).find(question.bank_id, item_id)
    assert found is not None
    answer_id = record_answer(asked=question, answer=tuple(right(found.item)) if knows else ())
    return db.session.get_one(PracticeAnswer, answer_id)


def left(exam: Exam, clock: MovableClock) -> int:
    return today_of(exam.zhang, permits_of(exam.zhang, clock.now()), clock.now()).left


def test_what_was_not_known_becomes_a_card_once_its_key_may_be_seen(exam: Exam, clock: MovableClock) -> None:
    attempt_id = sit(exam, KNOWN)
    assert fill_book(exam.zhang) == 0
    assert cards() == {}
    clock.advance(days=3)
    assert left(exam, clock) == 3  # counted before it is written
    assert (fill_book(exam.zhang), fill_book(exam.zhang)) == (1, 0)
    assert set(cards()) == ITEMS - KNOWN
    assert {card.times_wrong for card in cards().values()} == {1}
    assert db.session.scalars(select(PracticeIntake.attempt_id)).all() == [attempt_id]
    assert left(exam, clock) == 3


def test_a_key_that_is_never_shown_fills_nothing(exam: Exam, clock: MovableClock) -> None:
    with writing() as session:
        session.execute(update(Quiz).values(key_shown=ReviewTime.NEVER))
    sit(exam)
    clock.advance(days=300)
    assert fill_book(exam.zhang) == 0


def test_a_book_is_nobody_elses(known: Exam, clock: MovableClock) -> None:
    assert known.cast.li.person_id is not None
    assert fill_book(known.cast.li.person_id) == 0
    assert fill_book(known.zhang) == 1
    assert {card.person_id for card in cards().values()} == {known.zhang}


def test_a_wrong_answer_in_a_later_test_sets_a_card_back(exam: Exam, clock: MovableClock) -> None:
    with writing() as session:
        session.execute(update(Quiz).values(attempts_allowed=2, closes_at=clock.now() + timedelta(days=60)))
        session.execute(update(Quiz).values(key_shown=ReviewTime.AT_SUBMISSION))
    sit(exam, KNOWN)
    fill_book(exam.zhang)
    for _ in range(3):
        clock.advance(days=7)
        answer(exam, "BANK-s1", clock)
    before = cards()["BANK-s1"].stability
    clock.advance(days=1)
    sit(exam, KNOWN)
    fill_book(exam.zhang)
    after = cards()["BANK-s1"]
    assert after.stability < before / 2
    assert (after.reviewed_on, after.times_wrong) == (day_of(clock.now()), 2)


def test_an_older_result_says_nothing_of_a_card_moved_since(known: Exam, clock: MovableClock) -> None:
    allow_practice(known, PracticeUse.OPEN)
    answer(known, "BANK-s1", clock, knows=False)
    before = memory_of(cards()["BANK-s1"])
    fill_book(known.zhang)
    assert memory_of(cards()["BANK-s1"]) == before
    assert cards()["BANK-s1"].times_wrong == 2


def test_answers_move_a_card_as_fsrs_does(known: Exam, clock: MovableClock) -> None:
    fill_book(known.zhang)
    expected = reviewed(None, Grade.AGAIN, date(2026, 3, 10))
    assert memory_of(cards()["BANK-s1"]) == expected
    for knows, grade in ((True, Grade.GOOD), (False, Grade.AGAIN), (True, Grade.GOOD)):
        clock.advance(days=2)
        assert answer(known, "BANK-s1", clock, knows=knows).grade == grade
        expected = reviewed(expected, grade, day_of(clock.now()))
        assert memory_of(cards()["BANK-s1"]) == expected


def test_slow_and_hinted_answers_are_hard(known: Exam, clock: MovableClock) -> None:
    fill_book(known.zhang)
    assert answer(known, "BANK-s1", clock, shown_at=clock.now().timestamp() - 90).grade == Grade.HARD
    assert answer(known, "BANK-m1", clock, hinted=True).grade == Grade.HARD


def test_the_same_page_counts_once(known: Exam, clock: MovableClock) -> None:
    fill_book(known.zhang)
    question = asked(known, "BANK-s1", clock)
    first = record_answer(asked=question, answer=("B",))
    moved = memory_of(cards()["BANK-s1"])
    assert record_answer(asked=question, answer=("C",)) == first
    assert memory_of(cards()["BANK-s1"]) == moved
    assert db.session.scalar(select(func.count()).select_from(PracticeAnswer)) == 1


@pytest.mark.parametrize("waited", [timedelta(0), timedelta(hours=20)], ids=["same day", "next day"])
def test_an_item_open_in_two_pages_counts_once(known: Exam, clock: MovableClock, waited: timedelta) -> None:
    fill_book(known.zhang)
    one, other = asked(known, "BANK-s1", clock), asked(known, "BANK-s1", clock)
    first = record_answer(asked=one, answer=("C",))
    moved, times_wrong = memory_of(cards()["BANK-s1"]), cards()["BANK-s1"].times_wrong
    clock.advance(seconds=waited.total_seconds())
    assert record_answer(asked=other, answer=("B",)) == first
    assert (memory_of(cards()["BANK-s1"]), cards()["BANK-s1"].times_wrong) == (moved, times_wrong)
    assert record_answer(asked=asked(known, "BANK-s1", clock), answer=("B",)) != first  # a new page is a new answer


def test_what_is_known_at_once_needs_no_card(known: Exam, clock: MovableClock) -> None:
    allow_practice(known, PracticeUse.OPEN)
    answer(known, "BANK-t1", clock, daily=False)
    answer(known, "BANK-f1", clock, knows=False, daily=False)
    assert set(cards()) == {"BANK-f1"}


@pytest.mark.parametrize("knows", [False, True])
def test_the_day_has_an_end(known: Exam, clock: MovableClock, knows: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizapp.practice.queries.MOST_PER_DAY", 2)
    fill_book(known.zhang)
    for rest in (1, 0):
        [found] = due_items(known.zhang, permits_of(known.zhang, clock.now()), day_of(clock.now()), 1)
        answer(known, found.item.id, clock, knows=knows)
        assert left(known, clock) == rest
    clock.advance(days=1)
    assert left(known, clock) > 0
    assert MOST_PER_DAY == 20


def test_mastery_weak_topics_and_days(known: Exam, clock: MovableClock) -> None:
    fill_book(known.zhang)
    for _ in range(4):
        answer(known, "BANK-s1", clock)
        clock.advance(days=20)
    permits, today = permits_of(known.zhang, clock.now()), day_of(clock.now())
    mastery = mastery_of(known.zhang, permits, today)
    assert (mastery.due, mastery.learning, mastery.learned) == (2, 2, 1)
    assert weak_topics(known.zhang, permits) == []  # items without a topic
    assert row_of_days(known.zhang, today) == 0
    answer(known, "BANK-m1", clock)
    assert row_of_days(known.zhang, today) == 1


# What may be practised


def practisable(exam: Exam, clock: MovableClock) -> set[str]:
    """What can be chosen, item by item, as the pages would ask it."""
    now = clock.now()
    permits, today = permits_of(exam.zhang, now), day_of(now)
    found = {each.item.id for each in can_be_chosen(exam.zhang, permits, now)}
    due = {each.item.id for each in due_items(exam.zhang, permits, today, 20)}
    assert due <= found
    return found


def test_each_use_of_a_bank(known: Exam, clock: MovableClock) -> None:
    assert practisable(known, clock) == ITEMS  # all of it was on the paper, and its key has been shown
    wang = known.cast.wang.person_id
    assert wang is not None
    for use, mine, others in (
        (PracticeUse.OPEN, 7, 7),
        (PracticeUse.WRONG_ONLY, 7, 0),
        (PracticeUse.RESERVED, 0, 0),
    ):
        allow_practice(known, use)
        assert len(practisable(known, clock)) == mine
        assert round_of(wang, permits_of(wang, clock.now()), Choice(), clock.now()).total == others


def test_cards_of_a_reserved_bank_rest(known: Exam, clock: MovableClock) -> None:
    fill_book(known.zhang)
    allow_practice(known, PracticeUse.RESERVED)
    assert left(known, clock) == 0
    assert len(cards()) == 3
    allow_practice(known, PracticeUse.WRONG_ONLY)
    assert left(known, clock) == 3


def test_a_withdrawn_bank_and_items_to_be_rechecked_are_left_out(known: Exam, clock: MovableClock) -> None:
    from quizapp.regulations.operations import register_regulation
    from tests.support.addresses import REGULATION

    fill_book(known.zhang)
    register_regulation(account_id=known.cast.organizer.account_id, regulation=REGULATION)
    with writing() as session:
        edition = session.scalar(select(func.max(ItemRecheck.edition_id))) or 1
        now = clock.now()
        session.add(
            ItemRecheck(bank_id=bank_id(known), item_id="BANK-s1", edition_id=edition, cited_edition="2023",
                        cited_article="1", opened_at=now)
        )  # fmt: skip
    assert left(known, clock) == 2
    assert "BANK-s1" not in practisable(known, clock)
    with writing() as session:
        session.execute(update(Bank).values(withdrawn_at=clock.now()))
    assert left(known, clock) == 0
    assert practisable(known, clock) == set()


def reopen(exam: Exam, clock: MovableClock, **values: Any) -> None:
    """Another test from the same bank, open now for two days."""
    now = clock.now()
    with writing() as session:
        session.execute(
            update(Quiz).values(opens_at=now, closes_at=now + timedelta(days=2), attempts_allowed=2, **values)
        )


@pytest.mark.parametrize("use", [PracticeUse.OPEN, PracticeUse.WRONG_ONLY])
def test_nothing_of_an_open_test(exam: Exam, clock: MovableClock, use: PracticeUse) -> None:
    allow_practice(exam, use)
    assert practisable(exam, clock) == set()
    sit(exam, KNOWN)
    assert practisable(exam, clock) == set()  # submitted, but the key waits until the test closes
    clock.advance(days=2)
    assert practisable(exam, clock) == set()  # the grace period: somebody may still be answering
    clock.advance(seconds=11)
    assert practisable(exam, clock) == ITEMS


def test_an_extension_keeps_the_bank_closed(exam: Exam, clock: MovableClock) -> None:
    allow_practice(exam, PracticeUse.OPEN)
    with writing() as session:
        session.execute(update(Quiz).values(extended_until=clock.now() + timedelta(days=2, hours=1)))
    clock.advance(days=2, minutes=30)
    assert practisable(exam, clock) == set()
    clock.advance(hours=1)
    assert practisable(exam, clock) == ITEMS


def test_whoever_started_late_after_the_bell_keeps_the_bank_closed(exam: Exam, clock: MovableClock) -> None:
    """In a test that is no longer than its time limit they end after it has closed, and are asked the same items."""
    allow_practice(exam, PracticeUse.OPEN)
    with writing() as session:
        session.execute(update(Quiz).values(closes_at=clock.now() + timedelta(minutes=30), minutes=30))
    sit(exam, KNOWN)
    clock.advance(minutes=30, seconds=12)
    assert practisable(exam, clock) == set()
    clock.advance(seconds=29)
    assert practisable(exam, clock) == ITEMS


def test_a_running_attempt_closes_the_bank_whatever_was_shown(known: Exam, clock: MovableClock) -> None:
    fill_book(known.zhang)
    question = asked(known, "BANK-s1", clock)
    reopen(known, clock, key_shown=ReviewTime.AT_SUBMISSION)
    assert practisable(known, clock) == ITEMS  # shown, and not running
    start_attempt(quiz=known.quiz, person_id=known.zhang)
    assert practisable(known, clock) == set()
    with pytest.raises(NotNowError):
        record_answer(asked=question, answer=("B",))


def test_while_another_attempt_is_allowed_only_what_was_shown(known: Exam, clock: MovableClock) -> None:
    allow_practice(known, PracticeUse.OPEN)
    reopen(known, clock, key_shown=ReviewTime.AT_SUBMISSION)
    with writing() as session:
        bank = session.get_one(Bank, bank_id(known))
        assert bank.practice_use == PracticeUse.OPEN
    permits = permits_of(known.zhang, clock.now())
    assert permits.banks[bank_id(known)].shown_only
    wang = known.cast.wang.person_id
    assert wang is not None
    assert permits_of(wang, clock.now()).banks == {}  # may still be asked all of it


def test_whoever_is_no_candidate_may_practise(exam: Exam, clock: MovableClock) -> None:
    from quizapp.quizzes.models import QuizAudience

    allow_practice(exam, PracticeUse.OPEN)
    with writing() as session:
        session.execute(update(QuizAudience).values(unit_id=exam.cast.units[1]))
    assert practisable(exam, clock) == ITEMS


@pytest.mark.parametrize(
    ("before", "after"),
    [("单选一", "单选一"), ("单选一", "单选一。"), ("单选一", "单选 １"), ("单选一", "“单选一”：")],
    ids=["word for word", "a full stop", "space and width", "marks"],
)
def test_a_copy_of_an_open_bank_is_closed_with_it(known: Exam, clock: MovableClock, before: str, after: str) -> None:
    """The same items in another bank would be the same answer sheet, touched up or not."""
    source = BANK.replace("BANK-", "COPY-").replace("判断一", "判断另一").replace(f"stem: {before}", f"stem: '{after}'")
    assert after == before or after in source
    revision = add_bank(
        uploader_id=known.cast.organizer.account_id,
        unit_id=known.cast.department,
        file_name="copy.yaml",
        source=(source + "\n").replace("title: 试题", "title: 副本").encode(),
    )
    set_practice_use(bank_id=revision.bank_id, account_id=known.cast.organizer.account_id, use=PracticeUse.OPEN)
    assert len(practisable(known, clock)) == 14
    reopen(known, clock)
    assert practisable(known, clock) == {"COPY-t1"}


def test_choosing(known: Exam, clock: MovableClock) -> None:
    permits = permits_of(known.zhang, clock.now())
    shelves = shelves_of(known.zhang, permits, clock.now(), "")
    assert shelves.regulations == [("某条例", 1)]
    choice = Choice(regulation="某条例")
    part = round_of(known.zhang, permits, choice, clock.now())
    assert part.following is not None
    assert (part.following.item.id, part.done, part.total) == ("BANK-s1", 0, 1)
    answer(known, "BANK-s1", clock, daily=False)
    after = round_of(known.zhang, permits, choice, clock.now())
    assert (after.following, after.done, after.total) == (None, 1, 1)
    clock.advance(days=1)
    assert round_of(known.zhang, permits, choice, clock.now()).following is not None
    assert round_of(known.zhang, permits, Choice(topic="没有"), clock.now()).total == 0
