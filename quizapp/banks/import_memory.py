"""What the pages of an import need again and again, kept in the process until its text is read anew."""

from datetime import date
from functools import lru_cache

from flask import Flask, current_app

from quizapp.banks.citing import Cited, cited_in
from quizapp.banks.models import ImportBatch
from quizapp.db import db
from quizapp.domain.regulations import Register
from quizapp.importers import wire
from quizapp.importers.reading import Reading
from quizapp.regulations.queries import register
from quizapp.web import clock

READINGS, CITED = "quizapp_import_readings", "quizapp_import_cited"
IMPORTS_IN_MEMORY = 8
"""A reading of 2,000 questions takes some five megabytes."""


def init_app(app: Flask) -> None:
    """Give ``app`` its memory; each application speaks to a database of its own."""
    app.extensions[READINGS] = lru_cache(maxsize=IMPORTS_IN_MEMORY)(_reading)
    app.extensions[CITED] = lru_cache(maxsize=IMPORTS_IN_MEMORY)(_cited)


def reading_kept(batch: ImportBatch) -> Reading:
    """What was read in an import, without the keys that a person chose since."""
    reading: Reading = current_app.extensions[READINGS](batch.id, str(batch.read_at))
    return reading


def cited_by(batch: ImportBatch) -> Cited:
    """What the questions of an import rest on, as the register stands now."""
    known, today = register(), clock.local(clock.now()).date()
    cited: Cited = current_app.extensions[CITED](batch.id, str(batch.read_at), known, today.toordinal())
    return cited


def _reading(batch_id: int, _read_at: str) -> Reading:
    return wire.reading(db.session.get_one(ImportBatch, batch_id).reading or {})


def _cited(batch_id: int, _read_at: str, known: Register, today: int) -> Cited:
    return cited_in(reading_kept(db.session.get_one(ImportBatch, batch_id)).items, known, date.fromordinal(today))
