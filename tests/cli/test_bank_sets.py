"""``quizapp bank figures`` and ``quizapp bank join``, and that the page on the shipped banks says what they say."""

from pathlib import Path

from quizapp.domain.bank_yaml import read_bank
from tests.cli.conftest import Run

FOLDER = Path(__file__).parents[2] / "question_banks"
ONE = "title: 甲\nitems:\n  - {id: a1, type: true_false, stem: 一, key: 正确}\n"
TWO = "title: 乙\nitems:\n  - {id: b1, type: true_false, stem: 二, key: 错误}\n"


def test_the_page_on_the_shipped_banks_has_their_figures(run: Run) -> None:
    said = run("bank", "figures", *sorted(FOLDER.glob("*.yaml")), env={"QUIZAPP_LANGUAGE": "en"})
    assert said.exit_code == 0
    assert said.output in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_figures_are_told_in_chinese_and_of_broken_files_their_problems(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(ONE, encoding="utf-8")
    said = run("bank", "figures", "one.yaml")
    assert said.output.splitlines()[0].startswith("| 文件 | 名称 | 题目 |")
    assert said.output.splitlines()[2] == "| `one.yaml` | 甲 | 1 | 0 | 0 | 1 | 0 | 0 | 1 | 100.0% |"
    (tmp_path / "one.yaml").write_text(ONE.replace("正确", "也许"), encoding="utf-8")
    broken = run("bank", "figures", "one.yaml")
    assert (broken.exit_code, broken.stderr.startswith("one.yaml:3:")) == (1, True)


def test_banks_are_joined_to_one_that_reads_again(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(ONE, encoding="utf-8")
    (tmp_path / "two.yaml").write_text(TWO, encoding="utf-8")
    said = run("bank", "join", "one.yaml", "two.yaml", "--title", "合库", "-o", "both.yaml")
    assert (said.exit_code, said.output) == (0, "both.yaml：2 题，没有问题\n")
    both = read_bank((tmp_path / "both.yaml").read_bytes())
    assert (both.title, [item.id for item in both.items]) == ("合库", ["a1", "b1"])
    assert run("bank", "join", "one.yaml", "--title", "合库", "-o", "no/such/folder.yaml").exit_code == 1


def test_what_cannot_be_joined_is_said_and_nothing_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(ONE, encoding="utf-8")
    (tmp_path / "two.yaml").write_text(TWO.replace("b1", "a1"), encoding="utf-8")
    said = run("bank", "join", "one.yaml", "two.yaml", "--title", "合库", "-o", "both.yaml")
    assert (said.exit_code, said.stderr) == (
        1,
        "both.yaml: one.yaml 和 two.yaml 都有题目“a1”，请给其中一道换一个代号。\n",
    )
    assert not (tmp_path / "both.yaml").exists()
