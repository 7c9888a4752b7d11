"""A copy of a frozen report is checked from the file alone: what was changed in it is named."""

import base64
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import update

from quizapp.accounts.models import Account
from quizapp.cli import quizapp
from quizapp.db import db, writing
from quizapp.quizzes.models import Quiz
from quizapp.reports.copies.seals import PIECE, pieces
from quizapp.reports.editions.frozen import frozen_of
from quizapp.reports.editions.operations import freeze
from tests.reports.occasion import CLOSES, KEYS, Occasion, Sitter, hold, sit
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.time import MovableClock

SOME = {"t1": "A", "t2": "B", "t3": "A"}
ALL = dict(KEYS)
FORMATS = ("xlsx", "docx", "csv", "json")


@pytest.fixture
def cast(app: Flask, db_session: object, client: FlaskClient, clock: MovableClock) -> Cast:
    clock.set(CLOSES + timedelta(hours=2))
    return make_cast(app)


@pytest.fixture
def occasion(cast: Cast, client: FlaskClient) -> Occasion:
    """A frozen report: the secretary's branch has two who sat and two who did not, another one six."""
    own, other = cast.branches[0], cast.branches[3]
    sitters = [
        Sitter(own, (SOME,)),
        Sitter(own, (ALL,)),
        *[Sitter(other, (ALL,))] * 4,
        *[Sitter(other, (SOME, ALL))] * 2,
    ]
    occasion = hold(cast.department, cast.organizer.account_id, sitters, title="=1+1 第一季度测试", rounds=1)
    sign_in_as(client, cast.committee.login)
    client.post(f"/reports/{occasion.quiz_id}/wording", data={"closing": "以上报告，【应考】人，请审示。"})
    quiz, account = db.session.get_one(Quiz, occasion.quiz_id), db.session.get_one(Account, cast.committee.account_id)
    freeze(quiz, account)
    return occasion


@pytest.fixture
def verify(tmp_path: Path) -> Callable[[bytes], Result]:
    """Run the command on a copy, where there is no database."""

    def run(data: bytes) -> Result:
        path = tmp_path / "copy"
        path.write_bytes(data)
        environment = {"QUIZAPP_DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3", "QUIZAPP_LANGUAGE": "zh_CN"}
        return CliRunner().invoke(quizapp, ["verify", "--copy", str(path)], env=environment)

    return run


def copy(client: FlaskClient, occasion: Occasion, format: str) -> bytes:
    response = client.get(f"/reports/{occasion.quiz_id}.{format}")
    assert response.status_code == 200
    return response.data


@pytest.mark.parametrize("format", FORMATS)
def test_a_copy_is_as_frozen_years_later_and_after_changes(
    cast: Cast, client: FlaskClient, occasion: Occasion, verify: Callable[[bytes], Result], clock: MovableClock,
    format: str,
) -> None:  # fmt: skip
    first = copy(client, occasion, format)
    sit(occasion, 1)
    clock.advance(days=500)
    sign_in_as(client, cast.committee.login)
    frozen = frozen_of(occasion.quiz_id)
    assert frozen is not None
    for data in (first, copy(client, occasion, format)):
        result = verify(data)
        assert result.exit_code == 0, result.output
        assert frozen.edition.fingerprint in result.output
        assert frozen.edition.short in result.output


@pytest.mark.parametrize("format", ["xlsx", "csv", "json"])
def test_a_copy_for_a_secretary_holds_no_more_than_they_may_see(
    client: FlaskClient, occasion: Occasion, verify: Callable[[bytes], Result], format: str
) -> None:
    sign_in_as(client, "SEC1")
    data = copy(client, occasion, format)
    result = verify(data)
    assert result.exit_code == 0, result.output
    assert "部分支部" in result.output
    seal = seal_in(data, format)
    assert "监督二科党支部" not in seal
    assert (
        "tally_branch" not in seal
    )  # two people sat it: no scores for the secretary, and none to be found in the file
    assert "办公室党支部" in seal


def seal_in(data: bytes, format: str) -> str:
    if format == "json":
        packed = json.loads(data)["seal"]
    elif format == "csv":
        packed = next(line.split(",")[0] for line in data.decode("utf-8-sig").splitlines() if ",seal," in line)
    else:
        packed = str(load_workbook(io.BytesIO(data))["seal"]["A1"].value)
    return zlib.decompress(base64.b64decode(packed)).decode()


