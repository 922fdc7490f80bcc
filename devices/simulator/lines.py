"""
Real byte streams for a port: a pseudo-terminal with a fixed name, or a TCP socket. Each runs in a thread of its own.
"""

from __future__ import annotations

import contextlib
import errno
import os
import pty
import select
import socket
import termios
import threading
import time
import tty
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Self

from devices.simulator.port import Port

_CHUNK = 4096
_REOPEN_POLL = 0.02  # seconds between looks whether a host has opened the pseudo-terminal again
_WRITE_SECONDS = 2.0  # a host that reads nothing for that long loses what is said to it


class Line(ABC):
    """Start with `start` or as a context manager; `url` is what a host opens with pyserial."""

    def __init__(self, port: Port) -> None:
        self.port = port
        self._stopping = self._drop_wanted = False
        self._bell, self._bell_end = os.pipe()
        os.set_blocking(self._bell_end, False)
        port.wake = self._ring
        self._thread = threading.Thread(target=self._serve, name=type(self).__name__, daemon=True)

    @property
    @abstractmethod
    def url(self) -> str: ...

    @abstractmethod
    def _serve(self) -> None: ...

    @abstractmethod
    def _close(self) -> None: ...

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        """Finish the running command, close the line, end the threads."""
        self._stopping = True
        self._ring()
        self._thread.join(timeout=10)
        self.port.stop()
        self.port.wake = lambda: None
        self._close()
        os.close(self._bell)
        os.close(self._bell_end)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def request_drop(self) -> None:
        """End the connection as a pulled cable would; the line's own thread does it, any thread may ask."""
        self._drop_wanted = True
        self._ring()

    @abstractmethod
    def _drop(self) -> None: ...

    def _drop_if_wanted(self) -> None:
        if self._drop_wanted:
            self._drop_wanted = False
            self._drop()

    def _ring(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.write(self._bell_end, b"!")

    def _wait(self, *readers: int) -> list[int]:
        """Which of *readers* can be read (or hung up); wakes for the port's timer and for the bell."""
        deadline = self.port.deadline
        patience = None if deadline is None else max(0.0, deadline - time.monotonic())
        poller = select.poll()
        for reader in (self._bell, *readers):
            poller.register(reader, select.POLLIN)
        events = poller.poll(None if patience is None else int(patience * 1000) + 1)
        ready = [reader for reader, _ in events]
        if self._bell in ready:
            os.read(self._bell, _CHUNK)
            ready.remove(self._bell)
        self.port.tick()
        return ready


class PtyLine(Line):
    """
    A pseudo-terminal; *path* becomes a symbolic link to it and is removed at the end. The host may open and close it at
    will.
    """

    def __init__(self, port: Port, path: Path) -> None:
        self._path = path
        self._connected = False
        self._master, self._slave_name = _pseudo_terminal()
        try:
            _link(path, self._slave_name)
        except OSError:
            os.close(self._master)
            raise
        super().__init__(port)

    @property
    def url(self) -> str:
        return str(self._path)

    def _serve(self) -> None:
        while not self._stopping:
            self._drop_if_wanted()
            gone = self._hung_up()
            data = b""
            if gone:
                data = self._read()  # a host that spoke and left was heard all the same
            elif self._master in self._wait(self._master):
                data = self._read()
            if not self._connected and (data or not gone):
                self._connected = True
                self.port.connect(self._write, self.request_drop)
            if data:
                self.port.receive(data)
            elif gone:
                self._leave()
        self.port.disconnect()

    def _leave(self) -> None:
        if self._connected:
            self._connected = False
            self.port.disconnect()
            self._flush()
        self._pause()

    def _hung_up(self) -> bool:
        poller = select.poll()
        poller.register(self._master, 0)
        return any(event & select.POLLHUP for _, event in poller.poll(0))

    def _pause(self) -> None:
        poller = select.poll()
        poller.register(self._bell, select.POLLIN)
        if poller.poll(_REOPEN_POLL * 1000):
            os.read(self._bell, _CHUNK)
        self.port.tick()

    def _read(self) -> bytes:
        try:
            return os.read(self._master, _CHUNK)
        except OSError as error:
            if error.errno in (errno.EIO, errno.EAGAIN):
                return b""
            raise

    def _write(self, data: bytes) -> None:
        end = time.monotonic() + _WRITE_SECONDS
        while data and time.monotonic() < end:
            try:
                data = data[os.write(self._master, data) :]
            except BlockingIOError:
                select.select([], [self._master], [], 0.1)
            except OSError:
                return

    def _flush(self) -> None:
        """What the last host did not read is not for the next one; what a new one has written already stays."""
        with contextlib.suppress(OSError, termios.error):
            slave = os.open(self._slave_name, os.O_RDWR | os.O_NOCTTY)
            termios.tcflush(slave, termios.TCIFLUSH)
            os.close(slave)

    def _drop(self) -> None:
        """A pulled cable: the pseudo-terminal hangs up under the host, and another one takes the name."""
        old = self._master
        self._master, self._slave_name = _pseudo_terminal()
        _link(self._path, self._slave_name)
        self.port.disconnect()
        self._connected = False
        os.close(old)

    def _close(self) -> None:
        if self._path.is_symlink() and os.readlink(self._path) == self._slave_name:
            self._path.unlink()
        os.close(self._master)


def _pseudo_terminal() -> tuple[int, str]:
    """
    The device's end, and the name of the host's end: raw, and closed, so that a hang-up tells whether a host is there.
    """
    master, slave = pty.openpty()
    name = os.ttyname(slave)
    tty.setraw(slave)
    os.close(slave)
    os.set_blocking(master, False)
    return master, name


def _link(path: Path, target: str) -> None:
    """Point *path* at *target* in one step. Raises FileExistsError: there is a file that is no link."""
    if path.exists() and not path.is_symlink():
        raise FileExistsError(f"{path} exists and is not a link to a pseudo-terminal")
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + ".new")
    aside.unlink(missing_ok=True)
    aside.symlink_to(target)
    aside.replace(path)


class TcpLine(Line):
    """
    A listening socket with one host at a time: a new connection takes the place of the old one. Port 0 picks a free
    one.
    """

    def __init__(self, port: Port, host: str = "127.0.0.1", number: int = 0) -> None:
        self._listener = socket.create_server((host, number))
        super().__init__(port)
        self._client: socket.socket | None = None
        port.hangs_up_on_restart = True
        self.address: tuple[str, int] = self._listener.getsockname()[:2]

    @property
    def url(self) -> str:
        return f"socket://{self.address[0]}:{self.address[1]}"

    def _serve(self) -> None:
        while not self._stopping:
            self._drop_if_wanted()
            client = self._client
            readers = [self._listener.fileno()] + ([client.fileno()] if client else [])
            ready = self._wait(*readers)
            if self._listener.fileno() in ready:
                self._accept()
            elif client is not None and client.fileno() in ready:
                self._receive(client)
        self._drop()

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.settimeout(_WRITE_SECONDS)
        self._drop()
        self._drop_wanted = False
        self._client = client
        self.port.connect(self._write, self.request_drop)

    def _receive(self, client: socket.socket) -> None:
        try:
            data = client.recv(_CHUNK)
        except OSError:
            data = b""
        if data:
            self.port.receive(data)
        else:
            self._drop()

    def _write(self, data: bytes) -> None:
        if self._client is not None:
            with contextlib.suppress(OSError):
                self._client.sendall(data)

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
            client.close()
            self.port.disconnect()

    def _close(self) -> None:
        self._listener.close()
