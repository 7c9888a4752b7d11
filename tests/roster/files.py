"""Roster files as people send them."""

import csv
import io
from collections.abc import Sequence

import xlsxwriter

HEAD = ("单位", "党支部", "工号", "姓名", "职务", "岗位", "手机")
Rows = Sequence[Sequence[object]]


def csv_file(rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """The rows as CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_file(rows: Rows, sheet: str = "Sheet1", merged: Sequence[str] = (), hidden: Rows = ()) -> bytes:
    """The rows as a workbook; ``merged`` are ranges whose first cell is in ``rows``; ``hidden`` is a hidden sheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
        for cells in merged:
            page.merge_range(cells, "")
            first = cells.split(":")[0]
            page.write(first, rows[int(first[1:]) - 1][ord(first[0]) - ord("A")])
        if hidden:
            secret = book.add_worksheet("旧名册")
            secret.hide()
            for at, row in enumerate(hidden):
                secret.write_row(at, 0, row)
    return buffer.getvalue()
