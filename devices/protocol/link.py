"""
A byte stream to a device: serial port, pseudo-terminal, usb:SERIAL or socket://host:port. The only user of
pyserial.

A link knows nothing of frames or commands. It fails in one way, LinkError, whose code says what a person should look
at: PORT_MISSING (no such port), PORT_BUSY (another program holds it), PORT_PROBED (one that looks for modems does),
DEVICE_OFFLINE (a network device does not take the call), LINK_LOST (it broke in use). Whether a broken link leaves an
outcome unknown is for the session to say.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
import time
from types import TracebackType
from typing import Self

import serial
from serial.urlhandler import protocol_socket

from devices.errors import ErrorCode, LinkError
from devices.protocol import ports_of_host

try:
    from termios import error as TermiosError  # tcflush and its kind do not raise OSError
except ImportError:  # not a POSIX system
    TermiosError = OSError  # type: ignore[misc, assignment]

_FAILURES = (OSError, serial.SerialException, TermiosError, ValueError)
_BUSY = {errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK}

WRITE_TIMEOUT = 5.0
HELD_BY = "held by "  # what a PORT_BUSY says when the holder is known
# A network device that is gone without a word (half-open TCP, L10) is noticed in about 15 s even between polls.
_HALF_OPEN = {"TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 3, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 15_000}
CHUNK = 4096


class _Socket(protocol_socket.Serial):  # type: ignore[misc, unused-ignore]
    """pyserial's socket:// without the 0.3 s that its close sleeps."""

    _socket: socket.socket

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self._socket.close()


class Link:
    """
    An open byte stream with deadlines.

    Deadlines are readings of time.monotonic(). Reads return as soon as a byte is there; nothing sleeps between looks.
    """

    def __init__(self, url: str, *, baudrate: int = 115200) -> None:
        """Open *url*, alone. A pseudo-terminal has no speed and takes any. Raises LinkError."""
        self.url = url
        path = url
        try:
            path = ports_of_host.resolve(url)
            if url.startswith("socket://"):
                self._port: serial.SerialBase = _Socket(url, timeout=0, write_timeout=WRITE_TIMEOUT)
                self._keep_alive(self._port.fileno())
            else:
                self._port = serial.serial_for_url(
                    path, baudrate, timeout=0, write_timeout=WRITE_TIMEOUT, exclusive=True if "://" not in url else None
                )
        except _FAILURES as error:
            code = _opening_code(url, error)
            who = ports_of_host.holder(path) if code is ErrorCode.PORT_BUSY else ""
            if who and ports_of_host.looks_for_modems(who):
                code = ErrorCode.PORT_PROBED
            raise LinkError(code, f"{HELD_BY}{who}" if who else str(error)) from error

    @staticmethod
    def _keep_alive(descriptor: int) -> None:
        with socket.socket(fileno=socket.dup(descriptor)) as twin:
            twin.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            twin.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in _HALF_OPEN.items():
                if hasattr(socket, name):
                    twin.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

    def write(self, data: bytes) -> None:
        """Hand *data* to the port. Raises LinkError(LINK_LOST): some of it may have gone out."""
        try:
            self._port.write(data)
        except _FAILURES as error:
            raise LinkError(ErrorCode.LINK_LOST, f"write: {error}") from error

    def read(self, deadline: float) -> bytes:
        """The bytes that are there, at least one; empty when *deadline* passes first. Raises LinkError(LINK_LOST)."""
        try:
            wait = max(0.0, deadline - time.monotonic())
            if os.name != "posix":  # no descriptor to select on
                self._port.timeout = wait
                first = self._port.read(1)
                return bytes(first) + bytes(self._port.read(self._port.in_waiting))  # type: ignore[attr-defined]
            ready, _, _ = select.select([self._port.fileno()], [], [], wait)
            return bytes(self._port.read(CHUNK)) if ready else b""
        except _FAILURES as error:
            raise LinkError(ErrorCode.LINK_LOST, f"read: {error}") from error

    def drain(self) -> bytes:
        """Take and return what came unasked. Raises LinkError(LINK_LOST)."""
        stale = bytearray()
        while chunk := self.read(0.0):
            stale += chunk
        return bytes(stale)

    def close(self) -> None:
        """Close the port; a port that is already gone closes without a word."""
        with contextlib.suppress(*_FAILURES):
            self._port.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _opening_code(url: str, error: BaseException) -> ErrorCode:
    number = getattr(error, "errno", None)
    if number in _BUSY:
        return ErrorCode.PORT_BUSY
    if "://" not in url:
        return ErrorCode.PORT_MISSING
    return ErrorCode.DEVICE_OFFLINE
