"""What the register says of a citation: does it exist, is it in force, what became of the article."""

from dataclasses import replace
from datetime import date

import pytest

from quizapp.banks.staleness import stale_items
from quizapp.domain.bank import Bank, Citation, Item, ItemType, Regulation
from quizapp.domain.citations import faults, find_citation
from quizapp.domain.regulations import (
    Article,
    ChangeKind,
    FaultKind,
    Kind,
    Register,
    Registered,
    RegisteredEdition,
    changed_by,
    judge,
)
from quizapp.domain.titles import plain_title, same_title

TODAY = date(2026, 3, 10)
RULES = Registered(
    "rules",
    "中国共产党某某规定（试行）",
    short_titles=("某某规定",),
    editions=(
        RegisteredEdition("2016", None, tuple(Article(str(n)) for n in range(1, 5))),
        RegisteredEdition("2018", date(2018, 1, 1), (
            Article("1", "1"), Article("2"), Article("3", "2", changed=True), Article("4", "3"), Article("5", "4"))),
        RegisteredEdition("2023", date(2023, 1, 1), (
            Article("1", "1"), Article("2", "3"), Article("3", "4", changed=True), Article("4", "2"))),
        RegisteredEdition("2030", date(2030, 1, 1), (Article("1", "1", changed=True), Article("2", "2"))),
    ),
)  # fmt: skip
LAW = Registered("law", "中华人民共和国招标投标法", editions=(RegisteredEdition("2017", None, (Article("24"),)),))
LIST = Registered(
    "list", "廉政风险防控措施", kind=Kind.MEASURES, editions=(RegisteredEdition("2026", None, (Article("17"),)),)
)
REGISTER = Register((RULES, LAW, LIST))


def followed(edition: str, article: str, register: Register = REGISTER) -> list[tuple[str, str, str | None]]:
    found = changed_by(Citation("rules", edition, article), register)
    return [(change.kind.value, change.edition, change.article) for change in found]


def until(edition: str) -> Register:
    """The register before anything newer than that edition was registered."""
    places = [each.id for each in RULES.editions].index(edition) + 1
    return Register((Registered("rules", RULES.title, editions=RULES.editions[:places]),))


@pytest.mark.parametrize(
    ("cited", "article", "known", "found"),
    [
        ("2018", "第一条", "2023", [("same", "2023", "1")]),
        ("2018", "第三条", "2023", [("moved", "2023", "2")]),
        ("2018", "第四条", "2023", [("changed", "2023", "3")]),
        ("2018", "第五条", "2023", [("dropped", "2023", None)]),
        ("2018", "第二条", "2023", [("moved", "2023", "4")]),
        ("2016", "第二条", "2018", [("changed", "2018", "3")]),
        ("2016", "第二条", "2023", [("changed", "2018", "2")]),  # changed first, moved afterwards
        ("2016", "第三条", "2023", [("changed", "2023", "3")]),  # moved first, changed afterwards
        ("2016", "第四条", "2023", [("dropped", "2023", None)]),
        ("2023", "第四条", "2023", []),
        ("2018", "第九十九条", "2023", []),
        ("1999", "第一条", "2023", []),
        ("2018", "第一条、第五条", "2023", [("same", "2023", "1"), ("dropped", "2023", None)]),
    ],
)
def test_an_article_is_followed_through_every_edition(
    cited: str, article: str, known: str, found: list[tuple[str, str, str | None]]
) -> None:
    assert followed(cited, article, until(known)) == found


@pytest.mark.parametrize(
    ("citation", "kinds"),
    [
        (Citation("rules", "2023", "第一条"), []),
        (Citation("rules", "2023年修订", "第一条"), []),
        (Citation("某某规定", "2023", "第一条"), []),
        (Citation("rules", "2018", "第一条"), [FaultKind.SUPERSEDED]),
        (Citation("rules", "2018", "第六条"), [FaultKind.NO_SUCH_ARTICLE, FaultKind.SUPERSEDED]),
        (Citation("rules", "2030", "第一条"), []),
        (Citation("rules", "2019", "第一条"), [FaultKind.UNKNOWN_EDITION]),
        (Citation("other", "2019", "第一条"), [FaultKind.UNKNOWN_REGULATION]),
        (Citation("law", "2017", "第二十四条"), []),
        (Citation("list", "2026", "17"), []),
        (Citation("list", "2026", "304"), [FaultKind.NO_SUCH_ARTICLE]),
    ],
)
def test_faults_of_a_citation(citation: Citation, kinds: list[FaultKind]) -> None:
    assert [fault.kind for fault in judge(citation, REGISTER, TODAY)] == kinds


def test_an_edition_supersedes_from_its_day_on() -> None:
    citation = Citation("rules", "2023", "第二条")
    assert not judge(citation, REGISTER, date(2029, 12, 31))
    [fault] = judge(citation, REGISTER, date(2030, 1, 1))
    assert fault.problem.params["newer"] == "2030"


def test_the_sentence_says_where_the_article_stands_now() -> None:
    [fault] = judge(Citation("rules", "2018", "第四条"), until("2023"), TODAY)
    assert fault.problem.text().endswith("In the edition 2023 it is 第三条: compare, then cite that.")
    [same] = judge(Citation("rules", "2018", "第三条"), until("2023"), TODAY)
    assert same.problem.text().endswith("it is 第二条, in the same words: cite that.")
    [gone] = judge(Citation("rules", "2018", "第五条"), until("2023"), TODAY)
    assert "which the edition 2023 has superseded" in gone.problem.text()


