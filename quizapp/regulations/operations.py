"""Registering a regulation and each edition that follows, and taking back what was registered by mistake."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from quizapp.accounts.models import Account
from quizapp.audit.operations import record
from quizapp.db import db, writing
from quizapp.domain.problem import N_, Problem
from quizapp.domain.regulation_compare import difference
from quizapp.domain.regulations import Article, Registered
from quizapp.regulations.followers import followers
from quizapp.regulations.models import Regulation, RegulationArticle, RegulationEdition
from quizapp.regulations.queries import register
from quizapp.web import clock


@dataclass(frozen=True)
class NewEdition:
    """An edition as it is handed in. ``name`` is what citations call it; ``effective`` None: it always held.

    ``former`` is the mark of the edition with which its articles were compared, None where nobody compared them.
    """

    name: str
    effective: date | None
    articles: tuple[Article, ...]
    former: str | None = None


class RegisterError(Exception):
    """Why nothing was registered; the path of a problem is the name of a field."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.text() for problem in problems))
        self.problems = problems


def register_regulation(*, account_id: int, regulation: Registered) -> int:
    """Put a regulation with its editions into the register; its id. Raises RegisterError."""
    try:
        return _register_regulation(account_id, regulation)
    except IntegrityError:
        # SQLite lets one write at a time; elsewhere another may have committed the name after it was looked for.
        if problems := _name_problems(db.session(), regulation):
            raise RegisterError(problems) from None
        raise


def _register_regulation(account_id: int, regulation: Registered) -> int:
    with writing() as session:
        if problems := _name_problems(session, regulation):
            raise RegisterError(problems)
        row = Regulation(
            code=regulation.code,
            title=regulation.title,
            short_titles="\n".join(regulation.short_titles),
            issuer=regulation.issuer,
            kind=regulation.kind.value,
        )
        session.add(row)
        session.flush()
        record(
            "regulation.registered",
            f"regulation:{row.id}",
            {"code": row.code, "title": row.title, "kind": row.kind},
            actor=session.get_one(Account, account_id).login,
        )
        for edition in regulation.editions:
            _append(session, row, NewEdition(edition.id, edition.effective, edition.articles), account_id)
        _tell(row.code, account_id)
        return row.id


def register_edition(*, account_id: int, regulation_id: int, edition: NewEdition) -> int:
    """The next edition of a regulation, which supersedes the one before; its id. Raises RegisterError."""
    with writing() as session:
        # The row is locked, so that of two editions at once the second follows the first.
        row = session.get_one(Regulation, regulation_id, with_for_update=True)
        if problems := _edition_problems(row, edition):
            raise RegisterError(problems)
        edition_id = _append(session, row, edition, account_id)
        _tell(row.code, account_id)
        return edition_id


def take_back_edition(*, account_id: int, regulation_id: int, mark: str, reason: str) -> bool:
    """Delete the newest edition, which was registered by mistake; ``mark`` says which one was meant.

    With its only edition the regulation leaves the register, and False comes back. Raises RegisterError where
    somebody has registered meanwhile, or where something rests on the edition already.
    """
    with writing() as session:
        row = session.get_one(Regulation, regulation_id, with_for_update=True)
        if row.mark != mark or not row.editions:
            raise RegisterError(
                [Problem(N_("“%(title)s” was changed meanwhile; look at it again."), {"title": row.title})]
            )
        edition, present = row.editions[-1], register()
        found = [follower.hindrance(present, row.code, edition.name) for follower in followers()]
        if problems := [problem for problem in found if problem]:
            raise RegisterError(problems)
        for follower in followers():
            follower.forget(edition.id, account_id)
        detail = {"code": row.code, "title": row.title, "edition": edition.name, "articles": len(edition.articles)}
        login = session.get_one(Account, account_id).login
        record("edition.taken_back", f"regulation:{row.id}", detail, note=reason, actor=login)
        session.execute(delete(RegulationArticle).where(RegulationArticle.edition_id == edition.id))
        session.execute(delete(RegulationEdition).where(RegulationEdition.id == edition.id))
        session.expire(row)
        if stays := bool(row.editions):
            _tell(row.code, account_id)
        else:
            session.delete(row)
        return stays


def _name_problems(session: Session, regulation: Registered) -> list[Problem]:
    problems = []
    if session.scalar(select(Regulation.id).where(Regulation.code == regulation.code)) is not None:
        problems.append(Problem(N_("This code is taken. Please choose another."), path="code"))
    if session.scalar(select(Regulation.id).where(Regulation.title == regulation.title)) is not None:
        msgid = N_("This title is registered. Open it there to register a new edition.")
        problems.append(Problem(msgid, path="title"))
    return problems


def _edition_problems(row: Regulation, edition: NewEdition) -> list[Problem]:
    newest = row.editions[-1] if row.editions else None
    if any(each.name == edition.name for each in row.editions):
        return [Problem(N_("This edition is registered already."), path="name")]
    if edition.former is not None and edition.former != row.mark:
        msgid = N_("“%(title)s” was changed meanwhile; look at it again: compare once more, then register.")
        return [Problem(msgid, {"title": row.title})]
    if newest and newest.effective and edition.effective and edition.effective <= newest.effective:
        msgid = N_("A new edition takes effect after the one before (%(day)s). Please correct the date.")
        return [Problem(msgid, {"day": newest.effective.isoformat()}, path="effective")]
    return []


def _append(session: Session, row: Regulation, edition: NewEdition, account_id: int) -> int:
    number = session.scalar(
        select(func.count()).select_from(RegulationEdition).where(RegulationEdition.regulation_id == row.id)
    )
    stored = RegulationEdition(
        regulation_id=row.id,
        number=(number or 0) + 1,
        name=edition.name,
        effective=edition.effective,
        registered_by=account_id,
        registered_at=clock.now(),
    )
    session.add(stored)
    session.flush()
    if edition.articles:
        session.execute(insert(RegulationArticle), [_values(stored.id, *each) for each in enumerate(edition.articles)])
    counts = {name: len(numbers) for name, numbers in vars(difference((), edition.articles)).items()}
    record(
        "edition.registered",
        f"regulation:{row.id}",
        {
            "edition": edition.name,
            "articles": len(edition.articles),
            "changed": counts["changed"],
            "new": counts["new"],
        },
        actor=session.get_one(Account, account_id).login,
    )
    session.expire(row, ["editions"])
    return stored.id


def _values(edition_id: int, position: int, article: Article) -> dict[str, object]:
    return {
        "edition_id": edition_id,
        "position": position,
        "number": article.number,
        "gist": article.gist,
        "text": article.text or None,
        "formerly": article.formerly,
        "changed": article.changed,
        "posts": list(article.posts),
    }


def _tell(code: str, account_id: int) -> None:
    """Let those who rest on the register act, in the same transaction."""
    present = register()
    for follower in followers():
        follower.follow(present, code, account_id)
