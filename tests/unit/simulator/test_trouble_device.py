"""Faults of power, paper, storage, clock and neighbours: seen from a host's end of the line."""

from __future__ import annotations

import datetime
import fcntl
import os
from pathlib import Path

import pytest
import serial

from tests.unit.simulator.client import Host2, Host3, hexed
from tests.unit.simulator.messages import BEGIN, MODE, Wall, close, pay
from tests.unit.simulator.trouble import BREAD, GONE, QUICK, SALE, begin, bench, impatient, no_answer, sell, until

BOTH = pytest.mark.parametrize("transport", [3, 2])


# Power


@BOTH
@pytest.mark.parametrize("step", range(1, len(SALE) + 1))
@pytest.mark.parametrize("when", ["before", "after", "in", "out"])
def test_power_lost_at_any_step_of_a_receipt(tmp_path: Path, transport: int, step: int, when: str) -> None:
    with bench(tmp_path, transport=transport) as each:
        with each.till() as host:
            each.set(f"power:nth={step},when={when},after={8 if transport == 3 else 2}")
            impatient(host)
            with pytest.raises(GONE):
                sell(host)
        until(lambda: each.hits == 1)
        last = step == len(SALE) and when in ("after", "out")
        until(lambda: ([100] if last else []) == each.receipts)
        with each.host() as host:
            begin(host)
            sell(host)

        assert [100] * (2 if last else 1) == each.receipts


@pytest.mark.parametrize(("when", "registered"), [("record", []), ("recorded", [100]), ("line", [100])])
def test_power_lost_around_the_writing_of_the_fn(tmp_path: Path, when: str, registered: list[int]) -> None:
    with bench(tmp_path) as each:
        with each.till() as host:
            each.set(f"power:command=4A,when={when},after=1")
            for command in SALE[:-1]:
                host.ok(command)
            no_answer(host, SALE[-1])
        until(lambda: each.hits == 1)

        assert registered == each.receipts
        assert bool(registered) == bool(each.device.state.pending)


def test_a_device_without_power_hears_nothing_for_a_while(tmp_path: Path) -> None:
    with bench(tmp_path, pty=True) as each:
        each.set("power:command=3F,off=1")
        with each.host(0.1) as host:
            no_answer(host, "3F")
            no_answer(host, "3F")
        until(lambda: not each.device.power_off_wanted)
        with each.host() as host:
            assert host.ask("3F")[:1] == b"\x44"


def test_power_may_go_at_once(tmp_path: Path) -> None:
    with bench(tmp_path, pty=True) as each, each.till() as host:
        host.ok(SALE[0])
        each.set("power:command=-")

        assert 0 == host.ask("45")[1] & 0x0F or each.device.state.receipt is not None


# Paper


@pytest.mark.parametrize(
    ("fault", "seen"), [("paper_out", "paper"), ("cover_open", "cover_open"), ("printer_fault", "printer_fault")]
)
@pytest.mark.parametrize("after", [0, 3])
def test_printing_stops_at_the_line_and_goes_on_once_it_is_made_good(
    tmp_path: Path, fault: str, seen: str, after: int
) -> None:
    with bench(tmp_path) as each, each.till() as host:
        for command in SALE[:-1]:
            host.ok(command)
        number = each.set(f"{fault}:command=4A,after={after}")
        answer = host.ask(SALE[-1])

        assert answer[:2] in (b"\x55\x67", b"\x55\x69")
        assert [100] == each.receipts
        assert getattr(each.device, seen) is (seen != "paper")
        assert each.device.state.pending
        each.troubles.clear(number)
        host.ok("EE")
        assert not each.device.state.pending


def test_paper_may_end_at_once(tmp_path: Path) -> None:
    with bench(tmp_path) as each, each.till() as host:
        each.set("paper_out")

        assert b"\x55\x67" == host.ask("92 00 01")[:2]


# Storage, shift and clock


def test_a_full_fn_refuses_in_the_middle_of_a_receipt_and_closes_the_shift(tmp_path: Path) -> None:
    with bench(tmp_path) as each, each.till() as host:
        each.set("fn_full:command=92,left=0")
        for command in SALE[:-1]:
            host.ok(command)

        assert b"\x55\xd8" == host.ask(SALE[-1])[:2]
        assert host.ok("A4 30")[4] & 4
        host.ok("59")
        host.ok("48")
        host.ok(MODE[3])
        host.ok("5A")


