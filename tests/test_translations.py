"""The Chinese of the interface: complete, exact, and what people see unless they choose otherwise."""

import ast
import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from quizapp.config import LANGUAGES

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "quizapp" / "translations"
CATALOGUES = sorted(FOLDER.glob("*/LC_MESSAGES/*.po"))
CHINESE = re.compile(r"[\u3400-\u9fff]+")
PLACE = re.compile(r"%\((\w+)\)([sdfr])")
ASKING = {"_", "_l", "N_", "gettext", "lazy_gettext", "ngettext", "pgettext"}
# What an author types into a file is quoted as it is, in every language.
NOTATION = {"正确", "错误", "对", "错", "以上都是", "一年", "年"} | {
    *("单位", "党支部", "支部编号", "工号", "姓名", "职务", "岗位", "手机", "缺考原因"),
    *("题干", "选项", "答案", "单选题", "多选题", "判断题", "填空题", "简答题"),
}


def catalogue(path: Path) -> list[Message]:
    """The entries of a .po file, its header aside."""
    with path.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def said_as(message: Message) -> str:
    """The msgid; of a sentence with a plural, its singular."""
    return message.id if isinstance(message.id, str) else message.id[0]


def shown_as(message: Message) -> str | tuple[str, ...]:
    """The translation; read from a compiled file, the forms of a plural come as a list."""
    return message.string if isinstance(message.string, str) else tuple(message.string or ())


def chinese() -> list[Message]:
    return catalogue(FOLDER / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po")


def extracted() -> set[str]:
    """Every msgid of the sources, found as ``make messages`` finds them."""
    command = re.search(r"pybabel -q extract (.*)", (ROOT / "scripts" / "dev").read_text(encoding="utf-8"))
    assert command
    keywords = parse_keywords(re.findall(r"-k (\w+)", command[1]))
    assert {"N_", "lazy_gettext", "_l"} <= keywords.keys()
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        mapping, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT / "quizapp", mapping, options, {**DEFAULT_KEYWORDS, **keywords})
    return {message if isinstance(message, str) else message[0] for _file, _line, message, _comments, _context in found}


def test_the_catalogue_holds_what_the_sources_say_and_nothing_else() -> None:
    known, said = {said_as(message) for message in chinese()}, extracted()
    assert len(said) > 500
    assert not said - known, "run make messages and translate these"
    assert not known - said, "run make messages: these are said nowhere"


def test_no_sentence_is_asked_for_inside_an_f_string() -> None:
    """Babel reads an f-string as one text, so a call inside it would never be translated."""
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "quizapp").rglob("*.py"))
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ASKING
        if call.args and isinstance(call.args[0], ast.Constant)
    ]
    assert not hidden


def test_everything_is_translated_for_good() -> None:
    assert not [message.id for message in chinese() if not message.string or message.fuzzy]
    assert not [message.id for message in chinese() if isinstance(message.id, tuple) and len(shown_as(message)) != 1]
    assert not [message.id for message in chinese() if not all(shown_as(message))]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_places_agree(path: Path) -> None:
    wrong = [
        message.id
        for message in catalogue(path)
        if sorted(set(PLACE.findall(str(message.id)))) != sorted(set(PLACE.findall(str(message.string))))
    ]
    assert not wrong


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_translation_can_be_filled_in(path: Path) -> None:
    """A lone per cent sign would fail only when somebody meets it."""
    for message in catalogue(path):
        text = str(message.string)
        names = [name for name, _kind in PLACE.findall(text)]
        if names:
            text % dict.fromkeys(names, 1)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_catalogue_compiles(path: Path) -> None:
    with path.open("rb") as file:
        source = read_po(file)
    compiled = io.BytesIO()
    write_mo(compiled, source)
    compiled.seek(0)
    back: Catalog = read_mo(compiled)
    assert {said_as(each) for each in back if each.id} == {said_as(each) for each in source if each.id}


def test_the_catalogue_in_use_is_the_one_in_the_repository() -> None:
    """The compiled file is made by a command; an old one shows old words."""
    compiled = FOLDER / "zh_Hans_CN" / "LC_MESSAGES" / "messages.mo"
    if not compiled.exists():
        pytest.skip("not compiled yet: make test does it")
    with compiled.open("rb") as file:
        used = {said_as(message): shown_as(message) for message in read_mo(file) if message.id}
    assert used == {said_as(message): shown_as(message) for message in chinese()}


def test_msgids_are_english_and_translations_chinese() -> None:
    quoted = {word for message in chinese() for word in CHINESE.findall(str(message.id))}
    assert quoted <= NOTATION
    same = {str(message.id) for message in chinese() if message.id == message.string}
    assert not {text for text in same if re.search(r"[a-z]{4}", PLACE.sub("", text))}


def test_marks_are_full_width_after_chinese() -> None:
    prose = [re.sub(r"\[.*?\]", "", str(message.string)) for message in chinese()]  # brackets quote a file
    assert not [text for text in prose if re.search(r"[\u4e00-\u9fff][,;?!]", text)]


def test_the_voice_is_plain_and_respectful() -> None:
    assert not [message.string for message in chinese() if re.search("！|你|!$", str(message.string))]


def test_chinese_is_the_default_whatever_the_browser_says(client: FlaskClient) -> None:
    for accepted in ("zh-CN", "en-US,en;q=0.9", "fr", ""):
        page = client.get("/sign-in", headers={"Accept-Language": accepted}).text
        assert 'lang="zh-CN"' in page
        assert "工号" in page


def test_the_cookie_chooses_english(client: FlaskClient) -> None:
    client.set_cookie("lang", "en")
    page = client.get("/sign-in").text
    assert 'lang="en"' in page
    assert "Staff number" in page
    assert "工号" not in page
    assert "Please enter your password." in client.post("/sign-in", data={"login": "x"}).text
    client.set_cookie("lang", "xx")
    assert 'lang="zh-CN"' in client.get("/sign-in").text


def test_the_preferences_page_sets_the_cookie(client: FlaskClient) -> None:
    for language in LANGUAGES:
        client.post("/preferences", data={"lang": language, "next": "/sign-in"})
        cookie = client.get_cookie("lang")
        assert cookie is not None
        assert cookie.value == language
