"""``quizapp bank import``: the promised JSON, readable lines, the bank written, and exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quizapp.cli import quizapp
from quizapp.domain.bank_yaml import read_bank

PAPER = """\
一、单选题
1、采购活动由谁主持？
A.采购人
B.供应商
答案：A
解析：采购法第三条。
2、评标委员会至少几人？
A.三人
B.五人
第 1 页 共 9 页
二、判断题
3、开标应当公开进行。
答案：正确
三、填空题
4、屋面防水保修____年，供热保修____个采暖期。
答案：五/5；二
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUIZAPP_LANGUAGE", "en")
    (tmp_path / "题库, 一 (终).txt").write_bytes(PAPER.encode("gb18030"))
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4")
    return tmp_path


def run(*words: object, given: bytes | None = None) -> Result:
    return CliRunner().invoke(quizapp, ["bank", "import", *map(str, words)], input=given)


def test_json_has_the_promised_form(folder: Path) -> None:
    result = run("题库, 一 (终).txt", "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert list(report) == ["items", "skipped", "problems", "format"]
    assert report["format"] == "text"
    first, second, third, fourth = report["items"]
    assert first == {
        "number": "1",
        "line": 2,
        "type": "single",
        "stem": "采购活动由谁主持？",
        "options": {"A": "采购人", "B": "供应商"},
        "key": ["A"],
        "rationale": "采购法第三条。",
        "status": "ready",
        "problems": [],
    }
    assert (second["key"], second["status"], second["problems"][0]["line"]) == (None, "draft", 7)
    assert (third["type"], third["key"]) == ("true_false", ["true"])
    assert (fourth["key"], fourth["blanks"]) == (["五;5", "二"], [["五", "5"], ["二"]])
    assert [(line["line"], line["text"]) for line in report["skipped"]] == [(10, "第 1 页 共 9 页")]


def test_the_report_names_file_and_line(folder: Path) -> None:
    result = run("题库, 一 (终).txt")
    lines = result.stdout.splitlines()
    assert lines[0] == "题库, 一 (终).txt: 4 items read (text), 3 of them ready"
    assert any(line.startswith("题库, 一 (终).txt:7: problem: ") for line in lines)
    assert any(line.startswith("题库, 一 (终).txt:10: ") and "第 1 页" in line for line in lines)


def test_messages_are_chinese_unless_told_otherwise(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUIZAPP_LANGUAGE")
    report = json.loads(run("题库, 一 (终).txt", "--json").stdout)
    assert "答案" in report["items"][1]["problems"][0]["message"]
    assert "PDF" in run("bad.pdf").stderr
    assert "请" in run("bad.pdf").stderr


def test_the_ready_items_are_written_as_a_bank(folder: Path) -> None:
    result = run("题库, 一 (终).txt", "-o", "bank.yaml")
    assert "3 items written, 1 drafts left out" in result.stderr
    bank = read_bank((folder / "bank.yaml").read_bytes(), "bank.yaml")
    assert bank.title == "题库, 一 (终)"
    assert [item.key for item in bank.items] == [("A",), ("true",), ()]
    assert bank.items[2].blanks == (("五", "5"), ("二",))


def test_no_bank_is_written_of_drafts_alone(folder: Path) -> None:
    result = run("-", "-o", "bank.yaml", given="1、采购由谁主持？\nA.甲方\nB.乙方\n".encode())
    assert result.exit_code == 0
    assert "no bank was written" in result.stderr
    assert not (folder / "bank.yaml").exists()


def test_a_refused_file_is_told_by_code_sentence_and_json(folder: Path) -> None:
    result = run("bad.pdf", "--json")
    assert result.exit_code == 2
    assert result.stderr.startswith("bad.pdf: This is a PDF file.")
    report = json.loads(result.stdout)
    assert (report["items"], report["skipped"], report["format"]) == ([], [], None)
    assert report["problems"][0]["message"].startswith("This is a PDF file.")


def test_several_files_are_a_list(folder: Path) -> None:
    result = run("题库, 一 (终).txt", "bad.pdf", "--json", "-o", "bank.yaml")
    assert result.exit_code == 2  # one of them was refused
    good, bad = json.loads(result.stdout)
    assert (good["file"], len(good["items"])) == ("题库, 一 (终).txt", 4)
    assert (bad["file"], bad["items"]) == ("bad.pdf", [])
    assert len(read_bank((folder / "bank.yaml").read_bytes(), "bank.yaml").items) == 3


def test_keys_may_have_a_file_of_their_own(folder: Path) -> None:
    (folder / "keys.txt").write_text("2.B\n", encoding="utf-8")
    (folder / "paper.txt").write_text(PAPER, encoding="utf-8")
    report = json.loads(run("paper.txt", "--keys", "keys.txt", "--json").stdout)
    assert report["items"][1]["key"] == ["B"]
    refused = run("paper.txt", "--keys", "bad.pdf")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith("bad.pdf: ")


def test_format_and_encoding_may_be_chosen(folder: Path) -> None:
    report = json.loads(run("-", "--encoding", "gb18030", "--json", given=PAPER.encode("gb18030")).stdout)
    assert report["items"][0]["stem"] == "采购活动由谁主持？"
    gift = "题目::1、开标应当公开。{T}\n".encode()
    report = json.loads(run("-", "--format", "gift", "--json", given=gift).stdout)
    assert (report["format"], report["items"][0]["key"]) == ("gift", ["true"])
