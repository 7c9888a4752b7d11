"""What was changed behind the application's back is named, and what it did itself is not."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import delete, func, insert, select, update

from quizapp.attempts.closing import close_due, submit_attempt
from quizapp.attempts.extensions import grant_extension
from quizapp.attempts.models import Attempt, AttemptScore, ItemResponse, ItemScoreRow
from quizapp.audit.models import AuditEntry
from quizapp.audit.operations import FIRST_HASH, Head, entry_hash, head, record
from quizapp.banks.models import BankRevision
from quizapp.cli import quizapp
from quizapp.db import Base, db, writing
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.operations import withdraw_quiz
from quizapp.verification import Finding, kept_head, verify
from tests.attempts.exam import Exam, make_exam
from tests.attempts.test_operations import answer_all, save
from tests.support.databases import SECRET
from tests.support.time import MovableClock


@dataclass(frozen=True)
class Story:
    """A test in which one person submitted, the clock ended another's attempt, and a third is at work."""

    exam: Exam
    submitted: int
    closed: int
    running: int


@pytest.fixture
def story(any_app: Flask, clock: MovableClock, any_session: Any) -> Story:
    exam = make_exam(any_app)
    submitted, closed = exam.start().id, exam.start(exam.cast.li.person_id).id
    answer_all(exam, submitted)
    save(exam, closed, 0, ["A"])
    clock.advance(minutes=10)
    submit_attempt(attempt=exam.attempt(submitted), arrived_at=clock.now())
    by = exam.cast.organizer.account_id
    grant_extension(quiz_id=exam.quiz_id, minutes=3, reason="停电", granted_by=by)
    clock.advance(minutes=24)
    running = exam.start(exam.cast.wang.person_id).id
    assert close_due() == 1
    grant_extension(quiz_id=exam.quiz_id, minutes=2, reason="声音", granted_by=by, attempt_id=running)
    for act in ("test.first", "test.second"):
        with writing():
            record(act, "nothing:1")
    return Story(exam, submitted, closed, running)


TABLES = tuple(Base.metadata.tables[name] for name in (
    *("bank_revision", "quiz", "attempt", "item_response", "attempt_score", "item_score"),
    *("extension", "extension_grant", "audit_entry"),
))  # fmt: skip


@contextmanager
def put_back() -> Iterator[None]:
    """Leave the tables as they were, whatever happened to their rows in between."""
    db.session.rollback()
    before = {table: [dict(row) for row in db.session.execute(select(table)).mappings()] for table in TABLES}
    yield
    with writing() as session:
        for table, rows in before.items():
            known = {tuple(row[column.name] for column in table.primary_key): row for row in rows}
            for row in session.execute(select(table)).mappings().all():
                key = tuple(row[column.name] for column in table.primary_key)
                where = [column == value for column, value in zip(table.primary_key, key, strict=True)]
                if key not in known:
                    session.execute(delete(table).where(*where))
                elif dict(row) != known[key]:
                    session.execute(update(table).where(*where).values(known[key]))
                known.pop(key, None)
            if known:
                session.execute(insert(table), list(known.values()))


def change(*statements: Any) -> None:
    with writing() as session:
        for statement in statements:
            session.execute(statement)


def score_id(attempt_id: int) -> int:
    return int(db.session.scalars(select(AttemptScore.id).where(AttemptScore.attempt_id == attempt_id)).one())


def set_in(model: Any, where: Any, **values: Any) -> None:
    change(update(model).where(where).values(values))


def other_paper(attempt_id: int) -> Any:
    paper = json.loads(json.dumps(db.session.scalars(select(Attempt.paper).where(Attempt.id == attempt_id)).one()))
    paper["items"].reverse()
    return paper


def second_score(attempt_id: int) -> None:
    [row] = db.session.execute(
        select(AttemptScore.__table__).where(AttemptScore.attempt_id == attempt_id)
    ).mappings().all()  # fmt: skip
    change(insert(AttemptScore.__table__).values({**row, "id": row["id"] + 1000, "edition": 2}))  # type: ignore[arg-type]


def entry_of(attempt_id: int) -> Any:
    return (AuditEntry.act == "attempt.ended") & (AuditEntry.subject == f"attempt:{attempt_id}")


def rewrite_chain() -> None:
    """Change an entry and work out every hash after it again, as somebody with all of the code could."""
    with writing() as session:
        before = FIRST_HASH
        for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.number)):
            if entry.act == "test.first":
                entry.actor = "somebody"
            entry.previous_hash = before
            entry.hash = before = entry_hash(entry)


