"""A server that means harm, or a stranger in its place: the driver gives nothing away, and comes back in time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest

from devices.drivers.atol_web import http
from devices.drivers.atol_web.http import Client, NoAnswer
from devices.errors import Refused
from devices.protocol.exchange import Exchange

OpenServer = Callable[..., tuple[str, list[bytes]]]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.fixture
def open_server() -> Iterator[OpenServer]:
    """`open_server(bytes, …)` answers one connection with these pieces; its address, and what it was sent."""
    with ExitStack() as stack:

        def build(*pieces: bytes, pause: float = 0.0) -> tuple[str, list[bytes]]:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            heard: list[bytes] = []

            def serve() -> None:
                with suppress(OSError):
                    connection, _ = listener.accept()
                    with connection:
                        heard.append(connection.recv(65536))
                        for piece in pieces:
                            connection.sendall(piece)
                            time.sleep(pause)

            threading.Thread(target=serve, daemon=True).start()
            return f"http://127.0.0.1:{listener.getsockname()[1]}", heard

        yield build


@pytest.mark.parametrize(
    "body", [b'{"a": 1e99999999999999999999}', b"[" * 100_000, b'{"a":' * 400 + b"1" + b"}" * 400, b"1" * 5000]
)
def test_a_number_without_end_and_a_nest_without_end_are_no_answer_of_such_a_server(
    open_server: OpenServer, body: bytes
) -> None:
    url, _ = open_server(HEAD + b"Content-Length: %d\r\n\r\n" % len(body), body)
    answer = Client(url).ask("GET", "/requests/a")

    assert (200, None, True) == (answer.status, answer.data, bool(answer.words))


@pytest.mark.parametrize(
    "body", [rb'{"\ud800": ["\udc00\u0000"], "smile": "\ud83d\ude00"}', b"<html>\0 \xff"], ids=["json", "page"]
)
def test_halves_of_characters_and_zeros_never_reach_a_record_or_a_database(
    open_server: OpenServer, body: bytes
) -> None:
    url, _ = open_server(HEAD + b"Content-Length: %d\r\n\r\n" % len(body), body)
    client = Client(url)
    told: list[Exchange] = []
    client.observe(told.append)
    answer = client.ask("GET", "/requests/a")

    assert 1 == len(told)
    assert "\0" not in answer.words
    assert answer.data in (None, {"\ufffd": ["\ufffd\ufffd"], "smile": "\U0001f600"})


@pytest.mark.parametrize("body", [[HEAD + b"\r\n"], [HEAD], [HEAD + b"Transfer-Encoding: chunked\r\n\r\n"]])
def test_an_answer_that_drips_ends_in_time(
    open_server: OpenServer, monkeypatch: pytest.MonkeyPatch, body: list[bytes]
) -> None:
    monkeypatch.setattr(http, "WHOLE_SECONDS", 0.3)
    url, _ = open_server(*body, *[b"1\r\n1\r\n" if b"chunked" in body[0] else b"X"] * 100, pause=0.02)
    begun = time.monotonic()
    with suppress(NoAnswer):
        assert Client(url).ask("GET", "/requests/a").data is None

    assert time.monotonic() - begun < 1.5


def test_another_host_is_never_followed_with_the_password(open_server: OpenServer) -> None:
    other, heard = open_server(HEAD + b"\r\n{}")
    redirect = b"HTTP/1.1 307 See\r\nLocation: %s/requests\r\nContent-Length: 0\r\n\r\n" % other.encode()
    url, first = open_server(redirect)
    answer = Client(url, login="till", password="secret").ask("POST", "/requests", {})

    assert 307 == answer.status
    assert b"Authorization: Basic" in first[0]
    assert [] == heard


@pytest.mark.parametrize("url", ["http://till:secret@10.0.0.5", "http://till:secret@10.0.0.5:port"])
def test_a_password_in_the_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(Refused) as caught:
        Client(url)

    assert "secret" not in str(caught.value) + caught.value.detail
