"""The control socket and the options of the command: a real process, a real socket, one JSON object per line."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pytest

from devices.simulator.archive import Archive
from kktoffice.processes import free_port
from tests.unit.simulator.client import Host3
from tests.unit.simulator.test_survival import begin, failed, running, sell


class Asking:
    """A client of the control socket."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        family = socket.AF_INET if host else socket.AF_UNIX
        self.socket = socket.socket(family)
        self.socket.settimeout(10)
        self.socket.connect((host, int(port)) if host else address)
        self.file = self.socket.makefile("rwb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.file.close()
        self.socket.close()

    def __call__(self, **asked: Any) -> dict[str, Any]:
        return self.raw(json.dumps(asked).encode())

    def raw(self, line: bytes) -> dict[str, Any]:
        self.file.write(line + b"\n")
        self.file.flush()
        answer: dict[str, Any] = json.loads(self.file.readline())
        return answer


@contextmanager
def controlled(folder: Path, *arguments: str) -> Iterator[tuple[str, Asking]]:
    path = folder / "control"
    options = ("--tcp", "127.0.0.1:0", "--state", str(folder / "s"), "--control", str(path), *arguments)
    with running(*options) as (_, url), Asking(str(path)) as asking:
        yield url, asking


def test_faults_are_set_counted_and_cleared(tmp_path: Path) -> None:
    with controlled(tmp_path) as (url, ask), Host3(url) as host:
        assert {"ok": True, "id": 1} == ask(do="set", fault="busy:command=4D,times=2")
        assert b"\x55\x76" == host.ask("4D")[:2]
        row = {"id": 1, "fault": "busy:times=2,command=4D", "hits": 1, "spent": False}
        assert {"ok": True, "faults": [row]} == ask(do="list")
        assert {"ok": True, "cleared": 1} == ask(do="clear", id=1)
        assert b"\x4d" == host.ask("4D")[:1]
        assert {"ok": True, "faults": []} == ask(do="list")


def test_buttons_are_pressed_and_the_state_is_told(tmp_path: Path) -> None:
    with controlled(tmp_path) as (url, ask), Host3(url) as host:
        begin(host)
        pressed = ("paper_out", "cover_open", "ofd_off")
        assert [{"ok": True}] * 3 == [ask(do="press", button=name) for name in pressed]
        told = ask(do="status")

        expected = {"ok": True, "paper": False, "cover_open": True, "ofd_online": False, "shift": "open", "last_fd": 2}
        assert expected == {name: told[name] for name in expected}
        for name in ("paper_in", "cover_close", "ofd_exchange"):
            ask(do="press", button=name)
        sell(host)
        assert {"ok": True} == ask(do="press", button="new_fn", fn="9999078900005555")
        told = ask(do="status")
        assert ("9999078900005555", 1, "closed") == (told["fn"], told["last_fd"], told["shift"])


def test_power_is_a_button(tmp_path: Path) -> None:
    with controlled(tmp_path) as (url, ask):
        assert {"ok": True} == ask(do="press", button="power_off")
        assert ask(do="status")["power"] is False
        with Host3(url, timeout=0.2) as host, pytest.raises(AssertionError):
            host.ask("3F")
        ask(do="press", button="power_on")
        with Host3(url) as host:
            assert b"\x44" == host.ask("3F")[:1]


def test_the_clock_is_moved_and_set_right(tmp_path: Path) -> None:
    with controlled(tmp_path) as (_, ask):
        before = ask(do="status")["clock"]
        ask(do="press", button="clock", seconds=86400)
        moved = ask(do="status")["clock"]
        ask(do="press", button="clock")

        assert before[:10] < moved[:10]
        assert before[:10] == ask(do="status")["clock"][:10]


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense",
        b"[]",
        b"{}",
        b'{"do": "dance"}',
        b'{"do": "set"}',
        b'{"do": "set", "fault": "cat"}',
        b'{"do": "clear", "id": 7}',
        b'{"do": "press", "button": "self_destruct"}',
        b'{"do": "press", "button": "clock", "hours": 1}',
        b'{"do": "press", "button": "new_fn", "fn": "x"}',
    ],
)
def test_nonsense_is_answered_in_words(tmp_path: Path, line: bytes) -> None:
    with controlled(tmp_path) as (_, ask):
        answer = ask.raw(line)

        assert answer["ok"] is False
        assert answer["error"]
        assert ask(do="list")["ok"]


def test_help_tells_every_fault_and_button(tmp_path: Path) -> None:
    with controlled(tmp_path) as (_, ask):
        told = ask(do="help")

        assert {"cut", "renamed", "foreign_receipt"} < set(told["faults"])
        assert all(told["faults"].values())
        assert "ofd_exchange" in told["buttons"]


def test_it_listens_on_an_address_too(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    options = ("--tcp", "127.0.0.1:0", "--state", str(tmp_path / "s"), "--control", address)
    with running(*options), Asking(address) as ask:
        assert ask(do="status")["ok"]


def test_faults_of_the_command_line_work_from_the_start(tmp_path: Path) -> None:
    state = str(tmp_path / "s")
    with running("--tcp", "127.0.0.1:0", "--state", state, "--fault", "power:command=4A,when=recorded") as (_, url):
        with Host3(url) as host:
            begin(host)
            with pytest.raises((AssertionError, OSError, ValueError)):
                sell(host)
        with Host3(url) as host:
            begin(host)
            sell(host)
    archive = Archive(tmp_path / "s" / "archive.fn")
    documents = [archive.get(number) for number in range(1, archive.last_fd + 1)]
    archive.close()

    assert [3, 3] == [document.meta.type for document in documents if document and document.meta.type == 3]


def test_a_fault_that_is_none_ends_the_command_with_a_line(tmp_path: Path) -> None:
    code, said = failed("--tcp", "127.0.0.1:0", "--state", str(tmp_path / "s"), "--fault", "cat:nine=lives")

    assert 2 == code
    assert "there is no fault 'cat'" in said