def test_a_fn_takes_what_is_left_of_it(tmp_path: Path) -> None:
    with bench(tmp_path) as each, each.till() as host:
        number = each.set("fn_full:left=1")
        sell(host)
        for command in SALE[:-1]:
            host.ok(command)
        assert b"\x55\xd8" == host.ask(SALE[-1])[:2]
        each.troubles.clear(number)

        host.ok(SALE[-1])


@pytest.mark.parametrize(("days", "bits", "refused"), [(29, 2, False), (2, 3, False), (0, 3, False), (-1, 3, True)])
def test_a_fn_near_its_end_warns_and_an_expired_one_refuses(
    tmp_path: Path, days: int, bits: int, refused: bool
) -> None:
    with bench(tmp_path) as each, each.till() as host:
        each.set(f"fn_end:days={days}")

        assert bits == host.ok("A4 30")[4]
        for command in SALE[:-1]:
            host.ok(command)
        assert refused == (b"\x55\xd7" == host.ask(SALE[-1])[:2])


def test_another_fn_is_empty_and_the_old_one_comes_back_with_its_documents(tmp_path: Path) -> None:
    with bench(tmp_path) as each, each.till() as host:
        sell(host)
        old, cash = each.device.options.fn, each.device.state.cash
        number = each.set("fn_replaced:fn=9999078900001111")

        assert b"9999078900001111" == host.ok("A4 31")
        assert 1 == each.device.archive.last_fd
        assert not each.device.state.shift_open
        begin(host)
        sell(host)
        each.troubles.clear(number)
        assert old.encode() == host.ok("A4 31")
        assert [100] == each.receipts
        assert each.device.state.shift_open
        assert cash + 100 == each.device.state.cash


@pytest.mark.parametrize(("days", "warns", "refused"), [(1, 0, False), (6, 8, False), (29, 8, False), (31, 8, True)])
def test_an_ofd_that_is_silent_for_days(tmp_path: Path, days: int, warns: int, refused: bool) -> None:
    wall = Wall(datetime.datetime(2026, 11, 20, 9, 0))
    with bench(tmp_path, wall=wall) as each, each.till() as host:
        number = each.set(f"ofd_silent:days={days}")

        assert warns == host.ok("A4 30")[4]
        since = wall.at - datetime.timedelta(days=days)
        assert bytes((since.year % 100, since.month, since.day)) == host.ok("A4 20")[8:11]
        for command in SALE[:-1]:
            host.ok(command)
        assert refused == (b"\x55\xef" == host.ask(SALE[-1])[:2])
        each.troubles.clear(number)
        assert 0 == each.device.unsent_count


def test_a_shift_over_24_hours(tmp_path: Path) -> None:
    with bench(tmp_path) as each, each.till() as host:
        host.ok("48")
        each.set("shift_age:hours=25")

        assert b"\x55\x88" == host.ask(MODE[1])[:2]
        host.ok(MODE[3])
        host.ok("5A")


def test_a_shift_grows_old_in_the_middle_of_a_receipt(tmp_path: Path) -> None:
    with bench(tmp_path) as each, each.till() as host:
        each.set("shift_age:command=4A")
        for command in SALE[:-1]:
            host.ok(command)

        assert b"\x55\x88" == host.ask(SALE[-1])[:2]


def test_a_shift_that_is_not_open_yet_will_be_old(tmp_path: Path) -> None:
    with bench(tmp_path) as each:
        each.set("shift_age")
        with each.host() as host:
            begin(host)

            assert b"\x55\x88" == host.ask("92 00 01")[:2]


def test_a_clock_that_went_back_stands_behind_the_last_document(tmp_path: Path) -> None:
    wall = Wall(datetime.datetime(2026, 11, 20, 9, 0))
    with bench(tmp_path, wall=wall) as each, each.till() as host:
        number = each.set("clock:seconds=-600")

        assert datetime.datetime(2026, 11, 20, 8, 50) == each.device.now
        for command in SALE[:-1]:
            host.ok(command)
        assert b"\x55\x20" == host.ask(SALE[-1])[:2]
        each.troubles.clear(number)
        host.ok(SALE[-1])
        assert wall.at == each.device.now


# Neighbours


@pytest.mark.parametrize("pty", [True, False])
def test_another_device_on_the_port(tmp_path: Path, pty: bool) -> None:
    with bench(tmp_path, pty=pty) as each:
        number = each.set("other_device:serial=00106900007777")
        with each.host() as host:
            assert "06907777" in host.ask("3F").hex() or "00007777" in host.ask("3F").hex()
            begin(host)
            sell(host)
        assert [] == each.receipts
        each.troubles.clear(number)
        with each.host() as host:
            assert "00000042" in host.ask("3F").hex()


