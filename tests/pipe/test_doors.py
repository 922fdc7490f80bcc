"""The gateway: where a message ends, what is said when it cannot be handed over, and the file alone on a till."""

from __future__ import annotations

import ast
import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from kktoffice.processes import free_port
from receipts.api.pipe import gateway, wire
from receipts.api.pipe.wire import Refusal
from tests.pipe.conftest import doors
from tests.pipe.shop import through

FILE = Path(gateway.__file__)
PACKETS, STREAM = socket.SOCK_SEQPACKET, socket.SOCK_STREAM


def echo(said: bytes) -> bytes:
    """An answer that tells what came, letter for letter."""
    return json.dumps({"response": said.decode("latin-1"), "error": "", "error_code": 0}).encode()


def heard(answer: bytes) -> str:
    response: str = json.loads(answer)["response"]
    return response


@pytest.fixture
def at(tmp_path: Path) -> Iterator[dict[str, Any]]:
    with doors(tmp_path, echo) as opened:
        yield opened


MESSAGES = ['{"a": {"b": "}"}}', ' \n{"a": "\\"{", "b": "№ [x] \\\\"}', "SHUTDOWN", "nonsense", "[1, 2]", '{"a": ']


@pytest.mark.parametrize("body", MESSAGES[:2])
def test_an_object_of_a_stream_ends_with_its_last_brace(at: dict[str, Any], body: str) -> None:
    started = time.monotonic()
    told = [through(STREAM, at[door], body.encode()) for door in ("unix", "tcp")]

    assert [body.encode().decode("latin-1")] * 2 == [heard(each) for each in told]
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("body", MESSAGES)
def test_whatever_it_is_a_stream_that_is_said_to_end_is_handed_over(at: dict[str, Any], body: str) -> None:
    told = [through(STREAM, at[door], body.encode(), says_end=True) for door in ("unix", "tcp")]

    assert [body.encode().decode("latin-1")] * 2 == [heard(each) for each in told]


@pytest.mark.parametrize("body", ["SHUTDOWN", "nonsense"])
def test_what_is_no_object_ends_with_silence(at: dict[str, Any], body: str) -> None:
    assert body == heard(through(STREAM, at["unix"], body.encode()))


@pytest.mark.parametrize("body", MESSAGES)
def test_a_packet_is_a_message(at: dict[str, Any], body: str) -> None:
    assert body.encode().decode("latin-1") == heard(through(PACKETS, at["seqpacket"], body.encode()))


def test_a_message_that_comes_byte_by_byte_is_one(at: dict[str, Any]) -> None:
    body = '{"a": "{\\"}", "b": {"c": "я"}}'.encode()
    with socket.socket(socket.AF_INET) as slow:
        slow.connect(at["tcp"])
        for byte in body:
            slow.sendall(bytes([byte]))
            time.sleep(0.005)
        told = slow.recv(65536)

    assert body.decode("latin-1") == heard(told)


def test_a_message_longer_than_the_pipe_ever_took_passes(at: dict[str, Any]) -> None:
    body = json.dumps({"text": "x" * 150_000}).encode()
    told = [through(STREAM, at["unix"], body), through(PACKETS, at["seqpacket"], body)]

    assert [body.decode()] * 2 == [heard(each) for each in told]


def test_a_message_without_an_end_is_cut_off(at: dict[str, Any]) -> None:
    with socket.socket(socket.AF_UNIX) as endless:
        endless.connect(at["unix"])
        said = b""
        try:
            while not said:
                endless.sendall(b"{" * 65536)
                endless.settimeout(0.001)
                try:
                    said = endless.recv(65536)
                except TimeoutError:
                    endless.settimeout(None)
        except OSError:
            endless.settimeout(5)
            said = said or endless.recv(65536)

    assert "Сообщение длиннее 1048576 байт." == json.loads(said)["error"]


def test_an_empty_message_is_told_so(at: dict[str, Any]) -> None:
    assert "Сообщение пустое." == json.loads(through(STREAM, at["unix"], b"", says_end=True))["error"]


def test_a_client_that_goes_away_stops_nobody(at: dict[str, Any]) -> None:
    for _ in range(gateway.MOST + 5):
        with socket.socket(socket.AF_UNIX) as rude:
            rude.connect(at["unix"])
            rude.sendall(b"{}")

    assert "{}" == heard(through(STREAM, at["unix"], b"{}"))


def test_only_the_owner_may_open_a_door_of_mode_600(at: dict[str, Any]) -> None:
    assert [0o600, 0o600] == [os.stat(at[door]).st_mode & 0o777 for door in ("unix", "seqpacket")]


def test_windows_1251_goes_in_and_out(tmp_path: Path) -> None:
    with doors(tmp_path, lambda said: said, ansi=True) as at:
        told = through(STREAM, at["unix"], '{"a": "готово №"}'.encode("cp1251"))

    assert '{"a": "готово №"}'.encode("cp1251") == told


def test_the_socket_of_a_dead_gateway_is_replaced_and_a_living_ones_is_not(tmp_path: Path) -> None:
    path = str(tmp_path / "pipe")
    dead = gateway.unix_listener(path, STREAM, 0o600)
    dead.close()
    alive = gateway.unix_listener(path, STREAM, 0o600)
    alive.listen()
    try:
        with pytest.raises(OSError, match="Address already in use"):
            gateway.unix_listener(path, STREAM, 0o600)
    finally:
        alive.close()


