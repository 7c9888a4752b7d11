"""Moodle XML as Moodle writes it, with every kind of question of its documented example."""

import pytest

from quizapp.domain.bank import ItemType
from quizapp.importers.reading import Refused
from tests.importers.exchange_reading import moodle_xml, only, said, texts


def quiz(*questions: str) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n' + "\n".join(questions) + "\n</quiz>"


def question(kind: str, inside: str, stem: str = "<p>题干</p>") -> str:
    return (
        f'<question type="{kind}">\n<name><text>名</text></name>\n'
        f'<questiontext format="html"><text><![CDATA[{stem}]]></text></questiontext>\n{inside}\n</question>'
    )


def answer(text: str, fraction: object, feedback: str = "") -> str:
    return (
        f'<answer fraction="{fraction}" format="html"><text><![CDATA[{text}]]></text>'
        f"<feedback><text>{feedback}</text></feedback></answer>"
    )


def test_a_single_choice() -> None:
    inside = "\n".join(
        (
            "<defaultgrade>2.0000000</defaultgrade><idnumber>q-1</idnumber><hidden>0</hidden>",
            "<generalfeedback><text>&lt;p&gt;第三十五条&lt;/p&gt;</text></generalfeedback>",
            "<single>true</single><shuffleanswers>true</shuffleanswers><answernumbering>abc</answernumbering>",
            answer("<p>招标人</p>", 100),
            answer("<p>甲 &amp; 乙</p>", 0),
        )
    )
    item = only(moodle_xml(quiz(question("multichoice", inside, "<p>由谁<br/>主持</p><p>开标？</p>"))))
    assert (item.type, item.stem, texts(item), item.key) == (
        *(ItemType.SINGLE, "由谁\n主持\n开标？"),
        *(["招标人", "甲 & 乙"], ("A",)),
    )
    assert (item.points, item.id, item.rationale) == ("2", "q-1", "第三十五条")
    assert (item.line, item.places["stem"], item.places["A"], item.places["key"]) == (3, 5, 9, 9)
    assert item.is_ready
    assert not any(option.fixed for option in item.options)


@pytest.mark.parametrize("share", ["50", "50.0"])
def test_answers_that_share_the_marks(share: str) -> None:
    answers = answer("甲", share) + answer("乙", "-100") + answer("丙", share) + answer("丁", 0)
    item = only(moodle_xml(quiz(question("multichoice", f"<single>false</single>{answers}"))))
    assert (item.type, item.key) == (ItemType.MULTIPLE, ("A", "C"))


def test_thirds_add_up() -> None:
    answers = "".join(answer(text, "33.33333") for text in "甲乙丙")
    assert only(moodle_xml(quiz(question("multichoice", f"<single>false</single>{answers}")))).key == ("A", "B", "C")


def test_a_best_answer_keeps_its_key_and_names_the_part_marks() -> None:
    item = only(moodle_xml(quiz(question("multichoice", answer("甲", 100) + "\n" + answer("乙", 50)))))
    assert item.key == ("A",)
    assert "7 Part marks are not kept: “乙”" in said(item)


def test_marks_that_do_not_add_up_leave_the_key_open() -> None:
    inside = "<single>false</single>" + answer("甲", 60) + answer("乙", 20) + answer("丙", 0)
    item = only(moodle_xml(quiz(question("multichoice", inside))))
    assert item.key is None
    assert "80 %" in said(item)


def test_options_that_are_not_shuffled_stay() -> None:
    inside = "<shuffleanswers>0</shuffleanswers>" + answer("甲", 100) + answer("乙", 0)
    assert all(option.fixed for option in only(moodle_xml(quiz(question("multichoice", inside)))).options)


@pytest.mark.parametrize(("right", "key"), [("true", "true"), ("false", "false")])
def test_a_judgement(right: str, key: str) -> None:
    wrong = "false" if right == "true" else "true"
    item = only(moodle_xml(quiz(question("truefalse", answer(right, 100) + answer(wrong, 0, "应当保密")))))
    assert (item.type, item.key, item.options, item.rationale) == (ItemType.TRUE_FALSE, (key,), (), "应当保密")


def test_a_judgement_without_marks_has_no_key() -> None:
    item = only(moodle_xml(quiz(question("truefalse", answer("true", 0) + answer("false", 0)))))
    assert (item.type, item.key) == (ItemType.TRUE_FALSE, None)
    assert not item.is_ready


def test_a_short_answer() -> None:
    inside = "<usecase>0</usecase>" + answer("三", 100) + answer("3", 100) + answer("两", 50)
    item = only(moodle_xml(quiz(question("shortanswer", inside, "少于_____个的"))))
    assert (item.type, item.stem, item.blanks) == (ItemType.FILL_IN, "少于____个的", (("三", "3"),))


def test_an_exact_number_and_one_within_a_range() -> None:
    exact = '<answer fraction="100"><text>1822</text><tolerance>0</tolerance></answer>'
    assert only(moodle_xml(quiz(question("numerical", exact)))).blanks == (("1822",),)
    item = only(moodle_xml(quiz(question("numerical", exact.replace("<tolerance>0", "<tolerance>0.5")))))
    assert item.blanks == ()
    assert "6 A number within a range" in said(item)


