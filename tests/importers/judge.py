"""Whether a generated document was read exactly, and if not, what is different."""

from collections.abc import Iterator
from itertools import zip_longest

from quizapp.importers.reading import Document, Format, Grammar, Reading
from tests.importers.generate import Sample
from tests.importers.truth import Question, as_read


def text_document(lines: list[str]) -> Document:
    """The lines as pasted text."""
    return Document(Format.TEXT, Grammar.TEXT, tuple(lines))


def differences(sample: Sample, reading: Reading) -> Iterator[tuple[str, str]]:
    """Every difference as (its kind, what was wanted and what was found)."""
    wanted = [question.plain() for question in sample.questions]
    found = [as_read(item) for item in reading.items]
    if len(wanted) != len(found):
        yield "count", f"wanted {len(wanted)} questions, found {len(found)}"
    for place, (want, have) in enumerate(zip_longest(wanted, found), 1):
        if want is None or have is None:
            break
        yield from (
            (name, f"question {place}, {name}: wanted {getattr(want, name)!r}, found {getattr(have, name)!r}")
            for name in Question.__dataclass_fields__
            if getattr(want, name) != getattr(have, name)
        )
    for item in reading.items:
        if item.problems:
            yield "problem", f"line {item.line}: {[problem.text() for problem in item.problems]}"
    texts = {each.text.strip() for each in reading.skipped}
    if missing := {junk.strip() for junk in sample.junk} - texts:
        yield "junk", f"not skipped: {missing}"
    yield from accounts(reading)


def accounts(reading: Reading) -> Iterator[tuple[str, str]]:
    """Every line that is not empty must be in an item, a heading or skipped."""
    told = set(reading.headings) | {each.line for each in reading.skipped}
    for item in reading.items:
        told |= set(range(item.line, item.last_line + 1)) | set(item.places.values())
    for number, line in enumerate(reading.document.lines, 1):
        if line.strip() and number not in told:
            yield "lost line", f"line {number} is nowhere: {line!r}"
