"""The parts of `make cluster-test` that need no server: packages, the shipped files, and how a gap is measured."""

from pathlib import Path

import pytest
import yaml

from tests.cluster import configured, recovery
from tests.cluster.configured import Ports
from tests.cluster.packages import PROGRAMS, NotHere, find, require

PORTS = Ports(8001, (8002, 8003), 8004, 8005, (8006, 8007), ((9001, 9011), (9002, 9012), (9003, 9013)))


def everything(name: str) -> Path:
    return Path("/bin", name)


def test_what_is_missing_is_named_by_its_package() -> None:
    with pytest.raises(NotHere, match=r"apt-get install haproxy nginx$"):
        require(lambda program: None if program in ("haproxy", "nginx") else everything(program), lambda _module: True)
    with pytest.raises(NotHere, match=r"apt-get install python3-etcd python3-psycopg2$"):
        require(everything, lambda _module: False)
    assert require(everything, lambda _module: True).keys() == PROGRAMS.keys()


def test_the_newest_postgresql_is_taken(tmp_path: Path) -> None:
    assert find("postgres", tmp_path) is None
    for version in ("9.6", "15", "17", "8"):
        program = tmp_path / version / "bin" / "postgres"
        program.parent.mkdir(parents=True)
        program.touch()
    assert find("postgres", tmp_path) == tmp_path / "17" / "bin" / "postgres"


def test_no_address_of_the_example_is_left(tmp_path: Path) -> None:
    rendered = [
        *(configured.patroni(number, PORTS, tmp_path, tmp_path) for number in range(3)),
        configured.haproxy(PORTS),
        configured.nginx_site(PORTS, tmp_path),
    ]
    for text in rendered:
        lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
        assert not [line for line in lines if "192.0.2." in line or "CHANGE-ME" in line]


def test_each_member_has_its_own_place(tmp_path: Path) -> None:
    members = [yaml.safe_load(configured.patroni(number, PORTS, tmp_path, tmp_path)) for number in range(3)]
    assert [member["name"] for member in members] == ["db1", "db2", "db3"]
    assert [member["restapi"]["listen"] for member in members] == [f"127.0.0.1:901{n}" for n in (1, 2, 3)]
    assert {member["bootstrap"]["dcs"]["synchronous_mode_strict"] for member in members} == {True}


def test_a_changed_file_is_noticed() -> None:
    with pytest.raises(ValueError, match="does not stand"):
        configured.exchanged("listen 81;", {"listen 80;": "listen 8001;"})


ACKNOWLEDGED = [1.0, 2.0, 3.0, 3.5, 20.0, 20.1, 60.0, 60.5]


@pytest.mark.parametrize(
    ("began", "ended", "seconds"),
    [
        (3.2, 25.0, 39.9),  # the silence that had begun before the fault was over is its own too
        (3.2, 20.05, 16.5),  # what was under way came back at 3.5: the silence began there
        (3.6, 20.05, 16.5),
        (20.05, 50.0, 39.9),
        (1.0, 2.5, 1.0),
        (60.2, 61.0, None),  # nothing came after it
    ],
)
def test_the_gap_of_a_fault(began: float, ended: float, seconds: float | None) -> None:
    found = recovery.gap(ACKNOWLEDGED, began, ended)
    assert found == (seconds if seconds is None else pytest.approx(seconds))


def tried(status: int, at: float = 0.0, reason: str = "") -> dict[str, object]:
    return {"status": status, "t1": at, "told": {"reason": reason}}


def test_only_acknowledged_saves_count() -> None:
    records = [
        {"f": "save", "tries": [tried(0, 1.0, "HTTP 503"), tried(200, 3.0)]},
        {"f": "save", "tries": [tried(200, 2.0), tried(409, 4.0)]},
        {"f": "start", "tries": [tried(200, 5.0)]},
        {"f": "fault", "kind": "node", "t0": 1.0},
    ]
    assert recovery.acknowledgements(records) == [2.0, 3.0]


def test_an_error_of_the_program_is_not_excused_by_a_loss() -> None:
    records = [{"tries": [tried(0, reason=reason)]} for reason in ("HTTP 503", "HTTP 503", "HTTP 500", "TimeoutError")]
    met = recovery.failures([*records, {"tries": [tried(200)]}])
    assert met == {"HTTP 503": 2, "HTTP 500": 1, "TimeoutError": 1}
    assert recovery.unworthy(met) == ["HTTP 500"]
    assert recovery.unworthy(["HTTP 502", "HTTP 504", "RemoteDisconnected"]) == []


def test_a_report_says_where_it_was_read() -> None:
    assert recovery.seconds_behind("<span>数据读自备用数据库，最多比主库晚 12 秒。</span>") == 12
    assert recovery.seconds_behind("<span>数据截至 12 秒</span>") is None