def tampered_xlsx(data: bytes) -> bytes:
    book = load_workbook(io.BytesIO(data))
    book.worksheets[0]["C5"] = 99
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def tampered_docx(data: bytes, old: str = "应参加测试11人", new: str = "应参加测试12人") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(file, "w") as other:
        for name in package.namelist():
            text = package.read(name)
            if name == "word/document.xml":
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode())
            other.writestr(name, text)
    return file.getvalue()


def test_a_changed_cell_is_named(client: FlaskClient, occasion: Occasion, verify: Callable[[bytes], Result]) -> None:
    result = verify(tampered_xlsx(copy(client, occasion, "xlsx")))
    assert result.exit_code == 1
    assert "汇总!C5" in result.output
    assert "99" in result.output


def test_a_workbook_saved_by_another_program_still_holds(
    client: FlaskClient, occasion: Occasion, verify: Callable[[bytes], Result]
) -> None:
    book = load_workbook(io.BytesIO(copy(client, occasion, "xlsx")))
    assert book["seal"].sheet_state == "veryHidden"
    file = io.BytesIO()
    book.save(file)
    assert verify(file.getvalue()).exit_code == 0


def test_a_changed_number_in_the_text_is_named_and_other_words_are_not_held_against_it(
    client: FlaskClient, occasion: Occasion, verify: Callable[[bytes], Result]
) -> None:
    data = copy(client, occasion, "docx")
    result = verify(tampered_docx(data))
    assert result.exit_code == 1
    assert "“12”" in result.output
    reworded = verify(tampered_docx(data, "现将有关情况报告如下", "特报告如下"))
    assert reworded.exit_code == 0
    assert "1 个段落的文字有改动" in reworded.output


def test_a_changed_figure_in_csv_and_json_is_named(
    client: FlaskClient, occasion: Occasion, verify: Callable[[bytes], Result]
) -> None:
    lines = copy(client, occasion, "csv").decode("utf-8-sig").replace("72.7", "99.9")
    assert "99.9" in verify(lines.encode("utf-8-sig")).output
    document = json.loads(copy(client, occasion, "json"))
    document["total"]["sat"] = 11
    result = verify(json.dumps(document).encode())
    assert result.exit_code == 1
    assert "total.sat" in result.output


