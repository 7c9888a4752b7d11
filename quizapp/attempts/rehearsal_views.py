"""The rehearsal's pages: anybody may sit it any time, also without signing in."""

from typing import Annotated

from flask import after_this_request, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from pydantic import Field, ValidationError

from quizapp.attempts.forms import SaveBody, changes
from quizapp.attempts.links import TakeLinks
from quizapp.attempts.refusals import SENTENCES, AttemptRefused, Refusal
from quizapp.attempts.rehearsal import MINUTES, Rehearsal, RehearsalQuiz, spec
from quizapp.attempts.rehearsal_wording import finding_words
from quizapp.attempts.saving import NotSaved
from quizapp.attempts.sheet import save_results
from quizapp.attempts.views import attempts
from quizapp.attempts.wording import page_words
from quizapp.domain.timing import seconds_left
from quizapp.web import clock
from quizapp.web.access import public, wants_json
from quizapp.web.views import keep_choices

PULSE_SECONDS = 10  # nothing happens elsewhere that the page would have to hear of


class RehearsalBody(SaveBody):
    """A save as of a test; there is no lease, because no other page can take over."""

    lease: Annotated[int, Field(ge=0, le=0)]


@attempts.get("/rehearsal")
@public
def rehearsal() -> ResponseReturnValue:
    """What the rehearsal is for, and the button that starts it."""
    return render_template("attempts/rehearsal_door.html", minutes=MINUTES)


@attempts.post("/rehearsal")
@public
def rehearse() -> ResponseReturnValue:
    """Start, or start anew."""
    Rehearsal(session).begin()
    return redirect(url_for("attempts.rehearsal_paper"))


@attempts.get("/rehearsal/paper")
@public
def rehearsal_paper() -> ResponseReturnValue:
    """The page of a test."""
    return _page("attempts/paper.html")


@attempts.get("/rehearsal/submission")
@public
def rehearsal_submission() -> ResponseReturnValue:
    """The page before the end."""
    return _page("attempts/submission.html")


@attempts.put("/rehearsal/responses")
@public
def save_rehearsal() -> ResponseReturnValue:
    """Save what was marked, by script."""
    running = _running()
    try:
        body = RehearsalBody.model_validate_json(request.get_data())
    except ValidationError:
        return jsonify(error="not_understood", message=_(SENTENCES[Refusal.NOT_AN_ANSWER])), 422
    saved = running.save(body.changes(), by_script=True)
    left = max(0.0, (running.deadline - clock.now()).total_seconds())
    return jsonify(results=list(save_results(saved, running.sheet)), seconds_left=left, lease=0)


@attempts.post("/rehearsal/responses")
@public
def save_rehearsal_sheet() -> ResponseReturnValue:
    """Save the whole sheet from a plain form, then stay, or go on to submission."""
    after_this_request(keep_choices)
    try:
        running = _running()
    except AttemptRefused:
        return redirect(url_for("attempts.rehearsal_result"))
    saved = running.save(list(changes(request.form, running.sheet())), by_script=False)
    if any(isinstance(one, NotSaved) for one in saved):
        flash(_("%(n)s items had been answered elsewhere; please check them below.", n=len(saved)), "warning")
    elif request.form.get("then") == "submission":
        return redirect(url_for("attempts.rehearsal_submission"))
    else:
        flash(_("Saved"), "success")
    return redirect(url_for("attempts.rehearsal_paper"))


@attempts.get("/rehearsal/clock")
@public
def rehearsal_clock() -> ResponseReturnValue:
    """The pulse of the page."""
    there = Rehearsal(session)
    left = max(0.0, (there.deadline - clock.now()).total_seconds()) if there.has_begun else 0.0
    over = not there.has_begun or there.is_over
    return jsonify(
        seconds_left=left, over=over, lease=0, every=PULSE_SECONDS, extension=None, csrf_token=generate_csrf()
    )


@attempts.post("/rehearsal/submission")
@public
def submit_rehearsal() -> ResponseReturnValue:
    """End it."""
    there = Rehearsal(session)
    if there.has_begun:
        there.end(by_script=wants_json())
    result = url_for("attempts.rehearsal_result")
    return jsonify(next=result) if wants_json() else redirect(result)


@attempts.get("/rehearsal/result")
@public
def rehearsal_result() -> ResponseReturnValue:
    """What works on this device, and what to do where something does not."""
    there = Rehearsal(session)
    if not there.has_begun:
        return redirect(url_for("attempts.rehearsal"))
    if not there.is_over:
        return redirect(url_for("attempts.rehearsal_paper"))
    return render_template("attempts/rehearsal_result.html", found=there.findings(), words=finding_words())


def _running() -> Rehearsal:
    """The rehearsal that takes answers. Raises AttemptRefused, as a test does."""
    there = Rehearsal(session)
    if not there.has_begun or there.is_over:
        raise AttemptRefused(Refusal.LATE)
    return there


def _page(template: str) -> ResponseReturnValue:
    there = Rehearsal(session)
    if not there.has_begun:
        return redirect(url_for("attempts.rehearsal"))
    if there.is_over:
        return redirect(url_for("attempts.rehearsal_result"))
    return render_template(
        template,
        attempt=None,
        quiz=RehearsalQuiz(title=_("Rehearsal")),
        spec=spec(),
        sheet=there.sheet(),
        seconds=seconds_left(there.deadline, clock.now()),
        words=page_words(),
        links=_links(),
    )


def _links() -> TakeLinks:
    return TakeLinks(
        key="rehearsal",
        paper=url_for("attempts.rehearsal_paper"),
        responses=url_for("attempts.save_rehearsal_sheet"),
        clock=url_for("attempts.rehearsal_clock"),
        submission=url_for("attempts.rehearsal_submission"),
        over=url_for("attempts.rehearsal_result"),
    )
