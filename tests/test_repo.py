"""What lies in the repository: complete, our own, and free of addresses that hold on one machine only."""

import re
import subprocess
from pathlib import Path

import click
import pytest

from quizapp.config import DOCS

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
PIN = r"[\w.-]+==\S+( ; [^\\\n]+)? \\\n( +--hash=sha256:[0-9a-f]{64}( \\)?\n)+"
LARGEST_TEXT = 600_000

# Written in pieces, so that this file does not hold what it looks for.
REGISTRIES = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "jsdel" + "ivr", "unp" + "kg.com"]
MACHINE_PATHS = re.compile(r"(?<![\w.~])/(?:work|root|home/\w+|Users/\w+|tmp/[a-z]\w*)/")
THIRD_PARTY = re.compile(r"(\.min\.(js|css)|/node_modules/.*|/(bootstrap|jquery)[\w.-]*\.(js|css)|\.whl|\.so)$")


def kept_files() -> list[str]:
    """Paths of the files that git keeps, or would keep; the test is of no use outside a checkout."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [name for name in listing.stdout.split("\0") if (ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    """Name and content of every kept text file."""
    found = []
    for name in kept_files():
        try:
            found.append((name, (ROOT / name).read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_no_registry_is_named() -> None:
    assert not [(name, host) for name, text in texts() for host in REGISTRIES if host in text]


def test_no_path_of_one_machine() -> None:
    assert not [(name, found[0]) for name, text in texts() if (found := MACHINE_PATHS.search(text))]


def test_nothing_of_others_and_nothing_huge() -> None:
    assert not [name for name in kept_files() if THIRD_PARTY.search(f"/{name}")]
    assert not [name for name, text in texts() if len(text) > LARGEST_TEXT]


def test_no_minified_file() -> None:
    ours = [(name, text) for name, text in texts() if name.endswith((".css", ".js"))]
    assert not [name for name, text in ours if max(map(len, text.splitlines()), default=0) > 400]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_locks_hold_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-i|--index|--extra-index|--find-links|-e)\b", text, re.MULTILINE)
    pins = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]
    assert len(pins) > 20
    assert not [pin for pin in pins if not re.fullmatch(PIN, pin)]


def pinned(name: str) -> dict[str, str]:
    """Package -> version of one lock."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", read(f"requirements/{name}.lock"), flags=re.MULTILINE))


def test_locks_agree() -> None:
    runtime, test, dev = pinned("runtime"), pinned("test"), pinned("dev")
    assert runtime.items() < test.items() < dev.items()


def test_locks_hold_every_declared_package() -> None:
    block = re.search(r"^dependencies = \[(.*?)^\]", read("pyproject.toml"), re.MULTILINE | re.DOTALL)
    assert block
    declared = {name.lower() for name in re.findall(r'^\s*"([\w-]+)', block[1], flags=re.MULTILINE)}
    assert declared
    assert declared <= pinned("runtime").keys()


def verbs() -> set[str]:
    """The Makefile's verbs."""
    return set(re.findall(r"^([a-z-]+):", read("Makefile"), flags=re.MULTILINE))


def test_each_verb_has_a_line_of_help() -> None:
    assert verbs() == set(re.findall(r"^([a-z-]+):.*##", read("Makefile"), flags=re.MULTILINE))


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md"])
def test_documents_name_only_verbs_that_exist(name: str) -> None:
    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", read(name), flags=re.MULTILINE)) <= verbs()


def commands(text: str) -> list[str]:
    """What a reader is told to type: the lines of the shell blocks, comments aside."""
    blocks = re.findall(r"^```(?:sh|ini|nginx)\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line.split("#")[0].rstrip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def shape(text: str) -> list[int]:
    """The depths of the headings, in order."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [len(marks) for marks in re.findall(r"^(#+) ", prose, flags=re.MULTILINE)]


def test_the_two_readmes_are_twins() -> None:
    english, chinese = map(read, READMES)
    assert shape(english) == shape(chinese)
    assert commands(english) == commands(chinese)
    assert "make run" in commands(english)
    assert "make test" in commands(english)


@pytest.mark.parametrize("name", READMES)
def test_every_setting_is_in_the_readme(name: str) -> None:
    rows = re.findall(r"^\| `QUIZAPP_(\w+)` \|", read(name), flags=re.MULTILINE)
    assert sorted(rows) == sorted(field.upper() for field in DOCS)


def test_settings_are_described_in_the_readme_as_in_the_code() -> None:
    rows = dict(re.findall(r"^\| `QUIZAPP_(\w+)` \| (.*?) \|$", read("README.md"), flags=re.MULTILINE))
    assert rows == {field.upper(): text for field, text in DOCS.items()}


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_within_the_repository_lead_somewhere(name: str) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", read(name))
    assert not [target for target in targets if not (ROOT / target).exists()]


DEVELOPER_DOCS = [
    "CONTRIBUTING.md",
    *(f"docs/decisions/{path.name}" for path in sorted(ROOT.glob("docs/decisions/*.md"))),
]


@pytest.mark.parametrize("name", DEVELOPER_DOCS)
def test_files_that_documents_name_exist(name: str) -> None:
    named = re.findall(r"`((?:quizapp|tests|migrations|docs|scripts)/[\w./-]+)`", read(name))
    assert not [path for path in named if not (ROOT / path).exists()]


def test_commands_of_the_readme_exist() -> None:
    from quizapp.cli import quizapp

    for words in re.findall(r"\.venv/bin/quizapp ([a-z ]+[a-z])", read("README.md")):
        command: click.Command = quizapp
        for word in words.split():
            if not isinstance(command, click.Group):
                break
            assert word in command.commands, f"quizapp {words}"
            command = command.commands[word]


@pytest.mark.parametrize("name", READMES)
def test_the_readme_names_the_demonstrations_sign_ins(name: str) -> None:
    from quizapp import demo

    for line in demo.sign_ins():
        login, password, *_ = line.split()
        assert f"`{login}`" in read(name)
        assert f"`{password}`" in read(name)