def test_a_bank_may_call_a_regulation_by_a_code_of_its_own() -> None:
    bank = Bank("题库", (), regulations=(Regulation("mine", "《中国共产党某某规定》"), Regulation("no", "别的规定")))
    assert not judge(Citation("mine", "2023", "第一条"), REGISTER, TODAY, bank)
    [fault] = judge(Citation("no", "2023", "第一条"), REGISTER, TODAY, bank)
    assert fault.problem.params == {"regulation": "别的规定"}


def test_the_items_under_a_case_are_judged_with_it() -> None:
    leaf = Item("c-1", ItemType.TRUE_FALSE, "对吗", key=("true",), citations=(Citation("law", "2017", "第五条"),))
    case = Item("c", ItemType.CASE, "案情", items=(leaf,))
    assert [fault.kind for fault in faults(case, REGISTER, TODAY)] == [FaultKind.NO_SUCH_ARTICLE]


def test_an_older_edition_may_be_cited_beside_the_one_in_force() -> None:
    """An item that asks what has changed cites both; until the newer one is in force, or without it, it is a fault."""
    item = Item("i", ItemType.TRUE_FALSE, "对吗", key=("true",))
    older, newer = Citation("rules", "2018", "第四条"), Citation("rules", "2023", "第三条")

    def kinds(*citations: Citation, today: date = TODAY) -> list[FaultKind]:
        return [fault.kind for fault in faults(replace(item, citations=citations), REGISTER, today)]

    assert kinds(older) == [FaultKind.SUPERSEDED]
    assert kinds(older, newer) == kinds(newer, older) == []
    assert kinds(older, Citation("law", "2017", "第二十四条")) == [FaultKind.SUPERSEDED]
    assert kinds(older, newer, today=date(2030, 1, 1)) == [FaultKind.SUPERSEDED, FaultKind.SUPERSEDED]
    assert kinds(older, Citation("rules", "2023", "第九条")) == [FaultKind.NO_SUCH_ARTICLE]


def test_what_compares_two_editions_waits_only_for_a_newer_one() -> None:
    older, newer = Citation("rules", "2018", "第四条"), Citation("rules", "2023", "第一条")

    def waiting(*citations: Citation, known: str) -> list[str]:
        item = Item("i", ItemType.TRUE_FALSE, "对吗", key=("true",), citations=citations)
        return [stale.edition for stale in stale_items(Bank("题库", (item,)), until(known))]

    assert waiting(older, known="2023") == ["2023"]
    assert waiting(older, newer, known="2023") == waiting(older, Citation("rules", "2023", "3"), known="2023") == []
    assert waiting(Citation("rules", "2016", "第二条"), newer, known="2023") == []
    assert waiting(older, newer, known="2030") == ["2030"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("《某某规定》第三条", ("rules", "2023", "第三条")),
        ("依据：《中国共产党某某规定（试行）》 第三条、第四条。", ("rules", "2023", "第三条、第四条")),
        ("《某某规定》（2018年修订）第3条", ("rules", "2018", "第3条")),
        ("某某规定2016版第二条", ("rules", "2016", "第二条")),
        ("某某规定（1999年）第二条", ("rules", "1999", "第二条")),
        ("招标投标法第二十四条规定", ("law", "2017", "第二十四条")),
        ("《中华人民共和国招标投标法》第二十四条", ("law", "2017", "第二十四条")),
        ("《廉政风险防控措施》第17项", ("list", "2026", "17")),
        ("廉政风险防控措施 17", ("list", "2026", "17")),
        ("《某某规定》总则", None),
        ("《别的规定》第三条", None),
        ("", None),
    ],
)
def test_citations_in_running_text(text: str, found: tuple[str, str, str] | None) -> None:
    citation = find_citation(text, REGISTER, TODAY)
    assert (citation and (citation.regulation, citation.edition, citation.article)) == found


def test_the_longest_title_wins() -> None:
    longer = Registered("longer", "某某规定实施细则", editions=(RegisteredEdition("2020", None, (Article("2"),)),))
    found = find_citation("《某某规定实施细则》第二条", Register((RULES, longer)), TODAY)
    assert found == Citation("longer", "2020", "第二条")


def test_titles() -> None:
    assert plain_title("《某某规定（试行）》") == plain_title("某某规定(2018年修订)") == "某某规定"
    assert same_title("招标投标法", [LAW.title])
    assert not same_title("招标投标法实施条例", [LAW.title])


def test_before_the_first_edition_takes_effect_the_first_counts() -> None:
    assert RULES.in_force(date(2017, 1, 1)) == RULES.editions[0]
    later = Registered("x", "x", editions=RULES.editions[1:])
    assert later.in_force(date(2010, 1, 1)) == RULES.editions[1]
    assert Registered("x", "x").in_force(TODAY) is None


def test_what_changed_and_then_moved_is_still_changed() -> None:
    [change] = changed_by(Citation("rules", "2016", "第二条"), until("2023"))
    assert change.kind is ChangeKind.CHANGED
