"""How an open page becomes the one that saves."""

from typing import Annotated

from flask import g, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from quizapp.attempts.closing import is_over
from quizapp.attempts.leases import LARGEST_LEASE, page_lease, take_lease
from quizapp.attempts.queries import own_attempt
from quizapp.attempts.save_one import vouch_for
from quizapp.attempts.sheet import kept_places, sheet_of
from quizapp.attempts.views import attempts
from quizapp.web import clock
from quizapp.web.access import Role, allow, caller_id, sign_in_token

attempts.add_app_template_filter(page_lease)


class LeaseBody(BaseModel):
    """The JSON body: the number with which the page was served."""

    model_config = ConfigDict(extra="forbid", strict=True)

    lease: Annotated[int, Field(ge=1, le=LARGEST_LEASE)]


@attempts.put("/attempts/<int:attempt_id>/lease")
@allow(Role.STAFF)
def take_over(attempt_id: int) -> ResponseReturnValue:
    """Let the page that asks be the one that saves. Asking again changes nothing; a page served later is not undone."""
    attempt = own_attempt(caller_id(), attempt_id)
    try:
        body = LeaseBody.model_validate_json(request.get_data())
    except ValidationError:
        return jsonify(error="not_understood"), 422
    vouch_for(request, sign_in_token())
    held = take_lease(attempt=attempt, arrived_at=g.arrived_at, page=body.lease)
    kept = kept_places(sheet_of(own_attempt(caller_id(), attempt_id)))  # nobody else saves from here on
    left = max(0.0, (attempt.deadline - clock.now()).total_seconds())
    return jsonify(lease=held, seconds_left=left, over=is_over(attempt), kept=kept)
