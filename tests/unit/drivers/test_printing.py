"""Text, barcodes, copies, knife, drawer and sound, from the command to the paper of a device at the end of a line."""

from __future__ import annotations

import pytest

from devices.commands import (
    Align,
    Barcode,
    BarcodeType,
    Beep,
    Command,
    CutPaper,
    FinishPrint,
    OpenDrawer,
    PrintDocument,
    PrintText,
    ResetTotals,
    TechReset,
    TextLine,
    WriteTable,
)
from devices.errors import ErrorCode, Refused
from devices.simulator.faults import Faults
from devices.simulator.paper import Dots, Look, Pdf417, Qr, Text
from tests.unit.drivers.conftest import OpenShop, Shop
from tests.unit.drivers.goods import BREAD
from tests.unit.drivers.scanner import scan

TRANSPORTS = pytest.mark.parametrize("transport", [2, 3])


@TRANSPORTS
def test_looks_fonts_and_sizes_reach_the_paper(open_shop: OpenShop, transport: int) -> None:
    shop = open_shop(transport=transport)
    lines = (
        TextLine(text="обычный"),
        TextLine(text="жирный", bold=True, align=Align.CENTER),
        TextLine(text="курсив", italic=True, underline=True),
        TextLine(text="белым по чёрному", negative=True, font=3),
        TextLine(text="выше", double_height=True),
        TextLine(text="шире", double_width=True, align=Align.RIGHT),
    )

    shop.run(PrintText(lines=lines))

    assert [
        Text("обычный"),
        Text(" " * 13 + "жирный", Look.BOLD),
        Text("курсив", Look.ITALIC | Look.UNDERLINE),
        Text("белым по чёрному", Look.NEGATIVE, 3),
        Text("выше", Look.DOUBLE_HEIGHT),
        Text(" " * 24 + "ш и р е"),
    ] == shop.device.roll.last()[:6]


def test_a_device_that_does_not_know_a_look_prints_the_line_without(shop: Shop) -> None:
    shop.device.faults = _Refusing("87", at=9, value=1)

    shop.run(PrintText(lines=(TextLine(text="важно", bold=True), TextLine(text="крупно", bold=True, font=2))))

    assert [Text("важно"), Text("крупно", font=2)] == shop.device.roll.last()[:2]


def test_lines_without_a_footer_leave_the_paper_to_what_follows(shop: Shop) -> None:
    before = shop.device.roll.number
    shop.run(PrintText(lines=(TextLine(text="первая"),), footer=False))
    shop.run(PrintText(lines=(TextLine(text="вторая"),)))

    assert before + 1 == shop.device.roll.number
    assert [Text("первая"), Text("вторая"), Text("СПАСИБО")] == [
        Text(part.text.strip()) for part in shop.device.roll.last()[:3] if isinstance(part, Text)
    ]


@TRANSPORTS
@pytest.mark.parametrize("length", [3, 100, 101, 250])
def test_a_code_that_the_device_makes_is_whole_whatever_its_length(
    open_shop: OpenShop, transport: int, length: int
) -> None:
    text = ("https://shop.example.com/Ж?n=" + "0123456789" * 30)[:length]
    shop = open_shop(transport=transport)

    shop.run(PrintText(lines=(Barcode(barcode=text), Barcode(barcode=text, type=BarcodeType.PDF417))))

    assert [Qr(text), Pdf417(text)] == shop.device.roll.last()[:2]


@pytest.mark.parametrize(
    ("kind", "text", "read"),
    [
        (BarcodeType.EAN13, "460123456789", "4601234567893"),
        (BarcodeType.EAN8, "46009333", "46009333"),
        (BarcodeType.UPCA, "03600029145", "036000291452"),
        (BarcodeType.UPCE, "425261", "04252614"),
        (BarcodeType.CODE39, "ORDER-45", "ORDER-45"),
        (BarcodeType.CODE39_EXTENDED, "a+B", "a+B"),
        (BarcodeType.CODE93, "TEST93", "TEST93"),
        (BarcodeType.CODE128, "Order 1045123456", "Order 1045123456"),
        (BarcodeType.GS1_128, "(01)04600000000015(10)A1(17)260101", "]C1010460000000001510A1\x1d17260101"),
        (BarcodeType.CODABAR, "A40156B", "A40156B"),
        (BarcodeType.ITF, "12345", "012345"),
        (BarcodeType.ITF14, "1540014128876", "15400141288763"),
    ],
    ids=lambda value: value if isinstance(value, BarcodeType) else "",
)
@pytest.mark.parametrize("align", list(Align))
def test_bars_on_the_paper_read_as_what_was_asked_for(
    open_shop: OpenShop, kind: BarcodeType, text: str, read: str, align: Align
) -> None:
    shop = open_shop(model="77f")

    shop.run(PrintText(lines=(Barcode(barcode=text, type=kind, align=align, scale=2, height=60, print_text=True),)))
    bars, below = shop.device.roll.last()[:2]

    assert isinstance(bars, Dots)
    assert isinstance(below, Text)
    assert 60 == bars.lines
    assert read == scan(bars.row, kind)
    assert below.text.strip()


