"""Many small modules and stylesheets served as one file each: a page must come through a bad network in few requests.

The sources stay what they are, plain ES modules that a browser could load one by one. Joined, each becomes a function
of its own, so that equal names in two files do not meet. The joined file is a classic script and needs no loader.
"""

import re
from pathlib import Path

_IMPORT = re.compile(r'^import (?:\{(?P<names>[^}]*)\} from )?"\./(?P<file>[\w-]+\.js)";$', re.M)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:class|function|const) (?P<name>\w+))", re.M)
_OTHER = re.compile(r"^(?:import|export)\b.*$|\bimport\(", re.M)
_LINE_COMMENT = re.compile(r"^\s*//.*\n", re.M)
_COMMENT = re.compile(r"/\*.*?\*/", re.S)


class BundleError(ValueError):
    """A module is written in a way that cannot be joined; the message names the file and the line."""


def join_scripts(entry: Path) -> str:
    """One script that does what the module ``entry`` and all it imports do. Raises BundleError."""
    done: dict[str, str] = {}
    _join(entry, done, ())
    return '(() => {\n"use strict";\n' + "".join(done.values()) + "})();\n"


def join_styles(paths: list[Path]) -> str:
    """The stylesheets in this order, without their comments."""
    return "".join(_COMMENT.sub("", path.read_text(encoding="utf-8")) for path in paths)


def _join(path: Path, done: dict[str, str], above: tuple[str, ...]) -> None:
    """Put what ``path`` imports into ``done``, then itself; ``above`` are the modules that led here."""
    if path.name in above:
        raise BundleError(f"{path.name} imports itself by way of {above[-1]}")
    if path.name in done:
        return
    source = _LINE_COMMENT.sub("", path.read_text(encoding="utf-8"))
    for found in _IMPORT.finditer(source):
        _join(path.parent / found["file"], done, (*above, path.name))
    body = _EXPORT.sub("", _IMPORT.sub(_taken, source))
    if other := _OTHER.search(body):
        raise BundleError(f"{path.name}: {other[0]!r} is no import or export that can be joined")
    given = ", ".join(found["name"] for found in _EXPORT.finditer(source))
    done[path.name] = f"const {_variable(path.name)} = (() => {{\n{body}return {{ {given} }};\n}})();\n"


def _taken(found: re.Match[str]) -> str:
    """What stands for an import: ``const { a, b: c } = $file;``."""
    if not found["names"]:
        return ""
    return f"const {{{found['names'].replace(' as ', ': ')}}} = {_variable(found['file'])};"


def _variable(file_name: str) -> str:
    return "$" + file_name.removesuffix(".js").replace("-", "_")
