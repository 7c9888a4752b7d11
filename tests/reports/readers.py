"""A report read back from its page and its files, as one shape: code or name of a row -> its figures as text."""

import csv
import io
import json
import math
import re
from fractions import Fraction
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

FIGURES = (
    *("eligible", "sat", "absent", "excused", "participation", "mean", "median"),
    *("passed", "pass_rate", "excellent", "excellence_rate"),
)
RATES = {"participation", "pass_rate", "excellence_rate"}
SCORES = {"mean", "median"}
DASH = "–"

Table = dict[str, list[str]]


def shown(name: str, value: Fraction | float | int | None) -> str:
    """A figure as a person must see it: per cent and points with one decimal, half up; a dash for none."""
    if value is None:
        return DASH
    exact = Fraction(value).limit_denominator(10**6) * (100 if name in RATES else 1)
    if name not in RATES | SCORES:
        return str(exact)
    tenths = math.floor(exact * 10 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"


def as_shown(figures: dict[str, Any]) -> list[str]:
    return [shown(name, figures[name]) for name in FIGURES]


def fetch(client: FlaskClient, quiz_id: int, suffix: str = "") -> bytes:
    response = client.get(f"/reports/{quiz_id}{suffix}")
    assert response.status_code == 200, response.status
    return response.data


def page_rows(html: str) -> list[tuple[str, list[str]]]:
    """Head and figures of each row of the page's table, in order."""
    rows = []
    for row in re.findall(r"<tr class=\"\w*\">(.*?)</tr>", html, re.DOTALL):
        head = re.search(r"<th[^>]*>\s*(?:<a[^>]*>)?\s*([^<]*?)\s*<", row)
        assert head
        rows.append((unescape(head[1]), re.findall(r'<td class="num">(.*?)</td>', row)))
    return rows


def page_table(client: FlaskClient, quiz_id: int) -> Table:
    return dict(page_rows(fetch(client, quiz_id).decode()))


def csv_lines(data: bytes) -> list[list[str]]:
    """The lines of the table without the last, which holds the head of the record."""
    assert data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert lines[-1][3] == "record"
    return lines[:-1]


def csv_table(client: FlaskClient, quiz_id: int) -> Table:
    return {line[2] or line[1] or line[0]: line[4:] for line in csv_lines(fetch(client, quiz_id, ".csv"))[1:]}


def sheets(data: bytes) -> list[Worksheet]:
    return load_workbook(io.BytesIO(data)).worksheets


def xlsx_table(client: FlaskClient, quiz_id: int) -> Table:
    table: Table = {}
    for row in sheets(fetch(client, quiz_id, ".xlsx"))[0].iter_rows(min_row=5, values_only=True):
        if row[0] is None or row[2] is None:
            break
        unit, branch, *values = row
        is_branch = branch not in (None, "", "单位", "单位（可见支部）")
        cells = zip(FIGURES, values, strict=True)
        texts = [cell if isinstance(cell, str) else shown(name, cell) for name, cell in cells]  # type: ignore[arg-type]
        table[str(branch if is_branch else unit)] = texts
    return table


def document(client: FlaskClient, quiz_id: int) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(fetch(client, quiz_id, ".json"))
    return answer


def json_table(client: FlaskClient, quiz_id: int) -> Table:
    found = document(client, quiz_id)
    table = {unit["name"]: as_shown(unit["figures"]) for unit in found["units"]}
    table |= {row["name"]: as_shown(row["figures"]) for unit in found["units"] for row in unit["branches"]}
    return table | {"合计" if found["whole"] else "可见支部合计": as_shown(found["total"])}
