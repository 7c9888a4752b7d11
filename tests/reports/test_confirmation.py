"""The sheets that branches sign: what they say and to whom, and what comes back from the filled ones."""

import io
from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from quizapp.accounts.models import Account
from quizapp.audit.operations import head
from quizapp.db import db, writing
from quizapp.quizzes.models import Quiz
from quizapp.reports.editions.frozen import frozen_of
from quizapp.reports.editions.operations import freeze
from quizapp.reports.moments import full_moment
from quizapp.reports.queries import report_for_cli
from quizapp.roster.models import UnitKind
from quizapp.roster.operations import add_unit, rename_unit
from tests.reports.occasion import CLOSES, JOINED, KEYS, Occasion, Sitter, hold
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.time import MovableClock

RIGHT = dict(KEYS)
HALF = {"t1": "A", "t2": "B", "t3": "A"}
LONG = "某某省住房和城乡建设厅建设工程质量安全监督总站[第七]党支部:监督/检测"


@pytest.fixture
def cast(app: Flask, db_session: object, clock: MovableClock) -> Cast:
    clock.set(CLOSES)
    clock.advance(hours=1)
    return make_cast(app)


@pytest.fixture
def occasion(cast: Cast) -> Occasion:
    """In the fourth branch two have sat it and two have not; in the third there is only Wang of the cast."""
    sitters = [
        *(Sitter(cast.branches[3], (RIGHT,), name="优秀者"), Sitter(cast.branches[3], (HALF,), name="不合格者")),
        *(Sitter(cast.branches[3], name="缺考甲"), Sitter(cast.branches[3], ({},), name="缺考乙")),
    ]
    return hold(cast.units[1], cast.organizer.account_id, sitters)


def book(client: FlaskClient, login: str, occasion: Occasion, query: str = "") -> list[Worksheet]:
    sign_in_as(client, login)
    answer = client.get(f"/reports/{occasion.quiz_id}/confirmation.xlsx{query}")
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(answer.data)).worksheets


def table(sheet: Worksheet) -> list[dict[str, str]]:
    rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    at = next(number for number, row in enumerate(rows) if "工号" in row)
    return [dict(zip(rows[at], row, strict=True)) for row in rows[at + 1 :] if row[0].isdigit()]


def by_name(sheet: Worksheet) -> dict[str, dict[str, str]]:
    return {row["姓名"]: row for row in table(sheet)}


def test_a_sheet_for_each_branch_and_every_person_in_it(client: FlaskClient, cast: Cast, occasion: Occasion) -> None:
    sheets = book(client, cast.committee.login, occasion)
    assert [sheet.title for sheet in sheets] == ["监督一科党支部", "监督二科党支部"]
    rows = by_name(sheets[1])
    assert [row["参加情况"] for row in rows.values()] == ["实考", "实考", "缺考", "缺考"]
    assert "得分" not in rows["优秀者"]
    head = [cell.value for cell in sheets[1]["A"][:6]]
    assert "应考 4 人，实考 2 人，缓考 0 人，缺考 2 人。" in head


def test_scores_are_for_those_who_see_single_ones(client: FlaskClient, cast: Cast, occasion: Occasion) -> None:
    rows = by_name(book(client, cast.committee.login, occasion, "?scores=1")[1])
    results = [(row["得分"], row["是否合格"]) for row in rows.values()]
    assert results == [("10", "是"), ("4", "否"), ("–", "–"), ("–", "–")]
    whole = hold(cast.department, cast.organizer.account_id, [Sitter(cast.branches[0], (RIGHT,), name="钱支书的人")])
    sheets = book(client, cast.secretary.login, whole, "?scores=1")
    assert [sheet.title for sheet in sheets] == ["办公室党支部"]
    assert "得分" not in by_name(sheets[0])["钱支书的人"]
    page = client.get(f"/reports/{whole.quiz_id}/confirmation/print?scores=1").text
    assert "钱支书的人" in page
    assert "得分" not in page
    assert "监督" not in page


def test_names_from_people_are_text_and_sheets_have_names_of_their_own(
    client: FlaskClient, cast: Cast, clock: MovableClock
) -> None:
    for branch, name in ((cast.branches[2], LONG), (cast.branches[3], LONG.replace("检测", "检查"))):
        rename_unit(branch, name, JOINED.replace(year=2021))
    occasion = hold(cast.units[1], cast.organizer.account_id, [Sitter(cast.branches[3], name='=HYPERLINK("x")')])
    sheets = book(client, cast.committee.login, occasion)
    assert len({sheet.title.lower() for sheet in sheets}) == 2
    assert all(len(sheet.title) <= 31 for sheet in sheets)
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
    assert '=HYPERLINK("x")' in [cell.value for cell in cells]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]


