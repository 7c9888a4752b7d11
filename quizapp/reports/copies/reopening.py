"""Making the official copy, and checking any copy offline: everything in a file is worked out again from its seal."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from quizapp.domain.branch_summary import Figures, roll_up
from quizapp.domain.evidence import ITEMS
from quizapp.domain.paper import spec_from_json
from quizapp.exporters.official_docx import write_official
from quizapp.quizzes.models import Quiz
from quizapp.reports.copies.seals import Seal, seal_of
from quizapp.reports.editions.frozen import Frozen, edition_in, reading
from quizapp.reports.kept import branch_counts
from quizapp.reports.official.paper import official_blocks
from quizapp.reports.queries import BranchReport
from quizapp.reports.source import Source


def official_copy(report: BranchReport, texts: Mapping[str, str]) -> bytes:
    """The official report as a Word file, sealed where it is frozen."""
    return write_official(official_blocks(report, texts), report.quiz.title, seal_of(report, names=True, texts=texts))


@contextmanager
def reopened(seal: Seal) -> Iterator[BranchReport]:
    """The report that a copy was made of, as far as its seal shows it; everything in the block is read from the seal.

    Needs no database. Raises KeyError, TypeError or ValueError for evidence that no report was frozen from.
    """
    frozen = Frozen(edition_in(seal.evidence), seal.evidence)
    quiz = _quiz(frozen)
    with reading(quiz.id, frozen):
        yield _report(quiz, frozen)


def _quiz(frozen: Frozen) -> Quiz:
    """The test as the evidence has it; no row of any database."""
    facts = frozen.test["quiz"]
    return Quiz(
        id=facts["id"],
        title=facts["title"],
        opens_at=datetime.fromisoformat(facts["opens_at"]),
        closes_at=datetime.fromisoformat(facts["closes_at"]),
        attempts_allowed=facts["attempts_allowed"],
        counted_attempt=facts["counted_attempt"],
        spec=frozen.test["spec"],
    )


def _report(quiz: Quiz, frozen: Frozen) -> BranchReport:
    spec = spec_from_json(quiz.spec)
    scored = {row.branch_id for row in frozen.rows("tally_branch")}

    def hides(branch_id: int, figures: Figures) -> bool:
        return branch_id not in scored

    summary = roll_up(
        frozen.outlines(frozen.places.keys()),
        branch_counts(quiz.id, frozen.places.keys()),
        excellence=spec.excellent_score is not None,
        hides=hides,
    )
    whole = len(frozen.places) == frozen.test["branches"]
    return BranchReport(
        quiz=quiz,
        spec=spec,
        settled=True,
        summary=summary,
        whole=whole,
        record=frozen.record,
        waiting=0,
        sees_everything=whole and not summary.total.withheld,
        over=True,
        asked=ITEMS not in frozen.evidence.parts,
        source=Source(frozen.read_at),
        frozen=frozen,
    )