def more_minutes(attempt_id: int) -> Any:
    return db.session.scalars(select(Attempt.deadline).where(Attempt.id == attempt_id)).one() + timedelta(minutes=9)


def changed_spec(quiz_id: int) -> Any:
    spec = db.session.scalars(select(Quiz.spec).where(Quiz.id == quiz_id)).one()
    return {**spec, "cut_score": 10}


def changed_content() -> Any:
    text = json.dumps(db.session.scalars(select(BankRevision.content)).one(), ensure_ascii=False)
    return json.loads(text.replace("因为乙", "因为丙"))


Edit = Callable[[Story], Any]
EDITS: dict[str, tuple[Edit, str, str]] = {
    "a score of two more": (
        lambda s: set_in(AttemptScore, AttemptScore.attempt_id == s.closed, points=22), "attempt_score", "points"),
    "passed": (
        lambda s: set_in(AttemptScore, AttemptScore.attempt_id == s.closed, passed=True), "attempt_score", "passed"),
    "a score deleted": (
        lambda s: change(delete(ItemScoreRow).where(ItemScoreRow.score_id == score_id(s.closed)),
                         delete(AttemptScore).where(AttemptScore.attempt_id == s.closed)), "attempt_score", "row"),
    "a second score": (lambda s: second_score(s.closed), "attempt_score", "edition"),
    "points of an item": (
        lambda s: change(update(ItemScoreRow).where(ItemScoreRow.score_id == score_id(s.submitted),
                                                    ItemScoreRow.position == 1).values(points=0)),
        "item_score", "points"),
    "an answer changed": (
        lambda s: change(update(ItemResponse).where(ItemResponse.attempt_id == s.submitted,
                                                    ItemResponse.position == 0).values(answer=["C"])),
        "attempt", "fingerprint"),
    "an answer deleted": (
        lambda s: change(delete(ItemResponse).where(ItemResponse.attempt_id == s.submitted,
                                                    ItemResponse.position == 2)), "attempt", "fingerprint"),
    "an answer added": (
        lambda s: change(insert(ItemResponse).values(attempt_id=s.closed, position=3, answer=["true"], marked=False,
                                                     version=1, operation="x", saved_at=s.exam.quiz.opens_at)),
        "attempt", "fingerprint"),
    "an answer and the fingerprint": (
        lambda s: change(
            update(ItemResponse).where(ItemResponse.attempt_id == s.submitted).values(answer=["C"]),
            update(Attempt).where(Attempt.id == s.submitted).values(fingerprint="0" * 64)), "attempt", "fingerprint"),
    "a paper": (
        lambda s: set_in(Attempt, Attempt.id == s.submitted, paper=other_paper(s.submitted)),
        "attempt", "fingerprint"),
    "the moment of a submission": (
        lambda s: set_in(Attempt, Attempt.id == s.submitted, submitted_at=s.exam.quiz.opens_at + timedelta(minutes=1)),
        "attempt", "submitted_at"),
    "the deadline of an ended attempt": (
        lambda s: set_in(Attempt, Attempt.id == s.submitted, deadline=more_minutes(s.submitted)),
        "attempt", "deadline"),
    "the deadline of a running attempt": (
        lambda s: set_in(Attempt, Attempt.id == s.running, deadline=more_minutes(s.running)), "attempt", "deadline"),
    "an attempt reopened": (
        lambda s: set_in(Attempt, Attempt.id == s.closed, submitted_at=None, ended_by=None),
        "attempt", "submitted_at"),
    "an attempt given to somebody else": (
        lambda s: set_in(Attempt, Attempt.id == s.submitted, person_id=s.exam.cast.wang.person_id, number=2),
        "attempt", "person"),
    "the text of a bank": (
        lambda s: change(update(BankRevision).values(source=BankRevision.source + "\n")), "bank_revision", "source"),
    "a key of a bank": (
        lambda s: change(update(BankRevision).values(content=changed_content())), "bank_revision", "content"),
    "the rules of a test": (
        lambda s: set_in(Quiz, Quiz.id == s.exam.quiz_id, spec=changed_spec(s.exam.quiz_id)), "quiz", "spec"),
    "the window of a test": (
        lambda s: set_in(Quiz, Quiz.id == s.exam.quiz_id, closes_at=s.exam.quiz.closes_at + timedelta(days=1)),
        "quiz", "closes_at"),
    "the minutes of an extension": (
        lambda s: change(update(Base.metadata.tables["extension"]).values(minutes=9)), "extension", "minutes"),
    "the body of an entry": (
        lambda s: set_in(AuditEntry, entry_of(s.closed), note="改过"), "audit_entry", "hash"),
    "an entry deleted": (lambda s: change(delete(AuditEntry).where(entry_of(s.closed))), "audit_entry", "number"),
}  # fmt: skip

