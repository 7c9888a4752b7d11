"""Practice that a person chooses: by topic, by regulation, by post."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, datetime
from random import Random

from sqlalchemy import func, select

from quizapp.banks.models import BankRevision
from quizapp.db import db
from quizapp.practice.models import PracticeAnswer
from quizapp.practice.permits import Found, Permits, practisable
from quizapp.practice.queries import day_of


@dataclass(frozen=True)
class Choice:
    """What to practise; all that is named must fit. Nothing named: whatever there is."""

    topic: str = ""
    regulation: str = ""  # its title
    post: str = ""

    @property
    def args(self) -> dict[str, str]:
        """The parts that are named, as arguments of an address."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def name(self) -> str:
        """What it is called: the names themselves."""
        return " · ".join(self.args.values())

    def fits(self, found: Found) -> bool:
        """Whether the item is one of those chosen."""
        return (
            (not self.topic or found.item.topic == self.topic)
            and (not self.regulation or self.regulation in regulations_of(found))
            and (not self.post or self.post in found.item.posts)
        )


@dataclass(frozen=True)
class Shelves:
    """What there is to choose from, each with its number of items: topics, regulations, posts."""

    topics: list[tuple[str, int]]
    regulations: list[tuple[str, int]]
    posts: list[tuple[str, int]]


@dataclass(frozen=True)
class Round:
    """What was chosen: the next item (None: all of them have been answered today), how many done today, how many."""

    following: Found | None
    done: int
    total: int


def regulations_of(found: Found) -> set[str]:
    """The titles of the regulations that the item cites."""
    titles = {regulation.id: regulation.title for regulation in found.bank.regulations}
    cited = (titles.get(citation.regulation, citation.regulation) for citation in found.item.citations)
    return {title.strip("《》") for title in cited}


def shelves_of(person_id: int, permits: Permits, now: datetime, own_post: str) -> Shelves:
    """Everything the person may choose, the largest first, but among the posts their own."""
    topics, regulations, posts = Counter[str](), Counter[str](), Counter[str]()
    for found in practisable(person_id, permits, now):
        topics[found.item.topic] += 1
        regulations.update(regulations_of(found))
        posts.update(set(found.item.posts))
    del topics[""]
    return Shelves(
        topics.most_common(),
        regulations.most_common(),
        sorted(posts.items(), key=lambda each: (each[0] != own_post, -each[1])),
    )


def round_of(person_id: int, permits: Permits, choice: Choice, now: datetime) -> Round:
    """The next item of what was chosen: never answered first, then longest ago, otherwise in an order of the day."""
    fitting = [found for found in practisable(person_id, permits, now) if choice.fits(found)]
    last, today = _last_answers(person_id), day_of(now)
    Random(f"{person_id}/{today}").shuffle(fitting)
    open_ones = [found for found in fitting if last.get(_key(found)) != today]
    following = min(open_ones, key=lambda found: last.get(_key(found), date.min), default=None)
    return Round(following, len(fitting) - len(open_ones), len(fitting))


def _key(found: Found) -> tuple[int, str]:
    return found.bank_id, found.item.id


def _last_answers(person_id: int) -> dict[tuple[int, str], date]:
    """Bank and item → the day of the person's last answer in practice."""
    rows = db.session.execute(
        select(BankRevision.bank_id, PracticeAnswer.item_id, func.max(PracticeAnswer.answered_on).label("last"))
        .join(BankRevision, BankRevision.id == PracticeAnswer.revision_id)
        .where(PracticeAnswer.person_id == person_id)
        .group_by(BankRevision.bank_id, PracticeAnswer.item_id)
    )
    return {(row.bank_id, row.item_id): row.last for row in rows}
