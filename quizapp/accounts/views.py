"""The door."""

from flask import Blueprint, Flask, current_app, flash, g, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf

from quizapp.accounts.forms import PasswordForm, SignInForm
from quizapp.accounts.operations import change_password, sign_in, sign_out
from quizapp.accounts.passwords import SHORTEST_PASSWORD, PasswordError
from quizapp.accounts.queries import account_signed_in, caller_signed_in
from quizapp.web.access import ROLE_NAMES, Role, allow, allowed_roles, caller, identify_by, public, wants_json
from quizapp.web.views import safe_next

accounts = Blueprint("accounts", __name__, template_folder="templates")


def init_login(app: Flask) -> None:
    """Let Flask-Login keep the token in the session cookie and find the account behind it."""
    manager = LoginManager(app)
    manager.user_loader(account_signed_in)
    identify_by(app, caller_signed_in)
    manager.session_protection = None  # it compares addresses, and phones change theirs in the middle of a test


def ask_for_own_password() -> ResponseReturnValue | None:
    """Before a request: whoever signed in with a one-time password chooses their own first, and does nothing else."""
    if request.endpoint in (None, "accounts.me") or not allowed_roles(current_app, str(request.endpoint)):
        return None  # the page for it, and what needs no sign-in: the door, how one likes to read, styles
    who = caller()
    if who is None or not who.password_is_temporary:
        return None
    if wants_json():
        return jsonify(error="choose_password", choose_password=url_for("accounts.me")), 403
    after = request.full_path.rstrip("?") if request.method == "GET" and request.path != "/" else None
    return redirect(url_for("accounts.me", next=after))


@accounts.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
@public
def sign_in_page() -> ResponseReturnValue:
    """The sign-in page; leads on to where the person was going."""
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next")))
    form = SignInForm()
    if form.validate_on_submit():
        account = sign_in(login=form.login.data, password=form.password.data, address=request.remote_addr or "")
        if account is not None:
            session.clear()
            g.pop("csrf_token", None)  # the form made one of the session that has just ended
            session.permanent = True
            login_user(account)
            if wants_json():  # in place, from a page that is open: it goes on with the token of the new sign-in
                return jsonify(account=account.id, csrf_token=generate_csrf())
            return redirect(safe_next(request.args.get("next")))
        form.password.errors = [
            _("The staff number or the password is wrong. After five wrong tries please wait five minutes.")
        ]
    if form.is_submitted() and wants_json():
        sentences = [sentence for field in form for sentence in field.errors]
        return jsonify(error="refused", message=" ".join(map(str, sentences))), 422
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/sign_in.html", form=form), status


@accounts.post("/sign-out", endpoint="sign_out")
@public
def sign_out_act() -> ResponseReturnValue:
    """End this sign-in."""
    if current_user.is_authenticated:
        sign_out(current_user.token)
    logout_user()
    session.clear()
    return redirect(url_for("accounts.sign_in"))


@accounts.route("/me", methods=["GET", "POST"])
@allow(Role.STAFF)
def me() -> ResponseReturnValue:
    """The account's own page: name, roles, password."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            if change_password(account_id=current_user.id, present=form.present.data, new=form.password.data):
                flash(_("The password was changed. Please sign in with the new one."), "success")
                return redirect(url_for("accounts.sign_in", next=request.args.get("next")))
            form.present.errors = [_("The present password is wrong.")]
        except PasswordError as error:
            form.password.errors = [error.problem.text(_)]
    page = render_template("accounts/me.html", form=form, ROLE_NAMES=ROLE_NAMES, shortest=SHORTEST_PASSWORD)
    return page, 422 if form.is_submitted() else 200
