"""The empty workbook that a roster is filled into."""

import io

import xlsxwriter

from quizapp.roster.table import HEADINGS

WIDTHS = {"unit": 28, "branch": 28, "branch_code": 12, "staff_no": 14, "name": 12, "duty": 16, "post": 16, "phone": 16}


def template_workbook() -> bytes:
    """An XLSX file with the headings alone; every cell is text, so that Excel leaves numbers as they are."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名册")
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "bottom": 1})
        for column, (name, width) in enumerate(WIDTHS.items()):
            sheet.set_column(column, column, width, text)
            sheet.write(0, column, HEADINGS[name][0], bold)
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()
