"""What each worker process of the server runs."""

import ctypes
import gc
import sys

from flask import Flask

from quizapp import create_app
from quizapp.serving import stop_with_parent

M_ARENA_MAX = -8  # of <malloc.h>


def app() -> Flask:
    """The application, in a process that does not outlive the server."""
    _share_memory()
    stop_with_parent()
    made = create_app()
    gc.collect()
    gc.freeze()  # what stays for good is not searched for garbage again: that would take longer than most requests
    return made


def _share_memory() -> None:
    """Let the threads take memory from two pools instead of one each (mallopt(3), M_ARENA_MAX): pages come and go in
    one thread after the other, and what each pool keeps for later would be kept many times."""
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # not in every C library
        if mallopt is not None:
            mallopt(M_ARENA_MAX, 2)
