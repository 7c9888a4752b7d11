"""What is kept of a test equals what its raw answers say, whatever happens between two counts."""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from statistics import correlation
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select, text, update

from quizapp.attempts.closing import submit_attempt
from quizapp.attempts.endings import table_of
from quizapp.attempts.models import Attempt, AttemptScore, ItemResponse, ItemScoreRow
from quizapp.audit.operations import record
from quizapp.db import db, writing
from quizapp.domain.item_analysis import ItemFigures
from quizapp.quizzes.models import CountedAttempt, Quiz
from quizapp.reports import tallies
from quizapp.reports.editions.frozen import rows_of
from quizapp.reports.kept import all_item_figures, branch_counts, paper_ease, topic_figures
from quizapp.reports.models import Tally, TallyBranch, TallyBranchItem, TallyChoice, TallyItem, TallyPerson, TallyTopic
from quizapp.reports.queries import report_for_cli
from quizapp.reports.sums import forget
from quizapp.reports.tallies import keep_up, left_to_count, note_changes, refresh
from quizapp.roster.models import Membership
from tests.reports.occasion import (
    CLOSES,
    JOINED,
    KEYS,
    TOPICS,
    Occasion,
    Sitter,
    content,
    found_department,
    hold,
    sit,
    start,
)
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.time import MovableClock

MODELS = (TallyPerson, TallyBranch, TallyTopic, TallyItem, TallyBranchItem, TallyChoice)
ALL_RIGHT, SOME = dict(KEYS), {"t1": "A", "t2": "C"}


@pytest.fixture
def cast(app: Flask, db_session: object, clock: MovableClock) -> Cast:
    clock.set(CLOSES)
    clock.advance(hours=1)
    return make_cast(app)


def counted_answers(occasion: Occasion, rule: CountedAttempt) -> dict[int, dict[str, str]]:
    """The answers that count, by person who sat, from nothing but the stored papers and answers."""
    found = {}
    for person_id in occasion.sitters:
        attempts = []
        rows = select(Attempt).where(Attempt.quiz_id == occasion.quiz_id, Attempt.person_id == person_id)
        for attempt in db.session.scalars(rows.order_by(Attempt.number)):
            given = select(ItemResponse.position, ItemResponse.answer).where(ItemResponse.attempt_id == attempt.id)
            items = attempt.paper["items"]
            attempts.append({items[place]["item_id"]: answer[0] for place, answer in db.session.execute(given)})
        answered = [attempt for attempt in attempts if attempt]
        if answered:
            best = max(answered, key=points)  # the first of equals
            found[person_id] = {"best": best, "first": answered[0], "last": answered[-1]}[rule]
    return found


def points(answers: Mapping[str, str]) -> int:
    return 2 * sum(KEYS[item_id] == letter for item_id, letter in answers.items())


def figures_of(answers: list[dict[str, str]], item_id: str) -> dict[str, Any]:
    """What must be said of one item, the plainest way there is."""
    x = [int(one.get(item_id) == KEYS[item_id]) for one in answers]
    rest = [points(one) - 2 * right for one, right in zip(answers, x, strict=True)]
    varies = len(set(x)) > 1 and len(set(rest)) > 1
    chosen = Counter(one.get(item_id) for one in answers)
    return {
        "n": len(answers),
        "answered": sum(item_id in one for one in answers),
        "right": sum(x),
        "facility": pytest.approx(sum(x) / len(x)),
        "discrimination": pytest.approx(correlation(x, rest), abs=1e-9) if varies else None,
        "chosen": [chosen[letter] for letter in "ABCD"],
    }


def as_kept(figures: ItemFigures) -> dict[str, Any]:
    names = ("n", "answered", "right", "facility", "discrimination")
    return {name: getattr(figures, name) for name in names} | {"chosen": [one.chosen for one in figures.options]}