def test_embedded_answers_are_a_fill_in_with_several_blanks() -> None:
    stem = "<p>屋面 {1:SHORTANSWER:=五~=5~%50%四#近了} 年，</p><p>管线{:SA:%100%二~*#错}年，保修{2:NM:=3:0}年。</p>"
    item = only(moodle_xml(quiz(question("cloze", "", stem))))
    assert item.stem == "屋面 ____ 年，\n管线____年，保修____年。"
    assert item.blanks == (("五", "5"), ("二",), ("3",))
    assert item.is_ready


@pytest.mark.parametrize(
    "field", ["{1:MULTICHOICE:=五~四}", "{1:MCV:=五~四}", "{1:NUMERICAL:=5:1}", "{1:SA:=五{甲}", "{1:SA:"]
)
def test_other_embedded_answers_are_a_draft(field: str) -> None:
    item = only(moodle_xml(quiz(question("cloze", "", f"屋面{field}年，管线{{1:SA:=二}}年"))))
    assert item.blanks == ()
    assert "embedded answers" in said(item)


def test_an_essay_with_what_the_marker_reads() -> None:
    inside = '<graderinfo format="html"><text><![CDATA[<p>回避。</p><p>报告。</p>]]></text></graderinfo>'
    item = only(moodle_xml(quiz(question("essay", inside))))
    assert (item.type, item.key) == (ItemType.ESSAY, ("回避。\n报告。",))


@pytest.mark.parametrize("kind", ["matching", "ddwtos", "gapselect", "calculated", "ddimageortext", "何种"])
def test_other_kinds_are_a_draft_with_the_reason(kind: str) -> None:
    item = only(moodle_xml(quiz(question(kind, "<subquestion><text>甲</text></subquestion>"))))
    assert item.key is None
    assert "cannot be held by a bank" in said(item)


def test_descriptions_are_skipped_and_categories_are_topics() -> None:
    category = '<question type="category"><category><text>$course$/top/招标</text></category></question>'
    judged = question("truefalse", answer("true", 100))
    reading = moodle_xml(quiz(category, question("description", ""), judged))
    assert only(reading).topic == "招标"
    assert [each.line for each in reading.skipped] == [4, 5, 6, 8]
    assert 3 in reading.headings


def test_pictures_make_a_draft_once_for_each_place() -> None:
    inside = answer('<img src="@@PLUGINFILE@@/a.png">', 100) + answer("乙", 0)
    item = only(moodle_xml(quiz(question("multichoice", inside, '看<img src="@@PLUGINFILE@@/b.png">'))))
    assert {problem.line for problem in item.problems if "picture" in problem.text()} == {3, 6}


@pytest.mark.parametrize("attached", ["<image>a.png</image>", '<file name="a.mp3" encoding="base64">SUQz</file>'])
def test_an_attached_file_makes_a_draft(attached: str) -> None:
    item = only(moodle_xml(quiz(question("truefalse", attached + answer("true", 100)))))
    assert "has a picture" in said(item)
    assert only(moodle_xml(quiz(question("truefalse", "<image></image>" + answer("true", 100))))).is_ready


def test_a_declaration_without_quotes_as_old_documentation_shows_it() -> None:
    text = quiz(question("truefalse", answer("true", 100))).replace('version="1.0" encoding="UTF-8"', "version=1.0")
    assert only(moodle_xml(text)).line == 3


def test_a_hidden_question_is_named() -> None:
    item = only(moodle_xml(quiz(question("truefalse", "<hidden>1</hidden>" + answer("true", 100)))))
    assert item.is_ready
    assert "hidden in Moodle" in said(item)


def test_tags_carry_our_fields_and_those_of_others_are_passed_over() -> None:
    tags = "<tags><tag><text>难度:5</text></tag><tag><text>知识点:回避</text></tag><tag><text>旧题</text></tag></tags>"
    item = only(moodle_xml(quiz(question("truefalse", tags + answer("true", 100)))))
    assert (item.difficulty, item.topic) == (5, "回避")


@pytest.mark.parametrize(
    ("format_", "stem"), [("plain_text", "甲<b>乙</b>\n丙"), ("moodle_auto_format", "甲乙\n丙"), ("html", "甲乙 丙")]
)
def test_the_format_of_a_text(format_: str, stem: str) -> None:
    text = question("truefalse", answer("true", 100), "甲<b>乙</b>\n丙").replace('"html"', f'"{format_}"', 1)
    assert only(moodle_xml(quiz(text))).stem == stem


def test_a_declared_encoding_does_no_harm_to_text_that_is_decoded() -> None:
    text = quiz(question("truefalse", answer("true", 100), "对吗")).replace("UTF-8", "GB2312")
    assert only(moodle_xml("\ufeff\n" + text)).stem == "对吗"
    assert only(moodle_xml("\ufeff\n" + text)).line == 4


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<quiz><question>", "broken near line 1"),
        ("<manifest/>", "first element is manifest"),
        ('<!DOCTYPE quiz [<!ENTITY a "b">]><quiz>&a;</quiz>', "DOCTYPE"),
        ("", "broken"),
    ],
)
def test_what_is_no_such_file_is_refused(text: str, words: str) -> None:
    with pytest.raises(Refused) as refused:
        moodle_xml(text)
    assert words in refused.value.problem.text()
