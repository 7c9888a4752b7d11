"""The yardstick: ``python -m benchmarks.load.hello WORKERS THREADS --port PORT``, set up as `quizapp.serving` does."""

import sys

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings


def app() -> Flask:
    """The least that Flask does for a request."""
    flask = Flask("hello")

    @flask.get("/")
    def hello() -> str:
        return "hello"

    return flask


def main() -> None:
    """Serve it."""
    from quizapp.serving import (
        BACKLOG,
    )  # here, since the workers read this file too and need nothing of the application

    workers, threads, _port, port = sys.argv[1:]
    Granian(
        "benchmarks.load.hello:app",
        factory=True,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=int(workers),
        blocking_threads=int(threads),
        backlog=BACKLOG,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=10_000),
    ).serve()


if __name__ == "__main__":
    main()
