"""纪律处分条例 2018 → 2023, from the registration of the newer edition to the item that may be drawn again."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from quizapp.attempts.models import Attempt
from quizapp.attempts.operations import start_attempt
from quizapp.audit.models import AuditEntry
from quizapp.banks.operations import add_bank, add_revision
from quizapp.banks.rechecks import CONFIRMED, CORRECTED, confirm_items, left_out_of, open_count, rechecks_of
from quizapp.db import db
from quizapp.domain.bank import ItemType
from quizapp.domain.paper_spec import PaperSpec, Section
from quizapp.domain.regulation_file import read_regulation
from quizapp.domain.regulations import Registered
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.operations import PlanError, publish_quiz
from quizapp.quizzes.queries import pool_of, pool_state
from quizapp.regulations.operations import NewEdition, register_edition, register_regulation
from tests.quizzes.plans import OPENS, make_plan
from tests.support.cast import Cast
from tests.support.time import MovableClock

FILE = Path(__file__).parents[2] / "question_banks" / "regulations" / "ccp-discipline.yaml"
# 2018: 第八条 stayed, 第十条 has other words now, 第二十一条 has another number only, 第三十九条 is gone.
HEAD = """title: 旧题库
regulations:
  - {id: own, title: 《中国共产党纪律处分条例》, editions: [{id: "2018", articles: 142}, {id: "2023", articles: 158}]}
