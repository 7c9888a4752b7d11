"""Pages of the room."""

from flask import Blueprint

reports = Blueprint("reports", __name__, template_folder="templates")
