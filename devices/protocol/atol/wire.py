"""
The commands as rows: code, request fields, answer, seconds that the device may take, and whether it may be repeated
(reads only).

Every request travels behind the two bytes of the access password, which the client adds. Times: the greater of
transport 2's T5 and of what the vendor's host waits on transport 3, and a minute at least for what closes a document:
the device itself may wait for a server (failure-modes.md L08). Source: atol-protocol.md 1.3, 2.5, 3.1, 5;
atol-wire-observed.md 3, 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

from devices.protocol.atol import answers, answers_marking
from devices.protocol.atol.errors import DeviceRefused
from devices.protocol.atol.fields import BYTE, Answer, BadAnswer, Bcd, BcdTime, Binary, Field, Raw, Text
from devices.protocol.atol.session import Reply
from devices.protocol.atol.tables import Answer as Head
from devices.protocol.atol.tables import Code, FnSub, Register
from devices.protocol.atol.tables_marking import KEEP, MarkSub
from devices.protocol.atol.tables_print import CODE_DATA, CodeAlign, Format

A = TypeVar("A", bound=Answer)

_OK = frozenset({0x00, 0x01})  # 01: journal processed, a success on old devices


class Shape(Enum):
    """Where an answer keeps its error byte. Source: atol-protocol.md 3.1."""

    USUAL = "55 error data"
    STATE_CODE = "55 data"  # 45h
    STATE = "44 data"  # 3Fh
    TYPE = "error data"  # A5h


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire(Generic[A]):
    """One command; *sub* is a second fixed byte (register, FN subcommand)."""

    code: Code
    answer: type[A]
    sub: int | None = None
    ask: tuple[Field, ...] = ()
    timeout: float = 10.0
    repeatable: bool = False
    shape: Shape = Shape.USUAL
    secret: bool = False  # its fields never reach a log

    @property
    def name(self) -> str:
        return f"{self.code:02X}" if self.sub is None else f"{self.code:02X} {self.sub:02X}"

    def message(self, values: dict[str, Any]) -> bytes:
        """
        The request without password. Raises TypeError: a field too many or too few; ValueError: a value that does not
        fit.
        """
        unknown = values.keys() - {field.name for field in self.ask}
        missing = [field.name for field in self.ask if field.default is None and field.name not in values]
        if unknown or missing:
            raise TypeError(f"{self.name}: unknown {sorted(unknown)}, missing {missing}")
        head = bytes([self.code]) if self.sub is None else bytes([self.code, self.sub])
        try:
            return head + b"".join(field.codec.encode(values.get(field.name, field.default)) for field in self.ask)
        except OverflowError as error:
            raise ValueError(f"{self.name}: {error}") from error

    def read(self, reply: Reply) -> A:
        """The answer's fields. Raises DeviceRefused: it is an error; BadAnswer: it is nonsense."""
        data = reply.answer
        code, start = self._error(data, failed=bool(reply.failed))
        if code not in _OK:
            raise DeviceRefused(code, command=self.code)
        return self.answer.read(data[start:])

    def _error(self, data: bytes, *, failed: bool) -> tuple[int, int]:
        """The error byte, 0 for none, and where the fields begin."""
        usual = len(data) >= 2 and data[0] == Head.USUAL
        if failed and usual:
            return data[1], 2
        if self.shape is Shape.STATE and data[:1] == bytes([Head.STATE]):
            return 0, 1
        if self.shape is Shape.TYPE and data and not (usual and len(data) <= 3):
            return data[0], 1
        if usual:
            return (0, 1) if self.shape is Shape.STATE_CODE else (data[1], 2)
        raise BadAnswer(f"{self.name}: {data.hex(' ')}")


def _register(register: Register, answer: type[A]) -> Wire[A]:
    parameters = (Field("p1", BYTE, 0), Field("p2", BYTE, 0))
    return Wire(code=Code.REGISTER, sub=register, ask=parameters, answer=answer, repeatable=True)


