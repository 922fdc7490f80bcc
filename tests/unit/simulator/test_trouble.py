"""Faults on the wire, and how a fault is written: seen from a host's end of the line."""

from __future__ import annotations

import dataclasses
import os
import re
import time
from pathlib import Path

import pytest

from devices.simulator.trouble.spec import BadSpec, write
from devices.simulator.trouble.troubles import KINDS, parse
from tests.unit.simulator.client import Host2, Host3, frame2, frame3, hexed
from tests.unit.simulator.trouble import QUICK, SALE, begin, bench, no_answer, sell, until

BOTH = pytest.mark.parametrize("transport", [3, 2])
DOCUMENTS = Path(__file__).parents[3] / "docs" / "virtual-device.md"


# The grammar


def test_every_kind_is_written_as_it_was_read() -> None:
    for kind in KINDS:
        assert kind == write(parse(kind))
    text = "cut:command=4A,nth=2,direction=out,after=7,times=3"

    assert sorted(text[4:].split(",")) == sorted(write(parse(text))[4:].split(","))


@pytest.mark.parametrize(
    "text", ["", "cat", "cut:after", "cut:bytes=3", "cut:after=x", "cut:direction=up", "cut:command=XY"]
)
def test_what_is_no_fault_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadSpec, match=r"\w+"):
        parse(text)


def test_the_page_of_the_virtual_device_names_every_kind_and_every_word() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \|(.*)$", DOCUMENTS.read_text(encoding="utf-8"), re.MULTILINE))
    common = {"times", "hits", "command", "nth", "seen"}
    missing = [
        f"{kind}: {name}"
        for kind, found in KINDS.items()
        for name in (field.name for field in dataclasses.fields(found) if field.init)
        if name not in common and f"`{name}" not in rows.get(kind, "")
    ]

    assert [] == missing
    assert set(KINDS) <= set(rows)


# The wire


@BOTH
@pytest.mark.parametrize("after", range(0, 20, 3))
def test_a_cut_command_is_never_executed(tmp_path: Path, transport: int, after: int) -> None:
    with bench(tmp_path, transport=transport) as each:
        with each.till() as host:
            for command in SALE[:-1]:
                host.ok(command)
            length = len(
                frame2(hexed("0000" + SALE[-1])) if transport == 2 else frame3(0, hexed("C10100 0000" + SALE[-1]))
            )
            each.set(f"cut:command=4A,after={min(after, length - 1)}")
            no_answer(host, SALE[-1])

        assert 1 == each.hits
        time.sleep(0.1)
        assert [] == each.receipts
        with each.host() as host:
            begin(host)
            sell(host)
        assert [100] == each.receipts


@BOTH
@pytest.mark.parametrize("after", [0, 1, 5, 6, 9])
def test_a_cut_answer_belongs_to_an_executed_command(tmp_path: Path, transport: int, after: int) -> None:
    with bench(tmp_path, transport=transport) as each:
        with each.till() as host:
            for command in SALE[:-1]:
                host.ok(command)
            each.set(f"cut:command=4A,direction=out,after={after if transport == 3 else min(after, 8)}")
            no_answer(host, SALE[-1])

        until(lambda: [100] == each.receipts)
        assert 1 == each.hits


def test_a_cut_pseudo_terminal_comes_back_under_another_name(tmp_path: Path) -> None:
    with bench(tmp_path, pty=True) as each, each.till() as host:
        before = os.readlink(each.line.url)
        each.set("cut:command=3F,after=2")
        no_answer(host, "3F")

        until(lambda: os.readlink(each.line.url) != before)
        with each.host() as again:
            assert again.ask("3F")[:1] == b"\x44"


@BOTH
def test_only_the_nth_command_is_hit_and_only_so_often(tmp_path: Path, transport: int) -> None:
    with bench(tmp_path, transport=transport) as each:
        each.set("busy:command=4D,nth=3,times=2")
        with each.host() as host:
            answers = [host.ask("4D")[:2] for _ in range(6)]

    assert [b"\x4d\x00"] * 2 + [b"\x55\x76"] * 2 + [b"\x4d\x00"] * 2 == answers


