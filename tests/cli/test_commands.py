"""The command ``quizapp``: every verb, its exit codes, and the same sentences as on the pages."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import openpyxl
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from quizapp import demo, schema
from quizapp.cli import main, quizapp
from quizapp.db import db
from quizapp.domain.bank_yaml import read_bank
from quizapp.roster.models import Person
from tests.attempts.exam import make_exam
from tests.support.cast import make_cast, sign_in_as

ROOT = Path(__file__).parents[2]
GOOD = "title: 题库\nitems:\n  - {id: a1, type: true_false, stem: 一, key: 正确}\n"
BAD = "title: 题库\nitems:\n  - {id: a1, type: true_false, stem: 一, key: 也许}\n"
CHINESE = re.compile(r"[\u3400-\u9fff]")
Run = Callable[..., Result]


def commands(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command and group."""
    yield words
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, (*words, name))


@pytest.mark.parametrize("words", list(commands(quizapp)), ids=" ".join)
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    for flag in ("-h", "--help"):
        said = CliRunner().invoke(quizapp, [*words, flag], env={"QUIZAPP_LANGUAGE": "en"})
        assert said.exit_code == 0
        assert "Usage: " in said.output
        assert len(said.output.splitlines()) > 3
        assert not CHINESE.search(said.output)


@pytest.mark.parametrize("words", list(commands(quizapp)), ids=" ".join)
def test_every_command_explains_itself_in_chinese(words: tuple[str, ...]) -> None:
    """Each paragraph, each option and each command of the list; words of the notation stay as they are typed."""
    said = CliRunner().invoke(quizapp, [*words, "--help"])
    assert said.output.startswith("用法： quizapp")
    for paragraph in re.split(r"\n\n|\n(?=  -|  \w)", said.output):
        assert CHINESE.search(paragraph), paragraph


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nosuch",), "错误：没有命令 'nosuch'。"),
        (("backup",), "错误：缺少参数"),
        (("restore", "x", "--nosuch"), "错误：没有选项 '--nosuch'。"),
        (("bank", "check", "/nosuch"), "'/nosuch' 不存在。"),
        (("serve", "--port", "0"), "取值有误：0 不在范围"),
    ],
    ids=str,
)
def test_wrong_words_are_refused_in_chinese(words: tuple[str, ...], sentence: str) -> None:
    said = CliRunner().invoke(quizapp, words)
    assert said.exit_code == 2
    assert sentence in said.stderr
    assert not re.search(r"Error|Missing|No such|Invalid|Try", said.stderr)


