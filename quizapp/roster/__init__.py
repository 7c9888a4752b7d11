"""Units, branches and people: who belonged where, and when."""

from flask import Flask

from quizapp.roster.queries import branch_name_of, department_name, is_on_roster, unit_name
from quizapp.roster.views import roster


def init_app(app: Flask) -> None:
    """Register the room's pages, and let every page say what a unit is called."""
    app.jinja_env.globals.update(
        unit_name=unit_name,
        branch_name_of=branch_name_of,
        department_name=department_name,
        is_on_roster=is_on_roster,
    )
    app.register_blueprint(roster)
