"""Reading an upload beside the request that brought it: in a process of its own, waited for a little."""

import threading
from datetime import timedelta

from flask import Flask, current_app

from quizapp.accounts.models import Account
from quizapp.banks.comparing import with_comparison
from quizapp.banks.lines import title_in
from quizapp.banks.models import ImportBatch
from quizapp.db import db, writing
from quizapp.importers import sandbox, wire
from quizapp.importers.reading import Reading, Refused
from quizapp.web import clock

OLD_WORD = (".doc", ".dot", ".wps")
PATIENCE_SECONDS = 2.0
"""So long an upload waits for the reader; most files are read by then, and no page in between is shown."""
MARGIN_SECONDS = 15.0
"""For what comes before and after a reading: starting a process, keeping what was found."""


def lost_after(batch: ImportBatch) -> timedelta:
    """A reader that has not answered by then was lost with its server: its own limits are narrower.

    A file waits for its turn and is read; so is the file of its keys. A Word 97 file takes a second turn.
    """
    turn = sandbox.LIMITS.seconds_waiting + sandbox.LIMITS.seconds
    names = [name for name in (batch.file_name, batch.keys_name) if name]
    turns = sum(3 if name.lower().endswith(OLD_WORD) else 1 for name in names)  # read, convert, read what came out
    return timedelta(seconds=turns * turn + MARGIN_SECONDS)


def start_reading(batch_id: int) -> None:
    """Read the upload of a batch in a thread; returns when it is done, or after a little while."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    thread = threading.Thread(target=_read_in, args=(app, batch_id), daemon=True, name=f"import-{batch_id}")
    thread.start()
    thread.join(PATIENCE_SECONDS)
    db.session.rollback()  # what the thread wrote is to be seen


def _read_in(app: Flask, batch_id: int) -> None:
    with app.app_context():
        read_upload(batch_id)


def read_upload(batch_id: int) -> None:
    """Read the upload of a batch and keep what was found, or why it was refused."""
    batch = db.session.get_one(ImportBatch, batch_id)
    name, data, keys_name, keys_data = batch.file_name, batch.upload, batch.keys_name, batch.keys_upload
    account_id = batch.created_by
    db.session.rollback()  # no transaction stays open while the file is read
    if data is None:
        return
    reading: Reading | None = None
    keys = refusal = kept = None
    try:
        keys = sandbox.open_file(keys_name, keys_data) if keys_data else None
        reading = sandbox.read_file(name, data, keys=keys)
    except Refused as refused:
        refusal = wire.to_json(refused.problem)
    if reading is not None:
        kept = with_comparison(reading, db.session.get_one(Account, account_id))
        db.session.rollback()
    with writing() as session:
        batch = session.get_one(ImportBatch, batch_id, with_for_update=True)
        if batch.read_at is not None:
            return  # another reader was faster: it had been taken for lost
        batch.read_at = clock.now()
        if reading and batch.bank_id is None:
            batch.title = title_in(reading) or batch.title
        batch.upload = batch.keys_upload = None
        batch.keys_document = wire.to_json(keys) if keys else None
        batch.reading = kept
        batch.refusal = refusal
