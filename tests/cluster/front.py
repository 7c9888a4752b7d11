"""nginx with the shipped site."""

import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from tests.cluster import configured
from tests.cluster.configured import Ports
from tests.cluster.daemons import Daemon, give


def prepare(folder: Path, site: str) -> Path:
    """Write everything that nginx reads into ``folder``, which it may write to; the main file."""
    folder.mkdir(exist_ok=True)
    (folder / "quizapp.conf").write_text(site, encoding="utf-8")
    main = folder / "nginx.conf"
    main.write_text(configured.nginx(folder, ["quizapp.conf"]), encoding="utf-8")
    give(folder)
    return main


def words(program: Path, main: Path) -> list[str]:
    """How it is started."""
    return [str(program), "-p", str(main.parent), "-e", str(main.parent / "error.log"), "-c", str(main)]


class Front(Daemon):
    """The one address that people know."""

    def __init__(self, ports: Ports, folder: Path, program: Path) -> None:
        own = folder / "nginx"
        self._port = ports.nginx
        super().__init__("nginx-out", words(program, prepare(own, configured.nginx_site(ports, own))), own)

    def wait_ready(self, seconds: float) -> None:
        """Return once a node answers through it."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self._port}/readyz", timeout=5):
                return
            time.sleep(0.2)
        raise TimeoutError(f"nothing answered through nginx within {seconds} s: {self.log.read_text()[-2000:]}")
