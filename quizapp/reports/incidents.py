"""What happened during a test that a reader of its report must know: outages, and more time for all or for some."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from quizapp.attempts.extensions import extensions_of
from quizapp.attempts.outages import interruptions_of
from quizapp.quizzes.models import Quiz
from quizapp.reports.editions.frozen import frozen_of
from quizapp.reports.moments import full_moment


@dataclass(frozen=True)
class Down:
    """The service was down; for ``closed`` people the time ran out meanwhile."""

    began_at: datetime
    ended_at: datetime
    closed: int


@dataclass(frozen=True)
class MoreTime:
    """So many minutes more for all who were at work."""

    at: datetime
    minutes: int
    people: int
    reason: str


@dataclass(frozen=True)
class Incidents:
    """``alone``: how often single people were given more time; why is not for every reader."""

    outages: tuple[Down, ...]
    extensions: tuple[MoreTime, ...]
    alone: int

    def to_json(self) -> dict[str, Any]:
        """For evidence; moments in ISO 8601."""
        return {
            "outages": [_plain(asdict(one)) for one in self.outages],
            "extensions": [_plain(asdict(one)) for one in self.extensions],
            "alone": self.alone,
        }


def incidents_from_json(data: Mapping[str, Any]) -> Incidents:
    """What `Incidents.to_json` wrote."""
    return Incidents(
        tuple(Down(**_typed(one)) for one in data["outages"]),
        tuple(MoreTime(**_typed(one)) for one in data["extensions"]),
        data["alone"],
    )


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value.isoformat(timespec="microseconds") if isinstance(value, datetime) else value
        for key, value in fields.items()
    }


def _typed(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: datetime.fromisoformat(value) if key in ("at", "began_at", "ended_at") else value
        for key, value in fields.items()
    }


def incidents_of(quiz: Quiz) -> Incidents:
    """Those of a test: as frozen, or as they are on record now. The newest first."""
    if (frozen := frozen_of(quiz.id)) is not None:
        return incidents_from_json(frozen.test["incidents"])
    given = extensions_of(quiz)
    return Incidents(
        outages=tuple(Down(one.began_at, one.ended_at, one.closed) for one in interruptions_of(quiz)),
        extensions=tuple(
            MoreTime(one.granted_at, one.minutes, people, one.reason)
            for one, _who, people in given
            if one.attempt_id is None
        ),
        alone=sum(one.attempt_id is not None for one, _who, _people in given),
    )


def incident_lines(quiz: Quiz) -> Iterator[str]:
    """A sentence for each."""
    found = incidents_of(quiz)
    for outage in found.outages:
        times = {"began": full_moment(outage.began_at), "ended": full_moment(outage.ended_at), "closed": outage.closed}
        yield _("The service was down from %(began)s to %(ended)s; for %(closed)s people the time ran out meanwhile.",
                **times)  # fmt: skip
    for more in found.extensions:
        given = {"n": more.minutes, "people": more.people, "at": full_moment(more.at)}
        yield _("%(at)s: %(n)s more minutes for all %(people)s people at work. Reason: %(reason)s",
                reason=more.reason, **given)  # fmt: skip
    if found.alone:
        yield _("More time was given to single people %(n)s times.", n=found.alone)
