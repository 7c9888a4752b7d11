"""The shipped files of deploy/, with the addresses of the example put in for those of this run; all of it pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
SUPERUSER, PASSWORD = "postgres", "cluster-test"


@dataclass(frozen=True)
class Ports:
    """Every port of a run on 127.0.0.1; ``members``: (PostgreSQL, Patroni's interface)."""

    nginx: int
    nodes: tuple[int, int]
    primary: int
    standby: int
    etcd: tuple[int, int]
    members: tuple[tuple[int, int], ...]


def exchanged(text: str, exchanges: Mapping[str, str]) -> str:
    """``text`` with each old piece replaced. Raises ValueError for one that is not there: the file has changed."""
    for old, new in exchanges.items():
        if old not in text:
            raise ValueError(f"{old!r} does not stand in the file any more")
        text = text.replace(old, new)
    return text


def patroni(number: int, ports: Ports, folder: Path, bin_dir: Path) -> str:
    """The settings of one member."""
    settings: dict[str, Any] = yaml.safe_load((DEPLOY / "patroni/patroni.yml").read_text("utf-8"))
    database, interface = (f"127.0.0.1:{port}" for port in ports.members[number])
    settings["name"] = f"db{number + 1}"
    settings["restapi"] |= {"listen": interface, "connect_address": interface}
    settings["etcd"]["hosts"] = [f"127.0.0.1:{ports.etcd[0]}"]
    settings["postgresql"] |= {
        "listen": database,
        "connect_address": database,
        "data_dir": str(folder / "data"),
        "bin_dir": str(bin_dir),
        "pgpass": str(folder / "pgpass"),
        "parameters": {"unix_socket_directories": str(folder)},
        "pg_hba": [
            "local all all trust",
            *(f"host {what} 127.0.0.1/32 scram-sha-256" for what in ("replication replicator", "all all")),
        ],
    }
    for account in settings["postgresql"]["authentication"].values():
        account["password"] = PASSWORD
    settings["watchdog"] = {"mode": "off"}  # it would end this machine
    return yaml.safe_dump(settings, allow_unicode=True)


def haproxy(ports: Ports) -> str:
    """Which member is the primary, and which a standby."""
    text = (DEPLOY / "haproxy/haproxy.cfg").read_text("utf-8")
    lines = {
        f"192.0.2.1{n}:5432 check port 8008": f"127.0.0.1:{database} check port {interface}"
        for n, (database, interface) in enumerate(ports.members, 1)
    }
    return exchanged(text, {**lines, "127.0.0.1:5433": f"127.0.0.1:{ports.primary}",
                            "127.0.0.1:5434": f"127.0.0.1:{ports.standby}"})  # fmt: skip


def nginx_site(ports: Ports, folder: Path) -> str:
    """The shipped site."""
    text = (DEPLOY / "nginx/quizapp.conf").read_text("utf-8")
    nodes = {f"192.0.2.2{n}:5000": f"127.0.0.1:{port}" for n, port in enumerate(ports.nodes, 1)}
    return exchanged(text, {**nodes, "listen 80;": f"listen 127.0.0.1:{ports.nginx};",
                            "/var/cache/nginx/quizapp": str(folder / "cache")})  # fmt: skip


def with_tls(site: str, certificate: Path, key: Path) -> str:
    """The site with its lines for HTTPS in place of the one for HTTP."""
    plain = re.sub(r"^ *listen 127\.0\.0\.1:(\d+);\n", r"    listen 127.0.0.1:\1 ssl;\n", site, flags=re.MULTILINE)
    lines = re.sub(r"^( *)#((?:ssl_|add_header Strict)[^\n]*)", r"\1\2", plain, flags=re.MULTILINE)
    return exchanged(lines, {"/etc/ssl/quizapp.pem": str(certificate), "/etc/ssl/quizapp.key": str(key)})


def nginx(folder: Path, sites: Sequence[str]) -> str:
    """What stands around the sites, for a server without root."""
    temporary = "\n".join(
        f"  {kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    included = "\n".join(f"  include {folder}/{site};" for site in sites)
    return (
        f"pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nworker_processes 1;\ndaemon off;\n"
        "events { worker_connections 4096; }\n"
        f"http {{\n  access_log {folder}/access.log;\n{temporary}\n{included}\n}}\n"
    )
