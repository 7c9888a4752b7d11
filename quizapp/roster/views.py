"""Pages of the room."""

from flask import Blueprint

roster = Blueprint("roster", __name__, template_folder="templates")
