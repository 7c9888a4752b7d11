"""The register of regulations as plain values, and what it says about a citation.

An item rests on a regulation, an edition and an article. When a newer edition says something else there, the key may
have become wrong without anybody touching the bank; here is decided which citations that concerns.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from quizapp.domain.articles import article_name, article_numbers
from quizapp.domain.bank import Bank, Citation
from quizapp.domain.problem import N_, Problem
from quizapp.domain.titles import same_title


class Kind(StrEnum):
    """A regulation (法规), or a list of the organization's own: preventive measures, responsibilities of posts."""

    REGULATION = "regulation"
    MEASURES = "measures"
    DUTIES = "duties"


@dataclass(frozen=True)
class Article:
    """One article of an edition, or one entry of a list.

    ``number`` as `article_number` spells it; ``formerly`` is its number in the edition before, None where it is new
    there; ``changed`` whether it says something else than then. ``gist`` is a summary in own words.
    """

    number: str
    formerly: str | None = None
    changed: bool = False
    gist: str = ""
    posts: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class RegisteredEdition:
    """One edition with its articles. ``effective`` is the day from which it holds, None for always."""

    id: str
    effective: date | None = None
    articles: tuple[Article, ...] = ()
    _by_number: dict[str, Article] = field(init=False, repr=False, compare=False, hash=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_number.update((article.number, article) for article in self.articles)

    def article(self, number: str) -> Article | None:
        """The article of that number, if there is one."""
        return self._by_number.get(number)


@dataclass(frozen=True)
class Registered:
    """A regulation or list with its editions, the oldest first: each supersedes the one before it."""

    code: str
    title: str
    issuer: str = ""
    kind: Kind = Kind.REGULATION
    short_titles: tuple[str, ...] = ()
    editions: tuple[RegisteredEdition, ...] = ()

    def edition(self, edition_id: str) -> RegisteredEdition | None:
        """The edition of that id; 2023年修订 is 2023."""
        wanted = edition_id.strip()
        digits = "".join(sign for sign in wanted if sign.isdecimal())
        return next((each for each in self.editions if each.id in (wanted, digits)), None)

    def in_force(self, today: date) -> RegisteredEdition | None:
        """The newest edition that holds on that day; before the first takes effect, the first."""
        holding = [each for each in self.editions if each.effective is None or each.effective <= today]
        return holding[-1] if holding else next(iter(self.editions), None)

    def after(self, edition: RegisteredEdition) -> tuple[RegisteredEdition, ...]:
        """The editions newer than one, the oldest of them first."""
        return self.editions[self.editions.index(edition) + 1 :]

    def name_of(self, number: str) -> str:
        """What an article or entry is called on a page."""
        return article_name(number) if self.kind is Kind.REGULATION else number


@dataclass(frozen=True)
class Register:
    """Everything that is registered."""

    regulations: tuple[Registered, ...] = ()

    def find(self, code: str) -> Registered | None:
        """The regulation that banks call by this code."""
        return next((each for each in self.regulations if each.code == code), None)

    def titled(self, title: str) -> Registered | None:
        """The regulation of this title or short title; 《》 and （试行） make no difference."""
        if not title:
            return None
        return next((each for each in self.regulations if same_title(title, (each.title, *each.short_titles))), None)

    def cited(self, citation: Citation, bank: Bank | None = None) -> Registered | None:
        """What a citation means: by code, else by the title that ``bank`` gives for its own code."""
        own = next((each for each in bank.regulations if each.id == citation.regulation), None) if bank else None
        return self.find(citation.regulation) or self.titled(own.title if own else citation.regulation)


class FaultKind(StrEnum):
    """What can be wrong with a citation."""

    UNKNOWN_REGULATION = "unknown_regulation"
    UNKNOWN_EDITION = "unknown_edition"
    SUPERSEDED = "superseded"
    NO_SUCH_ARTICLE = "no_such_article"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a citation, and the sentence that says so."""

    kind: FaultKind
    problem: Problem


def judge(citation: Citation, register: Register, today: date, bank: Bank | None = None) -> list[Fault]:
    """What is wrong with a citation on that day, the worst first; empty when it may stand."""
    regulation = register.cited(citation, bank)
    if regulation is None:
        msgid = N_("The regulation “%(regulation)s” is not in the register. Register it, or correct the citation.")
        return [_fault(FaultKind.UNKNOWN_REGULATION, msgid, regulation=_named(citation, bank))]
    edition = regulation.edition(citation.edition)
    if edition is None:
        msgid = N_("“%(title)s” has no edition %(edition)s in the register. Register it, or correct the citation.")
        return [_fault(FaultKind.UNKNOWN_EDITION, msgid, title=regulation.title, edition=citation.edition)]
    return [
        *_missing_articles(citation, regulation, edition),
        *_superseded(citation, regulation, edition, today),
    ]


def _missing_articles(citation: Citation, regulation: Registered, edition: RegisteredEdition) -> Iterator[Fault]:
    missing = [number for number in article_numbers(citation.article) if edition.article(number) is None]
    if missing and edition.articles:
        msgid = N_(
            "“%(title)s” (%(edition)s) has no %(article)s; it has %(count)s articles. Please correct the citation."
        )
        yield _fault(
            FaultKind.NO_SUCH_ARTICLE,
            msgid,
            title=regulation.title,
            edition=edition.id,
            article="、".join(map(regulation.name_of, missing)),
            count=len(edition.articles),
        )


def _superseded(citation: Citation, regulation: Registered, edition: RegisteredEdition, today: date) -> Iterator[Fault]:
    present = regulation.in_force(today)
    if present is None or present not in regulation.after(edition):
        return
    said = {"title": regulation.title, "edition": edition.id, "newer": present.id}
    found = changes(citation, regulation, edition)
    where = [change.article for change in found if change.article]
    if where:
        msgid = N_(
            "This rests on “%(title)s” (%(edition)s). In the edition %(newer)s it is %(article)s, in the same words: "
            "cite that."
        )
        if any(change.kind in STALE for change in found):
            msgid = N_(
                "This rests on “%(title)s” (%(edition)s). In the edition %(newer)s it is %(article)s: "
                "compare, then cite that."
            )
        named = "、".join(map(regulation.name_of, where))
        yield _fault(FaultKind.SUPERSEDED, msgid, **said, article=named)
    else:
        msgid = N_("This rests on “%(title)s” (%(edition)s), which the edition %(newer)s has superseded.")
        yield _fault(FaultKind.SUPERSEDED, msgid, **said)


class ChangeKind(StrEnum):
    """What became of an article: only its number is another, its words are, or it is gone."""

    SAME = "same"
    MOVED = "moved"
    CHANGED = "changed"
    DROPPED = "dropped"


STALE = frozenset({ChangeKind.CHANGED, ChangeKind.DROPPED})
"""What may have made a key wrong."""


@dataclass(frozen=True)
class Change:
    """What became of one cited article up to the newest edition.

    ``edition`` is the last one that changed or dropped it (for `MOVED`, that moved it); ``article`` its number in
    the newest edition, None where it was dropped.
    """

    cited: str
    kind: ChangeKind
    edition: str
    article: str | None


def changed_by(citation: Citation, register: Register, bank: Bank | None = None) -> list[Change]:
    """What newer editions made of each article of a citation; empty where there are none or it is not registered."""
    regulation = register.cited(citation, bank)
    edition = regulation.edition(citation.edition) if regulation else None
    return changes(citation, regulation, edition) if regulation and edition else []


def changes(citation: Citation, regulation: Registered, edition: RegisteredEdition) -> list[Change]:
    """`changed_by` for a citation that was found; articles that never existed are left out."""
    newer = regulation.after(edition)
    known = [number for number in article_numbers(citation.article) if edition.article(number) or not edition.articles]
    return [_followed(number, newer) for number in known] if newer else []


def _followed(cited: str, newer: Sequence[RegisteredEdition]) -> Change:
    """One article through every newer edition."""
    number, kind, last = cited, ChangeKind.SAME, newer[-1].id
    for edition in newer:
        heir = next((article for article in edition.articles if article.formerly == number), None)
        if heir is None:
            return Change(cited, ChangeKind.DROPPED, edition.id, None)
        if heir.changed:
            kind, last = ChangeKind.CHANGED, edition.id
        elif heir.number != number and kind is not ChangeKind.CHANGED:
            kind, last = ChangeKind.MOVED, edition.id
        number = heir.number
    return Change(cited, kind, last, number)


def _named(citation: Citation, bank: Bank | None) -> str:
    own = next((each for each in bank.regulations if each.id == citation.regulation), None) if bank else None
    return own.title if own else citation.regulation


def _fault(kind: FaultKind, msgid: str, **params: object) -> Fault:
    return Fault(kind, Problem(msgid, params))
