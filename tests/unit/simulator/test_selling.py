"""Receipts over the wire: what the archive, the registers and the refusals say."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from devices.simulator.device import VirtualDevice
from devices.simulator.running import serve_tcp
from tests.unit.simulator.client import Host3, hexed
from tests.unit.simulator.messages import BEGIN, MODE, Wall, bcd, close, e8, eb, moment, pay, text
from tests.unit.simulator.reading import document, last_fd

BREAD = eb("Хлеб", price="100.00", quantity="2", amount="200.00")


def refused(host: Host3, command: str) -> str:
    """The error byte, and the extended code after EE."""
    answer = host.ask(command)
    assert b"\x55" == answer[:1]
    if answer[1] == 0xEE:
        return "EE " + host.ok("91 37 00 00")[2:4].hex()
    return f"{answer[1]:02X}"


def open_receipt(host: Host3, kind: int = 1, *positions: str) -> None:
    host.ok(f"92 00 {kind:02X}")
    for position in positions:
        host.ok(BEGIN)
        host.ok(position)


def test_a_sale_with_cash_and_change(till: Host3) -> None:
    open_receipt(till, 1, BREAD)

    assert hexed(bcd(0, 5) + bcd(10000, 5)) == till.ok(pay(1, "300.00"))
    till.ok(close())
    got = document(till)

    assert (20000, 20000, 0, 1) == (got[1020], got[1031], got[1081], got[1054])
    assert [(10000, Decimal(2), 20000, 2, 1818)] == [
        tuple(item[tag] for tag in (1079, 1023, 1043, 1199, 1200)) for item in got[1059]
    ]
    assert (1818, "Хлеб") == (got[1103], got[1059][0][1030])
    assert "СИСТЕМНЫЙ АДМИНИСТРАТОР" == got[1021]
    assert 20000 == int(till.ok("91 0A 00 00").hex())


def test_the_close_command_can_pay_by_itself(till: Host3) -> None:
    open_receipt(till, 1, BREAD)
    till.ok(close(2))
    electronic = document(till)
    open_receipt(till, 1, BREAD)
    till.ok(close(1, "500.00"))
    cash = document(till)

    assert (0, 20000) == (electronic[1031], electronic[1081])
    assert (20000, 0) == (cash[1031], cash[1081])


def test_payment_types_above_five_go_to_their_form(till: Host3) -> None:
    open_receipt(till, 1, BREAD)
    till.ok(pay(10, "150.00"))
    till.ok(pay(6, "50.00"))
    till.ok(close())

    assert 20000 == document(till)[1081]
    assert 15000 == int(till.ok("91 03 01 10").hex())


def test_a_return_takes_cash_out_of_the_drawer(till: Host3) -> None:
    till.ok("49 00 " + bcd(50000, 5))
    open_receipt(till, 2, BREAD)
    till.ok(pay(1, "200.00"))
    till.ok(close())

    assert 2 == document(till)[1054]
    assert 30000 == int(till.ok("91 0A 00 00").hex())
    assert 20000 == int(till.ok("91 01 02 00").hex())
    assert bytes((1,)) + hexed(bcd(20000, 6)) == till.ok("91 0B 00 00")


def test_a_return_with_checked_cash_needs_money_in_the_drawer(till: Host3) -> None:
    open_receipt(till, 2)
    till.ok(BEGIN)

    assert "98" == refused(till, eb("Хлеб", price="1.00", amount="1.00", flags=0x08))


def test_a_discount_inside_a_position_shows_in_its_price(till: Host3) -> None:
    open_receipt(till, 1, eb("Хлеб", price="100.00", quantity="2", amount="190.00"))
    till.ok(close(1))
    item = document(till)[1059][0]

    assert (9500, 19000) == (item[1079], item[1043])
    assert hexed(bcd(1000, 6) + bcd(0, 6)) == till.ok("91 2A 01 00")


def test_three_for_a_hundred_keep_their_price(till: Host3) -> None:
    open_receipt(till, 1, eb("Блокнот", price="33.33", quantity="3", amount="100.00"))
    till.ok(close(1))
    item = document(till)[1059][0]

    assert (3333, 10000) == (item[1079], item[1043])


def test_a_discount_that_keeps_the_roubles_is_a_rounding(till: Host3) -> None:
    open_receipt(till, 1, eb("Краска", price="700.07", amount="700.07", vat=11))
    till.ok("43 00 00 01 00 " + bcd(7, 5))

    assert hexed(bcd(70000, 5) * 2 + bcd(0, 5)) == till.ok("91 14 00 00")
    till.ok(close(1))
    got = document(till)

    assert (70000, 70007, 12624) == (got[1020], got[1059][0][1043], got[1059][0][1200])
    assert [{1199: 11, 1120: 12624}] == got[1115][1119]


def test_a_larger_discount_is_spread_over_the_positions(till: Host3) -> None:
    """ffd.md R5: 250.00 off 999.00, 2998.00 and 1048.50."""
    bag = eb("Рюкзак", price="999.00", amount="999.00")
    bottle = eb("Фляга", price="1499.00", quantity="2", amount="2998.00")
    open_receipt(till, 1, bag, bottle, eb("Носки", price="349.50", quantity="3", amount="1048.50"))
    till.ok("43 00 00 01 00 " + bcd(25000, 5))
    till.ok(close(1))
    got = document(till)

    assert [94950, 284945, 99655] == [item[1043] for item in got[1059]]
    assert 479550 == got[1020]


def test_a_percentage_off_the_last_position(till: Host3) -> None:
    open_receipt(till, 1, BREAD, BREAD)
    till.ok("43 00 01 00 00 00 12 50")
    till.ok(close(1))

    assert [20000, 17500] == [item[1043] for item in document(till)[1059]]


def test_discounts_can_be_forbidden_by_a_table(till: Host3) -> None:
    till.ok("50 04 00 01 01 00")
    open_receipt(till, 1, BREAD)

    assert "80" == refused(till, "43 00 00 01 00 " + bcd(7, 5))


def test_a_cancelled_receipt_leaves_no_document_and_is_counted(till: Host3) -> None:
    before = last_fd(till)
    open_receipt(till, 1, BREAD)
    till.ok("59")

    assert before == last_fd(till)
    assert 0 == till.ask("3F")[22]
    assert hexed(bcd(0, 5) + bcd(1, 5)) == till.ok("91 41 01 00")
    assert 20000 == int(till.ok("91 2E 01 00").hex())


def test_a_payment_can_be_taken_back(till: Host3) -> None:
    open_receipt(till, 1, BREAD)
    till.ok(pay(2, "200.00"))

    assert hexed(bcd(20000, 5) + bcd(0, 5)) == till.ok("9B 00 02 " + bcd(20000, 5))
    assert b"\x55\x01\x00" == till.ask("45")
    assert "70" == refused(till, "9B 00 02 " + bcd(1, 5))


def test_requisites_of_receipt_and_position_reach_the_archive(till: Host3) -> None:
    for command in e8(1021, text("Кассир Иванова")) + e8(1203, text("770123456703")):
        till.ok(command)
    till.ok("92 00 01")
    additional = (1085).to_bytes(2, "little") + b"\x04\x00" + text("Стол") + (1086).to_bytes(2, "little")
    additional += b"\x02\x00" + text("12")
    for tag, value in (
        (1008, text("+79990000000")),
        (1192, text("mark-0123456789a")),
        (1084, additional),
        (1227, text("ООО «Покупатель»".replace("«", '"').replace("»", '"'))),
        (1228, text("7700001235").ljust(12)),
    ):
        for command in e8(tag, value):
            till.ok(command)
    till.ok(BEGIN)
    for command in e8(1191, text("партия 7")) + e8(2108, b"\x0b") + e8(1230, b"643") + e8(1231, text("10/1/2")):
        till.ok(command)
    till.ok(eb("Сыр", price="129.90", quantity="0.345", amount="44.82"))
    till.ok(close(1))
    got = document(till)

    assert ("Кассир Иванова", "770123456703") == (got[1021], got[1203])
    assert ("+79990000000", "mark-0123456789a") == (got[1008], got[1192])
    assert {1085: "Стол", 1086: "12"} == got[1084]
    assert {1227: 'ООО "Покупатель"', 1228: "7700001235"} == got[1256]
    assert "shop@example.com" == got[1117]
    item = got[1059][0]
    assert ("партия 7", 11, "643", "10/1/2") == (item[1191], item[2108], item[1230], item[1231])
    assert Decimal("0.345") == item[1023]


def test_requisites_are_for_one_document_only(till: Host3) -> None:
    for command in e8(1021, text("Иванова")):
        till.ok(command)
    open_receipt(till, 1, BREAD)
    till.ok(close(1))
    open_receipt(till, 1, BREAD)
    till.ok(close(1))

    assert "СИСТЕМНЫЙ АДМИНИСТРАТОР" == document(till)[1021]


def test_a_long_requisite_comes_in_blocks(till: Host3) -> None:
    till.ok("92 00 01")
    place = "Торговый центр, " * 14
    commands = e8(1187, text(place))
    assert 3 == len(commands)
    for command in commands:
        till.ok(command)
    till.ok(BEGIN)
    till.ok(BREAD)
    till.ok(close(1))

    assert place.rstrip() == document(till)[1187]


@pytest.mark.parametrize("ffd", ["1.1", "1.2"])
def test_a_correction_of_the_newer_formats_lists_its_positions(tmp_path: Path, wall: Wall, ffd: str) -> None:

    with VirtualDevice(tmp_path, clock=wall, ffd=ffd) as device, serve_tcp(device) as line, Host3(line.url) as host:
        host.ok(MODE[1])
        host.ok("9A 00")
        host.ok("92 00 0A")
        basis = (1178).to_bytes(2, "little") + b"\x04\x00" + moment(datetime.datetime(2026, 11, 19))
        for command in e8(1173, b"\x01") + e8(1174, basis):
            host.ok(command)
        for position in (BREAD, BREAD):
            host.ok(BEGIN)
            host.ok(position)
        assert "97" == refused(host, pay(1, "400.01"))
        host.ok(pay(1, "400.00"))
        host.ok(close())
        got = document(host)

    assert (4, 1, 40000) == (got[1054], got[1173], got[1020])
    assert {1178: datetime.datetime(2026, 11, 19)} == got[1174]
    assert 2 == len(got[1059])


def test_a_correction_of_1_05_has_one_registration_and_no_positions(tmp_path: Path, wall: Wall) -> None:
    with VirtualDevice(tmp_path, clock=wall, ffd="1.05") as device, serve_tcp(device) as line, Host3(line.url) as host:
        host.ok(MODE[1])
        host.ok("9A 00")
        assert "6A" == refused(host, "92 00 08")
        host.ok("92 00 07")
        for command in (
            "E8 01 01 00 95 04 01 00 00",
            "E8 01 01 00 96 04 14 00 9A 04 04 00 80 AD 2A 5C 9B 04 01 00 37 99 04 03 00 80 AA E2",
            "E8 01 01 00 1F 04 01 00 01",
            "EA 00 01 00",
            "EB 02 00 00 00 00 01 90 00 00 00 00 10 00 00 00 00 00 01 90 00 05 00 00 00 00 00 00 00 01 01 04"
            " 00 00 00 00 00 00 00 00 00 00 8A AE E0 E0 A5 AA E6 A8 EF",
            "EA 00 01 00",
        ):
            host.ok(command)
        assert "EE 0101" == refused(host, BREAD)
        for command in (
            *e8(1104, b"\0"),
            *e8(1102, b"\xc8\0\0\0"),
            "99 00 01 00 00 01 90 00",
            "4A 00 01 00 00 00 00 00",
        ):
            host.ok(command)
        got = document(host)

    assert 1059 not in got
    assert (1, 19000, 19000, 200) == (got[1054], got[1020], got[1031], got[1102])
    assert 1104 not in got
    assert (0, "7", datetime.datetime(2019, 1, 1)) == (got[1173], got[1174][1179], got[1174][1178])


def test_a_correction_without_its_basis_names_the_missing_requisite(till: Host3) -> None:
    open_receipt(till, 7, BREAD)

    assert "EE 0206" == refused(till, close(1))
    assert hexed("00 4A 02 06 04 96") == till.ok("91 37 00 00")


REFUSALS = {
    "wrong receipt type": ((), "92 00 03", "6A"),
    "receipt already open": (("92 00 01",), "92 00 01", "9B"),
    "mode left with an open receipt": (("92 00 01",), "48", "9B"),
    "close without a receipt": ((), close(1), "9A"),
    "cancel without a receipt": ((), "59", "9A"),
    "position without a receipt": ((), BREAD, "9A"),
    "close an empty receipt": (("92 00 01",), close(1), "EE 0206"),
    "shift already open": ((), "9A 00", "9C"),
    "more cashless than the total": (("92 00 01", BEGIN, BREAD), pay(2, "200.01"), "71"),
    "unknown payment type": (("92 00 01", BEGIN, BREAD), pay(11, "1.00"), "7E"),
    "closed with a remainder": (("92 00 01", BEGIN, BREAD, pay(1, "1.00")), close(), "72"),
    "tendered too little": (("92 00 01", BEGIN, BREAD), close(1, "199.99"), "86"),
    "position after a payment": (("92 00 01", BEGIN, BREAD, pay(1, "1.00")), BREAD, "66"),
    "position after a receipt discount": (
        ("92 00 01", BEGIN, BREAD, "43 00 00 01 00 " + bcd(1000, 5)),
        BREAD,
        "7C",
    ),
    "discount above the total": (("92 00 01", BEGIN, BREAD), "43 00 00 01 00 " + bcd(20001, 5), "7B"),
    "no quantity": (("92 00 01", BEGIN), eb("Х", price="1.00", quantity="0", amount="0"), "0A"),
    "tax row beyond twelve": (("92 00 01", BEGIN), eb("Х", price="1.00", amount="1.00", vat=13), "EE 0104"),
    "unknown section": (("92 00 01", BEGIN), eb("Х", price="1.00", amount="1.00", section=31), "7D"),
    "total beyond the counter": (("92 00 01", BEGIN), eb("Х", price="42949672.96", amount="42949672.96"), "08"),
    "not packed decimal": (("92 00 01", BEGIN, BREAD), "99 00 01 00 00 0A 00 00", "13"),
    "position requisite without EA": (("92 00 01",), e8(1191, b"x")[0], "EE 0207"),
    "receipt requisite after EA": (("92 00 01", BEGIN), e8(1192, b"x")[0], "EE 0208"),
    "requisite twice with another value": (("92 00 01", e8(1192, b"x")[0]), e8(1192, b"y")[0], "EE 0201"),
    "foreign tax system": (("92 00 01",), e8(1055, b"\x02")[0], "EE 0103"),
    "unknown requisite": (("92 00 01",), e8(1999, b"x")[0], "93"),
    "marking code of the older format": (("92 00 01", BEGIN), e8(1162, b"x")[0], "EE 0205"),
    "more cash out than there is": ((), "4F 00 " + bcd(1, 5), "98"),
    "cash in with an open receipt": (("92 00 01",), "49 00 " + bcd(1, 5), "9B"),
    "short command": (("92 00 01",), "99 00 01", "14"),
    "unknown command": ((), "FF", "7A"),
    "unknown register": ((), "91 7F 00 00", "6C"),
    "unknown table": ((), "46 63 00 01 01", "91"),
    "unknown row": ((), "46 03 00 63 01", "92"),
    "unknown field": ((), "46 02 00 01 FF", "93"),
    "wrong length for a field": ((), "50 02 00 01 17 00", "14"),
    "document that is not there": ((), "A4 45 63 00 00 00", "DA"),
    "picture that is not there": ((), "8D 01 01 00 00", "6F"),
    "registration commands of the old formats": (("92 00 01",), "52 00 " + bcd(100, 5) + bcd(1000, 5) + "01", "7A"),
}


@pytest.mark.parametrize(("before", "command", "code"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refusal_has_its_code_and_changes_nothing(
    till: Host3, before: tuple[str, ...], command: str, code: str
) -> None:
    for each in before:
        till.ok(each)
    states = till.ask("3F"), till.ok("91 14 00 00"), till.ok("91 34 00 00")

    assert code == refused(till, command)
    assert states == (till.ask("3F"), till.ok("91 14 00 00"), till.ok("91 34 00 00"))


def test_new_vat_rates_need_the_new_format(tmp_path: Path, wall: Wall) -> None:
    with VirtualDevice(tmp_path, clock=wall, ffd="1.1") as device, serve_tcp(device) as line, Host3(line.url) as host:
        for command in (MODE[1], "9A 00", "92 00 01", BEGIN):
            host.ok(command)

        assert "EE 0104" == refused(host, eb("Х", price="1.00", amount="1.00", vat=11))
        assert "93" == refused(host, e8(2108, b"\0")[0])


def test_the_check_only_flag_executes_nothing(till: Host3) -> None:
    till.ok("92 01 01")
    assert 0 == till.ask("3F")[22]
    open_receipt(till, 1, BREAD)
    till.ok(BEGIN)
    till.ok(eb("Хлеб", price="100.00", amount="100.00", flags=0x0B))
    assert hexed(bcd(0, 5) * 2) == till.ok("99 01 02 " + bcd(20000, 5))
    till.ok("4A 01 02 " + bcd(0, 5))

    assert hexed(bcd(20000, 5) * 2 + bcd(0, 5)) == till.ok("91 14 00 00")
    assert b"\x55\x01\x00" == till.ask("45")
    assert 2 == last_fd(till)


def test_the_host_s_own_vat_sums_are_kept(till: Host3) -> None:
    open_receipt(till, 1, BREAD)
    till.ok("B8 00 00 02 " + bcd(1817, 5))

    assert hexed(bcd(1817, 5)) == till.ok("91 3D 02 00")
    till.ok(close(1))
    assert 1817 == document(till)[1103]


def test_an_older_host_registers_with_e6_where_a_table_allows_it(till: Host3) -> None:
    name = text("Хлеб").ljust(64).hex()
    old = f"E6 02 {name} {bcd(10000, 6)} {bcd(2000, 5)} 01 00 {bcd(1000, 6)} 02 00 {'20' * 16} 00"
    till.ok("50 02 00 01 6D 00")
    till.ok("92 00 01")
    assert "7A" == refused(till, old)
    till.ok("50 02 00 01 6D 01")
    till.ok(old)
    till.ok(close(1))
    item = document(till)[1059][0]

    assert ("Хлеб", 9500, 19000, 2) == (item[1030], item[1079], item[1043], item[1199])