NEED_A_HEAD: dict[str, tuple[Edit, str, str]] = {
    "the tail cut off": (
        lambda s: change(delete(AuditEntry).where(AuditEntry.act == "test.second")), "audit_entry", "number"),
    "the whole chain rewritten": (lambda s: rewrite_chain(), "audit_entry", "hash"),
}  # fmt: skip


def named(finding: Finding | None) -> tuple[str, str] | None:
    """Table and thing of what was found first; None where nothing was."""
    return finding and (finding.table, finding.what)


def test_every_edit_behind_the_back_is_named(story: Story) -> None:
    kept = head()
    clean = verify(kept=kept)
    assert (clean.finding, clean.attempts, clean.head) == (None, 3, kept)
    for name, (edit, table, what) in EDITS.items():
        with put_back():
            edit(story)
            found = named(verify().finding)
            assert found, name
            assert (found[0], what in found[1]) == (table, True), (name, found)
    for name, (edit, table, what) in NEED_A_HEAD.items():
        with put_back():
            edit(story)
            assert verify().finding is None, name
            assert named(verify(kept=kept).finding) == (table, what), name
    assert verify(kept=kept).finding is None


def test_an_attempt_that_is_gone_is_named_with_its_entry(story: Story) -> None:
    """An attempt whose rows were all taken out, entry and grants aside."""
    with writing() as session:
        session.execute(delete(ItemScoreRow).where(ItemScoreRow.score_id == score_id(story.submitted)))
        session.execute(delete(AttemptScore).where(AttemptScore.attempt_id == story.submitted))
        session.execute(delete(ItemResponse).where(ItemResponse.attempt_id == story.submitted))
        session.execute(delete(Attempt).where(Attempt.id == story.submitted))
    finding = verify().finding
    assert finding is not None
    assert (finding.table, finding.key, finding.what) == ("attempt", story.submitted, "row")
    assert verify(quiz_id=story.exam.quiz_id + 1).finding is None  # another test was asked for


def test_what_the_application_does_itself_is_clean(story: Story, clock: MovableClock) -> None:
    withdraw_quiz(quiz_id=story.exam.quiz_id, reason="题目有误")
    clock.advance(days=3)
    assert close_due() == 1
    verified = verify()
    assert (verified.finding, verified.attempts) == (None, 3)


def test_every_ended_attempt_has_one_entry(story: Story) -> None:
    entries = select(func.count()).select_from(AuditEntry).where(AuditEntry.act == "attempt.ended")
    assert db.session.scalar(entries) == 2
    submit_attempt(attempt=story.exam.attempt(story.submitted), arrived_at=story.exam.quiz.opens_at)
    assert db.session.scalar(entries) == 2
    [actor] = db.session.scalars(select(AuditEntry.actor).where(entry_of(story.closed)))
    assert actor == "system"


@pytest.mark.parametrize("text", ["", "x", "12", "12 abc", f"x {'0' * 64}"])
def test_a_file_without_a_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no line"):
        kept_head(text)


def test_the_last_head_of_a_file_counts() -> None:
    one, two = "a" * 64, "b" * 64
    assert kept_head(f"2026-11-01\n7 {one}\n\n9 {two}\n") == Head(9, two)


def test_the_command_names_the_first_thing_and_prints_the_head(
    app: Flask, clock: MovableClock, db_session: Any, tmp_path: Path
) -> None:
    exam = make_exam(app)
    attempt_id = exam.start().id
    submit_attempt(attempt=exam.attempt(attempt_id), arrived_at=clock.now())
    kept = tmp_path / "head.txt"

    def run(*words: str) -> Result:
        environ = {"QUIZAPP_DATA_DIR": str(tmp_path), "QUIZAPP_SECRET_KEY": SECRET, "QUIZAPP_LANGUAGE": "en"}
        return CliRunner().invoke(quizapp, ["verify", *words], env=environ)

    good = run()
    assert good.exit_code == 0, good.stderr
    kept.write_text(good.stdout)
    assert kept_head(good.stdout) == head()
    set_in(AttemptScore, AttemptScore.attempt_id == attempt_id, points=2)
    bad = run("--quiz", str(exam.quiz_id), "--head", str(kept))
    assert bad.exit_code == 1
    assert re.search(rf"attempt_score {score_id(attempt_id)}: points is 2\.00 and must be 0\.00", bad.stderr)
