"""What is printed, and what becomes of it without paper (atol-protocol.md 5.3, 7.10, 7.11)."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from devices.simulator.device import VirtualDevice
from devices.simulator.faults import Faults
from devices.simulator.paper import Look, Qr, Text, read_paper
from devices.simulator.running import serve_tcp
from tests.unit.simulator.client import Host3
from tests.unit.simulator.messages import BEGIN, MODE, Wall, bcd, close, e8, eb, moment, pay, text
from tests.unit.simulator.reading import document, last_fd

NAMES = (
    "Аллергодил \\глазные капли\\ (флак; №1; 6мл; 0,05%)",
    "Алерана (пак; №6; 15мл) {маска для всех типов волос}",
    "Актовегин* (амп; №5; 2мл; 40мг/мл) [оригинал №25] {р-р д/ин.}",
)
BREAD = eb("Хлеб", price="100.00", quantity="2", amount="200.00")
NO_PAPER = b"\x55\x67\x00"


def lines(device: VirtualDevice, number: int | None = None) -> list[str]:
    return [part.text for part in device.roll.read(number or device.roll.number) if isinstance(part, Text)]


def prepare(host: Host3, flags: int = 0) -> None:
    host.ok(f"92 {flags:02X} 01")
    host.ok(BEGIN)
    host.ok(BREAD)


def test_a_receipt_on_paper(device: VirtualDevice, till: Host3) -> None:
    for command in e8(1021, text("Иванова А.А.")):
        till.ok(command)
    till.ok("92 00 01")
    till.ok("4C " + text("ЗАО Рога и Копыта".center(32).rstrip()).hex())
    for name in NAMES:
        till.ok(BEGIN)
        till.ok(eb(name, price="367.00", quantity="1.5", amount="550.50"))
    till.ok(pay(1, "2000.00"))
    till.ok("4C " + text("Спасибо!").hex())
    till.ok(close())
    printed = lines(device)
    got = document(till)

    assert all(len(line) <= 32 for line in printed)
    for name in NAMES:
        assert name in "".join(printed)
    for wanted in (
        "       ЗАО Рога и Копыта",
        "     КАССОВЫЙ ЧЕК / ПРИХОД",
        "367.00 x 1.5             =550.50",
        "НДС 10%                   =50.05",
        "ИТОГ                    =1651.50",
        "НАЛИЧНЫМИ               =1651.50",
        "ПОЛУЧЕНО НАЛИЧНЫМИ      =2000.00",
        "СДАЧА                    =348.50",
        "СУММА НДС 10%            =150.15",
        "СНО: ОСН",
        "КАССИР: Иванова А.А.",
        "СМЕНА 1                    ЧЕК 1",
        "20.11.26                   09:00",
        "РН ККТ          1234567890043947",
        "ЗН ККТ            00106900000042",
        "ФН              9999078900004312",
        "ФД                             3",
        f"ФП                    {got[1077]:010d}",
        "САЙТ ФНС: www.nalog.gov.ru",
        "Спасибо!",
    ):
        assert wanted in printed
    codes = [part.text for part in device.roll.last() if isinstance(part, Qr)]
    assert [f"t=20261120T0900&s=1651.50&fn=9999078900004312&i=3&fp={got[1077]}&n=1"] == codes


def test_the_paper_is_kept_in_files(device: VirtualDevice, till: Host3) -> None:
    prepare(till)
    till.ok(close(1))
    folder = device.directory / "paper"

    assert device.roll.last() == read_paper(folder / "000002.txt")
    tape = (folder / "paper.txt").read_text(encoding="utf-8")
    assert (folder / "000002.txt").read_text(encoding="utf-8") in tape
    assert "[QR t=20261120T0900&s=200.00&" in tape


def test_an_electronic_receipt_prints_nothing(device: VirtualDevice, till: Host3) -> None:
    before = device.roll.number
    device.paper = False
    till.ok("92 04 01")
    for command in e8(1008, text("a@b.ru")):
        till.ok(command)
    till.ok("4C 41")
    till.ok(BEGIN)
    till.ok(BREAD)
    till.ok(close(2))

    assert before == device.roll.number
    assert "a@b.ru" == document(till)[1008]
    assert 0x02 == till.ok("91 3B 00 00")[0]


def test_the_x_report_says_what_the_registers_say(device: VirtualDevice, till: Host3) -> None:
    till.ok("49 00 " + bcd(50000, 5))
    till.ok("4F 00 " + bcd(10000, 5))
    prepare(till)
    till.ok(close(2))
    till.ok("48")
    till.ok(MODE[2])
    till.ok("67 01")
    printed = lines(device)

    for wanted in (
        "            X-ОТЧЕТ",
        "ПРИХОД 1                 =200.00",
        " БЕЗНАЛИЧНЫМИ            =200.00",
        " НДС 10%                  =18.18",
        "ВНЕСЕНИЯ 1               =500.00",
        "ВЫПЛАТЫ 1                =100.00",
        "НАЛИЧНЫХ В КАССЕ         =400.00",
        "ВЫРУЧКА                  =200.00",
    ):
        assert wanted in printed


def test_the_z_report_is_a_fiscal_document(device: VirtualDevice, till: Host3) -> None:
    prepare(till)
    till.ok(close(2))
    till.ok("48")
    till.ok(MODE[3])
    till.ok("5A")
    printed = lines(device)

    assert "    Z-ОТЧЕТ О ЗАКРЫТИИ СМЕНЫ" in printed
    assert "ФД                             4" in printed
    assert "ПРИХОД 1                 =200.00" in printed


def test_free_text_double_width_and_a_code(device: VirtualDevice, host: Host3) -> None:
    host.ok("4C 09 88 09 92")
    host.ok("87 00 01 00 01 00 00 01 01 00 00 00 " + text("ИТОГ №1").hex())
    host.ok("4C 20")
    host.ok("C1 00 02 05 00 00 01 01 00 00 00 00 00 00 00 " + b"ABC".ljust(100, b"\0").hex())
    long = bytes(range(0x41, 0x5B)) * 6
    host.ok("C1 80 02 05 00 00 01 01 00 00 00 00 00 00 00 " + long[:100].hex())
    host.ok("C2 00 " + long[100:].ljust(100, b"\0").hex())
    host.ok(MODE[2])
    host.ok("73")

    assert [
        Text("И Т"),
        Text("ИТОГ №1", Look.DOUBLE_HEIGHT),
        Text(""),
        Qr("ABC"),
        Qr(long.decode()),
    ] == device.roll.last()[:5]
    assert Text("          ЗА ПОКУПКУ!") == device.roll.last()[-1]


def test_a_copy_of_the_last_document(device: VirtualDevice, till: Host3) -> None:
    prepare(till)
    till.ok(close(1))
    original = device.roll.last()
    till.ok("95")
    copy = device.roll.last()

    assert Text("        КОПИЯ ДОКУМЕНТА") == copy[0]
    assert original == copy[1:]
    assert 3 == last_fd(till)


def test_there_is_no_copy_of_nothing(host: Host3) -> None:
    assert b"\x55\xaa\x00" == host.ask("95")


def test_without_paper_nothing_begins(device: VirtualDevice, host: Host3) -> None:
    host.ok(MODE[1])
    device.paper = False

    assert b"\x55\x01\x01" == host.ask("45")
    assert not host.ask("3F")[9] & 0x08
    assert NO_PAPER == host.ask("9A 00")
    assert NO_PAPER == host.ask("4C 41")
    assert 1 == last_fd(host)
    device.paper = True
    host.ok("9A 00")


def test_a_position_without_paper_was_not_taken(device: VirtualDevice, till: Host3) -> None:
    till.ok("92 00 01")
    till.ok(BEGIN)
    device.paper = False
    assert NO_PAPER == till.ask(BREAD)
    device.paper = True
    till.ok(BREAD)

    assert 20000 == int(till.ok("91 14 00 00")[:5].hex())


def test_a_receipt_closed_without_paper_is_registered_and_printed_later(device: VirtualDevice, till: Host3) -> None:
    prepare(till)
    device.paper = False

    assert NO_PAPER == till.ask(close(1))
    assert 3 == last_fd(till)
    assert 0 == till.ask("3F")[22]
    assert 0x12 == till.ok("91 3B 00 00")[0]
    assert NO_PAPER == till.ask("EE")
    device.paper = True
    till.ok("EE")
    assert 0x02 == till.ok("91 3B 00 00")[0]
    assert "ИТОГ                     =200.00" in lines(device)
    assert "ФД                             3" in lines(device)


class EndsAt(Faults):
    """The paper ends before the line that holds *text*."""

    def __init__(self, text: str) -> None:
        self.text = text

    def before_line(self, text: str) -> bool:
        if self.text in text:
            self.text = "\0"
            return False
        return True


def test_paper_that_ends_in_the_middle_goes_on_where_it_ended(tmp_path: Path, wall: Wall) -> None:
    with (
        VirtualDevice(tmp_path, clock=wall, faults=EndsAt("ФН  ")) as device,
        serve_tcp(device) as line,
        Host3(line.url) as host,
    ):
        device.faults = Faults()
        host.ok(MODE[1])
        host.ok("9A 00")
        device.faults = EndsAt("ФН  ")
        prepare(host)
        assert NO_PAPER == host.ask(close(1))
        device.paper = True
        host.ok("EE")

        printed = lines(device)
    assert 1 == len([each for each in printed if "ИТОГ" in each])
    assert 1 == len([each for each in printed if each.startswith("ФН ")])


def test_a_z_report_whose_paper_ends_is_closed_and_not_printed(tmp_path: Path, wall: Wall) -> None:
    with VirtualDevice(tmp_path, clock=wall) as device, serve_tcp(device) as line, Host3(line.url) as host:
        for command in (MODE[1], "9A 00", "48", MODE[3]):
            host.ok(command)
        device.faults = EndsAt("ВЫРУЧКА")
        host.ok("5A")

        assert b"\x55\x03\x01" == host.ask("45")
        assert 0x12 == host.ok("91 3B 00 00")[0]
        assert 3 == last_fd(host)
        device.paper = True
        host.ok("EE")
        assert any("ВЫРУЧКА" in each for each in lines(device))


def test_the_next_receipt_prints_what_was_left_first(device: VirtualDevice, till: Host3) -> None:
    prepare(till)
    device.paper = False
    till.ask(close(1))
    device.paper = True
    prepare(till)

    assert 0x02 == till.ok("91 3B 00 00")[0]
    assert "ИТОГ                     =200.00" in lines(device, device.roll.number - 1)


@pytest.mark.parametrize(
    ("switch", "answer", "flags", "status"),
    [("cover_open", NO_PAPER, 0x01, 0x20), ("printer_fault", b"\x55\x69\x00", 0x04, 0)],
)
def test_other_troubles_of_the_printer(
    device: VirtualDevice, till: Host3, switch: str, answer: bytes, flags: int, status: int
) -> None:
    setattr(device, switch, True)

    assert answer == till.ask("92 00 01")
    assert bytes((0x55, 0x01, flags)) == till.ask("45")
    assert status == till.ask("3F")[9] & 0x20
    setattr(device, switch, False)
    till.ok("92 00 01")


def test_wide_paper_uses_its_width(tmp_path: Path, wall: Wall) -> None:
    with VirtualDevice(tmp_path, clock=wall, model="77f") as device, serve_tcp(device) as line, Host3(line.url) as host:
        host.ok(MODE[1])
        host.ok("9A 00")
        prepare(host)
        host.ok(close(1))

        assert "ИТОГ" + "=200.00".rjust(44) in lines(device)


@pytest.mark.parametrize(("bits", "mark"), [(15, "[М+]"), (5, "[М-]"), (0, "[М]")])
def test_a_marked_item_shows_how_its_code_was_checked(device: VirtualDevice, till: Host3, bits: int, mark: str) -> None:
    till.ok("92 00 01")
    till.ok(BEGIN)
    for command in e8(1163, b"\x19\x05\x04\x00CODE") + e8(2106, bytes((bits,))):
        till.ok(command)
    till.ok(BREAD)
    till.ok(close(1))

    assert mark in lines(device)
    assert (bits == 5) == document(till)[2107]


def test_a_correction_shows_its_basis(device: VirtualDevice, till: Host3) -> None:
    till.ok("92 00 07")
    basis = b"\x9a\x04\x04\x00" + moment(datetime.datetime(2026, 11, 19)) + b"\x9b\x04\x02\x00" + text("77")
    for command in e8(1173, b"\x01") + e8(1174, basis):
        till.ok(command)
    till.ok(BEGIN)
    till.ok(BREAD)
    till.ok(close(1))
    printed = "\n".join(lines(device))

    assert "КАССОВЫЙ ЧЕК КОРРЕКЦИИ / ПРИХОД" in printed.replace("\n", " ").replace("  ", " ")
    assert "ТИП КОРРЕКЦИИ: ПО ПРЕДПИСАНИЮ" in printed
    assert "19.11.2026" in printed
    assert "НОМЕР ПРЕДПИСАНИЯ: 77" in printed
