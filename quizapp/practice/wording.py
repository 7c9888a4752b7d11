"""What practice pages say of an item's next time."""

from datetime import date

from flask_babel import gettext as _

from quizapp.practice.models import PracticeCard


def next_time(card: PracticeCard | None, today: date) -> str:
    """When the item comes again."""
    if card is None:
        return str(_("It is not in your book, since it was right at once."))
    days = (card.due_on - today).days
    if days <= 0:
        return str(_("It is due today."))
    if days == 1:
        return str(_("It comes again tomorrow."))
    return str(_("It comes again in %(n)s days.", n=days))
