"""Posting to addresses that clients chose: what is refused, what is bounded."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from receipts import outgoing
from receipts.outgoing import BadUrl, NotDelivered, check_url, post

Act = Callable[[BaseHTTPRequestHandler], None]


class Listener:
    """A receiver on 127.0.0.1 that does what *act* says and keeps what it got."""

    def __init__(self, act: Act) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.got.append((self.path, dict(self.headers), body))
                act(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hook?shop=1"

    def __enter__(self) -> Listener:
        self.thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self.server.shutdown()
        self.thread.join(5)
        self.server.server_close()


def answering(status: int, *headers: tuple[str, str]) -> Act:
    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in (*headers, ("Content-Length", "0")):
            handler.send_header(name, value)
        handler.end_headers()

    return act


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example.com/",
        "ftp://shop.example.com/",
        "//shop.example.com/",
        "shop.example.com",
        "https:///path",
        "https://user:pass@shop.example.com/",
        "https://shop.example.com:8443/",
        "https://shop.example.com:99999/",
        "https://shop.example.com/#part",
        "https://shop.example.com/ a",
        "https://shop.example.com/\n",
        "https://магазин.рф/",
        "https://shop.example.com/" + "x" * 500,
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://192.168.0.1/",
        "https://172.16.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://[::1]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[2002:7f00:1::]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[::1",
    ],
)
def test_such_an_address_is_refused_by_its_form(url: str) -> None:
    with pytest.raises(BadUrl):
        check_url(url)


@pytest.mark.parametrize("url", ["https://localhost/", "https://2130706433/", "https://0x7f000001/", "https://127.1/"])
def test_a_name_of_a_private_address_is_refused_when_connecting(url: str) -> None:
    assert url == check_url(url)

    with pytest.raises(BadUrl):
        post(url, b"{}", {})


def test_one_private_address_among_public_ones_refuses_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(host: str, port: int, **kwargs: Any) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)),
        ]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(BadUrl):
        post("https://rebinding.example.com/", b"{}", {})


def test_a_name_is_asked_for_once_so_that_it_cannot_change_its_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def first_public(host: str, port: int, **kwargs: Any) -> list[Any]:
        asked.append(host)
        address = "93.184.216.34" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    connected: list[Any] = []

    def refuse(self: socket.socket, where: Any) -> None:
        connected.append(where)
        raise ConnectionRefusedError("a stub of the far side")

    monkeypatch.setattr(socket, "getaddrinfo", first_public)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(NotDelivered):
        post("https://rebinding.example.com/", b"{}", {})

    assert ["rebinding.example.com"] == asked
    assert [("93.184.216.34", 443)] == connected


def test_a_receiver_gets_body_and_headers() -> None:
    with Listener(answering(204)) as listener:
        status = post(listener.url, b'{"a": 1}', {"Content-Type": "application/json", "X": "1"}, allow_private=True)
    path, headers, body = listener.got[0]

    assert (204, "/hook?shop=1", b'{"a": 1}', "1") == (status, path, body, headers["X"])
    assert headers["Host"].startswith("127.0.0.1:")


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 410, 500, 503])
def test_any_other_status_is_not_delivered_and_redirects_are_not_followed(status: int) -> None:
    with (
        Listener(answering(200)) as other,
        Listener(answering(status, ("Location", other.url))) as listener,
        pytest.raises(NotDelivered, match=str(status)),
    ):
        post(listener.url, b"{}", {}, allow_private=True)

    assert not other.got


def test_nobody_there_is_not_delivered() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
    with pytest.raises(NotDelivered):
        post(url, b"{}", {}, allow_private=True)


def drip(handler: BaseHTTPRequestHandler, piece: bytes) -> None:
    """Something every tenth of a second, for four seconds: no single wait is long."""
    with contextlib.suppress(OSError):
        for _ in range(40):
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(0.1)


def test_a_receiver_that_drips_its_headers_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "TIMEOUT", 0.5)

    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        drip(handler, b"X-Slow: 1\r\n")

    start = time.monotonic()
    with Listener(act) as listener:
        with contextlib.suppress(NotDelivered):
            post(listener.url, b"{}", {}, allow_private=True)
        took = time.monotonic() - start

    assert took < 2


def test_a_receiver_that_drips_its_part_of_tls_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """One such address would keep the callbacks of everybody waiting."""
    monkeypatch.setattr(outgoing, "TIMEOUT", 0.5)

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            connection.sendall(b"\x16\x03\x03\x3f\xff\x02")  # a long record begins
            for _ in range(40):
                connection.sendall(b"\x00")
                time.sleep(0.1)

    start = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        with pytest.raises(NotDelivered):
            post(f"https://127.0.0.1:{listener.getsockname()[1]}/", b"{}", {}, allow_private=True)
        took = time.monotonic() - start
        thread.join()

    assert took < 2


def test_an_endless_answer_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "TIMEOUT", 0.5)

    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        drip(handler, b"x")

    start = time.monotonic()
    with Listener(act) as listener:
        status = post(listener.url, b"{}", {}, allow_private=True)
        took = time.monotonic() - start

    assert 200 == status
    assert took < 2


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Certificate and key of «localhost», signed by itself, made for this test."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")
    where = tmp_path / "self.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    more = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(where), "-out", str(tmp_path / "cert.pem")]
    subprocess.run([program, *words, *more], check=True, capture_output=True)
    where.write_bytes(where.read_bytes() + (tmp_path / "cert.pem").read_bytes())
    return where


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    listener = Listener(answering(200))
    listener.server.socket = tls.wrap_socket(listener.server.socket, server_side=True)
    listener.server.handle_error = lambda *args: None  # type: ignore[method-assign] # the refused handshake
    url = f"https://localhost:{listener.server.server_port}/"
    with listener:
        with pytest.raises(NotDelivered, match="CERTIFICATE_VERIFY_FAILED"):
            post(url, b"{}", {}, allow_private=True)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        trusted = post(url, b"{}", {}, allow_private=True)

    assert 200 == trusted
    assert 1 == len(listener.got)
