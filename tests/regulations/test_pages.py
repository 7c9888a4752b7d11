"""The pages of the register, and those of banks that rest on it, as people use them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quizapp.banks.operations import add_bank
from quizapp.banks.rechecks import open_count
from quizapp.db import db
from quizapp.regulations.models import Regulation, RegulationArticle, RegulationEdition
from quizapp.regulations.queries import register
from tests.support.cast import Cast
from tests.support.word_files import level, listed, lists, p, word_file

Browse = Callable[[str], FlaskClient]
OLD = (
    "第一条　为了规范礼品登记，制定本规定。\n第二条　收到礼品的，应当在一个月内登记并上交。\n"
    "第三条　本规定自公布之日起施行。\n"
)
NEW = (
    "第一条　为了规范礼品登记，制定本规定。\n第二条　任何人可以举报。\n第三条　收到礼品的，应当在十五日内登记并上交。\n"
)
FIELDS = {"title": "礼品登记规定", "code": "gifts", "short_titles": "礼品规定\r\n登记规定", "issuer": "示范厅",
          "kind": "regulation", "name": "2020", "effective": "2020-05-01", "text": OLD}  # fmt: skip
BANK = """title: 题库
regulations: [{id: gifts, title: 礼品登记规定, editions: [{id: "2020"}, {id: "1999"}]}, {id: x, title: 别的规定, editions: [{id: "1"}]}]
items:
  - {id: q1, type: true_false, stem: 一个月内登记, key: 正确, citation: {regulation: gifts, edition: "2020", article: 第二条}}
  - {id: q2, type: true_false, stem: 制定目的, key: 正确, citation: {regulation: gifts, edition: "2020", article: 第一条}}
  - {id: q3, type: true_false, stem: 没有这一条, key: 正确, citation: {regulation: gifts, edition: "2020", article: 第九条}}
  - {id: q4, type: true_false, stem: 没有这一版, key: 正确, citation: {regulation: gifts, edition: "1999", article: 第一条}}
  - {id: q5, type: true_false, stem: 没有登记, key: 正确, citation: {regulation: x, edition: "1", article: 第一条}}
