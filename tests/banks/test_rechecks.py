"""Which items a bank's citations put in question, and what is left of a bank without them."""

from datetime import date

from quizapp.banks.coverage import coverage_of, posts_covered
from quizapp.banks.staleness import flagged, stale_items, without
from quizapp.domain.bank import Bank, Citation, Item, ItemType
from quizapp.domain.regulations import Article, FaultKind, Kind, Register, Registered, RegisteredEdition

RULES = Registered("r", "某规定", editions=(
    RegisteredEdition("1", None, tuple(Article(str(n)) for n in range(1, 5))),
    RegisteredEdition("2", None, (Article("1", "1", changed=True), Article("2", "2"), Article("3", "3"))),
    RegisteredEdition("3", None, (Article("1", "1"), Article("2", "2", changed=True), Article("3", "3"))),
))  # fmt: skip
MEASURES = Registered("m", "措施", kind=Kind.MEASURES, editions=(
    RegisteredEdition("1", None, (Article("1", posts=("财务",)), Article("2", posts=("财务", "采购")))),
))  # fmt: skip
REGISTER = Register((RULES, MEASURES))


def item(name: str, *articles: str, edition: str = "1", regulation: str = "r", posts: tuple[str, ...] = ()) -> Item:
    cited = tuple(Citation(regulation, edition, article) for article in articles)
    return Item(name, ItemType.TRUE_FALSE, name, key=("true",), citations=cited, posts=posts)


CASE = Item("c", ItemType.CASE, "案情", items=(item("c-1", "第一条"), item("c-2", "第三条")))
BANK = Bank("库", (item("a", "第一条"), item("b", "第三条"), item("d", "第四条"), item("e", "第一条", "第二条"), CASE))


def test_each_item_names_the_edition_that_puts_it_in_question() -> None:
    found = {(each.item_id, each.edition): each.articles for each in stale_items(BANK, REGISTER)}
    assert found == {("a", "2"): ("1",), ("d", "2"): (), ("e", "2"): ("1",), ("e", "3"): ("2",), ("c-1", "2"): ("1",)}
    assert stale_items(BANK, REGISTER, "m") == []


def test_a_case_leaves_with_any_of_its_items() -> None:
    assert [each.id for each in without(BANK, frozenset({"c-1", "a"})).items] == ["b", "d", "e"]
    assert without(BANK, frozenset()) is BANK


def test_flags_come_by_item() -> None:
    found = flagged(BANK, REGISTER, date(2026, 1, 1))
    assert set(found) == {"a", "b", "d", "e", "c"}
    assert {fault.kind for faults in found.values() for fault in faults} == {FaultKind.SUPERSEDED}
    assert flagged(BANK, Register(), date(2026, 1, 1)) == {}


def test_coverage_counts_items_once_for_each_entry() -> None:
    banks = [
        Bank("甲", (item("a", "1", "第1项", regulation="m", posts=("财务", "门卫")), item("b", "1", regulation="m")))
    ]
    rows = coverage_of(MEASURES, MEASURES.editions[0], banks, REGISTER)
    assert [(row.article.number, row.items) for row in rows] == [("1", 2), ("2", 0)]
    posts = [
        (post.name, post.items, post.entries, post.cited) for post in posts_covered(MEASURES.editions[0], rows, banks)
    ]
    assert posts == [("财务", 1, 2, 1), ("采购", 0, 1, 0), ("门卫", 1, 0, 0)]
