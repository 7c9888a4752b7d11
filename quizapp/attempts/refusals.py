"""Why an act of a candidate was not carried out."""

from enum import StrEnum

from quizapp.domain.problem import N_


class Refusal(StrEnum):
    """The reason, as scripts read it."""

    NOT_OPEN = "not_open"
    CLOSED = "closed"
    NONE_LEFT = "none_left"
    LATE = "late"
    SUBMITTED = "submitted"
    STALE = "stale"
    WITHDRAWN = "withdrawn"
    NOT_AN_ANSWER = "not_an_answer"
    TAKEN_OVER = "taken_over"
    NEEDS_PLEDGE = "needs_pledge"
    WRONG_CODE = "wrong_code"
    OUTSIDE_NETWORK = "outside_network"


SENTENCES = {
    Refusal.NOT_OPEN: N_("This test is not open yet."),
    Refusal.CLOSED: N_("This test is closed."),
    Refusal.NONE_LEFT: N_("You have used all your attempts at this test."),
    Refusal.LATE: N_("Time is up; your saved answers were submitted."),
    Refusal.SUBMITTED: N_("This attempt has been submitted; answers can no longer be changed."),
    Refusal.STALE: N_("This item was answered elsewhere in the meantime. Here is what is saved."),
    Refusal.WITHDRAWN: N_("The organizer withdrew this test."),
    Refusal.NOT_AN_ANSWER: N_("This is not an answer to the item."),
    Refusal.TAKEN_OVER: N_("This test continues on another device; nothing more is saved here."),
    Refusal.NEEDS_PLEDGE: N_("Please read the pledge and tick the box before you start."),
    Refusal.WRONG_CODE: N_("The access code is wrong. After ten wrong tries please wait ten minutes."),
    Refusal.OUTSIDE_NETWORK: N_("This test can only be sat from certain networks, and this device is in none of them."),
}


class AttemptRefused(Exception):
    """Nothing was changed. ``reason`` says why; ``reasons`` names it and what else must be mended at the door."""

    def __init__(self, reason: Refusal, *others: Refusal) -> None:
        super().__init__(reason.value)
        self.reason, self.reasons = reason, (reason, *others)
