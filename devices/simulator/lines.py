"""
Real byte streams for a port: a pseudo-terminal with a fixed name, or a TCP socket. Each runs in a thread of its own.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import pty
import queue
import select
import socket
import termios
import threading
import time
import tty
from abc import ABC, abstractmethod
from collections.abc import Callable
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
        self._wishes: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
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

    def do(self, action: Callable[[], None], *, wait: bool = True) -> None:
        """
        Let the line's own thread do *action*; *wait* for it, unless the caller holds a lock of port or device.

        Raises OSError: it cannot be done.
        """
        done = threading.Event()
        failed: list[OSError] = []

        def act() -> None:
            try:
                action()
            except OSError as error:
                failed.append(error)
            finally:
                done.set()

        self._wishes.put(act)
        self._ring()
        if wait and not done.wait(timeout=10):
            raise TimeoutError("the line is busy")
        if wait and failed:
            raise failed[0]

    # For `do`: what people do to a cable.

    def plug(self, port: Port) -> None:
        """Another device at this end of the line."""
        self._drop()
        self.port.wake = lambda: None
        port.wake, port.hangs_up_on_restart = self._ring, self.port.hangs_up_on_restart
        self.port = port

    @abstractmethod
    def hide(self) -> None:
        """The line is not there any more, until `show`."""

    @abstractmethod
    def show(self) -> None:
        """It is there again; a pseudo-terminal under another name."""

    @abstractmethod
    def hold(self) -> None:
        """Another program has it, until `let_go`."""

    @abstractmethod
    def let_go(self) -> None: ...

    @abstractmethod
    def _drop(self) -> None: ...

    def _drop_if_wanted(self) -> None:
        while not self._wishes.empty():
            self._wishes.get()()
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
        self._is_hidden = False
        self._holder: int | None = None  # another program's descriptor
        super().__init__(port)

    @property
    def url(self) -> str:
        return str(self._path)

    def hide(self) -> None:
        self._is_hidden = True
        self._path.unlink(missing_ok=True)
        self._drop()

    def show(self) -> None:
        self._is_hidden = False
        _link(self._path, self._slave_name)

    def hold(self) -> None:
        self._is_hidden = True  # nobody may be quicker
        self._drop()
        self._take()
        self.show()

    def _take(self) -> None:
        self._holder = os.open(self._slave_name, os.O_RDWR | os.O_NOCTTY)
        fcntl.flock(self._holder, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def let_go(self) -> None:
        if self._holder is not None:
            os.close(self._holder)
            self._holder = None

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
        if self._holder is not None:
            self.let_go()
            self._take()
        if not self._is_hidden:
            _link(self._path, self._slave_name)
        self.port.disconnect()
        self._connected = False
        os.close(old)

    def _close(self) -> None:
        self.let_go()
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
        self._is_taken = False  # nobody gets through
        super().__init__(port)
        self._client: socket.socket | None = None
        port.hangs_up_on_restart = True
        self.address: tuple[str, int] = self._listener.getsockname()[:2]

    def hide(self) -> None:
        self._is_taken = True
        self._drop()

    def show(self) -> None:
        self._is_taken = False

    hold, let_go = hide, show

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
        if self._is_taken:
            client.close()
            return
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
