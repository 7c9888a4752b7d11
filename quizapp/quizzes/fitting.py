"""A paper cut to what its bank holds: offered with every old and new figure, done by one press, undone by another."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from quizapp.domain.bank import Bank
from quizapp.domain.paper import prepare, shortages
from quizapp.domain.paper_spec import PaperSpec, Section
from quizapp.domain.problem import N_, Problem

STEP = Decimal("0.1")  # of a cut score


@dataclass(frozen=True)
class Fit:
    """The paper asked for, and the one that the bank can give. ``have`` items are there for each section asked for."""

    asked: PaperSpec
    given: PaperSpec
    have: tuple[int, ...]

    def changes(self) -> Iterator[Problem]:
        """What becomes different, one sentence for each."""
        for section, have in zip(self.asked.sections, self.have, strict=True):
            old = {"title": section.title, "old": section.count, "new": min(have, section.count)}
            if not have:
                yield Problem(N_("%(title)s: %(old)s items are left out, the bank has none"), old)
            elif have < section.count:
                yield Problem(N_("%(title)s: %(new)s items instead of %(old)s"), old)
        for sentence, asked, given in (
            (N_("Full points: %(new)s instead of %(old)s"), self.asked.full_points, self.given.full_points),
            (N_("Cut score: %(new)s instead of %(old)s"), self.asked.cut_score, self.given.cut_score),
            (N_("Excellent from: %(new)s instead of %(old)s"), self.asked.excellent_score, self.given.excellent_score),
        ):
            if asked != given:
                yield Problem(sentence, {"old": asked, "new": given})


def fit_to(bank: Bank, spec: PaperSpec) -> Fit | None:
    """The paper with as many items as ``bank`` holds, its cut scores at the same share of the full points.

    None where nothing is short, or where fewer items alone do not mend it: sections that share what there is, no item
    at all.
    """
    have = tuple(len(indices) for indices in prepare(bank, spec).fitting)
    if all(there >= section.count for section, there in zip(spec.sections, have, strict=True)):
        return None
    pairs = zip(spec.sections, have, strict=True)
    smaller = replace(spec, sections=tuple(_cut(section, there) for section, there in pairs if there))
    if not smaller.sections or not spec.full_points or shortages(bank, smaller):
        return None
    share = smaller.full_points / spec.full_points
    excellent = None if spec.excellent_score is None else _scaled(spec.excellent_score, share)
    given = replace(smaller, cut_score=_scaled(spec.cut_score, share), excellent_score=excellent)
    return Fit(spec, given, have)


def _cut(section: Section, have: int) -> Section:
    count = min(section.count, have)
    if count == section.count or section.cut_score is None:
        return replace(section, count=count)
    return replace(section, count=count, cut_score=_scaled(section.cut_score, Decimal(count) / section.count))


def _scaled(score: Decimal, share: Decimal) -> Decimal:
    return (score * share).quantize(STEP, ROUND_HALF_UP).normalize() + Decimal(0)
