"""
One request to a web server and its answer, or how far it came.

A connection per request: these servers stand on the till's own machine or in its network, and what is kept open is what
breaks unnoticed. The password goes into a header that nobody records.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qs, quote, urlsplit

from devices.drivers.driver10 import masking
from devices.drivers.driver10.values import parse, sound, written
from devices.errors import ErrorCode, Refused
from devices.protocol.exchange import Exchange, Observer

PORT = 16732
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 35.0
"""An answer may take as long as the server waits for its driver: 30 s (1.4, status 408)."""
WHOLE_SECONDS = 60.0
"""For all of an exchange: a socket's own time-out begins anew with every byte."""
LARGEST = 8 << 20


class Unreachable(Exception):
    """There is no connection: nothing was sent."""


class NoAnswer(Exception):
    """The request, or a part of it, was sent, and no whole answer came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """*data* is the body's JSON, None where it is none."""

    status: int
    data: Any = None
    words: str = ""


class Client:
    """
    Speaks with the server of *url*: http(s)://host[:port][/folder][?deviceID=…]. Without a port it is 16732.

    Raises Refused(NOT_SUPPORTED) at once: *url* is no such address.
    """

    def __init__(self, url: str, *, login: str = "", password: str = "") -> None:
        parts = _split(url)
        self._host, self._folder = parts.hostname or "", parts.path.rstrip("/")
        self._port = parts.port or (443 if parts.scheme == "https" else PORT)
        self._context = ssl.create_default_context() if parts.scheme == "https" else None
        self.device = parse_qs(parts.query).get("deviceID", [""])[0]
        self._headers = {"Accept": "application/json", "Connection": "close"}
        if login or password:
            account = base64.b64encode(f"{login}:{password}".encode()).decode()
            self._headers["Authorization"] = f"Basic {account}"
        self._observer: Observer | None = None

    def observe(self, observer: Observer | None) -> None:
        self._observer = observer

    def ask(self, method: str, path: str, data: Any = None, *, timeout: float = ANSWER_SECONDS) -> Answer:
        """
        Send a request and take its answer, whatever its status.

        Raises Unreachable; NoAnswer; and what the observer raises, after the answer.
        """
        begun = time.monotonic()
        try:
            answer = self._exchange(method, path, data, timeout)
        except (Unreachable, NoAnswer) as error:
            self._tell(method, path, data, begun, failure=str(error) or type(error).__name__)
            raise
        self._tell(method, path, data, begun, answer=answer)
        return answer

    def _exchange(self, method: str, path: str, data: Any, timeout: float) -> Answer:
        connection = self._connection(CONNECT_SECONDS)
        with contextlib.closing(connection):
            try:
                connection.connect()
            except (OSError, ValueError) as error:
                raise Unreachable(str(error)) from error
            limit = threading.Timer(WHOLE_SECONDS, _cut, [connection.sock])
            limit.daemon = True
            limit.start()
            body = None if data is None else written(data).encode()
            headers = self._headers | ({"Content-Type": "application/json; charset=utf-8"} if body else {})
            try:
                if connection.sock is not None:
                    connection.sock.settimeout(timeout)
                connection.request(method, quote(f"{self._folder}{path}", safe="/?=&%"), body, headers)
                with connection.getresponse() as response:
                    raw = response.read(LARGEST)
                    return _answer(response.status, raw)
            except (OSError, http.client.HTTPException) as error:
                raise NoAnswer(f"{type(error).__name__}: {error}") from error
            finally:
                limit.cancel()

    def _connection(self, timeout: float) -> http.client.HTTPConnection:
        if self._context is not None:
            return http.client.HTTPSConnection(self._host, self._port, timeout=timeout, context=self._context)
        return http.client.HTTPConnection(self._host, self._port, timeout=timeout)

    def _tell(
        self, method: str, path: str, data: Any, begun: float, *, answer: Answer | None = None, failure: str = ""
    ) -> None:
        if self._observer is None:
            return
        sent = f"{method} {path}\n".encode() + (masking.message(data) if data is not None else b"")
        received = b""
        if answer is not None:
            received = f"{answer.status}\n".encode() + (
                masking.message(answer.data) if answer.data is not None else b""
            )
        seconds = time.monotonic() - begun
        self._observer(Exchange(sent=sent, received=received, failure=failure, at=begun, seconds=seconds))


def _cut(sock: socket.socket) -> None:
    """End whatever goes on, from another thread; under TLS too, whose own object is not for two threads."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _answer(status: int, raw: bytes) -> Answer:
    try:
        return Answer(status=status, data=parse(raw) if raw.strip() else None)
    except ValueError:
        return Answer(status=status, words=sound(raw[:200].decode("utf-8", "replace")))


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(ErrorCode.NOT_SUPPORTED, f"the address of the web server: {error}") from error
    if parts.username or parts.password:  # it would stand on pages and in the log
        raise Refused(ErrorCode.NOT_SUPPORTED, "login and password have fields of their own, the address holds none")
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise Refused(ErrorCode.NOT_SUPPORTED, "the address of a web server is http(s)://host:port")
    return parts