items:
"""
ITEM = (
    "  - {{id: {id}, type: true_false, stem: 关于{id}, key: {key},"
    " citation: {{regulation: own, edition: '{edition}', article: {article}}}}}\n"
)
CITED = {"same": "第八条", "changed": "第十条", "moved": "第二十一条", "dropped": "第三十九条"}


def bank_text(edition: str = "2018", key: str = "正确", **corrected: str) -> bytes:
    """The bank; ``changed="第十条"`` lets that item cite the edition 2023."""
    lines = [
        ITEM.format(id=name, key=key, edition="2023" if name in corrected else edition,
                    article=corrected.get(name, article))
        for name, article in CITED.items()
    ]  # fmt: skip
    return (HEAD + "".join(lines)).encode()


@pytest.fixture
def discipline() -> Registered:
    return read_regulation(FILE.read_text(encoding="utf-8"))


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Any:
    with app.app_context():
        yield


def register_2018(cast: Cast, discipline: Registered) -> int:
    first = Registered(discipline.code, discipline.title, editions=discipline.editions[:1])
    return register_regulation(account_id=cast.committee.account_id, regulation=first)


def register_2023(cast: Cast, discipline: Registered, regulation_id: int) -> None:
    newer = discipline.editions[1]
    edition = NewEdition(newer.id, newer.effective, newer.articles)
    register_edition(account_id=cast.committee.account_id, regulation_id=regulation_id, edition=edition)


def upload(cast: Cast, source: bytes) -> Any:
    return add_bank(uploader_id=cast.organizer.account_id, unit_id=cast.department, file_name="b.yaml", source=source)


def publish(cast: Cast, revision_id: int, count: int) -> Quiz:
    spec = PaperSpec(
        (Section("判断", ItemType.TRUE_FALSE, count, Decimal(10)),), cut_score=Decimal(10), excellent_score=Decimal(10)
    )
    plan = make_plan(cast, revision_id, spec=spec, attempts_allowed=9)
    return publish_quiz(publisher_id=cast.organizer.account_id, plan=plan)


def drawn(quiz: Quiz) -> set[str]:
    return {item.item_id for item in pool_of(quiz).draw(1).items}


def waiting(bank_id: int) -> set[str]:
    return {row.item_id for row in rechecks_of(bank_id) if row.outcome is None}


def acts() -> list[tuple[str, str]]:
    return [(row.act, row.actor) for row in db.session.scalars(select(AuditEntry).order_by(AuditEntry.number))]


def test_the_whole_story(inside: None, cast: Cast, discipline: Registered, clock: MovableClock) -> None:
    clock.set(OPENS)
    regulation_id = register_2018(cast, discipline)
    revision = upload(cast, bank_text())
    quiz = publish(cast, revision.id, 2)
    assert cast.zhang.person_id
    before = start_attempt(quiz=quiz, person_id=cast.zhang.person_id)
    paper = db.session.get_one(Attempt, before).paper
    assert not waiting(revision.bank_id)

    register_2023(cast, discipline, regulation_id)
    assert waiting(revision.bank_id) == {"changed", "dropped"}
    assert open_count(revision.bank_id) == 2
    assert ("recheck.opened", "COMM") in acts()

    assert drawn(quiz) == {"same", "moved"}
    assert db.session.get_one(Attempt, before).paper == paper, "a paper already drawn stays"

    confirm_items(
        bank_id=revision.bank_id, account_id=cast.organizer.account_id, item_ids=["changed"], note="影响期未变"
    )
    [confirmed] = [row for row in rechecks_of(revision.bank_id) if row.outcome == CONFIRMED]
    assert (confirmed.closer.name, confirmed.note, confirmed.article) == ("陈组织", "影响期未变", "10")  # type: ignore[union-attr]
    assert ("recheck.confirmed", "ORG") in acts()
    assert left_out_of(revision.id) == {"dropped"}
    assert {id_ for seed in range(40) for id_ in (item.item_id for item in pool_of(quiz).draw(seed).items)} == {
        "same", "moved", "changed"}  # fmt: skip

    second = add_revision(
        bank_id=revision.bank_id, uploader_id=cast.organizer.account_id, file_name="b2.yaml",
        source=bank_text(dropped="第四十一条"),
    )  # fmt: skip
    assert not waiting(revision.bank_id)
    assert left_out_of(second.id) == set()
    assert left_out_of(revision.id) == {"dropped"}, "the old revision still holds the item as it was"
    assert {row.outcome for row in rechecks_of(revision.bank_id)} == {CONFIRMED, CORRECTED}


def test_a_bank_uploaded_later_waits_too(inside: None, cast: Cast, discipline: Registered) -> None:
    register_regulation(account_id=cast.organizer.account_id, regulation=discipline)
    assert waiting(upload(cast, bank_text()).bank_id) == {"changed", "dropped"}
    assert not waiting(upload(cast, bank_text(edition="2023").replace("旧题库".encode(), "新题库".encode())).bank_id)


def test_a_confirmation_ends_when_the_item_asks_otherwise(inside: None, cast: Cast, discipline: Registered) -> None:
    register_regulation(account_id=cast.organizer.account_id, regulation=discipline)
    revision = upload(cast, bank_text())
    organizer, bank_id = cast.organizer.account_id, revision.bank_id
    confirm_items(bank_id=bank_id, account_id=organizer, item_ids=["changed", "dropped"])
    assert not waiting(bank_id)
    add_revision(bank_id=bank_id, uploader_id=organizer, file_name="2", source=bank_text() + b"# only a remark\n")
    assert not waiting(bank_id)
    add_revision(bank_id=bank_id, uploader_id=organizer, file_name="3", source=bank_text(key="错误"))
    assert waiting(bank_id) == {"changed", "dropped"}


def test_going_back_to_the_old_citation_opens_again(inside: None, cast: Cast, discipline: Registered) -> None:
    register_regulation(account_id=cast.organizer.account_id, regulation=discipline)
    revision = upload(cast, bank_text())
    for source in (bank_text(changed="第十条", dropped="第四十一条"), bank_text()):
        add_revision(bank_id=revision.bank_id, uploader_id=cast.organizer.account_id, file_name="n", source=source)
    assert waiting(revision.bank_id) == {"changed", "dropped"}


def test_a_test_that_needs_them_goes_on(
    inside: None, cast: Cast, discipline: Registered, clock: MovableClock, app: Flask
) -> None:
    clock.set(OPENS)
    regulation_id = register_2018(cast, discipline)
    revision = upload(cast, bank_text())
    quiz = publish(cast, revision.id, 4)
    register_2023(cast, discipline, regulation_id)
    state = pool_state(quiz)
    assert (state.waiting, state.are_out) == (2, False)
    assert drawn(quiz) == set(CITED)
    with pytest.raises(PlanError) as error:
        publish(cast, revision.id, 3)
    sentences = [problem.text() for problem in error.value.problems]
    assert len(sentences) == 2
    assert "2 items of this bank wait for a recheck" in sentences[1]


def test_a_start_asks_the_register_once(inside: None, cast: Cast, discipline: Registered, clock: MovableClock) -> None:
    clock.set(OPENS)
    register_regulation(account_id=cast.organizer.account_id, regulation=discipline)
    quiz = publish(cast, upload(cast, bank_text()).id, 2)
    pool_of(quiz)
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    pool_of(quiz)
    assert len(statements) == 1
    assert "item_recheck" in statements[0]
