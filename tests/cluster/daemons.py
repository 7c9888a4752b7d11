"""Servers of the distribution, run by an ordinary user, to be killed or stopped with all that they have started."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil

ORDINARY = ("postgres", "nobody")


def ordinary_user() -> str | None:
    """Whose the servers are where root runs this: PostgreSQL refuses root. None: ours."""
    if os.geteuid():
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ORDINARY if name in known)


def folder_of_servers() -> Path:
    """A new folder below the one for temporary files that their user may write to."""
    folder = Path(tempfile.mkdtemp(prefix="quizapp-cluster-"))
    give(folder)
    return folder


def give(path: Path) -> None:
    """Let the servers' user own it."""
    if user := ordinary_user():
        shutil.chown(path, user, pwd.getpwnam(user).pw_gid)


class Daemon:
    """One program that stays in the foreground, with its log beside its files."""

    def __init__(self, name: str, words: list[str], folder: Path, environ: dict[str, str] | None = None) -> None:
        self.name, self.folder, self._words = name, folder, words
        self._environ = {"PATH": "/usr/sbin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(folder), **(environ or {})}
        folder.mkdir(exist_ok=True)
        give(folder)
        self.start()

    @property
    def log(self) -> Path:
        """Everything it has said."""
        return self.folder.parent / f"{self.name}.log"

    def start(self) -> None:
        """Start it, for the first time or again."""
        user = ordinary_user()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._words, cwd=self.folder, env=self._environ, stdout=log, stderr=log, start_new_session=True,
                user=user, group=pwd.getpwnam(user).pw_gid if user else None, extra_groups=[] if user else None,
            )  # fmt: skip

    def family(self) -> list[psutil.Process]:
        """Its process and all below it; Patroni gives PostgreSQL a session, but stays its parent's parent."""
        with suppress(psutil.NoSuchProcess):
            own = psutil.Process(self._process.pid)
            return [own, *own.children(recursive=True)]
        return []

    def signal(self, number: signal.Signals) -> None:
        """Send it to the whole family."""
        for process in self.family():
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def kill(self) -> None:
        """End all of it at once, as if the machine were gone: nobody may mend anything in between."""
        self.signal(signal.SIGSTOP)
        self.signal(signal.SIGKILL)
        self._process.wait(30)

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End it in order, and whatever stays behind without."""
        left = self.family()
        if self.is_alive():
            self.signal(signal.SIGCONT)
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(20)
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
