"""From the bytes of a bank file to a tree of texts with their places, or every reason why not.

The tree is built from parser events and nothing is ever constructed from them: no tag is honoured, no word becomes
a boolean, a date or a number. Whatever could make a small file cost much (depth, aliases, tags, directives, size) is
refused while the events stream by, because libyaml itself needs quadratic time on deep nesting.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import yaml

from quizapp.domain.problem import N_, Problem
from quizapp.domain.yaml_faults import syntax_problems

MAX_BYTES = 4_000_000
MAX_DEPTH = 20
MAX_EVENTS = 250_000
MAX_TEXT = 20_000
MAX_PROBLEMS = 500

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_DIRECTIVE = re.compile(r"^%(?:YAML|TAG)\b.*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Scalar:
    """One text, as written; ``line`` and ``column`` count from 1."""

    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    line: int
    column: int
    entries: list["Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order written. Keys may repeat and may be any node: the reader judges that."""

    line: int
    column: int
    pairs: list[tuple["Node", "Node"]] = field(default_factory=list)


Node = Scalar | Sequence | Mapping


class BankError(Exception):
    """A bank that cannot be taken; ``problems`` holds everything wrong with it, in the order of the file."""

    def __init__(self, problems: list[Problem], name: str = "bank.yaml") -> None:
        super().__init__(name)
        self.problems = _no_more_than_can_be_read(sorted(problems, key=lambda each: (each.line, each.column)))
        self.name = name

    def __str__(self) -> str:
        return "\n".join(format_problem(problem, self.name) for problem in self.problems)


def format_problem(problem: Problem, name: str, translate: Callable[[str], str] = str) -> str:
    """One line a person can act on: ``bank.yaml:9:11 items[1].type: what is wrong and how to mend it``."""
    place = f"{name}:{problem.line}:{problem.column}" if problem.line else name
    return (
        f"{place} {problem.path}: {problem.text(translate)}" if problem.path else f"{place}: {problem.text(translate)}"
    )


def read_tree(source: str | bytes) -> Node:
    """The node tree of a bank file of at most `MAX_BYTES`. Raises BankError."""
    text = _decoded(source)
    if problems := list(_refused_characters(text)):
        raise BankError(problems)
    tree = _TreeBuilder()
    loader = yaml.CSafeLoader(text)
    try:
        while event := loader.get_event():
            tree.take(event)
    except yaml.MarkedYAMLError as error:
        raise BankError(tree.problems + syntax_problems(error, text)) from None
    finally:
        loader.dispose()
    if tree.problems:
        raise BankError(tree.problems)
    if tree.root is None or (isinstance(tree.root, Scalar) and not tree.root.text.strip()):
        raise BankError(
            [Problem(N_("The file is empty. A bank begins with a line 'title: …' and then 'items:'."), {}, 1, 1)]
        )
    return tree.root


def _decoded(source: str | bytes) -> str:
    if len(source) > MAX_BYTES:
        params = {"size": f"{len(source):,}", "limit": f"{MAX_BYTES:,}"}
        raise BankError(
            [
                Problem(
                    N_("The file is too large (%(size)s; the limit is %(limit)s bytes). Split the bank in two."), params
                )
            ]
        )
    text = source if isinstance(source, str) else _from_utf8(source)
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _from_utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BankError([_not_utf8(data, error)]) from None


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> Problem:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Problem(
            N_("The file is saved as UTF-16. Open it in an editor and save it again with the encoding UTF-8."), {}, 1, 1
        )
    before = data[: error.start].removeprefix(b"\xef\xbb\xbf")
    column = len(before[before.rfind(b"\n") + 1 :].decode()) + 1
    sentence = N_(
        "The file is not UTF-8 from here on (byte 0x%(byte)s); it may have been saved as GBK or ANSI. "
        "Open it in an editor and save it again with the encoding UTF-8."
    )
    byte = f"{error.object[error.start]:02X}"
    return Problem(sentence, {"byte": byte}, before.count(b"\n") + 1, column)


