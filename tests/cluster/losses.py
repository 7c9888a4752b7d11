"""Machines that are lost while people take a test, one after another, each noted in the history."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence

from tests.cluster.database import Cluster, Member
from tests.faults.history import History
from tests.faults.proxy import Proxy
from tests.faults.server import Node

NODE_GONE_FOR = 20.0  # seconds; then it comes back as a repaired machine would
FROZEN_FOR = 45.0  # longer than the cluster waits for a primary that says nothing
CALM = 12.0  # seconds of ordinary work between two losses
WHOLE_WITHIN = 120.0
KINDS = ("node", "primary", "standby", "frozen_primary")


class Losses:
    """Carries out ``kinds`` in order, as the nemesis of a run does its faults."""

    def __init__(self, nodes: Sequence[Node], cluster: Cluster, history: History, kinds: Sequence[str]) -> None:
        self._nodes, self._cluster, self._history, self._kinds = nodes, cluster, history, kinds
        self.done: Counter[str] = Counter()
        self.failed: list[str] = []
        self.proxies: Sequence[Proxy] = ()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def kills(self) -> int:
        """How many machines were lost."""
        return self.done.total()

    def start(self, period: float, first: Sequence[str] = ()) -> None:
        """Begin after a first calm."""
        self._thread.start()

    def stop(self) -> None:
        """Return when all of them are over."""
        self._thread.join(600)

    def _run(self) -> None:
        acts: dict[str, Callable[[], object]] = {
            "node": self._lose_node,
            "primary": lambda: self._lose(self._cluster.primary()),
            "standby": lambda: self._lose(self._cluster.synchronous()),
            "frozen_primary": self._freeze_primary,
        }
        for kind in self._kinds:
            time.sleep(CALM)
            self._began = time.time()
            try:
                acts[kind]()
                self.done[kind] += 1
            except Exception as error:
                self.failed.append(f"{kind}: {error!r}")
            self._history.write("fault", kind=kind, t0=self._began, t1=time.time(), off=None)

    def _lose_node(self) -> None:
        self._began = time.time()
        self._nodes[0].kill(NODE_GONE_FOR)
        time.sleep(NODE_GONE_FOR)
        self._nodes[0].wait_ready()

    def _lose(self, member: Member) -> None:
        """The member's machine goes down; when the others have gone on without it for a while, it comes back."""
        self._began = time.time()
        member.kill()
        self._cluster.wait_whole(WHOLE_WITHIN, len(self._cluster.members) - 1)
        time.sleep(CALM)
        member.start()
        self._cluster.wait_whole(WHOLE_WITHIN)

    def _freeze_primary(self) -> None:
        """The primary's machine stands still and goes on later, not knowing that another has taken its place."""
        member = self._cluster.primary()
        self._began = time.time()
        member.signal(signal.SIGSTOP)
        time.sleep(FROZEN_FOR)
        member.signal(signal.SIGCONT)
        self._cluster.wait_whole(WHOLE_WITHIN)
