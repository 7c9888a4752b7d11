"""The health of a bank says what is there, with its numbers, and nothing where there is too little to judge."""

from dataclasses import replace
from pathlib import Path

from quizapp.domain.bank import Bank, Citation, Item, ItemType, Option
from quizapp.domain.bank_health import Finding, Health, Level, Ref, health_of
from quizapp.domain.bank_yaml import read_bank
from quizapp.domain.key_habits import chance_of_square

WORDS = ("甲种情形", "乙种情形", "丙种情形", "丁种情形")
STEMS = [
    f"{sign * 3}的职责由哪个部门承担" for sign in "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳"
]


def single(number: int, key: str = "A", texts: tuple[str, ...] = WORDS, **rest: object) -> Item:
    options = tuple(Option(letter, text) for letter, text in zip("ABCD", texts, strict=False))
    return Item(f"s{number}", ItemType.SINGLE, STEMS[number], options, (key,), **rest)  # type: ignore[arg-type]


def statements(true: int, false: int) -> list[Item]:
    keys = ["true"] * true + ["false"] * false
    return [Item(f"t{n}", ItemType.TRUE_FALSE, STEMS[n], key=(key,)) for n, key in enumerate(keys)]


def of(*items: Item) -> Health:
    return health_of(Bank("题库", items))


def about(findings: tuple[Finding, ...], words: str) -> Finding:
    (one,) = [finding for finding in findings if words in finding.says.text()]
    return one


def test_uneven_keys_are_told_from_twenty_items_on() -> None:
    uneven = about(of(*(single(n) for n in range(20))).guessable, "single choice items are uneven")
    assert uneven.level is Level.WARNING
    assert "A 100%、B 0%、C 0%、D 0%" in uneven.says.text()
    even = about(of(*(single(n, "ABCD"[n % 4]) for n in range(20))).guessable, "spread evenly enough")
    assert even.level is Level.GOOD
    assert about(of(*(single(n) for n in range(19))).guessable, "too few to tell").level is Level.GOOD


def test_the_chance_of_a_square_is_that_of_the_tables() -> None:
    for square, freedom in ((7.815, 3), (3.841, 1), (18.307, 10)):
        assert abs(chance_of_square(square, freedom) - 0.05) < 0.003
    assert abs(chance_of_square(11.345, 3) - 0.01) < 0.001


def test_the_longest_option_is_held_against_chance() -> None:
    long = ("这一种情形写得最长最完整", "乙种情形", "丙种情形", "丁种情形")
    told = about(of(*(single(n, "A", long) for n in range(20))).guessable, "longest option is right in 100% of 20")
    assert (told.level, told.says.params["chance"]) == (Level.WARNING, "25%")
    same_length = about(of(*(single(n, "A") for n in range(20))).guessable, "longest option")
    assert (same_length.level, same_length.says.params["share"]) == (Level.GOOD, "25%")


def test_ticking_everything_and_judging_all_true_are_told() -> None:
    all_right = [replace(single(n), type=ItemType.MULTIPLE, key=tuple("ABCD" if n < 3 else "AB")) for n in range(10)]
    told = about(of(*all_right).guessable, "In 3 of 10 multiple choice items (30%) all options are right, so")
    assert told.groups == ((Ref("s0"),), (Ref("s1"),), (Ref("s2"),))
    assert (
        about(of(*statements(18, 2)).guessable, "18 of 20 true/false items (90%) are true, so").level is Level.WARNING
    )
    assert about(of(*statements(2, 18)).guessable, "are true, so").level is Level.WARNING
    assert about(of(*statements(12, 8)).guessable, "12 of 20 true/false items (60%) are true.").level is Level.GOOD


def test_options_that_speak_of_options_are_named() -> None:
    summary = single(0, "C", ("甲种", "乙种", "以上都是"))
    naming = single(1, "C", ("甲种", "乙种", "A和B"))
    bank = of(
        *(
            replace(item, options=tuple(replace(each, fixed=True) for each in item.options))
            for item in (summary, naming)
        )
    )
    assert about(bank.guessable, "name other options").groups == ((Ref("s1"),),)
    assert about(bank.guessable, "以上都是").says.params == {"n": 1, "right": 1}
    many = about(of(*(replace(summary, id=f"a{n}", stem=STEMS[n]) for n in range(4))).guessable, "以上都是")
    assert many.level is Level.WARNING


def test_what_is_missing_is_listed_with_its_items() -> None:
    cited = (Citation("law", "2024", "第一条"),)
    items = [single(n, topic="监督", citations=cited, difficulty=3) for n in range(3)]
    bank = of(*items, single(3, topic="采购"), single(4))
    assert about(bank.coverage, "name no citation").says.text().startswith("2 of 5 items")
    assert about(bank.coverage, "have no topic").groups == ((Ref("s4"),),)
    assert "采购（1）" in about(bank.coverage, "fewer than 3").says.text()
    assert about(bank.coverage, "difficulty 3").level is Level.NOTE
    assert about(of(*items).coverage, "1 topics has 3 items or more").level is Level.GOOD


def test_essays_are_named_because_no_paper_draws_them() -> None:
    essay = Item("e", ItemType.ESSAY, "试述廉洁纪律的主要内容")
    case = Item("c", ItemType.CASE, "材料", items=(replace(essay, id="c-1", stem="如何处理这一情形"),))
    assert about(of(essay, case, single(0)).coverage, "no paper draws them").groups == ((Ref("e"),), (Ref("c"),))


def test_repeated_questions_are_graver_than_like_ones() -> None:
    stem = "党员受到警告处分后多长时间内不得提升职务"
    items = [
        replace(single(0), id=name, stem=text, key=(key,))
        for name, text, key in (("a", stem, "A"), ("b", stem, "B"), ("c", stem.replace("警告", "严重警告"), "A"))
    ]
    health = of(*items)
    assert [finding.level for finding in health.repeated] == [Level.SERIOUS, Level.NOTE]
    assert health.count(Level.SERIOUS) == 1
    elsewhere = health_of(Bank("甲", (items[0],)), {9: Bank("乙", (items[1],))}).repeated[0]
    assert "other banks answer differently" in elsewhere.says.text()
    assert elsewhere.groups == ((Ref("a"), Ref("b", 9)),)


def test_the_shipped_bank_is_sound() -> None:
    path = Path(__file__).parents[2] / "question_banks" / "integrity-basics.yaml"
    health = health_of(read_bank(path.read_bytes()))
    assert (health.count(Level.SERIOUS), health.count(Level.WARNING)) == (0, 0)


def test_a_bank_of_essays_alone_is_no_trouble() -> None:
    assert of(Item("e", ItemType.ESSAY, "试述")).items == 1
