"""Pages of the room."""

from flask import Blueprint

quizzes = Blueprint("quizzes", __name__, template_folder="templates")
