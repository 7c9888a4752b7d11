"""A person's practice pages: the day's items, choosing, one item at a time, the wrong-question book.

Showing writes nothing; beginning and answering do. Everything works by plain forms.
"""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from quizapp.attempts.queries import own_person
from quizapp.domain.practice import MOST_PER_DAY
from quizapp.practice.choosing import Choice, round_of, shelves_of
from quizapp.practice.forms import answer_in, ask, read, sign
from quizapp.practice.operations import Asked, NotNowError, fill_book, record_answer
from quizapp.practice.permits import Found, permits_of
from quizapp.practice.queries import (
    asked_in,
    book_page,
    card_of,
    day_of,
    due_items,
    mastery_of,
    own_answer,
    row_of_days,
    today_of,
    weak_topics,
)
from quizapp.practice.wording import next_time
from quizapp.roster.queries import person_of
from quizapp.web import clock
from quizapp.web.access import Role, allow

practice = Blueprint("practice", __name__, template_folder="templates")

CARDS_PER_PAGE = 10


@practice.get("/practice")
@allow(Role.STAFF)
def home() -> ResponseReturnValue:
    """The day's practice, and how the book stands: for the person alone."""
    person, now = own_person(current_user), clock.now()
    permits, today = permits_of(person.id, now), day_of(now)
    return render_template(
        "practice/home.html",
        today=today_of(person.id, permits, now),
        mastery=mastery_of(person.id, permits, today),
        row=row_of_days(person.id, today),
        weak=weak_topics(person.id, permits),
        paused=permits.paused,
        most=MOST_PER_DAY,
    )


@practice.post("/practice/today")
@allow(Role.STAFF)
def begin() -> ResponseReturnValue:
    """Take in what tests have shown since, and go to the first item."""
    fill_book(own_person(current_user).id)
    return redirect(url_for("practice.daily"))


@practice.get("/practice/next")
@allow(Role.STAFF)
def daily() -> ResponseReturnValue:
    """The next of the day's items; when there is none, how the day went."""
    person, now = own_person(current_user), clock.now()
    permits = permits_of(person.id, now)
    today = today_of(person.id, permits, now)
    due = due_items(person.id, permits, day_of(now), 1) if today.left else []
    if not due:
        return render_template(
            "practice/done.html", choice=None, done=today.done, right=today.right, paused=permits.paused
        )
    return _question(due[0], today.done + 1, today.total, None)


@practice.get("/practice/choose")
@allow(Role.STAFF)
def choose() -> ResponseReturnValue:
    """Topics, regulations and posts that there are items of."""
    person, now = own_person(current_user), clock.now()
    shelves = shelves_of(person.id, permits_of(person.id, now), now, person.post)
    return render_template("practice/choose.html", shelves=shelves)


@practice.get("/practice/chosen")
@allow(Role.STAFF)
def chosen() -> ResponseReturnValue:
    """The next item of what was chosen."""
    person, now, choice = own_person(current_user), clock.now(), _choice()
    permits = permits_of(person.id, now)
    part = round_of(person.id, permits, choice, now)
    if part.following is None:
        return render_template("practice/done.html", choice=choice, done=part.done, right=None, paused=permits.paused)
    return _question(part.following, part.done + 1, part.total, choice)


def _choice() -> Choice:
    return Choice(**{name: request.args.get(name, "").strip() for name in ("topic", "regulation", "post")})


def _question(found: Found, number: int, total: int, choice: Choice | None) -> ResponseReturnValue:
    """One item to be answered. The page holds no key; a hint names the articles that it rests on."""
    person, hinted = own_person(current_user), request.args.get("hint") == "1"
    asked = ask(person.id, found, clock.now(), hinted=hinted, daily=choice is None)
    return render_template(
        "practice/question.html",
        found=found,
        asked=asked,
        token=sign(asked),
        number=number,
        total=total,
        choice=choice,
        back=_following(choice),
        hint=_following(choice, hint=1),
    )


def _following(choice: Choice | None, **extra: Any) -> str:
    args: dict[str, Any] = choice.args if choice else {}
    return url_for("practice.chosen" if choice else "practice.daily", **args, **extra)


@practice.post("/practice/answers")
@allow(Role.STAFF)
def answer() -> ResponseReturnValue:
    """Take an answer and lead to what it was worth. However often this arrives, it counts once."""
    person, asked = own_person(current_user), read(request.form.get("asked", ""))
    choice = _choice()
    onward = choice if asked is not None and not asked.daily else None
    if asked is None or asked.person_id != person.id:
        flash(_("This page was too old. Here is the next item."), "info")
        return redirect(_following(onward))
    found = permits_of(person.id, clock.now()).find(asked.bank_id, asked.item_id)
    if found is None or found.revision_id != asked.revision_id:
        return _not_now(onward)
    return _take(asked, found, onward)


def _take(asked: Asked, found: Found, onward: Choice | None) -> ResponseReturnValue:
    try:
        given = () if "unknown" in request.form else answer_in(request.form, asked, found.item)
    except ValueError as error:
        flash(_(str(error)), "warning")
        return redirect(_following(onward))
    if not given and "unknown" not in request.form:
        flash(_("Please answer first; if you do not know, tap “I do not know”."), "warning")
        return redirect(_following(onward, hint=1 if asked.hinted else None))
    try:
        answer_id = record_answer(asked=asked, answer=given)
    except NotNowError:
        return _not_now(onward)
    args: dict[str, Any] = onward.args if onward else {}
    return redirect(url_for("practice.answered", answer_id=answer_id, **args))


def _not_now(choice: Choice | None) -> ResponseReturnValue:
    flash(_("That item cannot be practised at the moment: it was changed, or a test with it is open."), "info")
    return redirect(_following(choice))


@practice.get("/practice/answers/<int:answer_id>")
@allow(Role.STAFF)
def answered(answer_id: int) -> ResponseReturnValue:
    """What an answer was worth: own answer, key, rationale, citation. Closed while a test with the item is open."""
    person, now = own_person(current_user), clock.now()
    row = own_answer(person.id, answer_id)
    permits = permits_of(person.id, now)
    found = asked_in(row)
    if permits.find(found.bank_id, found.item.id) is None:
        return _not_now(None)
    choice = None if row.daily else _choice()
    card = card_of(person.id, found.bank_id, found.item.id)
    return render_template(
        "practice/answered.html",
        row=row,
        found=found,
        choice=choice,
        onward=_following(choice),
        next_time=next_time(card, day_of(now)),
    )


@practice.get("/practice/book")
@allow(Role.STAFF)
def book() -> ResponseReturnValue:
    """The wrong-question book: what was once not known, with key and rationale behind a tap."""
    person, now = own_person(current_user), clock.now()
    page = book_page(person.id, permits_of(person.id, now), request.args.get("page", 1, type=int), CARDS_PER_PAGE)
    return render_template(
        "practice/book.html",
        cards=[(card, found, next_time(card, day_of(now))) for card, found in page.cards],
        count=page.count,
        page=page.number,
        pages=page.pages,
    )


def home_card() -> str:
    """The quiet card of the home page; nothing for an account that is nobody's."""
    person, now = person_of(current_user), clock.now()
    if person is None:
        return ""
    permits = permits_of(person.id, now)
    today = today_of(person.id, permits, now)
    return render_template("practice/_home_card.html", today=today, paused=permits.paused)
