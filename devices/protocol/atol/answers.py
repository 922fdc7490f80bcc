"""
What the commands answer, field by field in the order of the wire. Money in kopecks, times naive.

Source: atol-protocol.md 5 (sections named at each), atol-wire-observed.md 3.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Annotated

from devices.protocol.atol.fields import BYTE, Answer, Bcd, BcdTime, Binary, FnTime, Raw, Text

Byte = Annotated[int, BYTE]
Money5 = Annotated[int, Bcd(5)]
Money6 = Annotated[int, Bcd(6)]
Money7 = Annotated[int, Bcd(7)]
Count2 = Annotated[int, Bcd(2)]
Moment = datetime.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class State(Answer):
    """
    3Fh, 5.1.1. *receipt* is of the next receipt, *shift* the last closed one, *serial* its low digits, *mode* a
    ModeByte.
    """

    cashier: Annotated[int, Bcd(1)]
    hall: Byte
    clock: Annotated[Moment, BcdTime("YMDhms")]
    flags: Byte
    serial: Annotated[bytes, Raw(4)]
    model: Byte
    protocol: Annotated[bytes, Raw(2)]
    mode: Byte
    receipt: Count2
    shift: Count2
    receipt_state: Byte
    receipt_sum: Money5
    point: Byte = 2
    interface: Byte = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCode(Answer):
    """45h, 5.1.2: a ModeByte and PrinterFlag bits."""

    mode: Byte
    flags: Byte


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceType(Answer):
    """A5h, 5.1. The version's first two bytes and the build are read as their digits: 05 00 00 00 10 is 5.0.10."""

    protocol: Byte
    type: Byte
    model: Byte
    device_mode: Annotated[bytes, Raw(2)]
    version: Byte
    subversion: Byte
    language: Byte
    build: Count2
    name: Annotated[str, Text()] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid(Answer):
    """99h, 5.4: what is left to pay, and the change of cash."""

    remainder: Money5
    change: Money5 = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Requisite(Answer):
    """E9h, 5.5: block 0 begins with the element's own head."""

    blocks: Byte
    data: Annotated[bytes, Raw()] = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableField(Answer):
    """46h, 5.10: strings in the internal page."""

    value: Annotated[bytes, Raw()] = b""


# Registers, 5.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum6(Answer):
    """01h, 03h, 04h, 05h."""

    sum: Money6


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum7(Answer):
    """0Ah, 0Ch, 28h, 38h."""

    sum: Money7


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(Answer):
    """06h, 08h, 09h, 15h."""

    count: Count2


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift(Answer):
    """12h: a ShiftByte, and when the shift ends or ended."""

    state: Byte
    ends_at: Annotated[Moment, BcdTime("DMYhms")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(Answer):
    """13h."""

    mode: Byte
    type: Byte
    receipt: Count2
    document: Annotated[int, Bcd(4)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptSum(Answer):
    """14h."""

    sum: Money5
    remainder: Money5 = 0
    change: Money5 = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Serial(Answer):
    """16h: seven bytes BCD, four on old devices; all digits count."""

    digits: Annotated[bytes, Raw()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Width(Answer):
    """18h: the receipt printer's line."""

    columns: Annotated[int, Bcd(1)]
    dots: Count2 = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FnTerm(Answer):
    """1Ah: registrations made and left, and the last day of the fiscal storage."""

    made: Annotated[int, Bcd(1)]
    left: Annotated[int, Bcd(1)]
    until: Annotated[Moment, BcdTime("DMY")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered(Answer):
    """30h: the last report on a registration."""

    fd: Annotated[int, Bcd(5)]
    at: Annotated[Moment, BcdTime("DMYhm")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastReceipt(Answer):
    """33h."""

    fd: Annotated[int, Bcd(5)]
    type: Byte
    sum: Money7
    at: Annotated[Moment, BcdTime("DMYhm")]
    fpd: Annotated[int, Bcd(5)]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDocument(Answer):
    """34h."""

    fd: Annotated[int, Bcd(5)]
    at: Annotated[Moment, BcdTime("DMYhm")] = None
    fpd: Annotated[int, Bcd(5)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftNumbers(Answer):
    """35h, as the fiscal storage counts."""

    receipt: Annotated[int, Bcd(3)]
    shift: Annotated[int, Bcd(3)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ffd(Answer):
    """36h: codes of devices.ffd.FfdVersion. *device* also chooses the order of the tax rows."""

    device: Byte
    fn: Byte = 0
    current: Byte = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendedError(Answer):
    """37h; some answer a single byte when there is nothing to tell."""

    command: Annotated[int, Binary(2)] = 0
    error: Annotated[int, Binary(2)] = 0
    data: Annotated[bytes, Raw()] = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintState(Answer):
    """3Bh: any of the high four bits: the last document is registered and its paper is not whole."""

    flags: Byte

    @property
    def unprinted(self) -> bool:
        return bool(self.flags & 0xF0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts(Answer):
    """41h: closed and cancelled receipts of one operation in the shift."""

    closed: Annotated[int, Bcd(5)]
    cancelled: Annotated[int, Bcd(5)] = 0


# Fiscal storage, 5.8


@dataclass(frozen=True, slots=True, kw_only=True)
class OfdState(Answer):
    """A4 20."""

    exchange: Byte
    reading: Byte
    unsent: Annotated[int, Binary(2, little=True)]
    first: Annotated[int, Binary(4, little=True)] = 0
    first_at: Annotated[Moment, FnTime()] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FnState(Answer):
    """A4 30: FnPhase, FnWarning bits; some devices leave the last number out."""

    phase: Byte
    document: Byte
    data: Byte
    shift_open: Byte
    warnings: Byte
    at: Annotated[Moment, FnTime()]
    number: Annotated[str, Text(16)]
    last_fd: Annotated[int, Binary(4, little=True)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FnNumber(Answer):
    """A4 31."""

    number: Annotated[str, Text(16)]


@dataclass(frozen=True, slots=True, kw_only=True)
class FnVersion(Answer):
    """A4 33; *serial* 0: a storage for debugging."""

    version: Annotated[str, Text(16)]
    serial: Byte = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDocument(Answer):
    """A4 40; *rest* by type: receipt type 1 and sum 5 LE, or shift number 2 LE."""

    type: Byte
    ticket: Byte
    at: Annotated[Moment, FnTime()]
    fd: Annotated[int, Binary(4, little=True)]
    fpd: Annotated[int, Binary(4, little=True)]
    rest: Annotated[bytes, Raw()] = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentHead(Answer):
    """A4 45."""

    type: Annotated[int, Binary(2, little=True)]
    length: Annotated[int, Binary(2, little=True)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPart(Answer):
    """A4 46: one element, a group as a whole."""

    element: Annotated[bytes, Raw()] = b""