ANSWERS = st.dictionaries(st.sampled_from(sorted(KEYS)), st.sampled_from("ABCD"), max_size=5)
CROWDS = st.lists(st.tuples(st.integers(0, 4), st.lists(ANSWERS, max_size=2)), max_size=8)


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(crowd=CROWDS, rule=st.sampled_from(CountedAttempt), at_once=st.integers(1, 3))
def test_what_is_kept_equals_the_raw_answers(
    cast: Cast, crowd: list[tuple[int, Any]], rule: CountedAttempt, at_once: int
) -> None:
    """Counted once after the first attempts, and again after the second ones, which count instead or do not."""
    with writing():
        department = found_department()
    sitters = [Sitter(department.branches[branch], tuple(attempts)) for branch, attempts in crowd]
    occasion = hold(department.top, cast.organizer.account_id, sitters, counted=rule, rounds=1)
    quiz = db.session.get_one(Quiz, occasion.quiz_id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tallies, "PEOPLE_AT_ONCE", at_once)
        assert refresh(quiz) == 0
        sit(occasion, 1)
        assert refresh(quiz) == 0
    assert not any(paper_ease(quiz.id).values())  # everybody had the same items
    truth = counted_answers(occasion, rule)
    answers = list(truth.values())
    kept = {one.item.id: as_kept(one) for one in all_item_figures(quiz.id, content())}
    assert kept == ({item_id: figures_of(answers, item_id) for item_id in KEYS} if answers else {})
    for place, branch in enumerate(department.branches):
        there = [truth[id] for id, sitter in occasion.sitters.items() if id in truth and sitter.branch_id == branch]
        count = branch_counts(quiz.id, {branch}).get(branch)
        assert (count.eligible if count else 0) == sum(home == place for home, _attempts in crowd)
        assert dict(count.scores if count else {}) == Counter(map(points, there))
        met = {row.item_id: (row.responses, row.points) for row in rows_of(TallyBranchItem, quiz.id)
               if row.branch_id == branch and row.responses}  # fmt: skip
        right_of = {id: sum(each.get(id) == key for each in there) for id, key in KEYS.items()}
        assert met == ({id: (len(there), 200 * right) for id, right in right_of.items()} if there else {})
        for topic in ("纪律", "监察"):
            of_topic = [one for one in KEYS if TOPICS[one] == topic]
            right = sum(each.get(item_id) == KEYS[item_id] for each in there for item_id in of_topic)
            figures = topic_figures(quiz.id, [branch]).get(topic)
            assert (figures.responses if figures else 0) == len(there) * len(of_topic)
            if figures and figures.facility is not None:
                assert Fraction(figures.facility).limit_denominator(1000) == Fraction(right, figures.responses)


def held(cast: Cast, *attempts: tuple[Mapping[str, str], ...], rounds: int | None = None) -> tuple[Occasion, Quiz]:
    """A test in one branch, whose people sat it so."""
    sitters = [Sitter(cast.branches[3], each) for each in attempts]
    occasion = hold(cast.branches[3], cast.organizer.account_id, sitters, rounds=rounds)
    return occasion, db.session.get_one(Quiz, occasion.quiz_id)


def everything(quiz_id: int) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that is kept of a test, without those that came to nothing."""
    found = {}
    for model in MODELS:
        table = table_of(model)
        rows = db.session.execute(select(table).where(table.c.quiz_id == quiz_id).order_by(*table.primary_key.columns))
        keys = len(table.primary_key)
        found[table.name] = [tuple(map(_spelt, row)) for row in rows if any(row[keys:])]
    return found


def _spelt(value: Any) -> str:
    return repr(sorted(value.items()) if isinstance(value, dict) else value)


def anew(quiz: Quiz) -> dict[str, list[tuple[Any, ...]]]:
    """The same after all of it was thrown away and made again."""
    with writing() as session:
        forget(session, quiz.id)
        session.execute(table_of(Tally).delete().where(table_of(Tally).c.quiz_id == quiz.id))
    refresh(quiz)
    return everything(quiz.id)


def give_another_edition(occasion: Occasion, act: str, subject: str = "") -> None:
    """A later edition of somebody's score, in which the first item went wrong, with an entry of the record."""
    with writing() as session:
        old = session.scalars(select(AttemptScore).order_by(AttemptScore.points.desc()).limit(1)).one()
        values = {column.name: getattr(old, column.name) for column in table_of(AttemptScore).columns}
        new = AttemptScore(**values | {"id": None, "edition": 2, "points": old.points - 2, "excellent": False})
        new.items = [
            ItemScoreRow(position=one.position, item_id=one.item_id, full_points=one.full_points,
                         points=one.points if one.position else one.points - 2,
                         outcome=one.outcome if one.position else "wrong")
            for one in old.items
        ]  # fmt: skip
        session.add(new)
        record(act, subject or f"attempt:{old.attempt_id}")


