"""What a start costs: ``python benchmarks/start_attempts.py DATABASE [PEOPLE]`` (SQLite file of a demonstration; 200).

Works on a copy. Every figure is processor time of the server in one thread, per person: the waiting page, the question
for the time, the start itself and the paper's page that follows it.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from shutil import copyfile

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quizapp import create_app
from quizapp.accounts.models import SignIn
from quizapp.accounts.operations import token_hash
from quizapp.attempts.models import Attempt
from quizapp.config import Settings
from quizapp.db import db, writing
from quizapp.quizzes.models import Quiz
from quizapp.quizzes.queries import candidates
from quizapp.roster.models import Person
from quizapp.web import clock
from quizapp.web.security import SIGNED_IN_FOR

Clients = list[FlaskClient]


def open_quiz(app: Flask, people: int) -> tuple[int, Clients]:
    """The test that is open, and a browser for each of so many candidates who have not started it."""
    with app.app_context():
        now = clock.now()
        quiz = db.session.scalars(select(Quiz).where(Quiz.opens_at <= now, Quiz.closes_at > now)).first()
        assert quiz is not None, "no test is open in this database"
        started = set(db.session.scalars(select(Attempt.person_id).where(Attempt.quiz_id == quiz.id)))
        waiting = [one.person_id for one in candidates(quiz) if one.person_id not in started]
        accounts = db.session.scalars(select(Person.account_id).where(Person.id.in_(waiting)).limit(people)).all()
        with writing() as session:
            for number, account_id in enumerate(accounts):
                session.add(SignIn(token_hash=token_hash(f"token-{number}"), account_id=account_id, created_at=now,
                                   expires_at=now + SIGNED_IN_FOR))  # fmt: skip
        quiz_id = quiz.id
    clients = []
    for number in range(len(accounts)):
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = f"token-{number}", True
        clients.append(client)
    return quiz_id, clients


def measure(name: str, clients: Clients, act: Callable[[FlaskClient], object]) -> None:
    """Do it once for everybody."""
    act(clients[0])  # the first request of a kind compiles a template
    began = time.process_time()
    for client in clients[1:]:
        act(client)
    print(f"{name:10} {(time.process_time() - began) / (len(clients) - 1) * 1000:7.2f} ms")


def main() -> None:
    """Measure all four."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "copy.sqlite3")
        copyfile(sys.argv[1], path)
        settings = Settings(data_dir=Path(folder), database_url=f"sqlite:///{path}", secret_key="s" * 32, demo=True)
        app = create_app(settings)
        app.config["WTF_CSRF_ENABLED"] = False
        quiz_id, clients = open_quiz(app, int(sys.argv[2]) if len(sys.argv) > 2 else 200)
        door = f"/tests/{quiz_id}"
        papers: dict[FlaskClient, str] = {}
        measure("door", clients, lambda client: client.get(door))
        measure("bell", clients, lambda client: client.get(f"{door}/bell"))
        measure("start", clients, lambda client: papers.update({client: client.post(f"{door}/attempts").location}))
        measure("paper", clients, lambda client: client.get(papers[client]))


if __name__ == "__main__":
    main()