@pytest.mark.parametrize(("more", "registered"), [("", []), (",close=1,sum=250", [250])])
def test_a_receipt_of_somebody_else_stands_in_the_way(tmp_path: Path, more: str, registered: list[int]) -> None:
    with bench(tmp_path) as each, each.till() as host:
        each.set(f"foreign_receipt:command=92{more}")

        assert (b"\x55\x00" if registered else b"\x55\x9b") == host.ask("92 00 01")[:2]
        assert registered == each.receipts


def test_a_foreign_receipt_needs_a_shift(tmp_path: Path) -> None:
    with bench(tmp_path) as each, pytest.raises(ValueError, match="no receipt can be opened"):
        each.set("foreign_receipt")


def test_a_busy_device_says_nak_in_transport_2(tmp_path: Path) -> None:
    with bench(tmp_path, transport=2) as each, each.host() as host:
        assert isinstance(host, Host2)
        each.set("busy:answer=wire,times=2")
        for expected in (b"\x15", b"\x15", b"\x06"):
            host.write(b"\x05")
            host.expect(expected)


def test_a_busy_device_says_b1_in_transport_3(tmp_path: Path) -> None:
    with bench(tmp_path) as each, each.host() as host:
        assert isinstance(host, Host3)
        each.set("busy:answer=wire")

        assert b"\xb1" == host.add(hexed("0000 3F"))
        assert host.ask("3F")[:1] == b"\x44"


def test_a_port_held_by_another_program(tmp_path: Path) -> None:
    with bench(tmp_path, pty=True) as each:
        number = each.set("port_held")
        with pytest.raises((OSError, serial.SerialException)) as refused:
            serial.Serial(each.line.url, exclusive=True)
        assert "lock" in str(refused.value)
        each.troubles.clear(number)
        with each.host() as host:
            assert host.ask("3F")[:1] == b"\x44"


def test_a_held_port_stays_held_when_its_cable_is_pulled(tmp_path: Path) -> None:
    with bench(tmp_path, pty=True) as each:
        each.set("port_held")
        before = os.readlink(each.line.url)
        each.line.request_drop()
        until(lambda: os.readlink(each.line.url) != before)
        with open(each.line.url, "rb+", buffering=0) as port, pytest.raises(BlockingIOError):
            fcntl.flock(port, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_pseudo_terminal_disappears_and_comes_back_under_another_name(tmp_path: Path) -> None:
    with bench(tmp_path, pty=True) as each, each.till() as host:
        before = os.readlink(each.line.url)
        each.set("renamed:command=92,seconds=0.3")
        no_answer(host, "92 00 01")
        assert not os.path.lexists(each.line.url)
        until(lambda: os.path.lexists(each.line.url))

        assert before != os.readlink(each.line.url)
        with each.host() as again:
            assert isinstance(again, Host3)
            again.task = 100  # the results of the first host are still in the buffer
            begin(again)
            sell(again)


def test_a_socket_that_is_held_hangs_up_on_others(tmp_path: Path) -> None:
    with bench(tmp_path) as each:
        each.set("port_held")
        with pytest.raises(GONE), each.host(QUICK) as host:
            host.ask("3F")


# All together


def test_clearing_everything_leaves_a_healthy_device(tmp_path: Path) -> None:
    with bench(tmp_path, pty=True) as each:
        for fault in (
            "paper_out",
            "cover_open",
            "printer_fault",
            "fn_full",
            "fn_end",
            "fn_replaced",
            "ofd_silent:days=31",
        ):
            each.set(fault)
        for fault in ("clock", "silence:command=-", "port_held", "other_device", "busy:times=0", "renamed:seconds=0"):
            each.set(fault)

        assert 13 == each.troubles.clear()
        with each.till() as host:
            sell(host)
        assert [100] == each.receipts


def test_closing_with_two_payments_is_untouched_by_spent_faults(tmp_path: Path) -> None:
    with bench(tmp_path) as each, each.till() as host:
        each.set("busy:command=45")
        host.ask("45")
        for command in ("92 00 01", BEGIN, BREAD, pay(2, "0.40"), pay(1, "0.60"), close()):
            host.ok(command)

        assert [{"id": 1, "fault": "busy:command=45", "hits": 1, "spent": True}] == each.troubles.report()