def test_evidence_that_does_not_match_its_fingerprint_is_refused(
    client: FlaskClient, occasion: Occasion, verify: Callable[[bytes], Result]
) -> None:
    document = json.loads(copy(client, occasion, "json"))
    seal = json.loads(zlib.decompress(base64.b64decode(document["seal"])))
    seal["evidence"] = seal["evidence"].replace('"sat":6', '"sat":5')
    document["seal"] = base64.b64encode(zlib.compress(json.dumps(seal).encode())).decode()
    result = verify(json.dumps(document).encode())
    assert result.exit_code == 1
    assert "branch/" in result.output


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04nothing", b"{", b"{}", b"a,b\n", b"\xff\xfe\x00", b"[" * 100_000])
def test_what_is_no_copy_is_said_to_be_none(verify: Callable[[bytes], Result], data: bytes) -> None:
    result = verify(data)
    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_copy_of_what_is_not_frozen_carries_nothing(
    cast: Cast, client: FlaskClient, verify: Callable[[bytes], Result]
) -> None:
    loose = hold(cast.department, cast.organizer.account_id, [Sitter(cast.branches[3], (ALL,))])
    sign_in_as(client, cast.committee.login)
    for format in FORMATS:
        result = verify(copy(client, loose, format))
        assert result.exit_code == 1
        assert "没有附带数据依据" in result.output


def edited(data: bytes, change: Callable[[str, str], str]) -> bytes:
    """The package with every part that is text as ``change`` (name, text) makes it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(file, "w") as other:
        for name in package.namelist():
            part = package.read(name)
            other.writestr(name, change(name, part.decode()) if name.endswith(".xml") else part)
    return file.getvalue()


def test_a_copy_still_holds_when_who_froze_it_is_called_otherwise(
    cast: Cast, client: FlaskClient, occasion: Occasion, verify: Callable[[bytes], Result]
) -> None:
    with writing() as session:
        session.execute(update(Account).where(Account.id == cast.committee.account_id).values(name="改了名的书记"))
    data = copy(client, occasion, "csv")
    assert cast.committee.name in data.decode("utf-8-sig")
    assert verify(data).exit_code == 0


def test_words_that_no_fingerprint_binds_are_shown(
    client: FlaskClient, occasion: Occasion, verify: Callable[[bytes], Result]
) -> None:
    """Whoever can pack a seal can put another wording into it, with figures typed by hand."""
    told = "以上报告，11人，请审示。"
    data = copy(client, occasion, "docx")
    assert told in verify(data).output

    def forge(name: str, text: str) -> str:
        if name == "word/document.xml":
            return text.replace(told, "以上报告，合格率99.9%。")
        if not name.startswith("customXml/item"):
            return text
        packed = text[text.index('">') + 2 : text.index("</seal>")]
        seal = json.loads(zlib.decompress(base64.b64decode(packed)))
        seal["texts"]["closing"] = "以上报告，合格率99.9%。"
        return text.replace(packed, base64.b64encode(zlib.compress(json.dumps(seal).encode())).decode())

    result = verify(edited(data, forge))
    assert "以上报告，合格率99.9%。" in result.output
    reworded = verify(tampered_docx(data, "现将有关情况报告如下", "合格率百分之九十九"))
    assert "合格率百分之九十九" in reworded.output


def formula(name: str, text: str) -> str:
    return text.replace("<v>", "<f>6+99</f><v>", 1) if name == "xl/worksheets/sheet1.xml" else text


def kept_by_a_chart(name: str, text: str) -> str:
    cache = '</c:f><c:numCache><c:ptCount val="1"/><c:pt idx="0"><c:v>99.25</c:v></c:pt></c:numCache></c:numRef>'
    return re.sub(r"</c:f>(<c:numCache>.*?</c:numCache>)?</c:numRef>", cache, text) if "/charts/" in name else text


CORRECTION = "<w:p><w:r><w:t>更正：合格率99.9%</w:t></w:r></w:p>"


def in_a_control(name: str, text: str) -> str:
    more = f"<w:sdt><w:sdtContent>{CORRECTION}</w:sdtContent></w:sdt><w:sectPr"
    return text.replace("<w:sectPr", more, 1) if name == "word/document.xml" else text


def at_the_foot(name: str, text: str) -> str:
    return text.replace("</w:ftr>", f"{CORRECTION}</w:ftr>")


@pytest.mark.parametrize(
    ("format", "change"),
    [("xlsx", formula), ("xlsx", kept_by_a_chart), ("docx", in_a_control), ("docx", at_the_foot)],
)
def test_a_figure_beside_the_cells_is_found(
    client: FlaskClient, occasion: Occasion, verify: Callable[[bytes], Result], format: str,
    change: Callable[[str, str], str],
) -> None:  # fmt: skip
    data = copy(client, occasion, format)
    result = verify(edited(data, change))
    assert result.exit_code == 1
    assert "99" in result.output
    assert verify(edited(data, lambda _name, text: text)).exit_code == 0


def test_a_figure_in_the_line_of_a_seal_or_under_a_name_that_stands_twice_is_found(
    client: FlaskClient, occasion: Occasion, verify: Callable[[bytes], Result]
) -> None:
    lines = copy(client, occasion, "csv").decode("utf-8-sig")
    assert "99.9" in verify(lines.replace(",,,seal,", ",更正,99.9,seal,").encode("utf-8-sig")).output
    text = copy(client, occasion, "json").decode()
    assert verify(f'{{"total": {{"sat": 99}}, {text[1:]}'.encode()).exit_code == 1
    assert verify(b'{"a":' * 990 + b"1" + b"}" * 990).exit_code == 1


def test_no_piece_of_a_seal_is_a_formula() -> None:
    text = "a" * PIECE + "++" + "b" * PIECE
    assert "".join(pieces(text)) == text
    assert not [piece for piece in pieces(text) if piece.startswith("+")]