@pytest.mark.parametrize("after", range(6))
def test_a_damaged_frame_is_asked_for_again(tmp_path: Path, after: int) -> None:
    """Transport 2: NAK, and the same frame once more."""
    with bench(tmp_path, transport=2) as each, each.host() as host:
        assert isinstance(host, Host2)
        each.set(f"damage:command=3F,after={after + 1}")
        host.write(b"\x05")
        host.expect(b"\x06")
        host.write(frame2(hexed("0000 3F")))
        refused = host.line.read(1)
        if refused:  # a damaged ETX swallows the end instead
            assert refused == b"\x15"
            host.write(frame2(hexed("0000 3F")))
            host.expect(b"\x06")
            host.write(b"\x04")
            assert host.receive()[:1] == b"\x44"
        assert 1 == each.hits


def test_a_damaged_answer_has_a_wrong_check(tmp_path: Path) -> None:
    with bench(tmp_path) as each, each.host() as host:
        each.set("damage:command=3F,direction=out,after=11")
        with pytest.raises(AssertionError):
            host.ask("3F")

        assert 1 == each.hits


@pytest.mark.parametrize("direction", ["out", "in"])
def test_a_lost_ack_of_transport_2(tmp_path: Path, direction: str) -> None:
    with bench(tmp_path, transport=2) as each, each.host() as host:
        assert isinstance(host, Host2)
        each.set(f"lost_ack:command=3F,direction={direction}")
        host.write(b"\x05")
        host.expect(b"\x06")
        host.write(frame2(hexed("0000 3F")))
        if direction == "out":
            assert host.silent(QUICK)
            host.write(frame2(hexed("0000 3F")))
        host.expect(b"\x06")
        host.write(b"\x04")
        host.expect(b"\x05")
        host.write(b"\x06")
        first = host.read_frame()
        host.write(b"\x06")
        if direction == "in":
            assert first == host.read_frame()
            host.write(b"\x06")
        host.expect(b"\x04")

        assert 1 == each.hits


def test_a_lost_reply_of_transport_3_finds_the_task_there(tmp_path: Path) -> None:
    with bench(tmp_path) as each, each.host(QUICK) as host:
        assert isinstance(host, Host3)
        each.set("lost_ack:command=3F")
        host.post(hexed("C1 01 05 0000 3F"))
        number, data = host.read()
        assert (0xF0, b"\xa6\x05\x44") == (number, data[:3])

        assert b"\xb2" == host.add(hexed("0000 3F"), tid=5)


def test_a_lost_ack_of_the_host_leaves_the_result_in_the_buffer(tmp_path: Path) -> None:
    with bench(tmp_path) as each, each.host(QUICK) as host:
        assert isinstance(host, Host3)
        each.set("lost_ack:command=3F,direction=in")
        host.add(hexed("0000 3F"), tid=5)
        host.asynchronous()
        with pytest.raises(AssertionError):
            host.sync(b"\xc2\x05")

        assert b"\xa3\x44" == host.sync(b"\xc3\x05")[:2]


@BOTH
@pytest.mark.parametrize(("when", "registered"), [("before", []), ("after", [100])])
def test_silence_before_or_after_a_command(tmp_path: Path, transport: int, when: str, registered: list[int]) -> None:
    with bench(tmp_path, transport=transport) as each:
        with each.till() as host:
            for command in SALE[:-1]:
                host.ok(command)
            number = each.set(f"silence:command=4A,when={when}")
            no_answer(host, SALE[-1])
        with each.host(QUICK) as deaf:
            no_answer(deaf, "3F")
        until(lambda: registered == each.receipts)
        each.troubles.clear(number)
        with each.host() as host:
            assert host.ask("3F")[:1] == b"\x44"


def test_silence_ends_by_itself(tmp_path: Path) -> None:
    with bench(tmp_path) as each:
        each.set("silence:command=-,seconds=0.2")
        with each.host(0.1) as host:
            no_answer(host, "3F")
        time.sleep(0.2)
        with each.host() as host:
            assert host.ask("3F")[:1] == b"\x44"


@pytest.mark.parametrize(("when", "registered"), [("before", []), ("after", [100])])
def test_a_slow_command_registers_before_or_after_its_wait(tmp_path: Path, when: str, registered: list[int]) -> None:
    with bench(tmp_path) as each, each.till() as host:
        assert isinstance(host, Host3)
        for command in SALE[:-1]:
            host.ok(command)
        each.set(f"slow:command=4A,seconds=0.4,when={when}")
        host.add(hexed("0000" + SALE[-1]))
        time.sleep(0.15)
        assert len(registered) == each.device.archive.last_fd - 2
        host.asynchronous()

        assert [100] == each.receipts
