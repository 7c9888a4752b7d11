"""Python runs this at its start where it lies on the path, which only `benchmarks.load.servers` puts it on.

Each answer then says how long a worker's thread had the request, so that the driver can tell what it waited before.
"""

import time
from typing import Any

from flask import Flask

plain = Flask.__call__  # before whatever stands before the application


def _timed(self: Flask, environ: Any, start_response: Any) -> Any:
    began = time.perf_counter()

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        headers.append(("Server-Timing", f"app;dur={(time.perf_counter() - began) * 1000:.3f}"))
        return start_response(status, headers, *rest)

    return plain(self, environ, start)


Flask.__call__ = _timed  # type: ignore[method-assign]