def _fn(sub: FnSub, answer: type[A], *ask: Field, repeatable: bool = True) -> Wire[A]:
    return Wire(code=Code.FN, sub=sub, ask=ask, answer=answer, repeatable=repeatable)


_FLAGS = Field("flags", BYTE, 0)
_TYPE_AND_SUM = (_FLAGS, Field("type", Bcd(1)), Field("sum", Bcd(5)))
_FD = Field("fd", Binary(4, little=True))
_FIELD_OF_TABLE = (Field("table", BYTE), Field("row", Binary(2)), Field("field", BYTE))

# State and identification
STATE = Wire(code=Code.STATE, answer=answers.State, repeatable=True, shape=Shape.STATE)
STATE_CODE = Wire(code=Code.STATE_CODE, answer=answers.StateCode, repeatable=True, shape=Shape.STATE_CODE)
DEVICE_TYPE = Wire(code=Code.DEVICE_TYPE, answer=answers.DeviceType, repeatable=True, shape=Shape.TYPE)

# Settings, clock, resets. What is written over may be written twice; a reset may not.
READ_TABLE = Wire(code=Code.READ_TABLE, ask=_FIELD_OF_TABLE, answer=answers.TableField, repeatable=True)
WRITE_TABLE = Wire(code=Code.WRITE_TABLE, ask=(*_FIELD_OF_TABLE, Field("value", Raw())), answer=Answer)
SET_CLOCK = Wire(code=Code.SET_CLOCK, ask=(Field("at", BcdTime("DMYhms")),), answer=Answer)
GENERAL_CLEAR = Wire(code=Code.GENERAL_CLEAR, answer=Answer, timeout=60.0)
TECH_RESET = Wire(code=Code.TECH_RESET, answer=Answer, timeout=30.0)

# Modes
ENTER_MODE = Wire(
    code=Code.ENTER_MODE, ask=(Field("mode", BYTE), Field("password", Bcd(4))), answer=Answer, secret=True
)
LEAVE_MODE = Wire(code=Code.LEAVE_MODE, answer=Answer)

# Shift and receipt
OPEN_SHIFT = Wire(code=Code.OPEN_SHIFT, ask=(_FLAGS, Field("text", Text(), "")), answer=Answer, timeout=60.0)
OPEN_RECEIPT = Wire(code=Code.OPEN_RECEIPT, ask=(_FLAGS, Field("type", BYTE)), answer=Answer, timeout=20.0)
BEGIN_POSITION = Wire(code=Code.BEGIN_POSITION, ask=(Field("fixed", Raw(3), b"\x00\x01\x00"),), answer=Answer)
END_POSITION = Wire(
    code=Code.END_POSITION,
    ask=(
        Field("flags", BYTE),
        Field("price", Bcd(7)),
        Field("thousandths", Bcd(5)),  # quantity × 1000
        Field("sum", Bcd(7)),
        Field("tax", BYTE),
        Field("tax_sum", Bcd(7), 0),
        Field("department", Bcd(1), 0),
        Field("payment_object", Bcd(1), 0),
        Field("payment_method", BYTE, 0),
        Field("discount_sign", BYTE, 0),
        Field("discount", Bcd(7), 0),
        Field("reserved", Raw(2), b"\x00\x00"),
        Field("name", Raw()),
    ),
    answer=Answer,
    timeout=50.0,
)
DISCOUNT = Wire(
    code=Code.DISCOUNT,
    ask=(_FLAGS, Field("area", BYTE), Field("type", BYTE, 1), Field("sign", BYTE, 0), Field("sum", Bcd(5))),
    answer=Answer,
)
PAY = Wire(code=Code.PAY, ask=_TYPE_AND_SUM, answer=answers.Paid)
CLOSE_RECEIPT = Wire(code=Code.CLOSE_RECEIPT, ask=_TYPE_AND_SUM, answer=Answer, timeout=60.0)
CANCEL_RECEIPT = Wire(code=Code.CANCEL_RECEIPT, answer=Answer)
CASH_IN = Wire(code=Code.CASH_IN, ask=(_FLAGS, Field("sum", Bcd(5))), answer=Answer, timeout=20.0)
CASH_OUT = Wire(code=Code.CASH_OUT, ask=(_FLAGS, Field("sum", Bcd(5))), answer=Answer, timeout=20.0)

