"""The workbook that a roster is filled into: empty, or with everybody as they stand."""

import io
from collections.abc import Collection, Iterable

import xlsxwriter
from sqlalchemy import select

from quizapp.db import db
from quizapp.roster.listings import masked
from quizapp.roster.models import Membership, Person
from quizapp.roster.queries import during
from quizapp.roster.table import HEADINGS
from quizapp.roster.tree import Tree
from quizapp.web import clock

WIDTHS = {"unit": 28, "branch": 28, "branch_code": 12, "staff_no": 14, "name": 12, "duty": 16, "post": 16, "phone": 16}


def template_workbook(rows: Iterable[tuple[str, ...]] = ()) -> bytes:
    """An XLSX file with the headings and ``rows``; every cell is text, so that Excel leaves numbers as they are."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名册")
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "bottom": 1})
        for column, (name, width) in enumerate(WIDTHS.items()):
            sheet.set_column(column, column, width, text)
            sheet.write(0, column, HEADINGS[name][0], bold)
        for line, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                sheet.write_string(line, column, cell, text)
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()


def roster_workbook(tree: Tree, scope: Collection[int], managed: Collection[int]) -> bytes:
    """The members today of the branches in ``scope`` in the template's layout, to be edited and brought back.

    Telephone numbers are masked outside ``managed``: a file with those cannot be brought back anyway.
    """
    order = {branch.id: at for at, branch in enumerate(tree.branches()) if branch.id in scope}
    found = db.session.execute(
        select(Person, Membership.branch_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.branch_id.in_(order), during(Membership.since, Membership.until, clock.now()))
        .order_by(Person.staff_no)
    )
    rows = []
    for person, branch_id in sorted(found, key=lambda row: order[row.branch_id]):
        branch, unit = tree[branch_id], tree.parent(branch_id)
        phone = person.phone if branch_id in managed else masked(person.phone)
        place = (unit.name if unit else "", branch.name, branch.code)
        rows.append((*place, person.staff_no, person.name, person.duty, person.post, phone))
    return template_workbook(rows)
