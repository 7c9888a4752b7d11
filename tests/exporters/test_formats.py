"""Every format that is offered can be written, and costs nothing until it is."""

import subprocess
import sys

import pytest

from quizapp.domain.bank import Bank
from quizapp.exporters import FORMATS
from tests.exporters.test_xlsx import BANK


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_writes_a_bank_and_says_what_it_loses(name: str) -> None:
    assert len(FORMATS[name].write(BANK)) > 100
    assert all(loss.text() for loss in FORMATS[name].losses(BANK))
    assert FORMATS[name].write(Bank("空", BANK.items[:1]))


def test_a_format_is_loaded_only_when_it_is_written() -> None:
    code = "import sys, quizapp.exporters; print([m for m in sys.modules if m in ('xlsxwriter', 'docx', 'lxml')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