def shell(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QUIZAPP_")}
    command = [sys.executable, "-m", "quizapp", *words]
    return subprocess.run(command, cwd=ROOT, env=kept | environ, capture_output=True, text=True, timeout=60)


def test_a_wrong_setting_is_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUIZAPP_SECRET_KEY", "short")
    monkeypatch.setattr(sys, "argv", ["quizapp", "db", "check"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert capsys.readouterr() == ("", "QUIZAPP_SECRET_KEY 太短：至少要 32 个随机字符。\n")


def test_a_wrong_language_is_refused_where_nothing_else_is_read(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    done = shell("bank", "check", str(tmp_path / "good.yaml"), QUIZAPP_LANGUAGE="xx")
    assert (done.returncode, done.stderr) == (2, "QUIZAPP_LANGUAGE 的值是“xx”：请写 zh_CN 或 en。\n")


def test_the_schema_is_brought_up_and_checked(run: Run, tmp_path: Path) -> None:
    (tmp_path / "quizapp.sqlite3").unlink()
    refused = run("db", "check")
    assert refused.exit_code == 1
    assert "请执行 'quizapp db upgrade'" in refused.stderr
    assert run("user", "add", "A", "甲", "--password", "right-horse-1").exit_code == 1
    upgraded = run("db", "upgrade")
    assert (upgraded.exit_code, upgraded.output) == (0, f"数据库是版本 {schema.head()}。\n")
    assert "结构与本版本一致，没有损坏" in run("db", "check").output
    assert run("db", "upgrade").exit_code == 0


def test_a_schema_that_differs_fails_the_check(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "differences", lambda: [("remove_table", "x")])
    checked = run("db", "check")
    assert checked.exit_code == 1
    assert "remove_table" in checked.stderr


def test_good_banks_are_counted(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "banks" / "below"
    folder.mkdir(parents=True)
    (tmp_path / "banks" / "one.yaml").write_text(GOOD, encoding="utf-8")
    (folder / "two.yml").write_text(GOOD, encoding="utf-8")
    (folder / "notes.txt").write_text("no bank", encoding="utf-8")
    said = run("bank", "check", tmp_path / "banks")
    assert said.exit_code == 0
    assert said.output.splitlines() == [
        f"{tmp_path}/banks/below/two.yml：1 题，没有问题",
        f"{tmp_path}/banks/one.yaml：1 题，没有问题",
    ]


def test_strict_says_more_of_a_bank_by_line_and_knows_the_others_given_with_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "two.yaml").write_text(GOOD.replace("a1", "b1"), encoding="utf-8")
    lacking = "这道题没有写：rationale, citation, topic, difficulty。"
    said = run("bank", "check", "--strict", "one.yaml", "two.yaml")
    assert said.exit_code == 1
    assert said.stderr.splitlines() == [
        "one.yaml:3:10 a1: 这道题与 two.yaml b1 相同，请只保留一道。",
        f"one.yaml:3:10 a1: {lacking}",
        "two.yaml:3:10 b1: 这道题与 one.yaml a1 相同，请只保留一道。",
        f"two.yaml:3:10 b1: {lacking}",
    ]
    assert run("bank", "check", "one.yaml", "two.yaml").exit_code == 0


def test_a_folder_without_banks_is_not_passed_over(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = run("bank", "check", tmp_path / "empty")
    assert said.exit_code == 1
    assert str(tmp_path / "empty") in said.stderr


def test_every_problem_is_said_by_line_and_column(run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.yaml").write_text(BAD, encoding="utf-8")
    said = run("bank", "check", "bad.yaml", "good.yaml")
    assert said.exit_code == 1
    assert re.fullmatch(r"bad\.yaml:3:\d+ items\[0\]\.key: .*正确.*\n", said.stderr)
    assert said.stdout.startswith("good.yaml")
    assert "Traceback" not in said.output


def test_the_page_says_the_same(run: Run, there: Flask, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(BAD, encoding="utf-8")
    sentence = run("bank", "check", "bad.yaml").stderr.split("items[0].key: ")[1].strip()
    cast, client = make_cast(there), there.test_client()
    sign_in_as(client, cast.organizer.login)
    file = (io.BytesIO(BAD.encode()), "bad.yaml")
    page = client.post("/banks/new", data={"unit": cast.department, "file": file})
    assert page.status_code == 422
    assert sentence in page.text


def test_a_command_about_files_needs_no_installation(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(BAD, encoding="utf-8")
    nothing = {name: None for name in os.environ if name.startswith("QUIZAPP_")}
    words = ["bank", "check", str(tmp_path / "bad.yaml")]
    done = CliRunner().invoke(quizapp, words, env=nothing | {"QUIZAPP_LANGUAGE": "en"})
    assert done.exit_code == 1
    assert "The key of a true/false item is" in done.stderr


def test_a_bank_is_shown_for_scripts(run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    shown = json.loads(run("bank", "show", "good.yaml", "--json").output)
    assert shown["title"] == "题库"
    assert [item["id"] for item in shown["items"]] == ["a1"]
    (tmp_path / "bad.yaml").write_text(BAD, encoding="utf-8")
    refused = run("bank", "show", "bad.yaml", "--json")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("bad.yaml:3:")
    assert not refused.stdout


def test_a_report_is_written_in_every_form(run: Run, there: Flask, tmp_path: Path) -> None:
    exam = make_exam(there)
    for form in ("json", "csv", "xlsx"):
        assert run("report", exam.quiz_id, "--format", form, "-o", f"report.{form}").exit_code == 0
    document = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (document["quiz"]["title"], document["total"]["eligible"], document["whole"]) == ("小测试", 3, True)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "report.csv").read_text(encoding="utf-8-sig"))))
    assert [row["应考"] for row in rows if row["编号"] != "record"][-1] == "3"
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx").worksheets[0]
    assert any("小测试" in str(cell.value) for row in sheet.iter_rows() for cell in row)


def test_a_report_of_no_test_is_refused(run: Run, there: Flask, tmp_path: Path) -> None:
    refused = run("report", 99, "-o", "report.json")
    assert refused.exit_code == 1
    assert "99" in refused.stderr
    assert not (tmp_path / "report.json").exists()


def test_the_demonstration_is_made_in_its_own_mode_only(run: Run, there: Flask) -> None:
    refused = run("demo", "--people", 100)
    assert refused.exit_code == 1
    assert "QUIZAPP_DEMO=1" in refused.stderr
    with there.app_context():
        assert demo.is_empty()


def test_the_demonstration_needs_a_database_of_its_own(run: Run, there: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    make_cast(there)
    monkeypatch.setenv("QUIZAPP_DEMO", "1")
    refused = run("demo")
    assert refused.exit_code == 1
    assert re.fullmatch(r"错误：.+\n", refused.stderr)
    kept = run("demo", "--if-empty")
    assert kept.exit_code == 0
    assert kept.output.splitlines() == demo.sign_ins()
    with there.app_context():
        assert db.session.scalar(select(func.count()).select_from(Person)) == 3


def test_a_bank_is_written_in_another_format(run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    done = run("bank", "export", "good.yaml", "--format", "yaml", "-o", "out.yaml")
    assert done.exit_code == 0
    assert read_bank((tmp_path / "out.yaml").read_bytes()) == read_bank(GOOD)
    assert run("bank", "export", "good.yaml", "--format", "xlsx", "-o", "out.xlsx").exit_code == 0
    assert (tmp_path / "out.xlsx").read_bytes().startswith(b"PK")
    nowhere = run("bank", "export", "good.yaml", "--format", "xlsx", "-o", "no/such/folder.xlsx")
    assert nowhere.exit_code == 1
    assert "folder.xlsx" in nowhere.output