def test_there_are_none_before_the_test_is_over(
    client: FlaskClient, cast: Cast, occasion: Occasion, clock: MovableClock
) -> None:
    clock.set(CLOSES)
    clock.advance(days=-1)
    sign_in_as(client, cast.committee.login)
    for path in ("/print", ".xlsx"):
        answer = client.get(f"/reports/{occasion.quiz_id}/confirmation{path}")
        assert (answer.status_code, answer.location) == (302, f"/reports/{occasion.quiz_id}/confirmation")


def filled(sheets: list[Worksheet], reasons: Mapping[str, str], said_by: str = "王书记") -> bytes:
    """The workbook with these reasons written beside the names."""
    for sheet in sheets:
        column = next(cell.column for row in sheet.iter_rows() for cell in row if cell.value == "缺考原因")
        for row in sheet.iter_rows():
            if str(row[0].value).isdigit() and row[2].value in reasons:
                sheet.cell(row[0].row, column).value = reasons[str(row[2].value)]
            if row[0].value == "原因说明人":
                row[2].value = said_by
    file = io.BytesIO()
    assert isinstance(sheets[0].parent, Workbook)
    sheets[0].parent.save(file)
    return file.getvalue()


def bring(client: FlaskClient, occasion: Occasion, data: bytes, said_by: str = "") -> str:
    """The preview of a filled workbook, as a page; its address is where it is confirmed."""
    form = {"file": (io.BytesIO(data), "确认表.xlsx"), "said_by": said_by}
    answer = client.post(f"/reports/{occasion.quiz_id}/confirmation", data=form)
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def confirm(client: FlaskClient, address: str) -> int:
    page = client.get(address).text
    digest = page.split('name="digest" value="')[1].split('"')[0]
    said_by = page.split('name="said_by" value="')[1].split('"')[0]
    return client.post(address.split("?")[0], data={"digest": digest, "said_by": said_by}).status_code


def counts(occasion: Occasion) -> tuple[int, int, int]:
    total = report_for_cli(db.session.get_one(Quiz, occasion.quiz_id)).summary.total
    return total.sat, total.absent, total.excused


def test_a_filled_sheet_is_shown_and_then_recorded(client: FlaskClient, cast: Cast, occasion: Occasion) -> None:
    sheets = book(client, cast.organizer.login, occasion, "?scores=1")
    address = bring(client, occasion, filled(sheets, {"缺考甲": "病假（住院）", "王五": "出差：援藏"}))
    page = client.get(address).text
    assert page.index("王五") < page.index("缺考甲")
    assert "住院" in page
    assert counts(occasion) == (2, 3, 0)  # nothing before the confirmation
    assert confirm(client, address) == 302
    assert counts(occasion) == (2, 1, 2)
    sheets = book(client, cast.organizer.login, occasion)
    assert by_name(sheets[1])["缺考甲"]["缺考原因"] == "病假：住院"
    assert "王书记" in [cell.value for cell in sheets[1]["C"]]
    again = client.get(bring(client, occasion, filled(sheets, {}))).text
    assert "文件里的内容都已登记。" in again


def test_every_problem_is_named_by_its_cell(client: FlaskClient, cast: Cast, occasion: Occasion) -> None:
    sheets = book(client, cast.organizer.login, occasion)
    data = filled(sheets, {"优秀者": "出差", "缺考甲": "没有时间", "缺考乙": "其他"}, said_by="")
    sheet = load_workbook(io.BytesIO(data)).worksheets[1]
    wrong = {row[2].value: row[0].row for row in sheet.iter_rows() if str(row[0].value).isdigit()}
    assert isinstance(sheet.parent, Workbook)
    sheet.cell(wrong["不合格者"], 3).value = "别人"
    sheet.cell(wrong["不合格者"], 6).value = "病假"
    file = io.BytesIO()
    sheet.parent.save(file)
    page = client.get(bring(client, occasion, file.getvalue(), said_by="李书记")).text
    assert "有 4 个问题" in page
    for name, column in (("优秀者", "F"), ("缺考甲", "F"), ("缺考乙", "F"), ("不合格者", "B")):
        assert f"监督二科党支部 {column}{wrong[name]}" in page, name
    assert 'name="digest"' not in page
    assert counts(occasion) == (2, 3, 0)


