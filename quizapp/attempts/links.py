"""The addresses behind a taking page, so that the same page serves a test and the rehearsal."""

from dataclasses import dataclass

from flask import url_for


@dataclass(frozen=True)
class TakeLinks:
    """Where the page and its script go. ``key`` names the attempt on the device."""

    key: str
    paper: str
    responses: str  # PUT by script, POST by a plain form
    clock: str
    submission: str  # GET: the page before the end; POST: the end
    over: str  # where it goes on afterwards
    lease: str = ""  # where the page takes over; empty where no other page can, and nothing is kept on the device


def attempt_links(attempt_id: int) -> TakeLinks:
    """The addresses of one attempt."""
    return TakeLinks(
        key=str(attempt_id),
        paper=url_for("attempts.paper", attempt_id=attempt_id),
        responses=url_for("attempts.save_sheet", attempt_id=attempt_id),
        clock=url_for("attempts.time_left", attempt_id=attempt_id),
        submission=url_for("attempts.submission", attempt_id=attempt_id),
        over=url_for("attempts.result", attempt_id=attempt_id),
        lease=url_for("attempts.take_over", attempt_id=attempt_id),
    )