"""  # noqa: E501
LIST = "编号\t防控措施\t岗位\n1\t两人核对\t招标采购、财务\n2\t随机抽取\t质量监督\n"


def post(client: FlaskClient, address: str, act: str, **changes: str) -> Any:
    return client.post(address, data=FIELDS | {"act": act} | changes)


@pytest.fixture
def app(settings: Any, make_app: Callable[..., Flask]) -> Flask:
    """On SQLite alone: what depends on the database is proven by the stories, on both."""
    return make_app(settings, WTF_CSRF_ENABLED=False)


@pytest.fixture
def gifts(app: Flask, browse: Browse) -> int:
    """The regulation, registered with its text by the committee through the page."""
    answer = post(browse("COMM"), "/regulations/new", "register")
    assert answer.status_code == 302, answer.text
    return int(answer.location.rsplit("/", 1)[1])


@pytest.fixture
def bank_id(app: Flask, cast: Cast, gifts: int) -> int:
    with app.app_context():
        row = add_bank(
            uploader_id=cast.organizer.account_id, unit_id=cast.department, file_name="b.yaml", source=BANK.encode()
        )
        return row.bank_id


def test_a_first_registration_is_looked_at_and_then_kept(app: Flask, browse: Browse) -> None:
    client = browse("ORG")
    seen = post(client, "/regulations/new", "preview")
    assert seen.status_code == 200
    assert "读到 3 条" in seen.text
    with app.app_context():
        assert db.session.scalars(select(Regulation)).all() == []
    post(client, "/regulations/new", "register")
    with app.app_context():
        [value] = register().regulations
        assert (value.code, value.short_titles, value.issuer) == ("gifts", ("礼品规定", "登记规定"), "示范厅")
        assert [article.number for article in value.editions[0].articles] == ["1", "2", "3"]
        assert "一个月内" in (db.session.scalars(select(RegulationArticle.text)).all()[1] or "")
    assert "礼品登记规定" in client.get("/regulations").text


def test_a_new_edition_is_compared_first(app: Flask, browse: Browse, gifts: int, bank_id: int) -> None:
    client, address = browse("ORG"), f"/regulations/{gifts}/editions/new"
    edition = {"name": "2026", "effective": "2026-01-01", "text": NEW}
    seen = client.post(address, data=edition | {"act": "preview"}).text
    assert "有 1 道题转为待复核" in seen
    assert "题库：1 道" in seen
    with app.app_context():
        assert open_count(bank_id) == 0
        assert len(db.session.scalars(select(RegulationEdition)).all()) == 1
    assert client.post(address, data=edition | {"act": "register"}).status_code == 302
    with app.app_context():
        assert open_count(bank_id) == 1
        newer = register().regulations[0].editions[1]
        assert [(article.formerly, article.changed) for article in newer.articles] == [
            ("1", False), (None, False), ("2", True)]  # fmt: skip
    page = client.get(f"/regulations/{gifts}").text
    for words in ("2026 年版", "已被 2026 年版取代", "有修改", "已删去"):
        assert words in page
    assert "现行有效" in page
    assert "第一条" not in client.get(f"/regulations/{gifts}?only=changes").text.split("<tbody>")[1].split("第三条")[0]


def test_items_are_confirmed_on_the_page_of_the_bank(app: Flask, browse: Browse, gifts: int, bank_id: int) -> None:
    client = browse("ORG")
    data = {"name": "2026", "effective": "2026-01-01", "text": NEW, "act": "register"}
    client.post(f"/regulations/{gifts}/editions/new", data=data)
    assert "有 1 道题待复核" in client.get(f"/banks/{bank_id}").text
    page = client.get(f"/banks/{bank_id}/rechecks").text
    assert "2026 年版为第三条，内容有改动" in page
    assert 'value="q1"' in page
    nothing = client.post(f"/banks/{bank_id}/rechecks/confirmation", follow_redirects=True)
    assert "没有勾选题目" in nothing.text
    done = client.post(
        f"/banks/{bank_id}/rechecks/confirmation", data={"item": ["q1", "q2"], "note": "<b>看过"}, follow_redirects=True
    )
    assert "已确认 1 道题" in done.text
    closed = client.get(f"/banks/{bank_id}/rechecks?show=closed").text
    assert "陈组织 于" in closed
    assert "说明：&lt;b&gt;看过" in closed
    assert "待复核。" not in client.get(f"/banks/{bank_id}").text


@pytest.mark.parametrize(
    ("shelf", "item", "words"),
    [
        ("no_such_article", "没有这一条", "没有第九条，全文共 3 条"),
        ("unknown_edition", "没有这一版", "没有登记 1999 年版"),
        ("unknown_regulation", "没有登记", "法规库里没有《别的规定》"),
    ],
)
def test_faulty_citations_are_listed_by_kind(
    browse: Browse, gifts: int, bank_id: int, shelf: str, item: str, words: str
) -> None:
    client = browse("AUDIT")
    assert f"show={shelf}" in client.get(f"/banks/{bank_id}").text
    page = client.get(f"/banks/{bank_id}/rechecks?show={shelf}").text
    assert words in page
    assert item in page
    assert "制定目的" not in page
    assert "确认仍然正确" not in page, "an auditor only reads"


def test_nothing_is_flagged_before_anything_is_registered(app: Flask, cast: Cast, browse: Browse) -> None:
    with app.app_context():
        row = add_bank(
            uploader_id=cast.organizer.account_id, unit_id=cast.department, file_name="b.yaml", source=BANK.encode()
        )
        address = f"/banks/{row.bank_id}"
    assert "依据需要核对" not in browse("ORG").get(address).text


def test_the_own_list_and_its_coverage(app: Flask, cast: Cast, browse: Browse) -> None:
    client = browse("ORG")
    answer = post(client, "/regulations/new", "register", title="措施", code="m", kind="measures", text=LIST)
    regulation_id = answer.location.rsplit("/", 1)[1]
    source = (
        "title: 库\nregulations: [{id: m, title: 措施, editions: [{id: '2020'}]}]\nitems:\n"
        "  - {id: a, type: true_false, stem: 甲, key: 正确, posts: [质量监督, 门卫],"
        " citation: {regulation: m, edition: '2020', article: '2'}}\n"
    )
    with app.app_context():
        add_bank(uploader_id=cast.organizer.account_id, unit_id=cast.department, file_name="b", source=source.encode())
    page = client.get(f"/banks/coverage?list={regulation_id}").text
    for words in ("50.0%", "招标采购", "门卫", "随机抽取"):
        assert words in page
    gaps = client.get(f"/banks/coverage?list={regulation_id}&only=gaps").text
    assert "两人核对" in gaps
    assert "随机抽取" not in gaps
    assert client.get("/banks/coverage?list=999").status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": ""}, "请选择文件，或粘贴"),
        ({"text": "没有条文"}, "没有找到条文"),
        ({"code": "两 个"}, "代号只能用字母"),
        ({"title": ""}, "请填写名称"),
        ({"name": ""}, "请填写版本"),
        ({"kind": "law"}, ""),
        ({"effective": "soon"}, ""),
    ],
)
def test_what_cannot_be_registered_is_said_at_its_field(browse: Browse, changes: dict[str, str], words: str) -> None:
    answer = post(browse("ORG"), "/regulations/new", "register", **changes)
    assert answer.status_code == 422
    assert words in answer.text


def test_nothing_is_registered_twice(browse: Browse, gifts: int) -> None:
    client = browse("ORG")
    again = post(client, "/regulations/new", "register")
    assert (again.status_code, "这个代号已被使用" in again.text, "这个名称已登记" in again.text) == (422, True, True)
    address = f"/regulations/{gifts}/editions/new"
    assert "这个版本已登记" in post(client, address, "register").text
    assert (
        "新版本的施行日期应晚于上一版（2020-05-01）"
        in post(client, address, "register", name="2019", effective="2019-01-01").text
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_text_file_will_do(browse: Browse, encoding: str) -> None:
    data = {key: value for key, value in FIELDS.items() if key != "text"} | {"act": "preview"}
    client = browse("ORG")
    answer = client.post("/regulations/new", data=data | {"file": (BytesIO(OLD.encode(encoding)), "规定.txt")})
    assert "读到 3 条" in answer.text


def handed(client: FlaskClient, name: str, data: bytes, **changes: str) -> Any:
    fields = {key: value for key, value in FIELDS.items() if key != "text"} | {"act": "register"} | changes
    return client.post("/regulations/new", data=fields | {"file": (BytesIO(data), name)})


@pytest.mark.parametrize("suffix", ["tab", "space", "nothing"])
def test_a_word_file_will_do_with_its_own_numbering(app: Flask, browse: Browse, suffix: str) -> None:
    """Word writes “第一条” itself, so that it stands nowhere in the text; behind it may stand nothing at all."""
    texts = [f"内容{number}。" for number in range(1, 24)]
    own = level(0, "第%1条", "chineseCounting", inside=f'<w:suff w:val="{suffix}"/>')
    body = p("礼品登记规定") + p("第一章　总则") + "".join(map(listed, texts)) + p("第三条规定的情形除外。")
    answer = handed(browse("ORG"), "规定.docx", word_file(body, numbering=lists(own)))
    assert answer.status_code == 302, answer.text
    with app.app_context():
        [value] = register().regulations
        expected = [str(number) for number in range(1, 24)]
        assert [article.number for article in value.editions[0].articles] == expected
        kept = db.session.scalars(select(RegulationArticle.text).order_by(RegulationArticle.position)).all()
        assert kept[:2] == ["内容1。", "内容2。"]
        assert kept[22] == "内容23。\n第三条规定的情形除外。", "what names an article begins none"


def test_a_workbook_of_303_measures_will_do(app: Flask, browse: Browse) -> None:
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("措施")
    sheet.write(0, 0, "廉政风险防控措施清单")
    sheet.write_row(1, 0, ("序号", "业务领域", "防控措施", "责任岗位"))
    sheet.merge_range(2, 0, 2, 3, "一、招标采购")
    for number in range(1, 304):
        sheet.write_row(number + 2, 0, (number, "采购", f"措施{number}\n两人核对", "经办\n主任"))
    book.add_worksheet("说明").write(0, 0, "由监督处维护")
    book.close()
    seen = handed(browse("ORG"), "措施.xlsx", file.getvalue(), kind="measures", act="preview")
    assert "读到 303 项" in seen.text
    assert "一、招标采购" in seen.text, "rows that are no entries are named"
    assert handed(browse("ORG"), "措施.xlsx", file.getvalue(), kind="measures").status_code == 302
    with app.app_context():
        articles = register().regulations[0].editions[0].articles
        assert [article.number for article in articles] == [str(number) for number in range(1, 304)]
        assert (articles[302].gist, articles[302].posts) == ("措施303 两人核对", ("经办", "主任"))


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("规定.pdf", b"%PDF-1.7", "这里只读"),
        ("规定.docx", b"PK\x03\x04 broken", ""),
        ("规定.xlsx", b"", ""),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_on_the_form(
    app: Flask, browse: Browse, name: str, data: bytes, words: str
) -> None:
    answer = handed(browse("ORG"), name, data)
    assert answer.status_code == 422
    assert words in answer.text
    assert answer.text.count('class="invalid-feedback"') == 1
    with app.app_context():
        assert register().regulations == ()


def test_only_those_responsible_for_the_whole_department_register(browse: Browse, gifts: int) -> None:
    client = browse("ORG1")
    assert client.get(f"/regulations/{gifts}").status_code == 200
    for address in ("/regulations/new", f"/regulations/{gifts}/editions/new"):
        assert client.get(address).status_code == 404
        assert post(client, address, "register", name="2030").status_code == 404
    assert "登记新版本" not in client.get(f"/regulations/{gifts}").text
    assert browse("ADMIN").get("/regulations/new").status_code == 200


def test_what_people_write_stays_text(browse: Browse) -> None:
    mark = "<script>alert(1)</script>"
    client = browse("ORG")
    seen = post(client, "/regulations/new", "preview", title=mark, text=f"第一条 {mark}</textarea>")
    assert mark not in seen.text
    answer = post(client, "/regulations/new", "register", title=mark, issuer=mark, text=f"编号\t措施\n{mark}\t{mark}")
    assert mark not in client.get(answer.location).text
    assert mark not in client.get("/regulations").text


def test_the_text_of_the_edition_before_may_be_given(app: Flask, browse: Browse) -> None:
    client = browse("ORG")
    bare = post(client, "/regulations/new", "register", text="条号\t提要\n1\t目的\n2\t登记\n3\t施行").location
    address = f"{bare}/editions/new"
    edition = {"name": "2026", "effective": "2026-01-01", "text": NEW}
    assert "无法对比" in post(client, address, "preview", **edition).text
    assert "没有找到条文" in post(client, address, "preview", former_text="没有条文", **edition).text
    assert "其中条号变动 0 条" in post(client, address, "preview", former_text=OLD, **edition).text
    assert post(client, address, "register", former_text=OLD, **edition).status_code == 302
    with app.app_context():
        newer = register().regulations[0].editions[1]
        assert [article.formerly for article in newer.articles] == ["1", None, "2"]


def test_an_edition_that_takes_effect_later_says_what_happens_at_once(
    app: Flask, browse: Browse, gifts: int, bank_id: int
) -> None:
    """Decision 0007: better too early than too late."""
    client, address = browse("ORG"), f"/regulations/{gifts}/editions/new"
    later = {"name": "2096", "effective": "2096-10-01", "text": NEW}
    said = "这个版本 2096 年 10 月 1 日施行；登记后，上述题目立即转为待复核，不等到施行之日"
    assert said in client.post(address, data=later | {"act": "preview"}).text
    assert said not in client.post(address, data=later | {"act": "preview", "effective": "2026-01-01"}).text
    client.post(address, data=later | {"act": "register"})
    with app.app_context():
        assert open_count(bank_id) == 1, "it is as the page has said"
    page = client.get(f"/regulations/{gifts}").text
    assert "尚未施行" in page
    assert page.count("现行有效") == 1


def test_only_who_keeps_a_bank_confirms_its_items(app: Flask, browse: Browse, gifts: int, bank_id: int) -> None:
    """An organizer of a unit keeps no bank of the department, and does not even learn that it is there."""
    data = {"name": "2026", "effective": "2026-01-01", "text": NEW, "act": "register"}
    browse("ORG").post(f"/regulations/{gifts}/editions/new", data=data)
    for login in ("ORG1", "AUDIT", "COMM"):
        answer = browse(login).post(f"/banks/{bank_id}/rechecks/confirmation", data={"item": "q1"})
        assert answer.status_code == 404, login
    with app.app_context():
        assert open_count(bank_id) == 1