def test_somebody_vouches_for_every_reason(client: FlaskClient, cast: Cast, occasion: Occasion) -> None:
    data = filled(book(client, cast.organizer.login, occasion), {"缺考甲": "病假"}, said_by="")
    assert "请写明由谁说明情况。" in client.get(bring(client, occasion, data)).text
    assert confirm(client, bring(client, occasion, data, said_by="李书记")) == 302
    assert counts(occasion) == (2, 2, 1)


def test_a_sheet_of_another_test_is_refused(client: FlaskClient, cast: Cast, occasion: Occasion) -> None:
    other = hold(cast.units[1], cast.organizer.account_id, [], title="另一次测试")
    data = filled(book(client, cast.organizer.login, occasion), {"王五": "病假"})
    assert "这个工作表不是“另一次测试”的确认表。" in client.get(bring(client, other, data)).text


def test_people_of_another_unit_are_not_the_organizers_to_excuse(client: FlaskClient, cast: Cast) -> None:
    whole = hold(cast.department, cast.organizer.account_id, [Sitter(cast.branches[3], name="总站的人")])
    data = filled(book(client, cast.organizer.login, whole), {"总站的人": "病假"})
    sign_in_as(client, cast.unit_organizer.login)
    assert "不在您所管支部的应考人员中" in client.get(bring(client, whole, data)).text


def test_what_has_changed_since_the_preview_is_shown_again(client: FlaskClient, cast: Cast, occasion: Occasion) -> None:
    address = bring(client, occasion, filled(book(client, cast.organizer.login, occasion), {"缺考甲": "病假"}))
    assert client.post(address.split("?")[0], data={"digest": "0" * 64, "said_by": ""}).status_code == 409
    assert client.post(address.split("?")[0], data={}).status_code == 422
    assert counts(occasion) == (2, 3, 0)
    sign_in_as(client, cast.unit_organizer.login)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04broken", "文件"),
        (b"a,b\n1,2\n", "这个工作表里没有“工号、姓名、缺考原因”的表头行。"),
        (b"", "文件里没有内容。"),
        ("工号,姓名,缺考原因\n100003,王五,病假\n".encode(), "请写明由谁说明情况。"),
        ("工号,姓名,缺考原因\n100003,王五,病假\n100003,王五,出差\n".encode(), "在第 2 行已经出现"),
    ],
)
def test_what_cannot_be_used(client: FlaskClient, cast: Cast, occasion: Occasion, data: bytes, said: str) -> None:
    sign_in_as(client, cast.organizer.login)
    page = client.get(bring(client, occasion, data)).text
    assert said in page
    assert 'name="digest"' not in page


def test_a_hundred_branches_are_a_hundred_sheets(client: FlaskClient, cast: Cast) -> None:
    with writing():
        for number in range(96):
            add_unit(
                code=f"X{number}",
                kind=UnitKind.BRANCH,
                name=f"第 {number} 党支部",
                parent_id=cast.units[0],
                position=number,
                since=JOINED,
            )
    occasion = hold(cast.department, cast.organizer.account_id, [])
    sheets = book(client, cast.committee.login, occasion)
    assert len(sheets) == 100
    data = filled(sheets, {"王五": "病假"})
    sign_in_as(client, cast.organizer.login)
    assert confirm(client, bring(client, occasion, data)) == 302


def test_a_sheet_of_a_frozen_test_says_that_it_is_read_now(
    client: FlaskClient, cast: Cast, occasion: Occasion, clock: MovableClock
) -> None:
    freeze(db.session.get_one(Quiz, occasion.quiz_id), db.session.get_one(Account, cast.committee.account_id))
    frozen = frozen_of(occasion.quiz_id)
    assert frozen is not None
    clock.advance(hours=5)
    sign_in_as(client, cast.organizer.login)
    page = client.get(f"/reports/{occasion.quiz_id}/confirmation/print").text
    with client.application.test_request_context():
        assert full_moment(clock.now()) in page
        assert full_moment(frozen.read_at) not in page
    assert "不是已封存的第 1 版报告" in page
    assert frozen.record.hash not in page
    assert head().hash in page
