"""A test build can be made to die at each commit; no other build can, and no slip of a setting makes it one."""

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from quizapp import failpoints, serving
from quizapp.cli import main
from quizapp.config import Settings, SettingsError
from quizapp.db import writing
from quizapp.failpoints import FailpointError, chances

ROOT = Path(__file__).parents[1]
ARMED = {"QUIZAPP_FAILPOINTS": "save.before_commit=0.25,close.after_commit=1", "QUIZAPP_TEST_BUILD": "1"}


def test_both_settings_together_arm_them() -> None:
    assert chances({}) == {}
    assert chances(ARMED) == {"save.before_commit": 0.25, "close.after_commit": 1}


@pytest.mark.parametrize("alone", sorted(ARMED))
def test_one_setting_alone_is_refused_at_the_start(
    alone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {"QUIZAPP_DATA_DIR": str(tmp_path), "QUIZAPP_SECRET_KEY": "s" * 32, alone: ARMED[alone]}
    with pytest.raises(SettingsError, match="belongs to tests alone"):
        Settings.from_environment(environ)
    monkeypatch.setattr(sys, "argv", ["quizapp", "serve"])
    monkeypatch.setattr(serving, "serve", lambda **_how: pytest.fail("it was served"))
    for name in {*environ, *(name for name in os.environ if name.startswith("QUIZAPP_"))}:
        monkeypatch.delenv(name, raising=False)
        if name in environ:
            monkeypatch.setenv(name, environ[name])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "belongs to tests alone" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", ["save.before_comit=1", "save.before_commit", "save.before_commit=2", "a=b", ","])
def test_what_is_no_failpoint_is_refused(wrong: str) -> None:
    with pytest.raises(FailpointError):
        chances({"QUIZAPP_FAILPOINTS": wrong, "QUIZAPP_TEST_BUILD": "1"})


def test_every_name_of_a_transaction_is_known() -> None:
    found = set()
    for path in (ROOT / "quizapp").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.startswith("writing"):
                found |= {text.value for name in node.args for text in ast.walk(name) if _is_name(text)}
    assert found <= set(failpoints.OPERATIONS)
    assert {"start", "lease", "save", "submit", "close", "publish", "import"} <= found


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_an_armed_failpoint_kills_at_once() -> None:
    script = "import os; from quizapp import failpoints as f; f.arm(os.environ); f.reach('save', f.AFTER); print('on')"
    for text, code, said in (("save.after_commit=1", -signal.SIGKILL, ""), ("save.before_commit=1", 0, "on\n")):
        environ = os.environ | {"QUIZAPP_FAILPOINTS": text, "QUIZAPP_TEST_BUILD": "1"}
        ended = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, timeout=60)
        assert (ended.returncode, ended.stdout) == (code, said)


def test_a_transaction_passes_its_failpoints_around_its_commit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    passed: list[str] = []
    monkeypatch.setattr(failpoints, "reach", lambda operation, side: passed.append(f"{operation}.{side}"))
    with app.app_context():
        with writing("save") as session:
            event.listen(session, "after_commit", lambda _session: passed.append("commit"), once=True)
        with pytest.raises(LookupError), writing("save"):
            raise LookupError
    assert passed == ["save.before_commit", "commit", "save.after_commit"]
