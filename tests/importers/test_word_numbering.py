"""Automatic numbers are worked out to what a person sees in Word."""

import pytest

from quizapp.importers.word_numerals import formatted
from tests.support.word_files import level, lines, listed, lists, p

QUESTIONS = level(0, "%1、") + level(1, "%2.", "upperLetter")

SHOWN = {
    "decimal": {1: "1", 27: "27"},
    "decimalZero": {3: "03", 12: "12"},
    "decimalFullWidth": {12: "１２"},
    "decimalHalfWidth": {12: "12"},
    "decimalEnclosedCircle": {1: "①", 20: "⑳", 21: "㉑", 36: "36"},
    "decimalEnclosedCircleChinese": {10: "⑩"},
    "decimalEnclosedFullstop": {1: "⒈", 20: "⒛", 21: "21"},
    "decimalEnclosedParen": {2: "⑵"},
    "upperLetter": {1: "A", 26: "Z", 27: "AA", 28: "BB", 53: "AAA"},
    "lowerLetter": {4: "d"},
    "upperRoman": {4: "IV", 9: "IX", 44: "XLIV", 1994: "MCMXCIV"},
    "lowerRoman": {8: "viii"},
    "chineseCounting": {1: "一", 10: "十", 11: "十一", 20: "二十", 99: "九十九", 101: "一○一"},
    "taiwaneseCounting": {12: "十二"},
    "chineseCountingThousand": {10: "十", 15: "十五", 30: "三十", 100: "一百", 101: "一百零一", 110: "一百一十"},
    "taiwaneseCountingThousand": {1002: "一千零二"},
    "chineseLegalSimplified": {12: "壹拾贰", 105: "壹佰零伍"},
    "ideographLegalTraditional": {3: "參"},
    "japaneseCounting": {10: "十", 100: "百", 111: "百十一", 230: "二百三十"},
    "japaneseLegal": {10: "壱拾"},
    "ideographDigital": {10: "一〇", 21: "二一"},
    "japaneseDigitalTenThousand": {10: "一〇"},
    "taiwaneseDigital": {10: "一○"},
    "ideographTraditional": {1: "甲", 10: "癸", 11: "11"},
    "ideographZodiac": {12: "亥"},
    "ideographEnclosedCircle": {2: "㊁"},
    "numberInDash": {7: "- 7 -"},
    "ordinal": {1: "1st", 12: "12th", 22: "22nd", 103: "103rd"},
    "hex": {26: "1A"},
    "none": {5: ""},
    "somethingNew": {5: "5"},
}


@pytest.mark.parametrize(("format", "number"), [(name, number) for name, pairs in SHOWN.items() for number in pairs])
def test_every_format_shows_the_number_as_word_does(format: str, number: int) -> None:
    assert formatted(number, format) == SHOWN[format][number]


@pytest.mark.parametrize("format", SHOWN)
@pytest.mark.parametrize("number", [-1, 0, 10**9])
def test_a_number_outside_a_format_stands_in_digits(format: str, number: int) -> None:
    assert formatted(number, format) in {"", str(number)} or format in {"decimalZero"}


def test_a_custom_format_pads_with_zeros() -> None:
    assert formatted(7, "custom", "001, 002, 003, ...") == "007"


def test_questions_and_options_are_numbered_though_nothing_is_in_the_text() -> None:
    body = listed("甲", level=0) + listed("子", level=1) + listed("丑", level=1) + p("答案：A")
    body += listed("乙", level=0) + listed("寅", level=1)
    read = lines(body, numbering=lists(QUESTIONS))
    assert read == ["1、\t甲", "A.\t子", "B.\t丑", "答案：A", "2、\t乙", "A.\t寅"]


def test_several_levels_in_one_number() -> None:
    definition = (
        level(0, "第%1章", "chineseCountingThousand") + level(1, "%1.%2") + level(2, "%1.%2.%3", inside="<w:isLgl/>")
    )
    body = listed("甲") + listed("乙", level=1) + listed("丙", level=2)
    assert lines(body, numbering=lists(definition)) == ["第一章\t甲", "一.1\t乙", "1.1.1\t丙"]


def test_a_level_used_before_its_upper_level_shows_the_start_of_that() -> None:
    definition = level(0, "%1", start=3) + level(1, "%1.%2")
    assert lines(listed("甲", level=1) + listed("乙"), numbering=lists(definition)) == ["3.1\t甲", "4\t乙"]


@pytest.mark.parametrize(("suffix", "between"), [("tab", "\t"), ("space", " "), ("nothing", "")])
def test_the_suffix_stands_between_number_and_text(suffix: str, between: str) -> None:
    definition = level(0, "%1.", inside=f'<w:suff w:val="{suffix}"/>')
    assert lines(listed("甲"), numbering=lists(definition)) == [f"1.{between}甲"]


def test_start_and_decimal_zero() -> None:
    definition = level(0, "(%1)", "decimalZero", start=8)
    read = lines(listed("甲") + listed("乙") + listed("丙"), numbering=lists(definition))
    assert read == ["(08)\t甲", "(09)\t乙", "(10)\t丙"]


@pytest.mark.parametrize(("restart", "numbers"), [(None, ["1", "1"]), (0, ["1", "2"]), (1, ["1", "1"])])
def test_a_level_restarts_under_the_next_one_above_unless_it_says_otherwise(
    restart: int | None, numbers: list[str]
) -> None:
    told = "" if restart is None else f'<w:lvlRestart w:val="{restart}"/>'
    definition = level(0, "%1、") + level(1, "%2", inside=told)
    body = listed("甲") + listed("子", level=1) + listed("乙") + listed("丑", level=1)
    assert lines(body, numbering=lists(definition))[1::2] == [f"{numbers[0]}\t子", f"{numbers[1]}\t丑"]


