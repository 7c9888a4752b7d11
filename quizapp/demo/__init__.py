"""The demonstration department: believable people, branches, tests and results, the same for the same seed."""

from quizapp.demo.department import PASSWORD, SIGN_INS, is_empty
from quizapp.demo.story import make

__all__ = ["PASSWORD", "SIGN_INS", "is_empty", "make", "sign_ins"]


def sign_ins() -> list[str]:
    """Who may sign in to the demonstration, a line each."""
    width = max(len(login) for login, _role in SIGN_INS)
    return [f"  {login:<{width}}  {PASSWORD}  {role}" for login, role in SIGN_INS]
