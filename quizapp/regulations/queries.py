"""Reading the register."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from flask import abort
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from quizapp.accounts.models import Account
from quizapp.db import db
from quizapp.domain.regulations import Article, Kind, Register, Registered, RegisteredEdition
from quizapp.regulations.models import Regulation, RegulationArticle, RegulationEdition
from quizapp.roster.queries import last_known_tree, scope_of
from quizapp.web.access import Role

READS_REGISTER = (Role.ORGANIZER, Role.COMMITTEE, Role.AUDITOR, Role.ADMINISTRATOR)
KEEPS_REGISTER = (Role.ORGANIZER, Role.COMMITTEE, Role.ADMINISTRATOR)


def register() -> Register:
    """Everything that is registered, without the texts of the articles."""
    articles = defaultdict[int, list[Article]](list)
    columns = (
        RegulationArticle.edition_id,
        RegulationArticle.number,
        RegulationArticle.formerly,
        RegulationArticle.changed,
        RegulationArticle.gist,
        RegulationArticle.posts,
    )
    order = (RegulationArticle.edition_id, RegulationArticle.position)
    for row in db.session.execute(select(*columns).order_by(*order)):
        value = Article(row.number, row.formerly, row.changed, row.gist, tuple(row.posts))
        articles[row.edition_id].append(value)
    rows = db.session.scalars(select(Regulation).options(selectinload(Regulation.editions)).order_by(Regulation.id))
    return Register(tuple(_registered(row, articles) for row in rows))


def _registered(row: Regulation, articles: dict[int, list[Article]]) -> Registered:
    editions = (
        RegisteredEdition(edition.name, edition.effective, tuple(articles.get(edition.id, ())))
        for edition in row.editions
    )
    return Registered(
        code=row.code,
        title=row.title,
        issuer=row.issuer,
        kind=Kind(row.kind),
        short_titles=tuple(row.short_titles.split("\n")) if row.short_titles else (),
        editions=tuple(editions),
    )


def articles_with_text(edition_id: int) -> tuple[Article, ...]:
    """The articles of an edition, each with its text where that is kept."""
    columns = (RegulationArticle.number, RegulationArticle.gist, RegulationArticle.text)
    query = select(*columns).where(RegulationArticle.edition_id == edition_id).order_by(RegulationArticle.position)
    return tuple(Article(row.number, gist=row.gist, text=row.text or "") for row in db.session.execute(query))


def regulations() -> Sequence[tuple[Regulation, int]]:
    """Every regulation and list, each with the number of articles of its newest edition, by kind and title."""
    newest = select(func.max(RegulationEdition.id)).group_by(RegulationEdition.regulation_id)
    rows = db.session.execute(
        select(RegulationEdition.regulation_id, func.count(RegulationArticle.id))
        .outerjoin(RegulationArticle)
        .where(RegulationEdition.id.in_(newest))
        .group_by(RegulationEdition.regulation_id)
    )
    counts = {row[0]: row[1] for row in rows}
    order = list(Kind)
    found = db.session.scalars(select(Regulation).options(selectinload(Regulation.editions))).all()
    return [
        (row, counts.get(row.id, 0)) for row in sorted(found, key=lambda row: (order.index(Kind(row.kind)), row.title))
    ]


def regulation(regulation_id: int) -> Regulation:
    """That regulation with its editions; otherwise 404."""
    editions = selectinload(Regulation.editions).options(joinedload(RegulationEdition.registrar))
    row = db.session.scalar(select(Regulation).options(editions).where(Regulation.id == regulation_id))
    return row if row is not None else abort(404)


def regulation_kept_by(account: Account, regulation_id: int) -> Regulation:
    """That regulation, where the account may register an edition of it; otherwise 404."""
    return regulation(regulation_id) if keeps_register(account) else abort(404)


def keeps_register(account: Account) -> bool:
    """Whether the account may register: the register is the whole department's, so its role must be as well."""
    tree = last_known_tree()
    tops = {node.id for node in tree.children(None)}
    return bool(tops) and tops <= scope_of(account, *KEEPS_REGISTER, tree=tree)


def edition_ids(codes: Iterable[str]) -> dict[tuple[str, str], int]:
    """(code, name of the edition) → id of its row."""
    rows = db.session.execute(
        select(Regulation.code, RegulationEdition.name, RegulationEdition.id)
        .join(RegulationEdition.regulation)
        .where(Regulation.code.in_(list(codes)))
    )
    return {(row.code, row.name): row.id for row in rows}
