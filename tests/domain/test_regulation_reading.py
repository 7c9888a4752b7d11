"""Articles out of texts and tables, and which continues which."""

from random import Random
from typing import Any

import pytest

from quizapp.domain import regulation_compare
from quizapp.domain.regulation_compare import difference, matched
from quizapp.domain.regulation_file import read_regulation
from quizapp.domain.regulation_reading import read_articles
from quizapp.domain.regulations import Article

OLD = """某某规定
第一章　总则
第一条　为了规范礼品登记，制定本规定。
第二条　工作人员收到礼品的，应当在一个月内登记并上交。
第三条　办公用房按照标准安排，不得超面积使用。
（一）处室用房；
（二）会议用房。
第四条　公务用车实行统一管理，不得私用。
"""
NEW = """第一条　为了规范礼品登记，制定本规定。
第二条　任何人不得妨碍举报人反映问题。
第三条　工作人员收到礼品的，应当在十五日内登记并上交。
第四条　办公用房按照标准安排，不得超面积使用。
（一）处室用房；
（二）会议用房
附则
第五条　本规定自公布之日起施行。
"""


def test_a_text_is_cut_at_its_articles() -> None:
    articles = read_articles(OLD).articles
    assert [article.number for article in articles] == ["1", "2", "3", "4"]
    assert articles[2].text == "办公用房按照标准安排，不得超面积使用。\n（一）处室用房；\n（二）会议用房。"
    assert not articles[1].text.endswith("章")


def test_two_editions_are_laid_side_by_side() -> None:
    old = read_articles(OLD).articles
    new = read_articles(NEW, old).articles
    found = [(article.number, article.formerly, article.changed) for article in new]
    assert found == [
        ("1", "1", False), ("2", None, False), ("3", "2", True), ("4", "3", False), ("5", None, False)]  # fmt: skip
    said = difference(old, new)
    assert vars(said) == {
        "unchanged": ("1", "4"), "moved": ("4",), "changed": ("3",), "new": ("2", "5"), "dropped": ("4",)}  # fmt: skip


def test_no_old_article_is_continued_twice() -> None:
    old = [Article("1", text="收受礼品、礼金的，给予处分。")]
    new = [Article("1", text="收受礼品、礼金的，给予处分。"), Article("2", text="收受礼品、礼金、消费卡的，给予处分。")]
    assert [article.formerly for article in matched(old, new)] == ["1", None]


@pytest.mark.parametrize("line", ["**第一条** 甲", "第一条 甲", "第1条　甲", "  第 一 条 甲", "第一条：甲"])
def test_ways_to_begin_an_article(line: str) -> None:
    assert [(article.number, article.text) for article in read_articles(line).articles] == [("1", "甲")]


def test_a_reference_inside_a_line_begins_nothing() -> None:
    [article] = read_articles("第一条　依照第二条处理。\n第二条规定的情形除外。\n").articles
    assert article.text == "依照第二条处理。\n第二条规定的情形除外。"


@pytest.mark.parametrize("sign", ["\t", ","])
def test_a_table_says_what_continues_what(sign: str) -> None:
    rows = [
        "条号|原条号|是否修改|内容提要",
        "第一条|第一条|否|目的",
        "第二条|—|新增|举报",
        "第三条|第二条|是|登记期限",
        "||",
    ]
    articles = read_articles("\n".join(rows).replace("|", sign)).articles
    new = Article("2", None, False, "举报")
    assert articles == (Article("1", "1", False, "目的"), new, Article("3", "2", True, "登记期限"))


def test_a_list_keeps_its_numbers() -> None:
    first = read_articles("编号\t防控措施\t岗位\n1\t两人核对\t招标采购、财务\n2\t随机抽取\t质量监督\n").articles
    assert first[0] == Article("1", gist="两人核对", posts=("招标采购", "财务"))
    second = read_articles("编号\t防控措施\n1\t两人核对\n2\t系统随机抽取\n3\t轮岗\n", first).articles
    assert [(article.formerly, article.changed) for article in second] == [("1", False), ("2", True), (None, False)]


@pytest.mark.parametrize(
    ("text", "former", "words"),
    [
        ("没有条文", (), "No article was found"),
        ("第一条 甲\n第一条 乙", (), "第一条 stands there more than once"),
        ("第一条 甲", (Article("1"),), "only the numbers are kept"),
        ("\n".join(f"第{n}条 甲" for n in range(1501)), (Article("1", text="甲"),), "the limit is 1500"),
        ("第一条 " + "长" * 500_001, (Article("1", text="甲"),), "more than 500000 signs"),
        ("编号\t措施\n" + "长" * 70 + "\t甲", (), "A number is too long"),
    ],
)
def test_what_cannot_be_used_is_said(text: str, former: tuple[Article, ...], words: str) -> None:
    [problem] = read_articles(text, former).problems
    assert words in problem.text()


@pytest.mark.parametrize(
    "articles", ["[[1, 1, new]]", "[[1, null, same]]", "[[1, null, maybe]]", "[[1]]", "twelve", "[5]"]
)
def test_a_file_that_contradicts_itself_is_refused(articles: str) -> None:
    with pytest.raises(ValueError, match=r"not a regulation|does not go with"):
        read_regulation(f"{{code: a, title: b, kind: regulation, editions: [{{id: '1', articles: {articles}}}]}}")


def test_a_cell_of_endless_length_is_no_table() -> None:
    assert read_articles("编号,措施\n1," + "长" * 200_000).problems


def test_rows_that_are_no_entries_are_named() -> None:
    rows = "措施清单\n编号\t措施\n一、采购\n1\t核对\n【工作表】二\n措施\t编号\n抽查\t2\n合计\n第三条\n"
    handed = read_articles(rows)
    assert handed.articles == (Article("1", gist="核对"), Article("2", gist="抽查"))
    assert handed.left_out == ("措施清单", "一、采购", "合计", "第三条")
    assert read_articles("某某清单,,\n编号,措施,岗位\n1,核对,财务\n").articles == (
        Article("1", gist="核对", posts=("财务",)),
    )


def test_what_is_compared_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing all with all would take minutes for two large editions; benchmarks/compare.py measures such."""
    signs, chance, steps = [chr(0x4E00 + at) for at in range(100)], Random(7), []
    old, new = (
        [Article(str(number), text="".join(chance.choices(signs, k=333))) for number in range(100)] for _ in range(2)
    )
    find_homes = regulation_compare._homes

    def counted(first: Any, second: Any) -> Any:
        homes = find_homes(first, second)
        steps.append(sum(len(homes[pair]) for pairs in second.values() for pair in pairs & homes.keys()))
        return homes

    monkeypatch.setattr(regulation_compare, "_homes", counted)
    for most in (regulation_compare.MOST_STEPS, 5_000):
        monkeypatch.setattr(regulation_compare, "MOST_STEPS", most)
        assert not any(article.formerly for article in matched(old, [*new]))
    whole, cut = steps
    assert whole > 50_000
    assert 0 < cut <= 5_000
