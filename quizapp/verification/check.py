"""Everything in one pass over one snapshot of the database."""

from collections.abc import Iterator
from dataclasses import dataclass

from quizapp.audit.operations import Head
from quizapp.db import db
from quizapp.verification import published, reports
from quizapp.verification.chain import Chain
from quizapp.verification.findings import Finding
from quizapp.verification.results import Results


@dataclass(frozen=True)
class Verified:
    """What was looked at: ``finding`` is the first thing that does not hold, None where all does."""

    finding: Finding | None
    head: Head
    attempts: int


def verify(*, quiz_id: int | None = None, kept: Head | None = None) -> Verified:
    """Work out again what is recorded and scored; ``quiz_id``: of one test alone, but always the whole record.

    ``kept`` is a head that was written down elsewhere: a record that was rewritten or cut short since is found by it.
    The database may be in use: all is read as of one moment.
    """
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":  # SQLite shows one moment for as long as a transaction lasts
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    chain, results = Chain(), Results(quiz_id)
    try:
        return Verified(next(_findings(chain, results, kept), None), chain.head, results.count)
    finally:
        db.session.rollback()


def _findings(chain: Chain, results: Results, kept: Head | None) -> Iterator[Finding]:
    yield from chain.follow(kept)
    yield from published.banks(chain)
    yield from published.quizzes(chain)
    yield from published.extensions(chain)
    yield from reports.editions(chain)
    yield from results.findings(chain)
