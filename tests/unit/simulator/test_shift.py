"""Modes, passwords, the shift's day, X and Z (atol-protocol.md sections 4, 5.6, 7.3, 7.7; ffd.md 6)."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from devices.simulator.device import VirtualDevice
from devices.simulator.pace import Pace
from devices.simulator.running import serve_tcp
from tests.unit.simulator.client import Host3, hexed
from tests.unit.simulator.messages import BEGIN, MODE, Wall, bcd, close, e8, eb, pay
from tests.unit.simulator.reading import document, last_fd, raw_document

BREAD = eb("Хлеб", price="100.00", quantity="2", amount="200.00")


def code(host: Host3, command: str) -> int:
    return host.ask(command)[1]


def sell(host: Host3, kind: int = 1) -> None:
    host.ok(f"92 00 {kind:02X}")
    host.ok(BEGIN)
    host.ok(BREAD)
    host.ok(pay(1, "200.00"))
    host.ok(close())


def test_a_mode_is_entered_from_mode_0_only(host: Host3) -> None:
    host.ok(MODE[2])

    assert b"\x55\x02\x00" == host.ask("45")
    assert 0x66 == code(host, MODE[1])
    host.ok("48")
    host.ok("48")
    host.ok(MODE[1])
    assert b"\x55\x01\x00" == host.ask("45")


def test_mode_passwords(host: Host3) -> None:
    assert 0x8C == code(host, "56 01 00 00 00 99")
    assert 0x8C == code(host, "56 03 00 00 00 05")
    host.ok("56 01 00 00 00 05")
    assert 5 == host.ask("3F")[1]
    host.ok("48")
    host.ok("56 03 00 00 00 29")


def test_the_access_password_guards_every_command(device: VirtualDevice, host: Host3) -> None:
    host.ok("50 02 00 01 17 12 34")

    assert b"\x55\x8c\x00" == host.ask("3F")
    assert b"\x55\x00\x00" == host.ask("48", password="1234")
    assert 0x44 == host.ask("3F", password="1234")[0]


@pytest.mark.parametrize("command", ["9A 00", "92 00 01", "67 01", "5A", "AB 00 00 00 00 01"])
def test_a_command_of_another_mode_is_refused(host: Host3, command: str) -> None:
    assert 0x66 == code(host, command)


def test_the_registration_document_is_there_from_the_start(host: Host3) -> None:
    assert 1 == last_fd(host)
    kind, _ = raw_document(host, 1)
    got = document(host, 1)

    assert 1 == kind
    assert ("9999078900004312", "1234567890043947", "7700001235", 1) == (got[1041], got[1037], got[1018], got[1040])
    assert ("00106900000042", 1, 4, 4, 4) == (got[1013], got[1062], got[1209], got[1189], got[1190])
    assert hexed(bcd(1, 5) + "201126 0900") == host.ok("91 30 00 00")


def test_opening_a_shift(till: Host3) -> None:
    kind, _ = raw_document(till, 2)
    got = document(till)

    assert 2 == kind
    assert (1, "СИСТЕМНЫЙ АДМИНИСТРАТОР", 0, 0) == (got[1038], got[1021], got[1050], got[1051])
    assert b"\x01" + hexed("211126 090000") == till.ok("91 12 00 00")
    assert hexed("01 01 00 00 00") == till.ok("A4 10")


def test_nothing_is_sold_without_a_shift(host: Host3) -> None:
    host.ok(MODE[1])

    assert 0xD4 == code(host, "92 00 01")
    assert 0xD4 == code(host, "49 00 " + bcd(100, 5))
    assert 1 == last_fd(host)


def test_a_shift_ends_after_24_hours(till: Host3, wall: Wall) -> None:
    till.ok("92 00 01")
    till.ok(BEGIN)
    till.ok(BREAD)
    wall.pass_(hours=24)

    assert 0x88 == code(till, close(1))
    till.ok("59")
    assert 0x88 == code(till, "92 00 01")
    assert 0x88 == code(till, "49 00 " + bcd(100, 5))
    assert 2 == till.ok("91 12 00 01")[0]
    assert 1 == till.ok("91 12 00 00")[0]
    till.ok("48")
    assert 0x88 == code(till, MODE[1])
    till.ok(MODE[3])
    till.ok("5A")
    till.ok(MODE[1])
    till.ok("9A 00")


def test_z_closes_the_shift_and_sets_its_counters_back(till: Host3) -> None:
    till.ok("49 00 " + bcd(50000, 5))
    sell(till)
    sell(till)
    sell(till, 2)
    till.ok("48")
    till.ok(MODE[3])
    till.ok("5A")
    got = document(till)

    assert (1, 3, 5, 0) == (got[1038], got[1118], got[1111], got[1097])
    assert (3, 2, 40000, 1, 20000) == (
        got[1194][1134],
        got[1194][1129][1135],
        got[1194][1129][1201],
        got[1194][1130][1135],
        got[1194][1130][1201],
    )
    assert hexed(bcd(0, 6)) == till.ok("91 01 01 00")
    assert hexed(bcd(0, 6)) == till.ok("91 04 00 00")
    assert hexed(bcd(70000, 7)) == till.ok("91 0A 00 00")
    assert hexed(bcd(40000, 7)) == till.ok("91 28 01 00")
    assert hexed(bcd(40000, 7)) == till.ok("91 38 01 01")
    assert hexed(bcd(1, 2)) == till.ok("91 15 00 00")
    assert 0 == till.ok("91 12 00 00")[0]
    till.ok(MODE[3])
    assert 0x8F == code(till, "5A")


def test_the_next_shift_counts_receipts_anew_and_the_fiscal_storage_goes_on(till: Host3) -> None:
    sell(till)
    for command in ("48", MODE[3], "5A", MODE[1], "9A 00"):
        till.ok(command)
    sell(till)
    got = document(till)

    assert (2, 1, 6) == (got[1038], got[1042], got[1040])
    till.ok("48")
    till.ok(MODE[3])
    till.ok("5A")
    closing = document(till)
    assert (1, 2) == (closing[1194][1134], closing[1157][1134])


def test_totals_of_1_05_are_not_in_the_closing_document(tmp_path: Path, wall: Wall) -> None:
    with VirtualDevice(tmp_path, clock=wall, ffd="1.05") as device, serve_tcp(device) as line, Host3(line.url) as host:
        for command in (MODE[1], "9A 00", "48", MODE[3], "5A"):
            host.ok(command)

        assert not {1157, 1194} & document(host).keys()


def test_the_drawer_can_be_emptied_by_z(till: Host3) -> None:
    till.ok("50 02 00 01 12 04")
    sell(till)
    for command in ("48", MODE[3], "5A"):
        till.ok(command)

    assert hexed(bcd(0, 7)) == till.ok("91 0A 00 00")


def test_x_changes_nothing(till: Host3) -> None:
    sell(till)
    till.ok("48")
    till.ok(MODE[2])
    till.ok("67 01")

    assert 3 == last_fd(till)
    assert hexed(bcd(20000, 6)) == till.ok("91 01 01 00")


def test_the_state_report_counts_what_the_ofd_has_not_taken(device: VirtualDevice, till: Host3) -> None:
    device.ofd_online = False
    sell(till)
    till.ok("48")
    till.ok(MODE[2])
    till.ok("67 09")
    kind, _ = raw_document(till, last_fd(till))
    got = document(till)

    assert 21 == kind
    assert (1, 3) == (got[1097], got[1116])
    assert (1, 20000) == (got[1158][1134], got[1158][1129][1201])
    assert hexed("02 00 02 00 03 00 00 00 1A 0B 14 09 00") == till.ok("A4 20")
    assert hexed("02 00") == till.ok("A4 42")
    assert 0xDA == code(till, "A4 41 03 00 00 00")
    device.ofd_online = True
    assert hexed("00 00") == till.ok("A4 42")
    assert hexed("1A 0B 14 09 00") == till.ok("A4 41 03 00 00 00")[:5]


def test_the_clock_is_set_between_shifts_and_never_behind_the_last_document(host: Host3, wall: Wall) -> None:
    host.ok("ED 21 11 26 10 11 12")
    assert hexed("26 11 21 10 11 12") == host.ask("3F")[3:9]
    wall.pass_(seconds=3)
    assert hexed("21 11 26 10 11 15") == host.ok("91 11 00 00")
    assert 0x20 == code(host, "ED 19 11 26 10 11 12")
    assert 0x94 == code(host, "ED 31 02 27 10 11 12")
    host.ok(MODE[1])
    host.ok("9A 00")
    assert 0x9C == code(host, "ED 22 11 26 10 11 12")


def test_a_clock_behind_the_fiscal_storage_registers_nothing(till: Host3, wall: Wall) -> None:
    wall.pass_(hours=-1)
    till.ok("92 00 01")
    till.ok(BEGIN)
    till.ok(BREAD)

    assert 0x20 == code(till, close(1))
    assert 2 == last_fd(till)
    wall.pass_(hours=1)
    till.ok(close(1))


def test_a_closed_archive_only_answers(host: Host3) -> None:
    host.ok(MODE[6])
    host.ok("A7")
    kind, _ = raw_document(host, 2)

    assert 6 == kind
    assert 7 == host.ok("A4 30")[0]
    host.ok("48")
    host.ok(MODE[1])
    assert 0xD4 == code(host, "9A 00")


def test_tables_are_written_in_one_page_and_read_in_the_other(host: Host3) -> None:
    host.ok("50 06 00 03 01 " + b"\x80\xa1".ljust(64).hex())

    assert b"\x00\x81".ljust(64) == host.ok("46 06 00 03 01")
    assert hexed("32") == host.ok("46 02 00 01 37")
    assert 0x80 == code(host, "50 02 00 01 37 48")
    assert hexed("00 00 00 07") == host.ok("46 03 00 07 01")


def test_factory_settings_come_back(host: Host3) -> None:
    host.ok("50 04 00 01 01 00")
    host.ok("71")

    assert b"\x03" == host.ok("46 04 00 01 01")


def test_at_real_speed_a_report_shows_its_submodes_while_it_prints(device: VirtualDevice, till: Host3) -> None:
    till.ok("48")
    till.ok(MODE[2])
    device.pace = Pace(real=True, baudrate=10**9, mm_per_second=400, fn_seconds=0)
    till.ok("67 01")
    assert b"\x55\x22\x00" == till.ask("45")
    till.ok("48")
    assert b"\x55\x00\x00" == till.ask("45")
    till.ok(MODE[3])
    till.ok("5A")
    seen: list[int] = []
    while not seen or seen[-1] != 0x00:
        seen.append(till.ask("45")[1])
        time.sleep(0.02)

    assert [0x23, 0x17, 0x00] == list(dict.fromkeys(seen))


@pytest.mark.parametrize(("ffd", "reason"), [("1.05", (1101, 3)), ("1.2", (1205, 8))])
def test_a_changed_registration_is_a_document_with_its_reason(
    tmp_path: Path, wall: Wall, ffd: str, reason: tuple[int, int]
) -> None:
    tag, value = reason
    with VirtualDevice(tmp_path, clock=wall, ffd=ffd) as device, serve_tcp(device) as line, Host3(line.url) as host:
        for command in e8(tag, value.to_bytes(1 if tag == 1101 else 4, "little")):
            host.ok(command)
        host.ok(MODE[6])
        host.ok("A6")
        kind, _ = raw_document(host, 2)
        got = document(host)

        assert (11, value) == (kind, got[tag])
        assert (ffd == "1.2") == (1157 in got)
        assert hexed(bcd(2, 5) + "201126 0900") == host.ok("91 30 00 00")
        assert hexed("02 28") == host.ok("91 1A 00 00")[:2]
