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


def _arm(arms: list[Any], value: Any) -> Any:
    """Which of several dataclasses *value* was dumped from: the first one that has all of its names."""
    if len(arms) == 1:
        return arms[0]
    return next(arm for arm in arms if value.keys() <= _fields(arm).keys())


def _typed(kind: Any, value: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        if value is None:
            return None
        return _typed(_arm([arm for arm in typing.get_args(kind) if arm is not type(None)], value), value)
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
    bold: bool = False
    italic: bool = False
    underline: bool = False
    negative: bool = False


class BarcodeType(StrEnum):
    """Symbologies by the names that clients of driver 10 use."""

    EAN8 = "EAN8"
    EAN13 = "EAN13"
    UPCA = "UPCA"
    UPCE = "UPCE"
    CODE39 = "CODE39"
    CODE39_EXTENDED = "CODE39_EXTENDED"
    CODE93 = "CODE93"
    CODE128 = "CODE128"
    CODABAR = "CODABAR"
    ITF = "ITF"
    ITF14 = "ITF14"
    GS1_128 = "GS1_128"
    PDF417 = "PDF417"
    QR = "QR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Barcode(Value):
    """
    A barcode or a QR on paper. *scale* is the width of a module and *height* the height of the bars, in dots; 0 is the
    device's own choice. *print_text* prints the digits under it.
    """

    barcode: str
    type: BarcodeType = BarcodeType.QR
    align: Align = Align.LEFT
    scale: int = 0
    height: int = 0
    print_text: bool = False


Printed = TextLine | Barcode
"""What may stand on paper between the fiscal lines."""


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
class AgentData(Value):
    """Tag 1223: paying agent {1044, 1073}, operator of transfers {1075, 1026, 1005, 1016}, acceptor of payments {1074}."""

    operation: str = ""
    agent_phones: tuple[str, ...] = ()
    transfer_phones: tuple[str, ...] = ()
    transfer_name: str = ""
    transfer_address: str = ""
    transfer_inn: str = ""
    receiver_phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Industry(Value):
    """Отраслевой реквизит, tags 1260 (position) and 1261 (receipt): {1262, 1263, 1264, 1265}. ФФД 1.2."""

    foiv: str
    date: datetime.date
    number: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRequisite(Value):
    """Операционный реквизит чека, tag 1270 {1271, 1272, 1273}. ФФД 1.2. *at* is local time."""

    id: int
    data: str
    at: datetime.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRequisite(Value):
    """Дополнительный реквизит пользователя, tag 1084 {1085, 1086}."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkCheck(Value):
    """
    Tag 2106, what the check of a marking code came to: was it checked, is it right, was its state told, does the state
    fit, was the device offline. Source: atol-driver10-json.md 2.6, ffd.md (marking).
    """

    checked: bool = False
    valid: bool = False
    status_told: bool = False
    status_fits: bool = False
    offline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark(Value):
    """
    A marking code of ФФД 1.2 as the scanner gave it, GS separators included. *status* is tag 2003, *numerator* and
    *denominator* (tags 1293, 1294) a part of a package, *mode* tag 2102. *check* is what an earlier check told, None:
    not checked.
    """

    code: str
    status: int = 1
    mode: int = 0
    numerator: int = 0
    denominator: int = 0
    check: MarkCheck | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position(Value):
    """
    One position (tag 1059).

    *sum* is what is registered (1043), kopecks, and equals price × quantity half up; the price already holds every
    discount. *discount* is printed for the buyer only. *barcode* is printed under the position. *agent* is one bit of
    tag 1222. *product_code* is the marking code as text (1163/1305 for ФФД 1.2, 1162 before); *mark* is one that goes
    through the check of ФФД 1.2 instead. *measure* is tag 2108 (ФФД 1.2), 0 pieces. *excise* (1229) in kopecks.
    *lines* are printed right after the position.
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
    agent_data: AgentData | None = None
    supplier: Supplier | None = None
    product_code: str = ""
    mark: Mark | None = None
    industry: tuple[Industry, ...] = ()
    excise: int | None = None
    country: str = ""
    declaration: str = ""
    lines: tuple[Printed, ...] = ()


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
class Customer(Value):
    """More of the buyer for ФФД 1.2 (tag 1256): 1243, 1244, 1245, 1246, 1254; the name and INN are the receipt's."""

    birth_date: datetime.date | None = None
    citizenship: str = ""
    document_code: str = ""
    document: str = ""
    address: str = ""


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
    header: tuple[Printed, ...] = ()
    footer: tuple[Printed, ...] = ()
    correction: Correction | None = None
    settlement_address: str = ""
    machine_number: str = ""
    customer: Customer | None = None
    industry: tuple[Industry, ...] = ()
    operation_requisite: OperationRequisite | None = None
    user_requisite: UserRequisite | None = None


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
    """Lines and barcodes that are no document; *footer* feeds and prints what the device prints after documents."""

    kind: ClassVar[str] = "print_text"

    lines: tuple[Printed, ...]
    footer: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLast(Command):
    """A copy of the last document, marked as a copy by the device."""

    kind: ClassVar[str] = "copy_last"


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishPrint(Command):
    """Print what is left of a document whose paper was torn off; nothing to print is no error."""

    kind: ClassVar[str] = "finish_print"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintDocument(Command):
    """Print a document of the fiscal storage again."""

    kind: ClassVar[str] = "print_document"

    fd_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfdReport(Command):
    """Отчёт о текущем состоянии расчётов (form 21): tells what the ОФД has not got yet."""

    kind: ClassVar[str] = "ofd_report"
    fiscal: ClassVar[bool] = True

    cashier: Cashier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CutPaper(Command):
    kind: ClassVar[str] = "cut_paper"

    full: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDrawer(Command):
    kind: ClassVar[str] = "open_drawer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beep(Command):
    kind: ClassVar[str] = "beep"

    hertz: int = 1000
    milliseconds: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SetClock(Command):
    """*at* is local time; None: the worker's own, by the time zone of the site."""

    kind: ClassVar[str] = "set_clock"

    at: datetime.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteTable(Command):
    """
    A setting of the device by its place (atol-protocol.md, tables). *value* is text for text fields, digits for
    numbers.
    """

    kind: ClassVar[str] = "write_table"

    table: int
    row: int
    field: int
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTable(Command):
    """Answers with Result.value."""

    kind: ClassVar[str] = "read_table"

    table: int
    row: int
    field: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetTotals(Command):
    """Общее гашение: the device's own overall counters go to zero. For administrators."""

    kind: ClassVar[str] = "reset_totals"


@dataclass(frozen=True, slots=True, kw_only=True)
class TechReset(Command):
    """Технологическое обнуление: settings go back to the factory's. For administrators."""

    kind: ClassVar[str] = "tech_reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadState(Command):
    """Answers with Result.identity, state and totals."""

    kind: ClassVar[str] = "read_state"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTotals(Command):
    """Counters of the shift: Result.totals and state. *overall*: since the registers were last reset."""

    kind: ClassVar[str] = "read_totals"

    overall: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadStorage(Command):
    """The fiscal storage and its exchange with the ОФД: Result.storage and state."""

    kind: ClassVar[str] = "read_storage"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRegistration(Command):
    """Answers with Result.registration and identity."""

    kind: ClassVar[str] = "read_registration"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDocument(Command):
    """A document of the fiscal storage: Result.document. 0 is the last one."""

    kind: ClassVar[str] = "read_document"

    fd_number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckMark(Command):
    """Check a marking code in the fiscal storage and, where the device can, with the marking system: Result.check."""

    kind: ClassVar[str] = "check_mark"

    mark: Mark


COMMANDS: dict[str, type[Command]] = {
    command.kind: command
    for command in (
        OpenShift,
        CloseShift,
        RegisterReceipt,
        CashIn,
        CashOut,
        XReport,
        PrintText,
        CopyLast,
        FinishPrint,
        PrintDocument,
        OfdReport,
        CutPaper,
        OpenDrawer,
        Beep,
        SetClock,
        WriteTable,
        ReadTable,
        ResetTotals,
        TechReset,
        ReadState,
        ReadTotals,
        ReadStorage,
        ReadRegistration,
        ReadDocument,
        CheckMark,
    )
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
    drawer_open: bool = False
    registered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageState(Value):
    """
    The fiscal storage as it tells of itself. *phase* is its life phase (0 init, 1 configured, 3 fiscal mode, 7 archive
    closed, 15 archive sent), *warnings* its bits. *ofd_…* is the exchange with the ОФД; dates are local.
    """

    fn_number: str
    phase: int
    warnings: int = 0
    valid_until: datetime.date | None = None
    registrations: int = 0
    registrations_left: int = 0
    version: str = ""
    ffd: int = 0
    last_fd: int = 0
    receipt_number: int = 0
    ofd_unsent: int = 0
    ofd_unsent_fd: int = 0
    ofd_unsent_since: datetime.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration(Value):
    """
    What the device was registered with at the tax office. *taxations* is tag 1062, *agents* 1057, *modes* the names of
    the flags that are set (ffd.md 6.1).
    """

    rnm: str
    inn: str
    organisation: str = ""
    address: str = ""
    settlement_place: str = ""
    sender_email: str = ""
    taxations: int = 0
    agents: int = 0
    ffd: int = 0
    fns_site: str = ""
    ofd_inn: str = ""
    ofd_name: str = ""
    machine_number: str = ""
    modes: tuple[str, ...] = ()
    at: datetime.datetime | None = None


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
    shift close). *decided_by* is the person on whose word it is done, *told_fd* the document that they named. The rest
    is what the Read… commands answer with.
    """

    document: FiscalData | None = None
    before: tuple[FiscalData, ...] = ()
    printed: bool = True
    change: int = 0
    cash: int | None = None
    totals: ShiftTotals | None = None
    decided_by: str = ""
    told_fd: int = 0
    identity: Identity | None = None
    state: DeviceState | None = None
    storage: StorageState | None = None
    registration: Registration | None = None
    check: MarkCheck | None = None
    value: str = ""
