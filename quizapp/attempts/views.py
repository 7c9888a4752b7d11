"""Pages of the room."""

from flask import Blueprint

attempts = Blueprint("attempts", __name__, template_folder="templates")
