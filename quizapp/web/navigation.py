"""The few places a person can go, by role: the top bar of a desktop, the tab bar of a phone."""

from dataclasses import dataclass, replace

from flask import Flask, g, request, url_for
from flask_babel import gettext
from werkzeug.local import LocalProxy

from quizapp.domain.problem import N_
from quizapp.web.access import may


@dataclass(frozen=True)
class Place:
    """One entry of the navigation. Whoever may not open ``act`` there reads ``reading`` instead of ``purpose``."""

    endpoint: str
    label: str
    icon: str
    purpose: str = ""
    act: str = ""
    reading: str = ""

    @property
    def endpoint_url(self) -> str:
        """Its address."""
        return url_for(self.endpoint)

    @property
    def current(self) -> bool:
        """Whether the page shown lies below it, as ``/quizzes/3/leavings`` below ``/quizzes``, or else in its room."""
        return self.endpoint == _current_endpoint()


PLACES = (
    Place("attempts.home", N_("My tests"), "pen"),
    Place(
        "quizzes.index",
        N_("Tests"),
        "list",
        N_("Publish a test, and look after those that are open."),
        act="quizzes.publish",
        reading=N_("Which tests there are, for whom, and how their papers are made up."),
    ),
    Place(
        "banks.index",
        N_("Banks"),
        "book",
        N_("Upload question banks and look at their items."),
        act="banks.upload",
        reading=N_("Question banks with their items and revisions."),
    ),
    Place(
        "regulations.index",
        N_("Regulations"),
        "seal",
        N_("Register regulations and your own lists, with their editions."),
        act="regulations.new",
        reading=N_("Regulations and lists with their editions and articles."),
    ),
    Place(
        "reports.index",
        N_("Reports"),
        "chart",
        N_("Who has sat a test and with what result, by branch; also as a file."),
    ),
    Place("roster.index", N_("Roster"), "users", N_("Units, party branches and their members.")),
)


def init_app(app: Flask) -> None:
    """Give every template its navigation, which is only made where one shows it: the taking pages do not."""
    app.context_processor(lambda: {"navigation": LocalProxy(_places)})


def _places() -> list[Place]:
    if "places" not in g:
        open_to_caller = (place for place in PLACES if may(place.endpoint))
        g.places = [replace(place, label=gettext(place.label), purpose=_purpose(place)) for place in open_to_caller]
    places: list[Place] = g.places
    return places


def _purpose(place: Place) -> str:
    said = place.reading if place.act and not may(place.act) else place.purpose
    return gettext(said) if said else ""


def _current_endpoint() -> str:
    """The place that the present page belongs to: a room may hang pages below another's address."""
    for place in PLACES:
        address = place.endpoint_url
        if address != "/" and (request.path == address or request.path.startswith(f"{address}/")):
            return place.endpoint
    room = request.blueprint or ""
    return next((place.endpoint for place in PLACES if place.endpoint.split(".")[0] == room), "")
