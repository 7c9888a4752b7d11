"""What is kept of a test so that its report need not read every answer: sums by branch, by topic and by item.

Derived from attempts, scores and answers alone, and made by `quizapp.reports.tallies`. Whoever loses these tables loses
nothing: they are made again. Points are whole hundredths, so that what was added can be taken off again exactly.
"""

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.db import Json, Model


class Tally(Model):
    """That a test is tallied. ``version`` changes with every write: whoever counted from an older one starts again."""

    __tablename__ = "tally"

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), primary_key=True)
    version: Mapped[int]
    entry: Mapped[int]  # the newest entry of the record that was looked through for changes of a score


class TallyPerson(Model):
    """An eligible person, and which score of theirs is in the sums."""

    __tablename__ = "tally_person"
    __table_args__ = (
        Index(
            "ix_tally_person_stale",
            "quiz_id",
            "branch_id",
            "person_id",
            sqlite_where=text("stale = 1"),
            postgresql_where=text("stale"),
        ),
        Index(
            "ix_tally_person_absent",
            "quiz_id",
            "branch_id",
            "person_id",
            sqlite_where=text("sat = 0"),
            postgresql_where=text("NOT sat"),
        ),
    )

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # when the test opened
    score_id: Mapped[int | None] = mapped_column(ForeignKey("attempt_score.id"))  # the one that counts; None: none yet
    sat: Mapped[bool]  # whether that score is in the sums: something was answered
    stale: Mapped[bool]  # to be looked at again


class TallyBranch(Model):
    """The people of a branch: how many there are, and how often each score was reached."""

    __tablename__ = "tally_branch"

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    eligible: Mapped[int]
    passed: Mapped[int]
    excellent: Mapped[int]
    scores: Mapped[Json]  # hundredths of a point, as text → how many of those who sat


class TallyTopic(Model):
    """What the items of one topic earned in one branch. The topic ``""`` holds the items without one."""

    __tablename__ = "tally_topic"

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(Text, primary_key=True)
    responses: Mapped[int]  # items asked, the omitted ones included
    right: Mapped[int]
    points: Mapped[int] = mapped_column(BigInteger)
    full_points: Mapped[int] = mapped_column(BigInteger)


class TallyItem(Model):
    """Sums of one item over all papers that had it, as far as it was worth the same: see `domain.item_analysis`."""

    __tablename__ = "tally_item"

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    full_points: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    paper_points: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # full points of the whole paper
    responses: Mapped[int]
    answered: Mapped[int]
    right: Mapped[int]
    points: Mapped[int] = mapped_column(BigInteger)
    squares: Mapped[int] = mapped_column(BigInteger)
    rest: Mapped[int] = mapped_column(BigInteger)  # what the other items of the paper earned
    rest_squares: Mapped[int] = mapped_column(BigInteger)
    products: Mapped[int] = mapped_column(BigInteger)  # of the item's points and the rest


class TallyBranchItem(Model):
    """What the people of one branch met and earned of one item: see `domain.paper_ease`."""

    __tablename__ = "tally_branch_item"

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    full_points: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    paper_points: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # full points of the whole paper
    responses: Mapped[int]
    points: Mapped[int] = mapped_column(BigInteger)


class TallyChoice(Model):
    """How often an answer was given to an item with options."""

    __tablename__ = "tally_choice"

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    answer: Mapped[str] = mapped_column(Text, primary_key=True)  # the bank's letters, as JSON
    times: Mapped[int]
    rest: Mapped[int] = mapped_column(BigInteger)  # what the other items earned those who gave it
