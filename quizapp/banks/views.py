"""Pages of the room."""

from flask import Blueprint

banks = Blueprint("banks", __name__, template_folder="templates")
