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
        # what is on its way, and who saves
        "unsent_wait": _("Waiting for {n} answers to arrive, then submitting."),
        "network_down": _(
            "The network is down; please carry on. {n} answers are kept on this device and will be sent when it "
            "returns."
        ),
        "network_down_unkept": _(
            "The network is down; please carry on and leave this page open. {n} answers are kept in this page only "
            "and will be sent when it returns."
        ),
        "network_back": _("The network is back; all {n} answers arrived."),
        "signed_out_notice": _("Your sign-in expired; your answers are safe. Sign in to continue."),
        "sign_in": _("Sign in"),
        "no_network": _("No connection yet. Please try again in a moment."),
        "taken_over": _("Continued on another device"),
        "taken_over_notice": _("This test continues on another device; nothing more is saved here."),
        "taken_over_window": _("This test continues in another window; nothing more is saved here."),
        "kept_here": _(
            "Not sent from here yet: item {items}. The answers stay on this device until you continue here."
        ),
        "continue_here": _("Continue here"),
        "conflict": _("Item {n} was answered elsewhere: {kept} is saved. Here you had chosen {own}."),
        "take_own": _("Change back to my {own}"),
        "keep_theirs": _("Leave it at {kept}"),
        "no_answer": _("no answer"),
        "answer_true": _("True"),
        "answer_false": _("False"),
        "refused": _("Item {n} could not be saved. Please answer it once more."),
        "not_arrived": _(
            "The test has ended. It is not certain that item {items} arrived in time; the result shows what was saved."
        ),
        "to_result": _("See the result"),
        "extension": _("You were given {n} more minutes. Reason: {why}."),
        # the sheet, its layout and keys
        "unsent_item": _("waiting to be sent"),
        "progress": _("{n} of {total} items answered"),
        "joined": _("{one}, {other}"),
    }
