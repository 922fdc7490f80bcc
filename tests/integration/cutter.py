"""A TCP wire that can be cut: passes bytes between a host and a virtual device until it is told to fail."""

from __future__ import annotations

import selectors
import socket
import threading
from types import TracebackType
from typing import Self

from kktoffice.processes import free_port


class Cutter:
    """
    Listens on `url` and connects each caller to *port*. After `cut(n)` it lets n more bytes of one direction through,
    then both ends lose the link; the next connection is whole again.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.own_port = free_port()
        self.url = f"socket://127.0.0.1:{self.own_port}"
        self.left: int | None = None
        self.is_answer = False
        self.cuts = 0
        self.passed = {False: 0, True: 0}  # bytes so far, of answers under True
        self._listener = socket.create_server(("127.0.0.1", self.own_port))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve)

    def cut(self, after: int, *, answer: bool = False) -> None:
        """Fail once *after* bytes went from the host to the device, or, with *answer*, from the device to the host."""
        self.left, self.is_answer = after, answer

    def _serve(self) -> None:
        self._listener.settimeout(0.1)
        while not self._stop.is_set():
            try:
                host, _ = self._listener.accept()
            except TimeoutError:
                continue
            with host, socket.create_connection(("127.0.0.1", self.port)) as device:
                for end in (host, device):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._pass(host, device)

    def _pass(self, host: socket.socket, device: socket.socket) -> None:
        with selectors.DefaultSelector() as ready:
            ready.register(host, selectors.EVENT_READ, (device, False))
            ready.register(device, selectors.EVENT_READ, (host, True))
            while not self._stop.is_set():
                for key, _ in ready.select(0.1):
                    target, is_answer = key.data
                    try:
                        data = key.fileobj.recv(4096)  # type: ignore[union-attr]
                    except OSError:
                        return
                    if not data:
                        return
                    if self.left is not None and is_answer == self.is_answer:
                        data, over = data[: self.left], len(data) >= self.left
                        self.left -= len(data)
                        if over:
                            target.sendall(data)
                            self.left = None
                            self.cuts += 1
                            return
                    target.sendall(data)
                    self.passed[is_answer] += len(data)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._listener.close()
