"""What a file would change: each kind of change, warnings, and what a person may not change."""

from hypothesis import given
from hypothesis import strategies as st

from quizapp.roster.difference import (
    Present,
    PresentNode,
    PresentPerson,
    RosterDifference,
    difference,
    place,
    read_table,
)
from quizapp.roster.models import UnitKind
from tests.roster.files import HEAD, Rows, csv_file

NODES = (
    PresentNode(1, "D", UnitKind.DEPARTMENT, "示范省住房和城乡建设厅", None),
    PresentNode(2, "U1", UnitKind.UNIT, "机关", 1),
    PresentNode(3, "U2", UnitKind.UNIT, "总站", 1),
    PresentNode(4, "B1", UnitKind.BRANCH, "办公室党支部", 2),
    PresentNode(5, "B2", UnitKind.BRANCH, "人事处党支部", 2),
    PresentNode(6, "B3", UnitKind.BRANCH, "监督一科党支部", 3),
)
PEOPLE = (
    PresentPerson(1, "101", "张三", "", "", "", 4, False),
    PresentPerson(2, "102", "李四", "", "", "", 4, False),
    PresentPerson(3, "103", "王五", "", "", "", 6, False),
    PresentPerson(4, "104", "赵六", "", "", "", 5, True),
)
PRESENT = Present(NODES, PEOPLE, frozenset({"ADMIN"}))
ZHANG, LI = ("机关", "办公室党支部", "101", "张三"), ("机关", "办公室党支部", "102", "李四")
WANG = ("总站", "监督一科党支部", "103", "王五")


def found_in(rows: Rows, present: Present = PRESENT, head: tuple[str, ...] = HEAD) -> RosterDifference:
    read, problems = read_table("名册", csv_file([head, *rows]))
    assert problems == []
    return difference(read, present)


def said(found: RosterDifference) -> list[str]:
    return [f"{place(problem)}: {problem.text()}" for problem in found.problems]


def test_the_same_roster_changes_nothing() -> None:
    found = found_in([ZHANG, LI, WANG])
    assert found.is_empty
    assert (found.unchanged, found.missing) == (3, [])


def test_new_back_moved_changed_and_missing_are_told_apart() -> None:
    rows = [
        ("机关", "人事处党支部", "101", "张三"),
        ("机关", "人事处党支部", "104", "赵六"),
        ("机关", "人事处党支部", "105", "孙七"),
    ]
    found = found_in([*rows, (*WANG, "科长")])
    assert [(move.person.staff_no, move.target.branch_id) for move in found.moved] == [("101", 5)]
    assert [arrival.row.staff_no for arrival in found.back] == ["104"]
    assert [arrival.row.staff_no for arrival in found.new] == ["105"]
    assert [(change.person.staff_no, change.details) for change in found.changed] == [("103", (("duty", "", "科长"),))]
    assert [person.staff_no for person in found.missing] == ["102"]


def test_only_the_units_that_the_file_names_are_covered() -> None:
    assert found_in([ZHANG, LI]).missing == []


def test_a_column_that_is_missing_leaves_what_is_known() -> None:
    present = Present(NODES, (PresentPerson(1, "101", "张三", "处长", "", "138", 4, False),))
    assert found_in([ZHANG], present, HEAD[:4]).is_empty
    assert found_in([(*ZHANG, "", "", "")], present, HEAD).is_empty, "so does an empty cell"
    for sign in ("-", "－"):
        [change] = found_in([(*ZHANG, sign, sign, sign)], present, HEAD).changed
        assert change.details == (("duty", "处长", ""), ("phone", "138", ""))


def test_new_units_and_branches_are_named_once() -> None:
    rows = [("造价站", "一支部", "201", "甲"), ("造价站", "一支部", "202", "乙"), ("机关", "新支部", "203", "丙")]
    found = found_in(rows)
    assert found.new_units == ["造价站"]
    assert [(target.unit, target.branch) for target in found.new_branches] == [("造价站", "一支部"), ("机关", "新支部")]


