"""
The vocabulary between people's wishes and devices: what may be asked of a device, and what it answers.

Commands and results are frozen values that turn themselves into JSON and back, so that a job row keeps them for ever.
Money is whole kopecks, quantities are Decimal with up to 6 places, times are naive local clock readings of the device
(ФФД 4.6). A new command is one dataclass here and one `do_<kind>` per driver; job, API, pages and admin read
COMMANDS.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import types
import typing
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, ClassVar, Self

from devices.ffd import Operation, PaymentMethod, PaymentObject, PaymentType, ReceiptType, Taxation, Vat


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return value


@functools.cache
def _fields(kind: type) -> dict[str, Any]:
    """The types of a dataclass's fields by name; working them out costs more than loading a receipt."""
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _typed(kind: Any, value: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        if value is None:
            return None
        return _typed(next(arm for arm in typing.get_args(kind) if arm is not type(None)), value)
    if origin is tuple:
        item = typing.get_args(kind)[0]
        return tuple(_typed(item, each) for each in value)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        known = _fields(kind)
        return kind(**{name: _typed(known[name], part) for name, part in value.items() if name in known})
    if kind is Decimal:
        return Decimal(value)
    if kind in (datetime.datetime, datetime.date):
        return kind.fromisoformat(value)
    if kind is bytes:
        return bytes.fromhex(value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A frozen value that dumps to plain JSON types and loads from them; unknown keys of an older row are left out."""

    def dump(self) -> dict[str, Any]:
        plain: dict[str, Any] = _plain(self)
        return plain

    @classmethod
    def load(cls, data: dict[str, Any]) -> Self:
        loaded: Self = _typed(cls, data)
        return loaded


class Align(StrEnum):
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine(Value):
    """
    One line of free text; longer than the device's width it is wrapped by words. Font 0 is the device's own
    choice.
    """

    text: str
    align: Align = Align.LEFT
    font: int = 0
    double_width: bool = False
    double_height: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cashier(Value):
    """Tags 1021 and 1203."""

    name: str
    inn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier(Value):
    """Tags 1224 {1225, 1171} and 1226."""

    name: str = ""
    inn: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position(Value):
    """
    One position (tag 1059).

    *sum* is what is registered (1043), kopecks, and equals price × quantity half up; the price already holds every
    discount. *discount* is printed for the buyer only. *barcode* is printed under the position. *agent* is one bit of
    tag 1222. *product_code* is the marking code as text (1163/1305 for ФФД 1.2, 1162 before). *measure* is tag 2108
    (ФФД 1.2), 0 pieces.
    """

    name: str
    price: int
    quantity: Decimal
    sum: int
    vat: Vat
    payment_method: PaymentMethod = PaymentMethod.FULL_PAYMENT
    payment_object: PaymentObject = PaymentObject.COMMODITY
    department: int = 0
    discount: int = 0
    barcode: str = ""
    measure: int | None = None
    unit: str = ""
    additional: str = ""
    agent: int = 0
    supplier: Supplier | None = None
    product_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Value):
    """
    *sum* in kopecks as the buyer hands it over; only cash may be more than what is left to pay, the rest is
    change.
    """

    type: PaymentType
    sum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction(Value):
    """Tags 1173 and 1174 {1178, 1179, 1177}; by_order means a demand of the tax office, then *number* is required."""

    date: datetime.date
    by_order: bool = False
    number: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Value):
    """
    Something a device can be asked to do.

    fiscal      it leaves a document in the fiscal storage: baseline, never repeated, resolved from the archive
    cash        it moves the cash counters without a document: baseline of the counters, never repeated
    needs_shift it needs an open shift
    """

    kind: ClassVar[str] = ""
    fiscal: ClassVar[bool] = False
    cash: ClassVar[bool] = False
    needs_shift: ClassVar[bool] = False

    @property
    def repeatable(self) -> bool:
        """Doing it twice harms nobody: it may be sent again when the answer is lost."""
        return not (self.fiscal or self.cash)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenShift(Command):
    kind: ClassVar[str] = "open_shift"
    fiscal: ClassVar[bool] = True

    cashier: Cashier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseShift(Command):
    """*shift_number* is the shift that is meant, 0 whichever is open: a later one is not closed in its place."""

    kind: ClassVar[str] = "close_shift"
    fiscal: ClassVar[bool] = True

    cashier: Cashier | None = None
    shift_number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterReceipt(Command):
    """
    A receipt of any type.

    *total* (1020) equals the sum of the positions, or is less by under a rouble with the same whole roubles
    (rounding, ffd.md 5.3). *contact* is the buyer's e-mail or phone (1008). *electronic*: no paper, contact required.
    *mark* is our 16-character mark for requisite 1192, or the client's own value. *header* is printed before the
    positions, *footer* after them.
    """

    kind: ClassVar[str] = "receipt"
    fiscal: ClassVar[bool] = True
    needs_shift: ClassVar[bool] = True

    type: ReceiptType
    positions: tuple[Position, ...]
    payments: tuple[Payment, ...]
    total: int
    taxation: Taxation | None = None
    cashier: Cashier | None = None
    contact: str = ""
    customer_name: str = ""
    customer_inn: str = ""
    sender_email: str = ""
    settlement_place: str = ""
    electronic: bool = False
    internet: bool = False
    mark: str = ""
    header: tuple[TextLine, ...] = ()
    footer: tuple[TextLine, ...] = ()
    correction: Correction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CashIn(Command):
    kind: ClassVar[str] = "cash_in"
    cash: ClassVar[bool] = True
    needs_shift: ClassVar[bool] = True

    sum: int
    cashier: Cashier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CashOut(Command):
    kind: ClassVar[str] = "cash_out"
    cash: ClassVar[bool] = True
    needs_shift: ClassVar[bool] = True

    sum: int
    cashier: Cashier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class XReport(Command):
    kind: ClassVar[str] = "x_report"

    cashier: Cashier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintText(Command):
    kind: ClassVar[str] = "print_text"

    lines: tuple[TextLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLast(Command):
    """A copy of the last document, marked as a copy by the device."""

    kind: ClassVar[str] = "copy_last"


COMMANDS: dict[str, type[Command]] = {
    command.kind: command
    for command in (OpenShift, CloseShift, RegisterReceipt, CashIn, CashOut, XReport, PrintText, CopyLast)
}


def load_command(kind: str, payload: dict[str, Any]) -> Command:
    """The command that a job row keeps. Raises KeyError: a kind that this version does not know."""
    return COMMANDS[kind].load(payload)


# What devices answer.


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity(Value):
    """Who is on the line, read at every connect. Strings are empty where a device does not tell."""

    serial_number: str
    model: str
    model_code: int
    firmware: str
    fn_number: str
    ffd: int
    columns: int
    transport: int = 0
    rnm: str = ""
    inn: str = ""
    organisation: str = ""
    address: str = ""
    taxations: int = 0


class ShiftState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState(Value):
    """
    What a poll sees. *shift_number* is the open shift, or the last closed one. *clock* is the device's own
    reading.
    """

    shift: ShiftState
    shift_number: int
    shift_ends_at: datetime.datetime | None
    receipt_open: bool
    paper: bool
    cover_open: bool
    printer_fault: bool
    unprinted: bool
    cash: int
    clock: datetime.datetime
    last_fd: int
    ofd_unsent: int = 0
    ofd_unsent_since: datetime.datetime | None = None
    fn_valid_until: datetime.date | None = None
    fn_warnings: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline(Value):
    """
    What is read and committed with the job before the first byte that can change the fiscal storage or the cash
    counters.
    """

    serial_number: str
    fn_number: str
    last_fd: int
    shift: ShiftState
    shift_number: int
    cash: int
    cash_ins: int
    cash_in_sum: int
    cash_outs: int
    cash_out_sum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalData(Value):
    """
    One document of the fiscal storage, with everything it answered.

    *at* is the device's local clock reading. *total* in kopecks, 0 for documents without a sum. *fpd* is the number
    that people see. *tlv* is the document as read from the archive. *mark* is requisite 1192, *qr* the text of the QR
    (receipts only).
    """

    document_type: int
    fn_number: str
    fd_number: int
    fpd: int
    at: datetime.datetime
    shift_number: int
    receipt_number: int = 0
    operation: Operation | None = None
    total: int = 0
    rnm: str = ""
    mark: str = ""
    qr: str = ""
    tlv: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationTotals(Value):
    """Counters of one operation in a shift: number of receipts, sum, and sums by payment, in kopecks."""

    count: int = 0
    sum: int = 0
    cash: int = 0
    electronically: int = 0
    prepaid: int = 0
    credit: int = 0
    other: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftTotals(Value):
    """The device's own counters of a shift, as X and Z print them."""

    sell: OperationTotals = field(default_factory=OperationTotals)
    sell_return: OperationTotals = field(default_factory=OperationTotals)
    buy: OperationTotals = field(default_factory=OperationTotals)
    buy_return: OperationTotals = field(default_factory=OperationTotals)
    cash_ins: int = 0
    cash_in_sum: int = 0
    cash_outs: int = 0
    cash_out_sum: int = 0
    cash: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Value):
    """
    What a finished command left: its own *document*, the documents that came with it (*before*: a shift opened on the
    way), whether the paper is complete, change in kopecks, and the counters where the command read them (X report,
    shift close). *decided_by* is the person on whose word it is done, *told_fd* the document that they named.
    """

    document: FiscalData | None = None
    before: tuple[FiscalData, ...] = ()
    printed: bool = True
    change: int = 0
    cash: int | None = None
    totals: ShiftTotals | None = None
    decided_by: str = ""
    told_fd: int = 0
