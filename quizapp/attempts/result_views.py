"""After the test: the printable record, the certificate and its verification, a question about an item."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from quizapp.attempts.certificates import certificate_of, plain, verified
from quizapp.attempts.closing import close_if_due
from quizapp.attempts.models import Attempt
from quizapp.attempts.queries import own_attempt, visible_to
from quizapp.attempts.review import review_of
from quizapp.attempts.views import attempts
from quizapp.banks.asking import ask
from quizapp.domain.bank_yaml import BankError
from quizapp.domain.paper import paper_from_json
from quizapp.roster.queries import branch_at, department_name, unit_name
from quizapp.web import clock
from quizapp.web.access import Role, allow, caller_id, public
from quizapp.web.wording import said


@attempts.get("/attempts/<int:attempt_id>/record")
@allow(Role.STAFF)
def attempt_record(attempt_id: int) -> ResponseReturnValue:
    """The attempt on paper (作答记录), with whatever the review policy shows by now."""
    attempt = _ended(attempt_id)
    if attempt is None:
        return redirect(url_for("attempts.paper", attempt_id=attempt_id))
    branch_id = branch_at(attempt.person_id, attempt.quiz.opens_at)
    return render_template(
        "attempts/record.html",
        review=review_of(attempt, clock.now()),
        branch=unit_name(branch_id) if branch_id is not None else "",
        organization=department_name(),
        printed_at=clock.now(),
    )


@attempts.get("/attempts/<int:attempt_id>/certificate")
@allow(Role.STAFF)
def certificate(attempt_id: int) -> ResponseReturnValue:
    """The certificate of a pass; there is no such page without one."""
    attempt = _ended(attempt_id)
    found = certificate_of(attempt, clock.now()) if attempt is not None else None
    if found is None:
        abort(404)
    return render_template("attempts/certificate.html", certificate=found)


@attempts.get("/certificates/verify")
@public
def verify() -> ResponseReturnValue:
    """Where anybody types the code of a certificate."""
    if code := plain(request.args.get("code", "")):
        return redirect(url_for("attempts.verified_certificate", code=code))
    return render_template("attempts/verify.html", code="", found=None)


@attempts.get("/certificates/<code>")
@public
def verified_certificate(code: str) -> ResponseReturnValue:
    """Whether a certificate with this code stands, and whose it is, the name masked."""
    found = verified(code, clock.now())
    page = render_template("attempts/verify.html", code=plain(code), found=found)
    return page, 200 if found else 404


@attempts.post("/attempts/<int:attempt_id>/items/<int:position>/questions")
@allow(Role.STAFF)
def ask_about(attempt_id: int, position: int) -> ResponseReturnValue:
    """A candidate who may see the key doubts it: the keepers of the bank are told."""
    attempt = _ended(attempt_id)
    if attempt is None or not visible_to(attempt, clock.now()).key:
        abort(404)
    entries = paper_from_json(attempt.paper).items
    if position >= len(entries):
        abort(404)
    try:
        ask(
            bank_id=attempt.quiz.bank_revision.bank_id,
            item_id=entries[position].item_id,
            account_id=current_user.id,
            note=request.form.get("note", ""),
        )
        flash(_("Your question has reached the keepers of the bank."), "success")
    except BankError as error:
        flash(said(error.problems[0]), "warning")
    shown = url_for("attempts.result", attempt_id=attempt_id, items=request.form.get("items") or None)
    return redirect(f"{shown}#item-{position}")


def _ended(attempt_id: int) -> Attempt | None:
    """The account's own attempt, once it has ended; None while it runs."""
    attempt = own_attempt(caller_id(), attempt_id)
    close_if_due(attempt)
    return attempt if attempt.submitted_at is not None else None