def test_bars_grow_narrower_where_the_paper_is(shop: Shop) -> None:
    wide = Barcode(barcode="ABCDEFGHIJKLMNOPQRS", type=BarcodeType.CODE128, scale=6)

    shop.run(PrintText(lines=(wide,)))
    bars = shop.device.roll.last()[0]

    assert isinstance(bars, Dots)
    assert 48 == len(bars.row)
    assert wide.barcode == scan(bars.row, BarcodeType.CODE128)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (BarcodeType.EAN13, "4601234567890"),
        (BarcodeType.EAN13, "46O1234567893"),
        (BarcodeType.ITF, "12A"),
        (BarcodeType.CODE39, "abc"),
        (BarcodeType.CODE128, "Ж"),
        (BarcodeType.CODE128, "X" * 100),
        (BarcodeType.GS1_128, "(01)1("),
        (BarcodeType.QR, "漢"),
        (BarcodeType.QR, ""),
    ],
)
def test_what_a_code_cannot_hold_is_refused_before_anything_is_printed(
    shop: Shop, kind: BarcodeType, text: str
) -> None:
    before = shop.paper()

    with pytest.raises(Refused) as caught:
        shop.run(PrintText(lines=(TextLine(text="до"), Barcode(barcode=text, type=kind))))
    assert ErrorCode.BAD_REQUISITE == caught.value.code
    assert before == shop.paper()


def test_a_document_of_the_storage_is_printed_again(shop: Shop) -> None:
    shop.run(BREAD)
    fd = shop.driver.last_document_number()

    shop.run(PrintDocument(fd_number=fd))

    assert any("ДОКУМЕНТ ИЗ ФН" in part.text for part in shop.device.roll.last() if isinstance(part, Text))
    assert fd == shop.driver.last_document_number()
    with pytest.raises(Refused) as caught:
        shop.run(PrintDocument(fd_number=99))
    assert ErrorCode.NO_DOCUMENT == caught.value.code


def test_what_is_left_of_a_document_is_printed_and_nothing_left_is_no_error(shop: Shop) -> None:
    shop.run(FinishPrint())
    shop.device.state.pending = ["хвост"]

    shop.run(FinishPrint())

    assert Text("хвост") == shop.device.roll.last()[-1]
    assert not shop.driver.state().unprinted


def test_the_rest_is_not_printed_without_paper(shop: Shop) -> None:
    shop.device.state.pending = ["хвост"]
    shop.device.paper = False

    with pytest.raises(Refused) as caught:
        shop.run(FinishPrint())
    assert ErrorCode.PAPER_OUT == caught.value.code


@TRANSPORTS
def test_knife_drawer_and_sound(open_shop: OpenShop, transport: int) -> None:
    shop = open_shop(transport=transport)
    shop.run(PrintText(lines=(TextLine(text="до"),), footer=False))

    shop.run(CutPaper(full=True))
    shop.run(OpenDrawer())
    shop.run(Beep(hertz=1024, milliseconds=100))

    assert not shop.device.roll.begun
    assert shop.device.drawer_open
    assert [(1024, 100)] == shop.device.sounds
    assert shop.driver.state().drawer_open


@pytest.mark.parametrize("beep", [Beep(hertz=0), Beep(hertz=10), Beep(milliseconds=0), Beep(milliseconds=2560)])
def test_a_sound_that_no_device_makes_is_refused(shop: Shop, beep: Beep) -> None:
    with pytest.raises(Refused) as caught:
        shop.run(beep)
    assert ErrorCode.BAD_AMOUNT == caught.value.code


@pytest.mark.parametrize("command", [OpenDrawer(), Beep()], ids=lambda command: command.kind)
def test_drawer_and_sound_leave_an_open_receipt_alone(shop: Shop, command: OpenDrawer | Beep) -> None:
    shop.device.answer_another(bytes.fromhex("0000 92 00 01"))

    shop.run(command)

    assert shop.driver.state().receipt_open


class _Refusing(Faults):
    """A device that answers *answer* (13, wrong format) to *command* where its byte *at* is *value*."""

    def __init__(self, command: str, *, at: int, value: int, answer: int = 0x13) -> None:
        self._command, self._at, self._value, self._answer = bytes.fromhex(command), at, value, answer

    def before_command(self, message: bytes) -> bytes | None:
        refused = message[2:3] == self._command and message[2:][self._at] == self._value
        return bytes((0x55, self._answer, 0)) if refused else None


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (CutPaper(), "75"),
        (OpenDrawer(), "80"),
        (Beep(), "88"),
        (PrintDocument(fd_number=1), "AB"),
        (PrintText(lines=(Barcode(barcode="1"),)), "C1"),
        (PrintText(lines=(Barcode(barcode="1", type=BarcodeType.CODE39),)), "8E"),
        (ResetTotals(), "77"),
        (TechReset(), "6B"),
        (WriteTable(table=2, row=1, field=32, value="1"), "50"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("answer", ["66", "7A"])
def test_what_a_device_has_not_is_not_supported_and_nothing_to_wait_for(
    open_shop: OpenShop, command: Command, code: str, answer: str
) -> None:
    shop = open_shop()
    shop.device.faults = _Refusing(code, at=0, value=int(code, 16), answer=int(answer, 16))

    with pytest.raises(Refused) as caught:
        shop.run(command)
    assert ErrorCode.NOT_SUPPORTED == caught.value.code
    assert 0 <= shop.driver.state().shift_number
