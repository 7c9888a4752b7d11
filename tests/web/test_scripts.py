"""What the shipped scripts may say: the language that Chromium 80 knows, and no word of a later one."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from quizapp.web.bundles import join_scripts

FOLDER = Path(__file__).parents[2] / "quizapp" / "web" / "static" / "js"
SCRIPTS = sorted(FOLDER.glob("*.js"))
# Optional chaining and ?? came with Chromium 80 itself; the web views of that age are often a version behind.
NEWER = {
    "optional chaining (80)": r"\?\.(?!\d)",
    "nullish coalescing and its assignment (80, 85)": r"\?\?",
    "logical assignment (85)": r"(?:\|\||&&)=",
    "private member (84)": r"\bthis\.#|^\s+(?:static )?#\w",
    "static block (94)": r"\bstatic\s*\{",
    "waiting outside a function (89)": r"^(?:const .*= |let .*= )?await\b",
    "module metadata (module scripts only)": r"\bimport\.meta\b",
    "method of strings or lists of 85 and later": (
        r"\.(?:replaceAll|at|findLast|findLastIndex|toSorted|toReversed|toSpliced|groupBy)\("
    ),
    "Promise.any (85) or withResolvers (119)": r"\bPromise\.(?:any|withResolvers)\b",
    "Object.hasOwn (93) or groupBy (117)": r"\bObject\.(?:hasOwn|groupBy)\b",
    "structuredClone (98)": r"\bstructuredClone\b",
    "randomUUID (92, and only over HTTPS)": r"\brandomUUID\b",
    "AbortSignal.timeout (103) or any (116)": r"\bAbortSignal\.(?:timeout|any)\b",
    "weak references (84)": r"\b(?:WeakRef|FinalizationRegistry)\b",
    "the button that submitted (81)": r"\.submitter\b",
    "asking for a submission (76, not in web views of iOS before 16)": r"\.requestSubmit\(",
    "inert (102)": r"\.inert\b",
    "replaceChildren (86)": r"\.replaceChildren\(",
    "popover or showPicker": r"\.(?:showPopover|hidePopover|togglePopover|showPicker)\(",
    "listening to a media query (unknown to iOS before 14)": r"matchMedia\([^)]*\)\.addEventListener",
    "end of scrolling (114)": r"\bscrollend\b",
    "selector unknown to Chromium 80": r":(?:is|where|has|focus-visible)\(?",
}
# What an in-app browser may lack altogether is asked for before it is used.
MAY_BE_MISSING = {
    "BroadcastChannel": r"\bnew BroadcastChannel\b",
    "IntersectionObserver": r"\bnew IntersectionObserver\b",
}
# Between the braces of a class, at its own level: fields are unknown to web views of iOS before 14.
_CLASS = re.compile(r"^(?:export )?class [^{]*\{\n(.*?)^\}", re.M | re.S)
_FIELD = re.compile(r"^  (?:static )?\w+(?: =|;)", re.M)
_TOKEN = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)


def code_of(text: str) -> str:
    """The script without its comments and with its quoted words kept only where they are selectors or names."""
    return _TOKEN.sub(lambda found: " " if found[0].startswith("/") else found[0], text)


def findings(text: str) -> Iterator[str]:
    """What of NEWER stands in a script."""
    code = code_of(text)
    for body in _CLASS.findall(code):
        yield from (f"class field: {found!r}" for found in _FIELD.findall(body))
    for what, pattern in NEWER.items():
        for found in re.finditer(pattern, code, re.M):
            yield f"{what}: {found[0]!r}"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_stay_within_chromium_80(path: Path) -> None:
    assert list(findings(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_what_may_be_missing_is_asked_for(path: Path) -> None:
    code = code_of(path.read_text(encoding="utf-8"))
    for name, use in MAY_BE_MISSING.items():
        if re.search(use, code):
            assert re.search(rf"typeof {name}\b|\"{name}\" in window|window\.{name}\b|catch", code), f"{name} unasked"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_the_devices_memory_may_be_closed(path: Path) -> None:
    """With storage forbidden, even reading ``window.localStorage`` throws."""
    code = code_of(path.read_text(encoding="utf-8"))
    if "localStorage" in code or "sessionStorage" in code:
        assert re.search(r"\btry\b", code), "storage is used outside of try"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_script_can_be_joined(path: Path) -> None:
    assert join_scripts(path).startswith("(() => {")


@pytest.mark.parametrize(
    "line",
    [
        "const a = b?.c;",
        "const a = b ?? c;",
        "a ||= b;",
        "class A {\n  #b = 1;\n}",
        "class A {\n  b = 1;\n}",
        "class A {\n  static { go(); }\n}",
        "await go();",
        'const a = "x".replaceAll("x", "y");',
        "list.at(-1);",
        "crypto.randomUUID();",
        "event.submitter.name;",
        'document.querySelector("a:has(b)");',
        'document.querySelector(":is(a, b)");',
    ],
)
def test_the_search_finds_what_is_newer(line: str) -> None:
    assert list(findings(f"const before = 1; // ?. ??\n{line}\n")) != []


@pytest.mark.parametrize(
    "line", ["const a = b ? .5 : 1;", "// a?.b ?? c", 'const id = "#item-1";', "function f() {\n  await go();\n}"]
)
def test_the_search_leaves_the_rest_alone(line: str) -> None:
    assert list(findings(f"{line}\n")) == []