# Requisites
WRITE_REQUISITE = Wire(
    code=Code.WRITE_REQUISITE,
    ask=(Field("flags", BYTE, 1), Field("blocks", BYTE), Field("block", BYTE), Field("data", Raw())),
    answer=Answer,
)
READ_REQUISITE = Wire(
    code=Code.READ_REQUISITE,
    ask=(Field("tag", Binary(2, little=True)), Field("block", BYTE, 0)),
    answer=answers.Requisite,
    repeatable=True,
)

# Printing and reports
PRINT_LINE = Wire(code=Code.PRINT_LINE, ask=(Field("text", Raw()),), answer=Answer)
PRINT_FIELD = Wire(
    code=Code.PRINT_FIELD,
    ask=(
        _FLAGS,
        Field("printer", BYTE, 1),
        Field("font", BYTE, 0),
        Field("height", BYTE, 0),  # 00 default, 01 double, 03 normal
        Field("spacing", BYTE, 0),
        Field("brightness", BYTE, 0),
        Field("tapes", Raw(2), b"\x01\x01"),
        Field("format", BYTE, Format.PLAIN),
        Field("reserved", Raw(2), b"\x00\x00"),
        Field("text", Raw()),
    ),
    answer=Answer,
)
PRINT_FOOTING = Wire(code=Code.PRINT_FOOTING, answer=Answer)
COPY_LAST = Wire(code=Code.COPY_LAST, answer=Answer, timeout=60.0)
FINISH_PRINTING = Wire(code=Code.FINISH_PRINTING, answer=Answer, timeout=60.0)
X_REPORT = Wire(code=Code.X_REPORT, ask=(Field("type", BYTE),), answer=Answer, timeout=45.0)
Z_REPORT = Wire(code=Code.Z_REPORT, answer=Answer, timeout=60.0)
PRINT_DOCUMENT = Wire(code=Code.PRINT_DOCUMENT, ask=(Field("fd", Bcd(5)),), answer=Answer, timeout=120.0)

# Codes and rasters
PRINT_BARCODE = Wire(
    code=Code.PRINT_BARCODE,
    ask=(
        Field("type", BYTE),
        Field("align", BYTE, CodeAlign.LEFT),
        Field("scale", BYTE),
        Field("version", Raw(2), b"\x00\x00"),
        Field("options", Raw(2)),
        Field("correction", BYTE, 0),
        Field("rows", BYTE, 0),
        Field("columns", BYTE, 0),
        Field("proportions", Raw(4), b"\x00\x00\x00\x00"),
        Field("data", Raw(CODE_DATA)),
    ),
    answer=Answer,
)
BARCODE_DATA = Wire(code=Code.BARCODE_DATA, ask=(Field("flag", BYTE), Field("data", Raw(CODE_DATA))), answer=Answer)
PRINT_RASTER = Wire(
    code=Code.PRINT_RASTER,
    ask=(
        Field("printer", BYTE, 1),
        Field("repeat", Binary(2)),  # how many lines of dots
        Field("offset", Binary(2), 0),  # dots from the left
        Field("dots", Raw()),  # the most significant bit is the leftmost dot, 1 is black
    ),
    answer=Answer,
)

# Knife, drawer, sound
CUT = Wire(code=Code.CUT, ask=(Field("type", BYTE),), answer=Answer)
OPEN_DRAWER = Wire(code=Code.OPEN_DRAWER, answer=Answer)
SOUND = Wire(code=Code.SOUND, ask=(Field("divider", Binary(2)), Field("duration", BYTE)), answer=Answer)

