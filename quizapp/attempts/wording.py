"""What the taking pages say: rules in a sentence, and the words their script shows."""

from functools import lru_cache

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from quizapp.attempts.review import SectionResult
from quizapp.banks.wording import type_name
from quizapp.config import LANGUAGES
from quizapp.domain.bank import ItemType
from quizapp.domain.paper import MultipleRule, Section
from quizapp.domain.problem import N_
from quizapp.quizzes.wording import MULTIPLE_RULE_NAMES, MULTIPLE_RULE_SENTENCES, SECTION_TITLES
from quizapp.web.wording import points


def rule_sentence(rule: MultipleRule) -> str:
    """The rule in full, for the door of a test."""
    return str(_(MULTIPLE_RULE_SENTENCES[rule]))


def rule_hint(rule: MultipleRule) -> str:
    """The rule in a few words, above each item it is about."""
    return str(_(MULTIPLE_RULE_NAMES[rule]))


def section_line(section: Section) -> str:
    """One section in a line: ``单选题：30 题，每题 1 分``. How many items a case has depends on which is drawn."""
    values = {"title": section_name(section), "points": points(section.points)}
    if section.type is ItemType.CASE:
        return str(
            ngettext(
                "%(title)s: %(num)s case at %(points)s pt",
                "%(title)s: %(num)s cases at %(points)s pt",
                section.count,
                **values,
            )
        )
    return str(
        ngettext(
            "%(title)s: %(num)s item at %(points)s pt",
            "%(title)s: %(num)s items at %(points)s pt",
            section.count,
            **values,
        )
    )


def section_name(section: Section | SectionResult) -> str:
    """What the section is called. Where that is what every notice calls its type, in the language of the page."""
    if section.title == SECTION_TITLES[section.type] and not str(get_locale()).startswith("zh"):
        return type_name(section.type)
    return section.title


PAGE_WORDS = {
    "none": N_("No answer yet"),
    "saved": N_("Saved"),
    "saving": N_("Saving"),
    "waiting": N_("Waiting to send: {n}"),
    "offline": N_("Offline, waiting to send: {n}"),
    "password": N_("Waiting for your own password"),
    "withdrawn": N_("Test withdrawn"),
    "signed_out": N_("Signed out, your answers are still here"),
    "left": N_("left"),
    "soon": N_("under 10 minutes"),
    "last": N_("last minute"),
    "over": N_("time is up, submitting"),
    "minutes_left": N_("Minutes left: {n}."),
    "item": N_("Item {n}"),
    "answered": N_("answered"),
    "open": N_("not answered"),
    "marked": N_("marked"),
    "submitting": N_("Submitting"),
    "submitting_notice": N_(
        "The submission has not arrived yet; it is sent again by itself. Please leave this page open."
    ),
    "submitting_offline": N_("Offline, submitting"),
    "submitting_offline_notice": N_(
        "The network is down. Your answers are saved; the submission is sent when the network returns."
    ),
    "unsent": N_("Some answers have not been sent yet. Submission goes on as soon as they are."),
    # what is on its way, and who saves
    "unsent_wait": N_("Still on their way: {n}. The test is submitted as soon as they have arrived."),
    "network_down": N_(
        "The network is down; please carry on. Answers kept on this device: {n}; they are sent when it returns."
    ),
    "network_down_unkept": N_(
        "The network is down; please carry on and leave this page open. Answers kept in this page only: {n}; they are "
        "sent when it returns."
    ),
    "network_back": N_("The network is back, and everything has arrived: {n}."),
    "signed_out_notice": N_("Your sign-in expired; your answers are safe. Sign in to continue."),
    "sign_in": N_("Sign in"),
    "password_notice": N_(
        "You signed in with a one-time password. Please choose your own password first; your answers stay on this "
        "device and are sent afterwards. Your time runs on."
    ),
    "choose_password": N_("Choose a password"),
    "withdrawn_notice": N_("The organizer withdrew this test."),
    "withdrawn_all": N_("{why} You need not go on; there is nothing to submit."),
    "to_door": N_("See what the organizer says"),
    "no_network": N_("No connection yet. Please try again in a moment."),
    "taken_over": N_("Continued on another device"),
    "taken_over_notice": N_("This test continues on another device; nothing more is saved here."),
    "taken_over_window": N_("This test continues in another window; nothing more is saved here."),
    "kept_here": N_("Not sent from here yet: item {items}. The answers stay on this device until you continue here."),
    "continue_here": N_("Continue here"),
    "conflict": N_("Item {n} was answered elsewhere: {kept} is saved. Here you had chosen {own}."),
    "take_own": N_("Change back to my {own}"),
    "keep_theirs": N_("Leave it at {kept}"),
    "no_answer": N_("no answer"),
    "answer_true": N_("True"),
    "answer_false": N_("False"),
    "refused": N_("Item {n} could not be saved. Please answer it once more."),
    "not_arrived": N_(
        "The test has ended. It is not certain that item {items} arrived in time; the result shows what was saved."
    ),
    "to_result": N_("See the result"),
    "extension": N_("Minutes added to your time: {n}. Reason: {why}."),
    # the sheet, its layout and keys
    "unsent_item": N_("waiting to be sent"),
    "progress": N_("{n} of {total} items answered"),
    "joined": N_("{one}, {other}"),
}
"""What the taking page's script says; it fills in what stands in braces."""


def page_words() -> Markup:
    """The words of the taking page's script as JSON for an attribute, in the language of the request."""
    return _page_words(str(get_locale()))


@lru_cache(maxsize=len(LANGUAGES))
def _page_words(_language: str) -> Markup:
    return htmlsafe_json_dumps({name: str(_(text)) for name, text in PAGE_WORDS.items()})