def _refused_characters(text: str) -> Iterator[Problem]:
    """Characters and lines that must not reach the parser, at most `MAX_PROBLEMS` of each kind."""
    line, start = 1, 0
    for count, found in enumerate(_UNPRINTABLE.finditer(text)):
        if count > MAX_PROBLEMS:
            break
        line += text.count("\n", start, found.start())
        start = found.start()
        yield _unprintable(found.group(), line, start - text.rfind("\n", 0, start))
    if directive := _DIRECTIVE.search(text):
        sentence = N_("A line that begins with %%%(word)s is not needed in a bank. Remove the line.")
        yield Problem(
            sentence, {"word": directive.group().split()[0][1:]}, text.count("\n", 0, directive.start()) + 1, 1
        )


def _unprintable(character: str, line: int, column: int) -> Problem:
    sentence = N_("There is an invisible control character here (U+%(code)s). Delete it, or type the text again.")
    return Problem(sentence, {"code": f"{ord(character):04X}"}, line, column)


def _no_more_than_can_be_read(problems: list[Problem]) -> list[Problem]:
    if len(problems) <= MAX_PROBLEMS:
        return problems
    sentence = N_("There are more problems after these. Mend these first, then check the file again.")
    return [*problems[:MAX_PROBLEMS], Problem(sentence)]


class _TreeBuilder:
    """Takes the events one by one and keeps the tree; stops at once where going on would cost too much."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._open: list[tuple[Sequence | Mapping, list[Node]]] = []
        self._events = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        self._events += 1
        if self._events > MAX_EVENTS:
            self._stop(
                event,
                N_("The file holds too many entries (more than %(limit)s). Split the bank in two."),
                limit=MAX_EVENTS,
            )
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        elif isinstance(event, yaml.AliasEvent):
            self._note(
                event,
                N_("A text that begins with * must stand in quotes: '*…'. References to other places are not read."),
            )
            self._place(Scalar(*_start(event), ""))
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._stop(
                    event,
                    N_("A file holds one bank. Remove the line '---', or move what follows into a file of its own."),
                )

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        text: str = event.value
        self._refuse_tag_and_anchor(event)
        if len(text) > MAX_TEXT:
            self._note(
                event,
                N_("This text is too long (%(size)s characters; the limit is %(limit)s). Shorten it."),
                size=len(text),
                limit=MAX_TEXT,
            )
        elif not text.isprintable() and (found := _UNPRINTABLE.search(text)):
            # Reached by an escape in double quotes ("\\0"): the character itself is refused before parsing.
            self.problems.append(_unprintable(found.group(), *_start(event)))
        self._place(Scalar(*_start(event), text))

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        self._refuse_tag_and_anchor(event)
        if len(self._open) == MAX_DEPTH:
            self._stop(
                event,
                N_(
                    "Lists and mappings are nested too deep here (more than %(limit)s levels). "
                    "Put a text that begins with [ or { in quotes."
                ),
                limit=MAX_DEPTH,
            )
        kind = Mapping if isinstance(event, yaml.MappingStartEvent) else Sequence
        self._open.append((kind(*_start(event)), []))

    def _end(self) -> None:
        collection, children = self._open.pop()
        if isinstance(collection, Mapping):
            collection.pairs.extend(zip(children[::2], children[1::2], strict=True))
        else:
            collection.entries.extend(children)
        self._place(collection)

    def _place(self, node: Node) -> None:
        if self._open:
            self._open[-1][1].append(node)
        else:
            self.root = node

    def _refuse_tag_and_anchor(self, event: yaml.NodeEvent) -> None:
        if event.tag is not None:  # type: ignore[attr-defined]
            self._note(event, N_("A text that begins with ! must stand in quotes: '!…'. Type tags are not read."))
        if event.anchor is not None:
            self._note(event, N_("A text that begins with & must stand in quotes: '&…'. Anchors are not read."))

    def _note(self, event: yaml.Event, msgid: str, **params: object) -> None:
        self.problems.append(Problem(msgid, params, *_start(event)))
        if len(self.problems) > MAX_PROBLEMS:
            raise BankError(self.problems)

    def _stop(self, event: yaml.Event, msgid: str, **params: object) -> None:
        self._note(event, msgid, **params)
        raise BankError(self.problems)


def _start(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)
