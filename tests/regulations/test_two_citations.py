"""An item may rest on several articles; its recheck names each that is concerned."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quizapp.banks.models import ItemRecheck
from quizapp.banks.operations import add_bank
from quizapp.db import db
from tests.regulations.test_pages import post
from tests.support.cast import Cast

OLD = "第一条　目的。\n第二条　应当在一个月内登记。\n第三条　每年公开一次。\n第四条　自公布之日起施行。\n"
NEW = "第一条　目的。\n第二条　任何人可以举报。\n第三条　应当在十五日内登记。\n第四条　自公布之日起施行。\n"
BANK = """title: 题库
regulations: [{id: gifts, title: 礼品登记规定, editions: [{id: "2020"}]}]
items:
  - id: q1
    type: true_false
    stem: 登记和公开
    key: 正确
    citation:
      - {regulation: gifts, edition: "2020", article: 第一条、第二条}
      - {regulation: gifts, edition: "2020", article: 第三条}
"""


def test_every_article_concerned_is_named(app: Flask, cast: Cast, browse: Callable[[str], FlaskClient]) -> None:
    client = browse("ORG")
    address = post(client, "/regulations/new", "register", text=OLD).location
    with app.app_context():
        bank_id = add_bank(
            uploader_id=cast.organizer.account_id, unit_id=cast.department, file_name="b.yaml", source=BANK.encode()
        ).bank_id
    data = {"name": "2026", "effective": "2026-01-01", "text": NEW, "act": "register"}
    assert client.post(f"{address}/editions/new", data=data).status_code == 302
    page = client.get(f"/banks/{bank_id}/rechecks").text
    assert "2020 年版第二条：2026 年版为第三条，内容有改动" in page
    assert "2020 年版第三条：2026 年版已删去" in page
    assert "第一条：" not in page, "that one is the same"
    with app.app_context():
        row = db.session.scalars(select(ItemRecheck)).one()
        assert (row.cited_article, row.article) == ("第二条、第三条", "3")