@pytest.mark.parametrize(("act", "subject"), [("attempt.regraded", ""), ("quiz.regraded", "quiz")])
def test_a_score_that_changed_is_counted_again(cast: Cast, act: str, subject: str) -> None:
    """By whatever act: everything that is on record about an attempt or a test makes it looked at again."""
    occasion, quiz = held(cast, (ALL_RIGHT,), (SOME,), ({},))
    refresh(quiz)
    before = branch_counts(quiz.id, {cast.branches[3]})[cast.branches[3]]
    give_another_edition(occasion, act, subject and f"quiz:{quiz.id}")
    refresh(quiz)
    after = branch_counts(quiz.id, {cast.branches[3]})[cast.branches[3]]
    assert (sorted(before.scores), sorted(after.scores)) == ([2, 10], [2, 8])
    assert everything(quiz.id) == anew(quiz)


def test_the_same_on_both_databases(any_app: Flask, any_session: object, clock: MovableClock) -> None:
    clock.set(CLOSES)
    clock.advance(hours=1)
    cast = make_cast(any_app)
    occasion, quiz = held(cast, (SOME, ALL_RIGHT), ({}, SOME), ({},), (), rounds=1)
    refresh(quiz)
    sit(occasion, 1)
    give_another_edition(occasion, "attempt.regraded")
    refresh(quiz)
    assert {one.n for one in all_item_figures(quiz.id, content())} == {2}
    assert everything(quiz.id) == anew(quiz)
    assert report_for_cli(quiz).summary.total.sat == 2


def test_what_ended_after_the_count_is_in_the_next(cast: Cast) -> None:
    occasion, quiz = held(cast, (SOME,), (ALL_RIGHT,), rounds=0)
    refresh(quiz)
    assert branch_counts(quiz.id, {cast.branches[3]})[cast.branches[3]].sat == 0
    sit(occasion, 0)
    refresh(quiz)
    assert branch_counts(quiz.id, {cast.branches[3]})[cast.branches[3]].sat == 2


def test_nothing_is_written_where_nothing_changed(cast: Cast) -> None:
    _occasion, quiz = held(cast, (SOME,))
    refresh(quiz)
    version = db.session.scalar(select(Tally.version))
    refresh(quiz)
    db.session.rollback()
    assert db.session.scalar(select(Tally.version)) == version


