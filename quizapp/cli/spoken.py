"""The command line in the interface's language: its help is written as docstrings and in English, and shown translated.

Babel finds the texts by `extract`, as `babel.cfg` says; click's own words stand below.
"""

import ast
import copy
import gettext
import inspect
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click
from babel import Locale
from babel.messages.extract import extract_python

import quizapp
from quizapp.config import language_of
from quizapp.domain.problem import N_

CLICKS = (
    *(N_("Usage:"), N_("Options"), N_("Commands"), N_("Show this message and exit."), N_("Error: {message}")),
    *(N_("Missing argument"), N_("Missing option"), N_("Missing parameter"), N_("Missing command.")),
    *(N_("Try '{command} {option}' for help."), N_("No such option {name!r}."), N_("No such command {name!r}.")),
    *(N_("Invalid value: {message}"), N_("Invalid value for {param_hint}: {message}"), N_("default: {default}")),
    *(N_("{name} {filename!r} does not exist."), N_("{name} {filename!r} is a directory."), N_("Password")),
    *(N_("{name} {filename!r} is a file."), N_("{name} {filename!r} is not readable."), N_("required")),
    *(N_("{value!r} is not a valid {number_type}."), N_("{value} is not in the range {range}."), N_("Aborted!")),
    *(N_("Repeat for confirmation"), N_("Error: The two entered values do not match.")),
)
"""What click says by itself and asks the standard library for, in braces as it has them."""

PARAGRAPH, AS_IT_STANDS = "\n\n", "\b"


class Spoken(click.Group):
    """The group above all others: runs as a copy of itself that speaks the language of the environment."""

    def main(self, *args: Any, **more: Any) -> Any:
        """As click's. Raises SettingsError for a language that there is not."""
        folder = Path(quizapp.__file__).parent / "translations"
        gettext.bindtextdomain(gettext.textdomain(), str(folder))
        os.environ["LANGUAGE"] = str(Locale.parse(language_of(os.environ)))
        told = copy.deepcopy(self)
        _translate(told)
        return super(Spoken, told).main(*args, **more)


def _translate(command: click.Command) -> None:
    command.help = PARAGRAPH.join(_told(text) for text in inspect.cleandoc(command.help or "").split(PARAGRAPH))
    for option in command.params:
        if isinstance(option, click.Option):
            option.help = option.help and gettext.gettext(option.help)
            option.prompt = option.prompt and gettext.gettext(option.prompt)
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        _translate(below)


def _told(paragraph: str) -> str:
    return "\n".join(text if text == AS_IT_STANDS else gettext.gettext(text) for text in _sentences(paragraph))


def _sentences(paragraph: str) -> list[str]:
    """The messages of a paragraph: the whole of it in one line, or each line where click is to keep them."""
    lines = paragraph.strip().splitlines()
    return lines if lines[:1] == [AS_IT_STANDS] else [" ".join(line.strip() for line in lines)] if lines else []


def extract(file: BinaryIO, keywords: Any, tags: Any, options: Any) -> Iterator[Any]:
    """For Babel: what it finds in Python, the docstrings of the commands, and the help of their options."""
    yield from extract_python(file, keywords, tags, options)
    file.seek(0)
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.FunctionDef) and any(_is_command(one) for one in node.decorator_list):
            for paragraph in inspect.cleandoc(ast.get_docstring(node) or "").split(PARAGRAPH):
                for text in _sentences(paragraph):
                    if text != AS_IT_STANDS:
                        yield node.lineno, "gettext", text, []
        elif isinstance(node, ast.keyword) and node.arg == "help" and isinstance(node.value, ast.Constant):
            yield node.value.lineno, "gettext", node.value.value, []


def _is_command(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Attribute) and called.attr in ("command", "group")
