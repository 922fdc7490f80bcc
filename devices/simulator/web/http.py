"""
The server itself: one address, both generations, HTTP Basic, lenient JSON, and trouble on demand.

Source: atol-driver10-json.md 1.1, 1.4. What a generation answers is in v1.py and v2.py; here is what they share.
"""

from __future__ import annotations

import base64
import contextlib
import hmac
import json
import logging
import re
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from devices.simulator.device import VirtualDevice
from devices.simulator.web import v1, v2
from devices.simulator.web.asked import Asked, Told
from devices.simulator.web.host import Host
from devices.simulator.web.queue import Queue
from devices.simulator.web.store import Store

log = logging.getLogger(__name__)
APIS = ("1", "2", "both")
LARGEST = 4 << 20  # bytes of a body
_PAGE = "<!doctype html><html lang=ru><title>ККТ</title><h1>Виртуальная касса</h1></html>"


class WebFront:
    """
    The web server of driver 10 in front of *device*, while the block lasts: `url`, `queue`.

    *api* is «1», «2» or «both» generations; *account* is «login:password», empty for nobody asked. Port 0 picks a free
    one. Raises OSError: the address is taken.
    """

    def __init__(
        self,
        device: VirtualDevice,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        api: str = "both",
        account: str = "",
        retry: float = 0.5,
    ) -> None:
        if api not in APIS:
            raise ValueError(f"api must be one of {', '.join(APIS)}")
        self._server = _Server((host, port), _Handler)
        self.api, self.account = api, account
        self.device = device
        self._store = Store(device.directory / "requests.db")
        self.queue = Queue(Host(device), self._store, retry=retry)
        self._server.front = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="web", daemon=True)
        bound = self._server.server_address
        self.address: tuple[str, int] = str(bound[0]), int(bound[1])

    @property
    def url(self) -> str:
        return f"http://{self.address[0]}:{self.address[1]}"

    def __enter__(self) -> Self:
        self.queue.start()
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._thread.join(timeout=5)
        self._server.hang_up()
        self._server.server_close()
        self.queue.stop()
        self._store.close()

    def answer(self, asked: Asked) -> Told:
        if asked.method == "GET" and asked.path in ("/", "/settings", "/about"):
            return Told(status=200, data=_PAGE)
        if self.api != "2" and (told := v1.answer(self.queue, asked)):
            return told
        if self.api != "1" and (told := v2.answer(self.queue, asked)):
            return told
        return Told(status=404, data=v1.page(404, "Not Found"))

    def lets_in(self, asked: Asked, header: str) -> bool:
        if not self.account or asked.path == "/" or v2.is_open(asked.path):
            return True
        kind, _, given = header.partition(" ")
        try:
            said = base64.b64decode(given, validate=True)
        except ValueError:
            return False
        return kind.lower() == "basic" and hmac.compare_digest(said, self.account.encode())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    front: WebFront

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._clients: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._clients.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._clients.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections that clients keep open."""
        for client in list(self._clients):
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.debug("a client went away", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def do_OPTIONS(self) -> None:
        self._tell(Told(status=200))

    def log_message(self, format: str, *args: Any) -> None:
        log.debug(format, *args)

    def _serve(self) -> None:
        front = self.server.front
        parts = urlsplit(self.path)
        path = re.sub(r"/+", "/", unquote(parts.path)).rstrip("/") or "/"
        body = self._body()
        asked = Asked(method=self.command, path=path, device=parse_qs(parts.query).get("deviceID", [""])[0], body=body)
        faults = front.device.faults
        if self._strikes(faults.web_request(asked.method, path, acted_on=False)):
            return
        if front.lets_in(asked, self.headers.get("Authorization", "")):
            told = front.answer(asked)
        else:
            told = Told(status=401, data={"error": {"code": 505, "description": "unauthorized"}})
        if not self._strikes(faults.web_request(asked.method, path, acted_on=True)):
            self._tell(told)

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        size = int(length) if length.isdecimal() else 0
        if size > LARGEST:
            self.close_connection = True
            return b""
        return self.rfile.read(size)

    def _strikes(self, status: int) -> bool:
        """A fault: another status than the right one, or (below zero) an end of the connection without a word."""
        if status > 0:
            self._tell(Told(status=status, data=v1.page(status, "Error")))
        elif status < 0:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
        return status != 0

    def _tell(self, told: Told) -> None:
        if told.data is None:
            raw, kind = b"", ""
        elif isinstance(told.data, str):
            raw, kind = told.data.encode(), "text/html; charset=utf-8"
        else:
            raw, kind = json.dumps(told.data, ensure_ascii=False).encode(), "application/json; charset=utf-8"
        self.send_response(told.status)
        if told.status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="KKT"')
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.send_header("Access-Control-Allow-Origin", "*")
        if self.command == "OPTIONS":
            self.send_header("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, HEAD, OPTIONS")
            self.send_header("Access-Control-Allow-Headers", "Content-Type, Authorization")
        self.end_headers()
        self.wfile.write(raw)