def test_who_was_slower_counts_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one process adds up, another one writes: what the first has added up is thrown away and made again."""
    _occasion, quiz = held(cast, (SOME,), (ALL_RIGHT,))
    quicker, add = iter([True, False]), tallies.Difference.add

    def slow(self: Any, ids: Any, sign: int = 1) -> None:
        add(self, ids, sign)
        if sign == 1 and next(quicker, False):
            monkeypatch.setattr(tallies.Difference, "add", add)
            refresh(quiz)  # as another process would
            monkeypatch.setattr(tallies.Difference, "add", slow)

    monkeypatch.setattr(tallies.Difference, "add", slow)
    assert refresh(quiz) == 0
    assert branch_counts(quiz.id, {cast.branches[3]})[cast.branches[3]].sat == 2
    monkeypatch.undo()
    assert everything(quiz.id) == anew(quiz)


def test_a_reader_counts_some_and_the_server_the_rest(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    _occasion, quiz = held(cast, (SOME,), (ALL_RIGHT,), (SOME,))
    monkeypatch.setattr(tallies, "PEOPLE_AT_ONCE", 1)
    assert refresh(quiz, at_most=1) == 2
    keep_up(60)
    assert left_to_count(quiz.id) == 0


def test_the_server_counts_a_test_that_is_over_of_itself(cast: Cast) -> None:
    _occasion, quiz = held(cast, (SOME,))
    keep_up(60)
    assert branch_counts(quiz.id, {cast.branches[3]})[cast.branches[3]].sat == 1


def test_an_import_that_came_late_changes_who_is_eligible(cast: Cast) -> None:
    """It takes effect at the moment when it began; a test may open between that and its end."""
    _occasion, quiz = held(cast, (SOME,), ())
    refresh(quiz)
    before = branch_counts(quiz.id, {cast.branches[3]})[cast.branches[3]].eligible
    with writing() as session:
        person = cast.zhang.person_id
        session.execute(text("DELETE FROM membership WHERE person_id = :person"), {"person": person})
        session.add(Membership(person_id=person, branch_id=cast.branches[3], since=JOINED))
        record("roster.imported", "roster")
    refresh(quiz)
    assert branch_counts(quiz.id, {cast.branches[3]})[cast.branches[3]].eligible == before + 1
    assert everything(quiz.id) == anew(quiz)


def test_an_import_that_came_late_may_leave_every_branch_as_large_as_it_was(cast: Cast) -> None:
    """People who change places: neither their numbers nor the sums of their ids say so."""
    here, there = cast.branches[1], cast.branches[3]
    sitters = [Sitter(place, (answers,)) for place, answers in ((here, SOME), (there, ALL_RIGHT)) * 2]
    sitters[2:] = reversed(sitters[2:])
    occasion = hold(cast.department, cast.organizer.account_id, sitters)
    quiz = db.session.get_one(Quiz, occasion.quiz_id)
    refresh(quiz)
    assert set(branch_counts(quiz.id, {here})[here].scores) == {points(SOME)}
    with writing() as session:
        for person_id, sitter in occasion.sitters.items():
            place = there if sitter.branch_id == here else here
            session.execute(update(Membership).where(Membership.person_id == person_id).values(branch_id=place))
        record("roster.imported", "roster")
    refresh(quiz)
    assert set(branch_counts(quiz.id, {here})[here].scores) == {points(ALL_RIGHT)}
    assert everything(quiz.id) == anew(quiz)


def test_no_answer_is_read_for_a_report_that_is_counted(cast: Cast, client: Any) -> None:
    _occasion, quiz = held(cast, (SOME,), (ALL_RIGHT,))
    sign_in_as(client, cast.committee.login)
    refresh(quiz)
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    for suffix in ("", "/items", "/standing", ".csv", ".xlsx", ".json"):
        assert client.get(f"/reports/{quiz.id}{suffix}").status_code == 200
    read = " ".join(asked)
    assert "tally_branch" in read
    for table in ("item_response", "item_score", "attempt_score"):
        assert table not in read


def test_a_submission_writes_no_tally(cast: Cast) -> None:
    occasion, quiz = held(cast, (SOME,), (ALL_RIGHT,), rounds=0)
    refresh(quiz)
    asked: list[str] = []
    person_id = next(iter(occasion.sitters))
    start(occasion, person_id, 0)
    attempt = db.session.scalars(select(Attempt).where(Attempt.person_id == person_id)).one()
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    submit_attempt(attempt=attempt, arrived_at=attempt.deadline)
    assert not [one for one in asked if "tally" in one]


def test_entries_about_other_things_are_passed_over(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    _occasion, quiz = held(cast, (SOME,))
    refresh(quiz)
    seen = db.session.scalar(select(Tally.entry))
    with writing():
        record("account.signed_in", "account:1")
        record("quiz.extended", f"quiz:{quiz.id}")
    note_changes()
    assert db.session.scalar(select(Tally.entry)) == seen
    assert left_to_count(quiz.id) == 0
    monkeypatch.setattr(tallies, "FAR", 1)
    note_changes()
    db.session.rollback()
    assert db.session.scalar(select(Tally.entry)) == (seen or 0) + 2