def test_spaces_and_width_do_not_make_another_branch() -> None:
    assert found_in([(" 机 关", "办公室　党支部", "101", "张三"), LI]).is_empty


def test_a_second_person_of_a_name_is_pointed_out_with_both_numbers() -> None:
    found = found_in([("机关", "办公室党支部", "999", "张三"), ("机关", "办公室党支部", "998", "张三")])
    pairs = [(namesake.number, namesake.other_number) for namesake in found.namesakes]
    assert pairs == [("999", "101"), ("998", "101"), ("998", "999")]


def test_codes_of_branches_must_fit() -> None:
    head = (*HEAD[:4], "支部编号")
    assert found_in([(*ZHANG, "B1"), (*LI, "b1")], head=head).is_empty
    rows = [
        ("机关", "办公室党支部", "101", "张三", "B2"),
        ("机关", "新支部", "105", "甲", "B2"),
        ("机关", "办公室党支部", "102", "李四", "B9"),
        ("机关", "甲支部", "106", "乙", "B8"),
        ("机关", "乙支部", "107", "丙", "B8"),
    ]
    assert [line.split(":")[0] for line in said(found_in(rows, head=head))] == [
        "row 2, column “支部编号”",
        "row 3, column “支部编号”",
        "row 4, column “支部编号”",
        "row 6, column “支部编号”",
    ]


def test_a_number_that_is_another_account_is_refused() -> None:
    assert said(found_in([("机关", "办公室党支部", "admin", "系统")])) == [
        "row 2, column “工号”: ADMIN is the sign-in name of another account."
    ]


def test_rows_beyond_ones_units_are_refused_one_by_one() -> None:
    elsewhere = PresentPerson(7, "107", "周八", "", "", "", 6, False)
    unit_one = Present(NODES, (*PEOPLE, elsewhere), frozenset(), frozenset({2, 4, 5}))
    rows = [
        ZHANG,
        WANG,
        ("造价站", "一支部", "201", "甲"),
        ("机关", "新支部", "202", "乙"),
        ("机关", "办公室党支部", "107", "周八"),
    ]
    found = found_in(rows, unit_one)
    assert said(found) == [
        "row 3, column “单位”: “总站” is not among the units you may change.",
        "row 4, column “单位”: There is no unit “造价站” among those you may change.",
        "row 6, column “工号”: 107 belongs to a branch you may not change; ask the organizer of the department.",
    ]
    assert [target.branch for target in found.new_branches] == ["新支部"]


def test_somebody_for_one_branch_changes_that_branch_alone() -> None:
    branch_one = Present(NODES, PEOPLE, frozenset(), frozenset({4}))
    found = found_in([ZHANG, ("机关", "人事处党支部", "205", "甲"), ("机关", "新支部", "206", "乙")], branch_one)
    assert len(said(found)) == 2
    assert [person.staff_no for person in found.missing] == ["102"]


PLACES = st.sampled_from(
    [("机关", "办公室党支部"), ("机关", "人事处党支部"), ("总站", "监督一科党支部"), ("造价站", "一支部")]
)
NUMBERS = st.lists(st.integers(100, 108), unique=True, min_size=1)


@given(st.data(), NUMBERS)
def test_each_row_is_counted_once(data: st.DataObject, numbers: list[int]) -> None:
    rows = [(*data.draw(PLACES), number, data.draw(st.sampled_from("甲乙丙"))) for number in numbers]
    found = found_in(rows)
    placed = [arrival.row.staff_no for arrival in (*found.new, *found.back)]
    placed += [move.person.staff_no for move in found.moved]
    stay = {change.person.staff_no for change in found.changed} - set(placed)
    assert len(placed) == len(set(placed))
    assert len(placed) + len(stay) + found.unchanged == len(rows)
