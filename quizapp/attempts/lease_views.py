"""How an open page becomes the one that saves."""

from typing import Annotated

from flask import g, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from quizapp.attempts.closing import is_due
from quizapp.attempts.leases import LARGEST_LEASE, page_lease, take_lease
from quizapp.attempts.queries import own_attempt
from quizapp.attempts.save_one import vouch_for
from quizapp.attempts.sheet import has_kept, kept_places, sheet_of
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
    try:
        body = LeaseBody.model_validate_json(request.get_data())
    except ValidationError:
        own_attempt(caller_id(), attempt_id)  # 404 comes first
        return jsonify(error="not_understood"), 422
    vouch_for(request, sign_in_token())
    held = take_lease(account_id=caller_id(), attempt_id=attempt_id, arrived_at=g.arrived_at, page=body.lease)
    # Nobody else saves from here on.
    kept = kept_places(sheet_of(own_attempt(caller_id(), attempt_id))) if has_kept(attempt_id) else []
    over = is_due(held.deadline, held.grace, now := clock.now())
    left = max(0.0, (held.deadline - now).total_seconds())
    return jsonify(lease=body.lease, seconds_left=left, over=over, kept=kept)