def test_a_file_that_is_no_socket_stays(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    path.write_text("kept")
    with pytest.raises(OSError, match="Address already in use"):
        gateway.unix_listener(str(path), STREAM, 0o600)

    assert "kept" == path.read_text()


def test_one_message_of_a_named_pipe(tmp_path: Path) -> None:
    ours, theirs = multiprocessing.Pipe()
    serving = threading.Thread(target=gateway.serve_pipe, args=(ours, echo))
    serving.start()
    theirs.send_bytes(b"{}")
    told = theirs.recv_bytes()
    theirs.close()
    serving.join(5)

    assert "{}" == heard(told)
    assert not serving.is_alive()


def test_who_opens_a_named_pipe_and_says_nothing_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "READ_SECONDS", 0.05)
    ours, _theirs = multiprocessing.Pipe()
    gateway.serve_pipe(ours, echo)

    assert ours.closed


def test_a_page_in_a_browser_cannot_sell_through_a_door_that_speaks_no_http(tmp_path: Path) -> None:
    """It can POST to a port of its own computer; what comes is no message, and goes on as none."""
    said: list[bytes] = []

    def answer(message: bytes) -> bytes:
        said.append(message)
        return gateway.refusal("Сообщение не JSON")

    with doors(tmp_path, answer) as where:
        through(STREAM, where["tcp"], b'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n{"comand": "XREPORT"}')

    assert said[0].startswith(b"POST / HTTP/1.1")
    with pytest.raises(Refusal):
        wire.read(said[0])


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ({"pipe": [gateway.PIPE]}, "named pipes exist on Windows only"),
        ({"tcp": []}, "nowhere to listen"),
        ({"tcp": ["16740"]}, "16740 is not HOST:PORT"),
    ],
)
def test_doors_that_cannot_be_opened_are_told(words: dict[str, Any], error: str) -> None:
    options = {"unix": [], "seqpacket": [], "tcp": [], "pipe": [], "mode": "660", "ansi": False, **words}

    with pytest.raises(ValueError, match=error):
        gateway.open_doors(options, echo)


# Forwarding


class Server:
    """An HTTP server that answers each POST with *answer* (status, body), or hangs up where it is None."""

    def __init__(self, answer: tuple[int, bytes] | None) -> None:
        self.asked: list[tuple[str, str, bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked.append((self.path, self.headers["Authorization"], body))
                if answer is None:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(answer[0])
                self.send_header("Content-Length", str(len(answer[1])))
                self.end_headers()
                self.wfile.write(answer[1])

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/atol/shop/"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    running: list[Server] = []

    def start(answer: tuple[int, bytes] | None) -> Server:
        running.append(Server(answer))
        return running[-1]

    yield start
    for server in running:
        server.close()


def test_a_message_is_forwarded_with_the_key_and_its_answer_comes_back_as_it_is(serve: Any) -> None:
    server = serve((200, echo(b"x")))

    assert echo(b"x") == gateway.Forward(server.url, "kkt_live_x")(b"{}")
    assert [("/atol/shop/", "Bearer kkt_live_x", b"{}")] == server.asked


def test_an_answer_of_the_protocol_passes_whatever_its_status(serve: Any) -> None:
    said = gateway.refusal("Нужен ключ")

    assert said == gateway.Forward(serve((401, said)).url, "x")(b"{}")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (None, -20001),
        ((502, b"Bad Gateway"), -20001),
        ((404, b"<html>"), -1),
        ((302, b""), -1),
        ((200, b"{}"), -20001),  # somebody between may have lost the words of a «yes»
    ],
)
def test_what_is_no_answer_is_never_a_success_and_nothing_is_sent_again(serve: Any, answer: Any, code: int) -> None:
    server = serve(answer)
    told = json.loads(gateway.Forward(server.url, "x")(b"{}"))

    assert ("", code) == (told["response"], told["error_code"])
    assert 1 == len(server.asked)


def test_a_server_that_cannot_be_reached_has_done_nothing() -> None:
    told = json.loads(gateway.Forward(f"http://127.0.0.1:{free_port()}/atol/", "x")(b"{}"))

    assert -1 == told["error_code"]
    assert "Команда не выполнена" in told["error"]


@pytest.mark.parametrize("url", ["http://kkt.example.org/atol/", "ftp://x/", "kkt.example.org", "https://a:b@c/"])
def test_an_address_that_would_show_the_key_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"https"):
        gateway.Forward(url, "x")


# The file alone


def test_the_file_needs_python_3_8_and_its_standard_library_alone() -> None:
    tree = ast.parse(FILE.read_text(), feature_version=(3, 8))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert set() == {name.partition(".")[0] for name in imported} - {*sys.stdlib_module_names}


def test_copied_elsewhere_it_serves_until_it_is_told_to_stop(serve: Any, tmp_path: Path) -> None:
    copy, key, path = tmp_path / "gateway.py", tmp_path / "key.txt", tmp_path / "pipe"
    copy.write_bytes(FILE.read_bytes())
    key.write_text("kkt_live_y\n")
    server = serve((200, echo(b"there")))
    words = ["--url", server.url, "--key-file", str(key), "--unix", str(path)]
    with subprocess.Popen(
        [sys.executable, "-I", str(copy), *words], cwd=tmp_path, stderr=subprocess.PIPE, env={}
    ) as child:
        until = time.monotonic() + 20
        while not path.exists() and time.monotonic() < until:
            time.sleep(0.02)
        told = through(STREAM, str(path), b"{}")
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=20)

    assert "there" == heard(told)
    assert "Bearer kkt_live_y" == server.asked[0][1]
    assert 0 == child.returncode
    assert not path.exists()


def test_without_a_key_it_says_what_is_missing(tmp_path: Path) -> None:
    words = ["--url", "https://kkt.example.org/atol/", "--tcp", "127.0.0.1:0"]
    run = subprocess.run(
        [sys.executable, "-I", str(FILE), *words], capture_output=True, text=True, check=False, env={}, timeout=20
    )

    assert (1, "pipe_gateway: no API key: give --key-file, or set KKT_API_KEY\n") == (run.returncode, run.stderr)
