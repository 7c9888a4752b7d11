"""The register: regulations and lists of the organization's own, their editions, and the articles of each."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizapp.accounts.models import Account
from quizapp.db import Json, Key, Model, Moment


class Regulation(Model):
    """What an item can rest on. ``code`` is what banks call it; ``short_titles`` are its other names, one a line."""

    __tablename__ = "regulation"
    __table_args__ = (CheckConstraint("kind IN ('regulation', 'measures', 'duties')", name="kind"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(200), unique=True)
    short_titles: Mapped[str] = mapped_column(Text, default="")
    issuer: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[str] = mapped_column(String(16))  # `quizapp.domain.regulations.Kind`

    editions: Mapped[list["RegulationEdition"]] = relationship(
        back_populates="regulation", order_by="RegulationEdition.number"
    )

    @property
    def mark(self) -> str:
        """The mark of its newest edition, empty where there is none."""
        return self.editions[-1].mark if self.editions else ""


class RegulationEdition(Model):
    """One edition. Each supersedes the one before it; nothing of an edition is ever edited."""

    __tablename__ = "regulation_edition"
    __table_args__ = (UniqueConstraint("regulation_id", "name"), UniqueConstraint("regulation_id", "number"))

    id: Mapped[Key]
    regulation_id: Mapped[int] = mapped_column(ForeignKey("regulation.id"))
    number: Mapped[int]  # 1, 2, 3 … within the regulation, the oldest first
    name: Mapped[str] = mapped_column(String(32))  # as citations name it, e.g. 2023
    effective: Mapped[date | None] = mapped_column(Date)
    registered_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    registered_at: Mapped[Moment]

    @property
    def mark(self) -> str:
        """What tells this edition from every other, also from one that gets the id of a deleted row again."""
        return f"{self.id}@{self.registered_at.timestamp()}"

    regulation: Mapped[Regulation] = relationship(back_populates="editions")
    registrar: Mapped[Account] = relationship()
    articles: Mapped[list["RegulationArticle"]] = relationship(
        back_populates="edition", order_by="RegulationArticle.position"
    )


class RegulationArticle(Model):
    """One article of an edition, or one entry of a list. The text is kept where the organization has given it."""

    __tablename__ = "regulation_article"
    __table_args__ = (UniqueConstraint("edition_id", "position"), UniqueConstraint("edition_id", "number"))

    id: Mapped[Key]
    edition_id: Mapped[int] = mapped_column(ForeignKey("regulation_edition.id"))
    position: Mapped[int]
    number: Mapped[str] = mapped_column(String(64))  # as `quizapp.domain.articles.article_number` spells it
    gist: Mapped[str] = mapped_column(String(500), default="")
    text: Mapped[str | None] = mapped_column(Text, deferred=True)
    formerly: Mapped[str | None] = mapped_column(String(64))  # its number in the edition before; none: it is new
    changed: Mapped[bool] = mapped_column(default=False)  # says something else than there
    posts: Mapped[Json]  # the posts it concerns: a list of names

    edition: Mapped[RegulationEdition] = relationship(back_populates="articles")
