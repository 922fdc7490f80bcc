"""Real lines: a pseudo-terminal and a socket, both transports, hosts that come and go in the middle of a command."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.simulator.device import VirtualDevice
from devices.simulator.faults import Faults, LinkCut, PowerLoss
from devices.simulator.frames3 import pack
from devices.simulator.running import running_device, serve_pty, serve_tcp
from tests.unit.simulator.client import Host2, Host3, hexed
from tests.unit.simulator.messages import BEGIN, MODE, close, eb, pay

SALE = (
    MODE[1],
    "9A 00",
    "92 00 01",
    BEGIN,
    eb("Хлеб", price="100.00", quantity="2", amount="200.00"),
    pay(2, "200.00"),
    close(2),
)
OK = b"\x55\x00\x00"


class Slow(Faults):
    """The closing of a receipt takes a while; other faults of these tests."""

    def __init__(self, seconds: float = 0.3) -> None:
        self.seconds = seconds
        self.executed = 0

    def before_command(self, message: bytes) -> bytes | None:
        if message[2] == 0x4A:
            self.executed += 1
            time.sleep(self.seconds)
        return None


def prepare(host: Host3) -> None:
    """Everything of SALE but the closing."""
    for command in SALE[:-1]:
        host.ok(command)


@pytest.mark.parametrize("tcp", [False, True], ids=["pty", "tcp"])
@pytest.mark.parametrize(("transport", "kind"), [(3, Host3), (2, Host2), (0, Host3), (0, Host2)])
def test_a_sale_over_every_line_and_transport(
    tmp_path: Path, transport: int, kind: type[Host2] | type[Host3], tcp: bool
) -> None:
    with running_device(tmp_path, transport=transport, tcp=tcp) as url, kind(url) as host:
        for command in SALE:
            host.ok(command)
        answer = host.ok("91 33 00 00")

    assert hexed("00 00 00 00 03 01 00 00 00 00 02 00 00") == answer[:13]


def test_auto_changes_its_transport_between_exchanges(tmp_path: Path) -> None:
    with running_device(tmp_path, transport=0) as url:
        with Host3(url) as host:
            host.ok(MODE[1])
        with Host2(url) as host:
            assert b"\x55\x01\x00" == host.ask("45")
        with Host3(url) as host:
            assert b"\x55\x01\x00" == host.ask("45")


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[VirtualDevice]:
    with VirtualDevice(tmp_path / "device", faults=Slow()) as device:
        yield device


@pytest.mark.parametrize("tcp", [False, True], ids=["pty", "tcp"])
def test_a_result_is_kept_over_a_reconnect_until_ack(slow: VirtualDevice, tmp_path: Path, tcp: bool) -> None:
    with serve_tcp(slow) if tcp else serve_pty(slow, tmp_path / "tty") as line:
        with Host3(line.url) as host:
            prepare(host)
            assert b"\xa2" == host.add(b"\0\0" + hexed(SALE[-1]), tid=0x4B)
        time.sleep(0.4)
        with Host3(line.url) as host:
            assert b"\xa3" + OK == host.sync(b"\xc3\x4b")
            assert b"\xa3" == host.sync(b"\xc2\x4b")
            assert b"\xb3" == host.sync(b"\xc3\x4b")

    assert 3 == slow.archive.last_fd


@pytest.mark.parametrize("tcp", [False, True], ids=["pty", "tcp"])
def test_a_host_that_speaks_and_leaves_was_heard(tmp_path: Path, tcp: bool) -> None:
    with (
        VirtualDevice(tmp_path / "device") as device,
        serve_tcp(device) if tcp else serve_pty(device, tmp_path / "tty") as line,
    ):
        with Host3(line.url) as host:
            prepare(host)
        with Host3(line.url) as host:
            host.post(b"\xc1\x01\x4b\0\0" + hexed(SALE[-1]))
            if tcp:
                host.read()  # closing a socket with unread bytes resets it
        time.sleep(0.2)

        assert 3 == device.archive.last_fd


def test_a_reconnected_host_waits_for_the_command_that_still_runs(slow: VirtualDevice) -> None:
    with serve_tcp(slow) as line:
        with Host3(line.url) as host:
            prepare(host)
            host.add(b"\0\0" + hexed(SALE[-1]), tid=0x4B)
        with Host3(line.url) as host:
            assert b"\xa2" == host.sync(b"\xc3\x4b")
            assert b"\xa6\x4b" + OK == host.asynchronous()


def test_a_repeated_add_is_not_executed_twice(slow: VirtualDevice) -> None:
    with serve_tcp(slow) as line, Host3(line.url) as host:
        prepare(host)
        host.add(b"\0\0" + hexed(SALE[-1]), tid=0x4B)

        assert b"\xb2" == host.add(b"\0\0" + hexed(SALE[-1]), tid=0x4B)
        assert b"\xa6\x4b" + OK == host.asynchronous()
        assert b"\xb2" == host.add(b"\0\0" + hexed(SALE[-1]), tid=0x4B)

    assert 3 == slow.archive.last_fd


def test_transport_2_answers_nak_while_it_executes_and_repeats_nothing(slow: VirtualDevice) -> None:
    with serve_tcp(slow, transport=2) as line, Host2(line.url) as host:
        for command in SALE[:-1]:
            host.ok(command)
        host.send(b"\0\0" + hexed(SALE[-1]))
        host.write(b"\x05")
        host.expect(b"\x15")

        assert OK == host.receive()
    assert 3 == slow.archive.last_fd


def test_a_new_connection_replaces_a_dead_one(tmp_path: Path) -> None:
    with running_device(tmp_path, tcp=True) as url, Host3(url) as dead:
        dead.ok(MODE[1])
        with Host3(url) as host:
            assert b"\x55\x01\x00" == host.ask("45")
            assert b"" == dead.line.read(1)


def test_the_link_of_the_pseudo_terminal_is_removed_at_the_end_and_survives_reopening(tmp_path: Path) -> None:
    with running_device(tmp_path) as url:
        assert os.path.islink(url)
        target = os.readlink(url)
        for _ in range(3):
            with Host3(url) as host:
                assert b"\x55\x00\x00" == host.ask("45")
        assert target == os.readlink(url)

    assert not os.path.lexists(url)


def test_nothing_unread_is_left_for_the_next_host(tmp_path: Path) -> None:
    with running_device(tmp_path) as url:
        with Host3(url) as host:
            host.line.write(pack(1, b"\xc4"))
            time.sleep(0.1)
        time.sleep(0.1)
        with Host3(url, timeout=0.2) as host:
            assert b"" == host.line.read(1)


def test_a_file_in_the_way_of_the_link_is_not_overwritten(tmp_path: Path) -> None:
    place = tmp_path / "tty"
    place.write_text("precious")
    with VirtualDevice(tmp_path / "device") as device, pytest.raises(FileExistsError, match="is not a link"):
        serve_pty(device, place)

    assert "precious" == place.read_text()


class CutAtClose(Faults):
    """The cable leaves when the device wants to say that the receipt is closed."""

    armed = True

    def sent(self, data: bytes) -> bytes:
        if self.armed and b"\xa6\x4b" in data:
            self.armed = False
            raise LinkCut(data[:5])
        return data


@pytest.mark.parametrize("tcp", [False, True], ids=["pty", "tcp"])
def test_a_cable_cut_in_the_middle_of_a_result(tmp_path: Path, tcp: bool) -> None:
    with (
        VirtualDevice(tmp_path / "device", faults=CutAtClose()) as device,
        serve_tcp(device) if tcp else serve_pty(device, tmp_path / "tty") as line,
    ):
        with Host3(line.url, timeout=1) as host:
            prepare(host)
            host.post(b"\xc1\x01\x4b\0\0" + hexed(SALE[-1]))
            assert b"\xa2" == host.read()[1]
            with pytest.raises((AssertionError, OSError)):
                host.read()
        with Host3(line.url) as host:
            assert b"\xa3" + OK == host.sync(b"\xc3\x4b")


class PowerGone(Faults):
    """Power is lost before or after the receipt enters the fiscal storage."""

    def __init__(self, *, after: bool) -> None:
        self.after = after
        self.armed = True

    def before_record(self, document_type: int, fd_number: int) -> None:
        self._die(document_type, now=not self.after)

    def after_record(self, document_type: int, fd_number: int) -> None:
        self._die(document_type, now=self.after)

    def _die(self, document_type: int, *, now: bool) -> None:
        if now and self.armed and document_type == 3:
            self.armed = False
            raise PowerLoss


@pytest.mark.parametrize(("after", "last"), [(False, 2), (True, 3)], ids=["before the record", "after it"])
def test_power_lost_at_the_closing_leaves_the_document_whole_or_none(tmp_path: Path, after: bool, last: int) -> None:
    with (
        VirtualDevice(tmp_path / "device", faults=PowerGone(after=after)) as device,
        serve_pty(device, tmp_path / "tty") as line,
        Host3(line.url) as host,
    ):
        prepare(host)
        host.add(b"\0\0" + hexed(SALE[-1]), tid=0x4B)
        time.sleep(0.2)

        assert b"\xb3" == host.sync(b"\xc3\x4b")
        assert last == int(host.ok("91 34 00 00")[:5].hex())
        state = host.ask("3F")
        assert (0 if after else 1) == state[22]
        assert (0x12 if after else 0x02) == host.ok("91 3B 00 00")[0]
        if after:
            assert 20000 == int(host.ok("91 01 01 00").hex())
            host.ok("EE")
        else:
            host.ok("59")
        assert 0x02 == host.ok("91 3B 00 00")[0]


def test_a_reboot_empties_the_buffer_and_keeps_the_open_receipt(tmp_path: Path) -> None:
    with running_device(tmp_path) as url, Host3(url) as host:
        prepare(host)
        host.add(b"\0\0\x45", tid=0x50)
        host.asynchronous()
        host.add(hexed("00 00 CE 41"), flags=1, tid=0x51)
        host.asynchronous()
        time.sleep(0.1)

        assert b"\xb3" == host.sync(b"\xc3\x50")
        assert 1 == host.ask("3F")[22]
        host.ok(SALE[-1])


def test_a_device_that_is_off_says_nothing_until_it_is_on(tmp_path: Path) -> None:
    with VirtualDevice(tmp_path / "device") as device, serve_tcp(device) as line, Host3(line.url, timeout=0.2) as host:
        host.add(hexed("00 00 CE 00"))
        host.asynchronous()
        host.line.write(pack(9, b"\xc4"))
        assert b"" == host.line.read(1)
        device.power_on()

        assert b"\xa3" == host.sync(b"\xc4")


def test_at_real_speed_a_receipt_takes_its_time_and_the_host_can_ask_meanwhile(tmp_path: Path) -> None:
    with running_device(tmp_path, speed="real") as url, Host3(url, timeout=10) as host:
        for command in SALE[:-1]:
            host.ok(command)
        begun = time.monotonic()
        host.add(b"\0\0" + hexed(SALE[-1]), tid=0x4B)
        time.sleep(0.1)
        meanwhile = host.sync(b"\xc3\x4b")
        host.asynchronous()
        took = time.monotonic() - begun

    assert b"\xa2" == meanwhile
    assert 1.0 < took < 6.0
