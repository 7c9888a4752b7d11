"""The page of the analysis of a quarter or a year, and the same as a file."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from flask import abort, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user

from quizapp.domain.period_analysis import Period
from quizapp.reports.exports import FORMATS
from quizapp.reports.official.views import WORD
from quizapp.reports.periods.findings import Findings
from quizapp.reports.periods.paper import period_docx
from quizapp.reports.periods.queries import Depth, PeriodReport, depths_for, period_to_reader, periods_of
from quizapp.reports.periods.sheets import period_xlsx
from quizapp.reports.periods.table import CellKind, Measured, cell_text
from quizapp.reports.periods.tables import tables_of
from quizapp.reports.periods.wording import (
    DEPTH_NAMES,
    file_name,
    month_and_day,
    notes,
    numbered,
    period_name,
    sentences,
    title_of,
)
from quizapp.reports.queries import READS_REPORTS, quizzes_reported_to
from quizapp.reports.views import reports
from quizapp.web.access import allow

WRITERS = {"docx": period_docx, "xlsx": period_xlsx}
MEDIA_TYPES = {"docx": WORD, "xlsx": FORMATS["xlsx"].media_type}


@dataclass(frozen=True)
class Asked:
    """What an address asks for, as far as the reader may; the rest is what they would get of themselves."""

    periods: Sequence[Period]
    period: Period | None
    place_id: int | None
    depths: Sequence[Depth]
    depth: Depth


def _asked() -> Asked:
    periods = periods_of(quizzes_reported_to(current_user))
    period = Period.read(request.args.get("period", ""))
    depths = depths_for(current_user)
    depth = next((one for one in depths if one == request.args.get("depth")), None)
    usual = Depth.COMMITTEE if Depth.COMMITTEE in depths else Depth.BRANCH
    return Asked(
        periods=periods,
        period=period if period in periods else next(iter(periods), None),
        place_id=request.args.get("place", type=int),
        depths=depths,
        depth=depth or usual,
    )


@contextmanager
def _period(asked: Asked) -> Iterator[PeriodReport | None]:
    if asked.period is None:
        yield None
        return
    with period_to_reader(current_user, asked.period, asked.place_id, asked.depth) as period:
        yield period


@reports.get("/reports/periods")
@allow(*READS_REPORTS)
def periods() -> ResponseReturnValue:
    """One analysis: ``period``, ``place`` and ``depth`` choose it; what is unknown or not the reader's is ignored."""
    asked = _asked()
    with _period(asked) as period:
        if period is None:
            return render_template("reports/period_none.html")
        found = Findings(period)
        return render_template(
            "reports/periods.html",
            asked=asked,
            period=period,
            title=title_of(period),
            sentences=list(sentences(found)),
            tables=tables_of(found),
            notes=list(notes(period)),
            points=_points(period),
            period_name=period_name,
            depth_names=DEPTH_NAMES,
            Depth=Depth,
            Kind=CellKind,
            is_measured=lambda cell: isinstance(cell, Measured),
            cell_text=cell_text,
        )


def _points(period: PeriodReport) -> list[dict[str, object]]:
    """Participation over time, for the macro ``trend``."""
    rates = [test.part.figures.participation for test in period.tests]
    return [
        {
            "label": numbered(number),
            "full": f"{numbered(number)} {month_and_day(test.quiz)}",
            "value": None if rate is None else rate * 100,
            "text": cell_text(rate, CellKind.RATE),
        }
        for number, (test, rate) in enumerate(zip(period.tests, rates, strict=True), 1)
    ]


@reports.get("/reports/periods.<any(xlsx, docx):file_format>")
@allow(*READS_REPORTS)
def period_file(file_format: str) -> ResponseReturnValue:
    """The same analysis as a workbook or an official paper; 404 where there is no test to analyse."""
    with _period(_asked()) as period:
        if period is None:
            abort(404)
        file = io.BytesIO(WRITERS[file_format](Findings(period)))
        name = file_name(period, file_format)
    return send_file(file, MEDIA_TYPES[file_format], as_attachment=True, download_name=name)