def test_a_level_may_restart_only_under_the_first_level() -> None:
    definition = level(0, "%1") + level(1, "%2") + level(2, "%3", inside='<w:lvlRestart w:val="1"/>')
    body = "".join(listed("", level=depth) for depth in (0, 1, 2, 1, 2, 0, 2))
    assert [line.strip() for line in lines(body, numbering=lists(definition))] == ["1", "1", "1", "2", "2", "2", "1"]


def test_two_lists_on_one_definition_count_on() -> None:
    numbering = lists(level(0, "%1."), numbers={2: '<w:abstractNumId w:val="0"/>'})
    body = listed("甲") + listed("乙", 2) + listed("丙", 1)
    assert lines(body, numbering=numbering) == [
        "1.\t甲",
        "2.\t乙",
        "3.\t丙",
    ]


def test_a_list_that_overrides_the_start_begins_anew_once() -> None:
    override = '<w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering = lists(level(0, "%1.", "upperLetter"), numbers={2: override, 3: override})
    body = listed("甲") + listed("乙") + listed("子", 2) + listed("丑", 2) + listed("寅", 3)
    assert lines(body, numbering=numbering) == ["A.\t甲", "B.\t乙", "A.\t子", "B.\t丑", "A.\t寅"]


def test_a_list_may_replace_a_level() -> None:
    replaced = (
        f'<w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">{level(0, "（%1）", "chineseCounting")}</w:lvlOverride>'
    )
    assert lines(listed("甲", 2), numbering=lists(level(0, "%1."), numbers={2: replaced})) == ["（一）\t甲"]


STYLES = (
    '<w:style w:type="paragraph" w:styleId="question"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="child"><w:basedOn w:val="question"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="option"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
)


def styled(text: str, style: str, more: str = "") -> str:
    return p(text, properties=f'<w:pStyle w:val="{style}"/>{more}')


def test_styles_carry_numbers_also_to_the_styles_based_on_them() -> None:
    linked = level(0, "%1.", inside='<w:pStyle w:val="question"/>')
    linked += level(1, "%2)", "lowerLetter", inside='<w:pStyle w:val="option"/>')
    body = styled("甲", "question") + styled("子", "option") + styled("乙", "child")
    assert lines(body, numbering=lists(linked), styles=STYLES) == ["1.\t甲", "a)\t子", "2.\t乙"]


def test_a_paragraph_may_put_off_the_number_of_its_style() -> None:
    off = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'
    body = styled("甲", "question", off) + styled("乙", "question")
    assert lines(body, numbering=lists(level(0, "%1.")), styles=STYLES) == ["甲", "1.\t乙"]


def test_a_list_style_holds_the_levels_for_a_definition_that_links_to_it() -> None:
    style = '<w:style w:type="numbering" w:styleId="L"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    numbering = lists('<w:numStyleLink w:val="L"/>', '<w:styleLink w:val="L"/>' + level(0, "%1）", "chineseCounting"))
    assert lines(listed("甲", 1), numbering=numbering, styles=style) == ["一）\t甲"]


def test_styles_in_a_circle_end() -> None:
    styles = (
        '<w:style w:styleId="a"><w:basedOn w:val="b"/></w:style><w:style w:styleId="b"><w:basedOn w:val="a"/></w:style>'
    )
    linked = lists('<w:numStyleLink w:val="a"/>')
    assert lines(styled("甲", "a") + listed("乙"), styles=styles, numbering=linked) == ["甲", "乙"]


def test_a_format_of_a_newer_word_stands_in_an_alternative() -> None:
    choice = '<mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, ..."/></mc:Choice>'
    fallback = '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback>'
    definition = (
        f'<w:lvl w:ilvl="0"><w:start w:val="1"/><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent>'
        '<w:lvlText w:val="%1."/></w:lvl>'
    )
    assert lines(listed("甲"), numbering=lists(definition)) == ["001.\t甲"]


def test_bullets_are_left_out_but_a_tick_is_kept() -> None:
    def bullet(sign: str) -> str:
        return level(0, sign, "bullet", '<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr>')

    numbering = lists(bullet("\uf06c"), bullet("\uf0fc"))
    assert lines(listed("甲", 1) + listed("乙", 2), numbering=numbering) == ["甲", "√\t乙"]


def test_a_number_that_is_hidden_is_not_shown() -> None:
    definition = level(0, "%1.", inside="<w:rPr><w:vanish/></w:rPr>") + level(1, "%1-%2")
    assert lines(listed("甲") + listed("乙", level=1), numbering=lists(definition)) == ["甲", "1-1\t乙"]


def test_lists_that_do_not_exist_give_no_number() -> None:
    assert lines(listed("甲", 9) + listed("乙", level=8) + listed("丙", level=99), numbering=lists(level(0, "%1"))) == [
        *("甲", "乙", "丙"),
    ]


def test_a_deleted_paragraph_does_not_count() -> None:
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del w:id="1"/></w:rPr>'
    gone = p("<w:del w:id='2'><w:r><w:delText>旧题</w:delText></w:r></w:del>", properties=numbered)
    assert lines(listed("甲") + gone + listed("乙"), numbering=lists(level(0, "%1."))) == ["1.\t甲", "2.\t乙"]
