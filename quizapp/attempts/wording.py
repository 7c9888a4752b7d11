"""What the taking pages say: rules in a sentence, and the words their script shows."""

from flask_babel import gettext as _

from quizapp.domain.paper import MultipleRule, Section
from quizapp.quizzes.wording import MULTIPLE_RULE_NAMES, MULTIPLE_RULE_SENTENCES
from quizapp.web.wording import points


def rule_sentence(rule: MultipleRule) -> str:
    """The rule in full, for the door of a test."""
    return str(_(MULTIPLE_RULE_SENTENCES[rule]))


def rule_hint(rule: MultipleRule) -> str:
    """The rule in a few words, above each item it is about."""
    return str(_(MULTIPLE_RULE_NAMES[rule]))


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
