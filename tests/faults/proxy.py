"""A bad network between the clients and the server: connections that are delayed, cut in the middle, or hang."""

import random
import socket
import struct
import threading
import time
from contextlib import suppress

CHUNK = 65536


class Proxy:
    """Forwards connections to a port; while `delay` or `cut` say so, badly."""

    def __init__(self, target: int, rng: random.Random) -> None:
        self.target, self._rng = target, rng
        self.delay = 0.0  # seconds that each piece of data waits
        self.cut = 0.0  # the chance that a piece is lost and its connection reset, in either direction
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self._listener.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self.target), timeout=30)
                except OSError:
                    _reset(near)
                    continue
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._forward, args=(source, sink), daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                if self.delay:
                    time.sleep(self._rng.random() * 2 * self.delay)
                if self.cut and self._rng.random() < self.cut:
                    sink.sendall(data[: len(data) // 2])  # half a request, or half an answer, and then nothing
                    break
                sink.sendall(data)
        _reset(source)
        _reset(sink)


def _reset(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
