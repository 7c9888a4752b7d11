"""What practice may use of a bank: said on its page by those who keep it."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from quizapp.accounts.models import Account
from quizapp.audit.operations import record
from quizapp.banks.models import PRACTICE_USE_NAMES, Bank, PracticeUse
from quizapp.banks.queries import bank_kept_by
from quizapp.banks.views import banks
from quizapp.db import writing
from quizapp.web.access import Role, allow


@banks.post("/banks/<int:bank_id>/practice-use")
@allow(Role.ORGANIZER)
def practice_use(bank_id: int) -> ResponseReturnValue:
    """Say what people may practise of a bank."""
    bank_kept_by(current_user, bank_id)
    asked = request.form.get("practice_use", "")
    if asked not in list(PracticeUse):
        flash(_("Please choose what may be practised."), "warning")
    else:
        set_practice_use(bank_id=bank_id, account_id=current_user.id, use=PracticeUse(asked))
        flash(_("Practice from this bank: %(use)s.", use=_(PRACTICE_USE_NAMES[PracticeUse(asked)])), "success")
    return redirect(url_for("banks.bank", bank_id=bank_id))


def set_practice_use(*, bank_id: int, account_id: int, use: PracticeUse) -> None:
    """Set it, and put it on record where it is new. It holds from the next page on, whatever has been practised."""
    with writing() as session:
        bank = session.get_one(Bank, bank_id, with_for_update={"key_share": True})
        if bank.practice_use == use:
            return
        detail = {"before": bank.practice_use, "after": use.value}
        bank.practice_use = use
        record("bank.practice_use", f"bank:{bank_id}", detail, actor=session.get_one(Account, account_id).login)


def practice_uses() -> list[tuple[PracticeUse, str]]:
    """What can be chosen, in the language of the page; for templates."""
    return [(use, _(name)) for use, name in PRACTICE_USE_NAMES.items()]
