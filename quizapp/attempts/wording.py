"""What the taking pages say: rules in a sentence, and the words their script shows."""

from flask_babel import gettext as _

from quizapp.domain.paper import MultipleRule, Section
from quizapp.domain.problem import N_
from quizapp.web.wording import points

RULES = {
    MultipleRule.ALL_OR_NOTHING: N_("Multiple choice: too few, too many or wrong options earn nothing."),
    MultipleRule.PARTIAL: N_("Multiple choice: right options without a wrong one earn part of the points."),
    MultipleRule.PARTIAL_EXACT: N_("Multiple choice: right options without a wrong one earn their exact share."),
    MultipleRule.HALF: N_("Multiple choice: too few right options without a wrong one earn half the points."),
}
"""What a candidate must know of the multi-select rule (msgids)."""


def rule_sentence(rule: MultipleRule) -> str:
    """The rule as candidates read it."""
    return str(_(RULES[rule]))


def section_line(section: Section) -> str:
    """One section in a line: ``单选题：30 题，每题 1 分``."""
    return str(
        _(
            "%(title)s: %(count)s items at %(points)s pt",
            title=section.title,
            count=section.count,
            points=points(section.points),
        )
    )


def page_words() -> dict[str, str]:
    """The words of the taking page's script; ``{n}`` is filled in by it."""
    return {
        "saved": _("Saved"),
        "saving": _("Saving"),
        "waiting": _("Waiting to send: {n}"),
        "offline": _("Offline, waiting to send: {n}"),
        "signed_out": _("Signed out, your answers are still here"),
        "elsewhere": _("Item {n} was answered elsewhere in the meantime. Here is what is saved."),
        "left": _("left"),
        "soon": _("under 10 minutes"),
        "last": _("last minute"),
        "over": _("time is up, submitting"),
        "minutes_left": _("{n} minutes left."),
        "item": _("Item {n}"),
        "answered": _("answered"),
        "open": _("not answered"),
        "marked": _("marked"),
        "submitting": _("Submitting"),
        "submitting_notice": _(
            "The submission has not arrived yet; it is sent again by itself. Please leave this page open."
        ),
        "submitting_offline": _("Offline, submitting"),
        "submitting_offline_notice": _(
            "The network is down. Your answers are saved; the submission is sent when the network returns."
        ),
        "unsent": _("Some answers have not been sent yet. Submission goes on as soon as they are."),
    }
