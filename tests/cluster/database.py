"""PostgreSQL as a cluster of three members that Patroni and etcd lead, and HAProxy that knows the primary."""

import json
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.cluster import configured
from tests.cluster.configured import PASSWORD, SUPERUSER, Ports
from tests.cluster.daemons import Daemon, give

NAME = "quizapp"
GROWING = ("attempt", "item_response", "item_score", "audit_entry")
PATIENCE = 180.0  # seconds until the cluster has been made, on a laden machine


class Member(Daemon):
    """One Patroni with its PostgreSQL."""

    def __init__(self, number: int, ports: Ports, folder: Path, programs: Mapping[str, Path]) -> None:
        self.port, self._interface = ports.members[number]
        own = folder / f"db{number + 1}"
        own.mkdir()
        settings = own / "patroni.yml"
        settings.write_text(configured.patroni(number, ports, own, programs["postgres"].parent), encoding="utf-8")
        give(settings)
        super().__init__(own.name, [str(programs["patroni"]), str(settings)], own)

    def state(self) -> dict[str, Any]:
        """What it says of itself: ``role`` primary (master) or replica, ``sync_standby``, ``state``."""
        with (
            suppress(OSError, ValueError),
            urllib.request.urlopen(f"http://127.0.0.1:{self._interface}/patroni", timeout=2) as answer,
        ):
            return dict(json.load(answer))
        return {}

    def is_primary(self) -> bool:
        """Whether it says that it leads."""
        return self.is_alive() and self.state().get("role") in ("master", "primary")

    def is_synchronous(self) -> bool:
        """Whether it is the standby without which nothing is acknowledged."""
        return self.is_alive() and bool(self.state().get("sync_standby"))


class Cluster:
    """Three members, one etcd, one HAProxy, and an empty database of the application's own."""

    def __init__(self, ports: Ports, folder: Path, programs: Mapping[str, Path]) -> None:
        self.folder, self._ports, self._daemons = folder, ports, list[Daemon]()
        client, peer = (f"http://127.0.0.1:{port}" for port in ports.etcd)
        etcd = [
            str(programs["etcd"]), "--name", "etcd1", "--data-dir", str(folder / "etcd" / "data"),
            "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer,
            "--initial-advertise-peer-urls", peer, "--initial-cluster", f"etcd1={peer}", "--enable-v2",
        ]  # fmt: skip
        self._daemons.append(Daemon("etcd", etcd, folder / "etcd"))
        self.members = list[Member]()
        for number in range(len(ports.members)):
            self.members.append(Member(number, ports, folder, programs))
            self._daemons.append(self.members[-1])
        settings = folder / "haproxy.cfg"
        settings.write_text(configured.haproxy(ports), encoding="utf-8")
        give(settings)
        self._daemons.append(
            Daemon("haproxy", [str(programs["haproxy"]), "-db", "-f", str(settings)], folder / "balance")
        )

    @property
    def url(self) -> str:
        """The primary, wherever it is, as the application takes it."""
        return f"postgresql+psycopg://{NAME}:{PASSWORD}@127.0.0.1:{self._ports.primary}/{NAME}"

    @property
    def report_url(self) -> str:
        """A standby, the same way."""
        return self.url.replace(f":{self._ports.primary}/", f":{self._ports.standby}/")

    @property
    def address(self) -> str:
        """The primary as the driver alone takes it."""
        return self.url.replace("+psycopg", "")

    def make_database(self) -> None:
        """Wait until the cluster is whole, then give the application its account and its database."""
        self.wait_whole(PATIENCE)
        admin = self.address.replace(f"//{NAME}:", f"//{SUPERUSER}:").replace(f"/{NAME}", "/postgres")
        with self._connected(admin) as connection:
            name = sql.Identifier(NAME)
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(PASSWORD)))
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))

    def _connected(self, address: str) -> "psycopg.Connection[tuple[object, ...]]":
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return psycopg.connect(address, autocommit=True, connect_timeout=5)
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)

    def primary(self) -> Member:
        """The member that leads."""
        return next(member for member in self.members if member.is_primary())

    def synchronous(self) -> Member:
        """The member that has everything that was acknowledged."""
        return next(member for member in self.members if member.is_synchronous())

    def wait_whole(self, seconds: float, members: int | None = None) -> None:
        """Return once one leads, one follows synchronously, and so many (default: all) take part."""
        until, wanted = time.monotonic() + seconds, members or len(self.members)
        states: list[dict[str, Any]] = []
        while time.monotonic() < until:
            states = [member.state() for member in self.members if member.is_alive()]
            running = [state for state in states if state.get("state") in ("running", "streaming")]
            leads = [state for state in running if state.get("role") in ("master", "primary")]
            if len(running) >= wanted and len(leads) == 1 and any(state.get("sync_standby") for state in running):
                return
            time.sleep(0.5)
        raise TimeoutError(f"the cluster did not become whole within {seconds} s: {states}; logs in {self.folder}")

    def log_position(self) -> int:
        """How many bytes of log the cluster has written since it was made; a failover goes on counting."""
        with self._connected(self.address) as connection:
            [[position]] = connection.execute("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint").fetchall()
        return int(str(position))

    def bytes_per_row(self) -> dict[str, float]:
        """What a row of the tables that grow takes on disk, with its indexes and the room that updates leave."""
        sizes = {}
        with self._connected(self.address) as connection:
            for table in GROWING:
                query = sql.SQL("SELECT pg_total_relation_size({}), (SELECT count(*) FROM {})")
                row = connection.execute(query.format(sql.Literal(table), sql.Identifier(table))).fetchone()
                size, rows = map(int, map(str, row or ()))
                sizes[table] = size / max(1, rows)
        return sizes

    def close(self) -> None:
        """Stop everything, the servers that hold the others last."""
        for daemon in reversed(self._daemons):
            daemon.stop()
