"""The files of deploy/: settings that exist, syntax that their programs take, and no address but examples."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from quizapp.cli import quizapp
from quizapp.config import DOCS, Settings
from tests.cluster import configured
from tests.cluster.configured import Ports
from tests.cluster.front import prepare, words
from tests.cluster.packages import find

DEPLOY = Path(__file__).parents[1] / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
DOCUMENTS = [path for path in FILES if path.suffix in (".yml", ".yaml")]
UNITS = sorted(DEPLOY.glob("systemd/*"))
PORTS = Ports(8001, (8002, 8003), 8004, 8005, (8006, 8007), ((9001, 9011), (9002, 9012), (9003, 9013)))
SECRET = "s" * 40


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_settings_that_are_named_exist(path: Path) -> None:
    named = set(re.findall(r"QUIZAPP_([A-Z_]+)", path.read_text("utf-8")))
    assert {name.lower() for name in named} <= DOCS.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_addresses_are_examples(path: Path) -> None:
    found = re.findall(r"\b\d+\.\d+\.\d+\.\d+\b", path.read_text("utf-8"))
    assert not [address for address in found if not address.startswith(("127.0.0.1", "192.0.2.", "0.0.0.0"))]


def example() -> dict[str, str]:
    """Every setting of the example, those that are commented out included."""
    lines = re.findall(r"^#?(QUIZAPP_\w+)=(.*)$", (DEPLOY / "settings.example").read_text("utf-8"), re.MULTILINE)
    return dict(lines)


def test_the_example_is_taken_once_it_has_a_secret(tmp_path: Path) -> None:
    assert example()["QUIZAPP_SECRET_KEY"] == ""
    settings = Settings.from_environment(example() | {"QUIZAPP_SECRET_KEY": SECRET, "QUIZAPP_DATA_DIR": str(tmp_path)})
    assert settings.trusted_proxies == 1
    assert settings.report_database_url != settings.database_url


def unit(name: str) -> Any:
    """A unit, its sections as dictionaries."""
    parser = configparser.ConfigParser(strict=False, interpolation=None, comment_prefixes="#")
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DEPLOY / "systemd" / name, encoding="utf-8")
    return parser


@pytest.mark.parametrize("name", ["quizapp.service", "quizapp-backup.service"])
def test_services_give_nothing_away(name: str) -> None:
    service = unit(name)["Service"]
    wanted = {"NoNewPrivileges": "true", "ProtectSystem": "strict", "ProtectHome": "true", "CapabilityBoundingSet": ""}
    assert {key: service.get(key) for key in wanted} == wanted
    assert service["User"] == "quizapp"


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_commands_of_the_units_exist(path: Path) -> None:
    for line in re.findall(r"^Exec\w+=\S+/quizapp (\S+)", path.read_text("utf-8"), re.MULTILINE):
        assert line in quizapp.commands


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_takes_the_units(path: Path) -> None:
    said = subprocess.run(["systemd-analyze", "verify", str(path)], capture_output=True, text=True, timeout=60).stderr
    ours = [line for line in said.splitlines() if "quizapp" in line and "is not executable" not in line]
    assert not ours, said


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.suffix in (".yml", ".yaml")], ids=lambda path: path.name
)
def test_yaml_can_be_read(path: Path) -> None:
    assert isinstance(yaml.safe_load(path.read_text("utf-8")), dict)


def test_the_containers_run_without_privileges_and_share_their_settings() -> None:
    document = yaml.safe_load((DEPLOY / "container/compose.yaml").read_text("utf-8"))
    services = document["services"]
    nodes = [services[name] for name in ("upgrade", "node1", "node2")]
    assert all(node["cap_drop"] == ["ALL"] and node["read_only"] for node in nodes)
    assert len({str(node["environment"]) for node in nodes}) == 1
    addresses = [services[name]["networks"]["inside"]["ipv4_address"] for name in ("node1", "node2")]
    site = (DEPLOY / "nginx/quizapp.conf").read_text("utf-8")
    assert all(f"server {address}:5000 max_fails" in site for address in addresses)


def test_the_container_is_no_root_and_names_no_registry() -> None:
    text = (DEPLOY / "container/Containerfile").read_text("utf-8")
    images = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert images
    assert not [image for image in images if "/" in image]
    assert re.findall(r"^USER (\d+)$", text, re.MULTILINE) == ["10001"]
    assert text.count("FROM ") == 2
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    assert not [name for line in copied for name in line.split() if not (DEPLOY.parent / name).exists()]


def test_members_wait_long_enough_for_one_another() -> None:
    """Patroni's own rule: https://patroni.readthedocs.io/en/latest/dynamic_configuration.html"""
    dcs = yaml.safe_load((DEPLOY / "patroni/patroni.yml").read_text("utf-8"))["bootstrap"]["dcs"]
    assert dcs["loop_wait"] + 2 * dcs["retry_timeout"] <= dcs["ttl"]
    assert dcs["synchronous_mode"]
    assert dcs["synchronous_mode_strict"]


def test_the_leaders_key_is_compared_before_it_is_written() -> None:
    """Patroni 3.0.2 overwrites it over etcd's newer interface (https://github.com/patroni/patroni/pull/2689)."""
    settings = yaml.safe_load((DEPLOY / "patroni/patroni.yml").read_text("utf-8"))
    assert "etcd" in settings
    assert "etcd3" not in settings


def test_no_limit_counts_addresses() -> None:
    """A whole office stands behind one."""
    site = (DEPLOY / "nginx/quizapp.conf").read_text("utf-8")
    keys = re.findall(r"^\s*limit_(?:req|conn)_zone (\S+)", site, re.MULTILINE)
    assert keys == ["$quizapp_browser"]


@pytest.mark.skipif(not find("nginx"), reason="nginx is not here")
@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_nginx_takes_the_site(tmp_path: Path, tls: bool) -> None:
    folder, program = tmp_path / "nginx", find("nginx")
    site = configured.nginx_site(PORTS, folder)
    if tls:
        site = configured.with_tls(site, *certificate(tmp_path))
    main = prepare(folder, site)
    assert program
    told = subprocess.run([*words(program, main), "-t"], capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told.stderr


def certificate(folder: Path) -> tuple[Path, Path]:
    """One of our own, and its key."""
    paths = folder / "certificate.pem", folder / "key.pem"
    request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=quiz.example.gov.cn -days 1"
    command = ["openssl", *request.split(), "-out", str(paths[0]), "-keyout", str(paths[1])]
    if not shutil.which("openssl"):
        pytest.skip("openssl is not here")
    subprocess.run(command, check=True, capture_output=True)
    return paths