# Registers
PAYMENT_SUM = _register(Register.PAYMENT_SUM, answers.Sum6)
CASH_IN_SUM = _register(Register.CASH_IN_SUM, answers.Sum6)
CASH_OUT_SUM = _register(Register.CASH_OUT_SUM, answers.Sum6)
REGISTRATIONS = _register(Register.COUNT, answers.Count)
CASH_INS = _register(Register.CASH_INS, answers.Count)
CASH_OUTS = _register(Register.CASH_OUTS, answers.Count)
CASH = _register(Register.CASH, answers.Sum7)
SHIFT_TOTAL = _register(Register.SHIFT_TOTAL, answers.Sum7)
SHIFT = _register(Register.SHIFT, answers.Shift)
RECEIPT = _register(Register.RECEIPT, answers.Receipt)
RECEIPT_SUM = _register(Register.RECEIPT_SUM, answers.ReceiptSum)
LAST_SHIFT = _register(Register.LAST_SHIFT, answers.Count)
SERIAL = _register(Register.SERIAL, answers.Serial)
WIDTH = _register(Register.WIDTH, answers.Width)
FN_TERM = _register(Register.FN_TERM, answers.FnTerm)
GRAND_TOTAL = _register(Register.GRAND_TOTAL, answers.Sum7)
GRAND_PAYMENT = _register(Register.GRAND_PAYMENT, answers.Sum7)
REGISTRATION = _register(Register.REGISTRATION, answers.Registered)
LAST_RECEIPT = _register(Register.LAST_RECEIPT, answers.LastReceipt)
LAST_DOCUMENT = _register(Register.LAST_DOCUMENT, answers.LastDocument)
SHIFT_NUMBERS = _register(Register.SHIFT_NUMBERS, answers.ShiftNumbers)
FFD = _register(Register.FFD, answers.Ffd)
EXTENDED_ERROR = _register(Register.EXTENDED_ERROR, answers.ExtendedError)
PRINT_STATE = _register(Register.PRINT_STATE, answers.PrintState)
RECEIPTS = _register(Register.RECEIPTS, answers.Receipts)

# Fiscal storage. NEXT_TLV moves a reader in the device: repeated, it would skip an element.
OFD_STATE = _fn(FnSub.OFD_STATE, answers.OfdState)
FN_STATE = _fn(FnSub.STATE, answers.FnState)
FN_NUMBER = _fn(FnSub.NUMBER, answers.FnNumber)
FN_VERSION = _fn(FnSub.VERSION, answers.FnVersion)
FIND_DOCUMENT = _fn(FnSub.FIND_DOCUMENT, answers.FoundDocument, _FD)
DOCUMENT_TLV = _fn(FnSub.DOCUMENT_TLV, answers.DocumentHead, _FD)
NEXT_TLV = _fn(FnSub.NEXT_TLV, answers.DocumentPart, repeatable=False)

# Marking codes, FFD 1.2: guesses, see tables_marking.py [C]. A check may wait for a server.
MARK_STATE = Wire(code=Code.FN, sub=MarkSub.STATE, answer=answers_marking.MarkState, repeatable=True)
MARK_CHECK = Wire(
    code=Code.FN,
    sub=MarkSub.CHECK,
    ask=(
        Field("status", BYTE),  # tag 2003
        Field("mode", BYTE, 0),  # tag 2102
        Field("size", BYTE),  # of the code; what follows it are 2108, 1023 and 1291
        Field("data", Raw()),
    ),
    answer=answers_marking.MarkChecked,
    timeout=60.0,
)
MARK_REQUEST = Wire(code=Code.FN, sub=MarkSub.REQUEST, answer=Answer, timeout=60.0)
MARK_ANSWER = Wire(code=Code.FN, sub=MarkSub.ANSWER, answer=answers_marking.MarkAnswer, repeatable=True, timeout=60.0)
MARK_KEEP = Wire(code=Code.FN, sub=MarkSub.KEEP, ask=(Field("keep", BYTE, KEEP),), answer=answers_marking.MarkKept)
MARK_CLEAR = Wire(code=Code.FN, sub=MarkSub.CLEAR, answer=Answer)

WIRE: tuple[Wire[Any], ...] = tuple(value for value in list(globals().values()) if isinstance(value, Wire))
"""Every row, for the tests."""
