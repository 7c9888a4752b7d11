"""The long form of the generated tests: ``python -m tests.importers.fuzz [MUTANTS] [SEEDS]``; `make fuzz` runs it.

Prints what was measured and what went wrong, and ends with 1 where a promise is not kept: every generated document
exact, no crash, no wrong key, at least 98 % of the slips named at their line, and every damaged file ended in order.
"""

import sys
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from quizapp.importers import files
from quizapp.importers.reading import Format, Reading, Refused
from tests.importers import hostile
from tests.importers.generate import LAYOUTS, Sample, sample
from tests.importers.judge import differences, text_document
from tests.importers.mutate import Mutant, mutants, named_lines, wrong_keys
from tests.importers.mutate_table import table_mutants
from tests.importers.render import TABLES
from tests.importers.truth import as_read

NAMED = 0.98
HARMLESS = ("remove_number",)
"""Slips of which nothing need be said where every question was read as it is."""


Case = tuple[Mutant, Callable[[], Reading | None]]
"""A damaged document, and how it is read."""


@dataclass
class Measured:
    """What came of many mutants."""

    made: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    crashes: list[tuple[Mutant, str]] = field(default_factory=list)
    wrong: list[tuple[Mutant, str]] = field(default_factory=list)
    missed: list[tuple[Mutant, set[int]]] = field(default_factory=list)

    @property
    def share(self) -> float:
        """How many of the slips of which something must be said were named at their line."""
        return sum(self.told.values()) / max(1, sum(self.made.values()))

    def table(self) -> str:
        """A line for each slip."""
        rows = [f"{slip:18} {self.told[slip]:5} of {made:5}" for slip, made in sorted(self.made.items())]
        total = f"named at their line: {self.share:.2%} of {sum(self.made.values())}"
        return "\n".join([*rows, total, f"crashes: {len(self.crashes)}, wrong keys: {len(self.wrong)}"])


def texts(count: int, seed: int = 0) -> Iterator[Case]:
    """Damaged papers."""
    for mutant in mutants(count, seed):
        yield mutant, partial(read, mutant.lines, mutant.sample.keys)


def tables(count: int, seed: int = 0) -> Iterator[Case]:
    """Damaged tables."""
    for mutant, rows in table_mutants(count, seed):
        yield mutant, partial(read_table, TABLES["tsv"](rows))


def measure(many: Iterable[Case]) -> Measured:
    """Read every mutant."""
    measured = Measured()
    for mutant, reader in many:
        try:
            found = reader()
        except Exception:
            measured.crashes.append((mutant, traceback.format_exc()))
            continue
        if mutant.damaged:
            measured.made[mutant.slip] += 1
        if found is None:
            measured.told[mutant.slip] += bool(mutant.damaged)  # refused as a whole: nothing is left to name
            continue
        measured.wrong += [(mutant, fault) for fault in wrong_keys(mutant, found)]
        if mutant.damaged & named_lines(found) or (mutant.slip in HARMLESS and _is_exact(mutant, found)):
            measured.told[mutant.slip] += 1
        elif mutant.damaged:
            measured.missed.append((mutant, named_lines(found)))
    return measured


def _is_exact(mutant: Mutant, found: Reading) -> bool:
    return [question.plain() for question in mutant.sample.questions] == [as_read(item) for item in found.items]


def read(lines: Iterable[str], keys: list[str] | None) -> Reading | None:
    """The reading of a text, None where it is refused."""
    try:
        return files.parse(text_document(list(lines)), text_document(keys) if keys else None)
    except Refused:
        return None


def read_table(data: bytes) -> Reading | None:
    """The reading of a table, None where it is refused."""
    try:
        return files.parse(files.read_document("a.tsv", data, Format.CSV))
    except Refused:
        return None


def inexact(seeds: range) -> dict[str, list[tuple[Sample, list[tuple[str, str]]]]]:
    """The generated documents that are not read exactly, by layout."""
    found = defaultdict(list)
    for layout in LAYOUTS:
        for seed in seeds:
            made = sample(layout, seed)
            reading = read(made.lines, made.keys)
            wrong = list(differences(made, reading)) if reading else [("refused", "nothing was read")]
            if wrong:
                found[layout].append((made, wrong))
    return dict(found)


def main() -> None:
    """Run and report."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    seeds = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    layouts = inexact(range(10_000, 10_000 + seeds))
    wrong = sum(map(len, layouts.values()))
    print(f"generated: {seeds * len(LAYOUTS) - wrong} of {seeds * len(LAYOUTS)} documents exact")
    for layout, samples in layouts.items():
        print(f"  {layout}: seeds {[made.seed for made, _ in samples]}: {samples[0][1][0][1]}")
    measured = measure(chain(texts(count, seed=10_000), tables(count // 4, seed=10_000)))
    print(measured.table())
    for mutant, fault in [*measured.crashes, *measured.wrong]:
        print(f"  {mutant.slip} of {mutant.sample.layout} {mutant.sample.seed}: {fault}")
    for mutant, named in measured.missed:
        print(f"  {mutant.slip} of {mutant.sample.layout} {mutant.sample.seed}:"
              f" lines {sorted(mutant.damaged)}, named {sorted(named)}")  # fmt: skip
    fallen = hostile.wrong(hostile.outcomes(chain(hostile.damaged(count // 10), hostile.made(hostile.runs()))))
    print(f"damaged Word files and workbooks, and texts of long runs, that end wrongly: {len(fallen)}")
    for name, said in fallen.items():
        print(f"  {name}: {said}")
    sys.exit(bool(wrong or fallen or measured.crashes or measured.wrong or measured.share < NAMED))


if __name__ == "__main__":
    main()
