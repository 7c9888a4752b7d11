"""What the cluster is made of: programs of the distribution, none of them ours."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

PROGRAMS = {
    "postgres": "postgresql",
    "patroni": "patroni",
    "etcd": "etcd-server",
    "haproxy": "haproxy",
    "nginx": "nginx",
}
"""Program → package of Debian 12."""
MODULES = {"etcd": "python3-etcd", "psycopg2": "python3-psycopg2"}
"""What Patroni needs besides, which its package only recommends: module of the system's Python → package."""
PLACES = ("/usr/sbin", "/usr/local/sbin")
"""Where Debian puts servers, which an ordinary user's search path leaves out."""


class NotHere(Exception):
    """Something that has to be installed first; the message says what."""


def find(program: str, root: Path = Path("/usr/lib/postgresql")) -> Path | None:
    """Where a program lies; of PostgreSQL's servers, a folder for each version below ``root``, the newest."""
    if program == "postgres":
        versions = sorted(root.glob("*/bin/postgres"), key=lambda path: _number(path.parts[-3]))
        return versions[-1] if versions else None
    found = shutil.which(program) or next(
        (path for place in PLACES if (path := shutil.which(program, path=place))), None
    )
    return Path(found) if found else None


def has_module(name: str) -> bool:
    """Whether the system's own Python, under which Patroni runs, has that module."""
    words = ["/usr/bin/python3", "-c", f"import {name}"]
    try:
        return subprocess.run(words, capture_output=True, env={}, timeout=60).returncode == 0
    except OSError:
        return False


def require(look: Callable[[str], Path | None] = find, has: Callable[[str], bool] = has_module) -> dict[str, Path]:
    """Every program's place. Raises NotHere with the packages to install."""
    found = {program: look(program) for program in PROGRAMS}
    missing = [PROGRAMS[program] for program, path in found.items() if path is None]
    missing += [package for module, package in MODULES.items() if not has(module)]
    if missing:
        raise NotHere(f"missing packages of the distribution: apt-get install {' '.join(missing)}")
    return {program: path for program, path in found.items() if path is not None}


def _number(version: str) -> int:
    return int(version) if version.isdecimal() else 0
