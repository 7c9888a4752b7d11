"""The official Word report: its words, its figures, and what it leaves unsaid."""

import io
import re
from datetime import timedelta
from html import unescape

import docx
import pytest
from docx.oxml.ns import qn
from flask import Flask
from flask.testing import FlaskClient

from quizapp.reports.official.draft import MARK
from tests.reports.occasion import CLOSES, KEYS, Occasion, Sitter, hold, sit
from tests.support.cast import Cast, make_cast, sign_in_as
from tests.support.time import MovableClock

SOME = {"t1": "A", "t2": "B", "t3": "A"}
ALL = dict(KEYS)


@pytest.fixture
def cast(app: Flask, db_session: object, client: FlaskClient, clock: MovableClock) -> Cast:
    clock.set(CLOSES + timedelta(hours=2))
    cast = make_cast(app)
    sign_in_as(client, cast.committee.login)
    return cast


@pytest.fixture
def occasion(cast: Cast) -> Occasion:
    """A branch of six of whom one is absent, one of a single person, and one of nobody."""
    many, one = cast.branches[3], cast.branches[2]
    sitters = [Sitter(many, (ALL,))] * 3 + [Sitter(many, (SOME,))] * 2 + [Sitter(many, ({}, ALL), name="孙七")]
    return hold(cast.department, cast.organizer.account_id, [*sitters, Sitter(one, (SOME,))], rounds=1)


def paper(client: FlaskClient, quiz_id: int) -> tuple[list[str], list[list[list[str]]]]:
    """The paragraphs and the tables of the exported file."""
    response = client.get(f"/reports/{quiz_id}.docx")
    assert response.status_code == 200
    document = docx.Document(io.BytesIO(response.data))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return [paragraph.text for paragraph in document.paragraphs], tables


def test_the_paper_reads_like_one_and_every_figure_is_there(client: FlaskClient, occasion: Occasion) -> None:
    lines, (units, branches, names) = paper(client, occasion.quiz_id)
    text = "\n".join(lines)
    assert lines[0].startswith("关于第一季度德廉知识测试")
    assert lines[1] == "厅党组："
    headings = [line for line in lines if line[1:2] == "、" and len(line) < 20]
    assert headings == [
        "一、基本情况",
        "二、各单位、各支部情况",
        "三、知识掌握情况",
        "四、需要关注的问题",
        "五、下一步工作",
    ]
    assert "应参加测试10人，实际参加6人，缺考4人，参与率60.0%。" in text
    assert "平均分7.0分，中位数7.0分；合格3人，合格率50.0%；优秀3人，优秀率50.0%。" in text
    assert "测试于2026年3月2日9时至2026年3月7日9时在线进行" in text
    assert lines.index("附件：1.各单位测试情况统计表") < lines.index("机关党委") < lines.index("2026年3月7日")
    assert not MARK.search(text)
    assert units[-1] == ["合计", "10", "6", "0", "4", "60.0%", "7.0", "50.0%", "50.0%"]
    assert branches[-1] == units[-1]
    assert {row[3] for row in names[1:]} == {"孙七", "张三", "李四", "王五"}


def test_of_few_people_no_score_is_told(client: FlaskClient, occasion: Occasion) -> None:
    lines, (_units, branches, _names) = paper(client, occasion.quiz_id)
    rows = {row[0]: row[1:] for row in branches}
    assert rows["监督二科党支部"] == ["6", "5", "0", "1", "83.3%", "7.6", "60.0%", "60.0%"]
    assert rows["监督一科党支部"] == ["2", "1", "0", "1", "50.0%", "—", "—", "—"]
    text = "\n".join(lines)
    assert "本报告不对党支部排名次" in text
    assert "实际参加不足5人的党支部，不单列成绩" in text
    assert "按知识点统计的作答较少，不作分析。" in text


def test_each_chart_has_words_for_who_does_not_see_it(client: FlaskClient, occasion: Occasion) -> None:
    document = docx.Document(io.BytesIO(client.get(f"/reports/{occasion.quiz_id}.docx").data))
    told = [element.get("descr") for element in document.element.iter(qn("wp:docPr"))]
    assert len(told) == 2
    assert all("图：" in text and text.endswith("。") for text in told)
    assert "机关" in told[1]


def test_nobody_sat(cast: Cast, client: FlaskClient) -> None:
    nobody = hold(cast.department, cast.organizer.account_id, [Sitter(cast.branches[3])])
    lines, _tables = paper(client, nobody.quiz_id)
    assert "无人参加测试，没有成绩数据。" in lines
    assert not [line for line in lines if "平均分—" in line or "None" in line]


def test_the_wording_is_kept_with_the_figures_of_the_day(client: FlaskClient, occasion: Occasion) -> None:
    address = f"/reports/{occasion.quiz_id}/wording"
    assert client.get(address).status_code == 200
    sent = {"addressee": "厅党组并驻厅纪检监察组：", "turnout": "应考【应考】人，实考【实考】人。", "closing": ""}
    assert client.post(address, data=sent).status_code == 302
    lines, _tables = paper(client, occasion.quiz_id)
    assert lines[1] == "厅党组并驻厅纪检监察组："
    assert "应考10人，实考6人。" in lines
    assert "特此报告。" not in lines
    sit(occasion, 1)
    lines, _tables = paper(client, occasion.quiz_id)
    assert "应考10人，实考7人。" in lines
    client.post(address, data={"draft": "1"})
    assert "厅党组：" in paper(client, occasion.quiz_id)[0]


def test_a_figure_that_there_is_not_is_refused(client: FlaskClient, occasion: Occasion) -> None:
    address = f"/reports/{occasion.quiz_id}/wording"
    response = client.post(address, data={"turnout": "共【人数】人。"})
    assert response.status_code == 422
    assert "没有【人数】这项数据" in response.text
    assert "共【人数】人。" in response.text
    assert "应参加测试10人" in "".join(paper(client, occasion.quiz_id)[0])


@pytest.mark.parametrize("login", ["SEC1", "ORG1"])
def test_who_sees_a_part_gets_no_official_report(client: FlaskClient, occasion: Occasion, login: str) -> None:
    sign_in_as(client, login)
    assert client.get(f"/reports/{occasion.quiz_id}.docx").status_code == 404
    assert client.get(f"/reports/{occasion.quiz_id}/wording").status_code == 404


def test_brackets_in_the_title_of_a_test_are_no_figure(cast: Cast, client: FlaskClient) -> None:
    title = "【应考】【三季度】测试"
    held = hold(cast.department, cast.organizer.account_id, [Sitter(cast.branches[3], (ALL,))], title=title)
    address = f"/reports/{held.quiz_id}/wording"
    found = re.findall(r'name="(\w+)"\s+rows.*?>(.*?)</textarea>', client.get(address).text, re.DOTALL)
    drafted = {name: unescape(text) for name, text in found}
    assert {"title", "opening", "closing"} <= drafted.keys()
    assert client.post(address, data=drafted | {"closing": "以上。"}).status_code == 302
    lines, _tables = paper(client, held.quiz_id)
    assert lines[0].replace("\n", "") == "关于【应考】【三季度】测试情况的报告"
    assert "以上。" in lines
