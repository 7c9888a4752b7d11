"""The report as a file: CSV for scripts and spreadsheets, XLSX for the office, JSON for other systems."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from flask_babel import gettext as _

from quizapp.domain.branch_summary import Figures, Row
from quizapp.reports.absentees import absentees
from quizapp.reports.columns import COLUMNS, Kind
from quizapp.reports.copies.seals import pieces, seal_of
from quizapp.reports.queries import BranchReport
from quizapp.reports.spreadsheet import write_xlsx
from quizapp.reports.wording import edition_lines, record_line, summary_rows, unit_of

RECORD, EDITION, SEAL = "record", "edition", "seal"
FORMULA_STARTS = tuple("=+-@\t\r\0＝＋－＠")


def write_report(report: BranchReport, format: str, file: BinaryIO) -> None:
    """Write ``report`` to a binary ``file``. Raises KeyError for a format that is not in `FORMATS`."""
    FORMATS[format].write(report, file)


def harmless(text: str) -> str:
    """``text`` such that no spreadsheet reads a formula in it: an apostrophe stands before what could begin one."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def write_csv(report: BranchReport, file: BinaryIO) -> None:
    """The table of the page in UTF-8 with a byte order mark (Excel needs it), a line for each row, totals last.

    The last line has the code ``record`` and holds the head of the record instead of figures. Of a frozen report there
    are others before it: of the code ``edition``, which edition it is, with its fingerprint; of the code ``seal``,
    its packed evidence (`quizapp.reports.copies.seals`).
    Rates are in per cent with one decimal, as on the page; where there is nothing to divide stands a dash.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    places = [_("Level"), _("Unit"), _("Branch"), _("Code")]
    writer.writerow([*places, *(column.heading for column in COLUMNS)])
    for row in summary_rows(report):
        names = [row.level, row.unit, row.branch, row.code]
        writer.writerow([*map(harmless, names), *(column.text(row.figures) for column in COLUMNS)])
    nothing = [""] * len(COLUMNS)
    for line in edition_lines(report):
        writer.writerow([harmless(line), "", "", EDITION, *nothing])
    for piece in pieces(seal_of(report)):
        writer.writerow([piece, "", "", SEAL, *nothing])
    writer.writerow([record_line(report), "", "", RECORD, *nothing])
    text.detach()  # the file stays the caller's, to close or to read


def write_json(report: BranchReport, file: BinaryIO) -> None:
    """One document in UTF-8::

        {"format": 1,
         "quiz": {"id", "title", "opens_at", "closes_at", "full_points", "cut_score",
                  "excellent_score" (null: none), "counted_attempt": "best" | "first" | "last"},
         "read_at": moment,
         "record": {"entry": number, "sha256": hash} of the newest entry,
         "edition": {"number", "frozen_at", "fingerprint"} of a frozen report, or null,
         "settled": false while somebody can still be answering, so that the figures change,
         "whole": whether every branch of the test is in it,
         "total": FIGURES,
         "units": [{"code", "name", "whole", "figures": FIGURES,
                    "branches": [{"code", "name", "figures": FIGURES}]}],
         "absentees": [{"unit", "branch" (codes), "staff_no", "name", "duty",
                        "absence": "not_started" | "nothing_saved" | "under_way" | "excused",
                        "reason": why it is excused, or null}]}

    FIGURES: "eligible", "sat", "absent", "excused", "participation", "mean", "median", "passed", "pass_rate",
    "excellent", "excellence_rate", "withheld". Moments are ISO 8601 in UTC. Rates are fractions from 0 to 1, none
    rounded to what a page shows; null where nothing divides them, or where the reader may not see them ("withheld":
    true). Of a frozen report there is also "seal", its packed evidence (`quizapp.reports.copies.seals`).
    """
    document = _document(report)
    if seal := seal_of(report, names=True):
        document[SEAL] = seal
    file.write(json.dumps(document, ensure_ascii=False).encode() + b"\n")


def _document(report: BranchReport) -> dict[str, Any]:
    return {
        "format": 1,
        "quiz": _quiz(report),
        "read_at": report.read_at.isoformat(),
        "record": {"entry": report.record.number, "sha256": report.record.hash},
        "edition": _edition(report),
        "settled": report.settled,
        "whole": report.whole,
        "total": _figures(report.summary.total),
        "units": [
            {**_row(part.unit), "whole": part.whole, "branches": [_row(branch) for branch in part.branches]}
            for part in report.summary.units
        ],
        "absentees": list(_absentees(report)),
    }


def _edition(report: BranchReport) -> dict[str, Any] | None:
    edition = report.edition
    if edition is None:
        return None
    return {
        "number": edition.number,
        "frozen_at": edition.frozen_at.isoformat(),
        "fingerprint": edition.fingerprint,
    }


def _quiz(report: BranchReport) -> dict[str, Any]:
    quiz, spec = report.quiz, report.spec
    return {
        "id": quiz.id,
        "title": quiz.title,
        "opens_at": quiz.opens_at.isoformat(),
        "closes_at": quiz.closes_at.isoformat(),
        "full_points": float(spec.full_points),
        "cut_score": float(spec.cut_score),
        "excellent_score": None if spec.excellent_score is None else float(spec.excellent_score),
        "counted_attempt": quiz.counted_attempt,
    }


def _row(row: Row) -> dict[str, Any]:
    return {"code": row.place.code, "name": row.place.name, "figures": _figures(row.figures)}


def _figures(figures: Figures) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for column in COLUMNS:
        value = column.value(figures)
        written[column.name] = value if value is None or column.kind is Kind.COUNT else float(value)
    return {**written, "withheld": figures.withheld}


def _absentees(report: BranchReport) -> Iterator[dict[str, str | None]]:
    homes = unit_of(report)
    for absentee in absentees(report.quiz.id, report.summary):
        unit, branch = homes[absentee.branch_id]
        yield {
            "unit": unit.code,
            "branch": branch.code,
            "staff_no": absentee.staff_no,
            "name": absentee.name,
            "duty": absentee.duty,
            "absence": absentee.absence,
            "reason": absentee.reason,
        }


@dataclass(frozen=True)
class Format:
    """How a report is written, and what a browser is told that it is."""

    media_type: str
    write: Callable[[BranchReport, BinaryIO], None]


FORMATS = {
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "csv": Format("text/csv", write_csv),
    "json": Format("application/json", write_json),
}
