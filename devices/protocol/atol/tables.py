"""
The numbers of the ATOL protocols: control bytes, codes of transport 3, command bytes, modes, registers, FN subcommands.

Constants only, no behaviour: this file, tables_errors.py, tables_charset.py and tables_models.py are all that the
virtual device shares with the driver. Source: atol-protocol.md (sections named at each table) and
atol-wire-observed.md 3; a row whose number is a guess carries its mark. FN is the fiscal storage, OFD the operator
that gets the documents.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag


class Control(IntEnum):
    """Transport 2. Source: atol-protocol.md 1.1."""

    STX = 0x02
    ETX = 0x03
    EOT = 0x04
    ENQ = 0x05
    ACK = 0x06
    DLE = 0x10
    NAK = 0x15


# Transport 3, framing. Source: atol-protocol.md 2.1, 2.2.
V3_STX = 0xFE
V3_ESC = 0xFD
V3_TSTX = 0xEE  # ESC TSTX stands for FE
V3_TESC = 0xED  # ESC TESC stands for FD
V3_MAX_ID = 0xDF  # the greatest packet and task number that a device must take
V3_HOST_LAST_ID = 0xDC  # the vendor's host wraps here: DE and DF belong to the OFD channel
V3_ASYNC_ID = 0xF0  # packets that the device sends by itself
V3_CRC_POLY = 0x31
V3_CRC_INIT = 0xFF
V3_MAX_DATA = 0x7E7F


class Buffer(IntEnum):
    """Transport 3, host to device. Source: atol-protocol.md 2.3."""

    ADD = 0xC1
    ACK = 0xC2
    REQ = 0xC3
    ABORT = 0xC4
    ACK_ADD = 0xC5  # nobody uses it; layout unknown [C]


class TaskFlag(IntFlag):
    """Flags of Add. Source: atol-protocol.md 2.3."""

    NONE = 0x00
    NEED_RESULT = 0x01
    IGNORE_ERROR = 0x02
    WAIT_ASYNC_DATA = 0x04


class Status(IntEnum):
    """Transport 3, device to host. Source: atol-protocol.md 2.4."""

    PENDING = 0xA1
    IN_PROGRESS = 0xA2
    RESULT = 0xA3
    ERROR = 0xA4
    STOPPED = 0xA5
    ASYNC_RESULT = 0xA6
    ASYNC_ERROR = 0xA7
    WAITING = 0xA8
    OVERFLOW = 0xB1
    ALREADY_EXISTS = 0xB2
    NOT_FOUND = 0xB3
    ILLEGAL_VALUE = 0xB4


class Answer(IntEnum):
    """First byte of an answer. A5h has none: its answer begins with the error code. Source: atol-protocol.md 3.1."""

    USUAL = 0x55
    STATE = 0x44
    CASH = 0x4D
    CODE_STATE = 0x4C


class Code(IntEnum):
    """Command bytes of protocol 3.1 that are named somewhere here. Source: atol-protocol.md 5, appendix B."""

    STATE = 0x3F
    DISCOUNT = 0x43
    STATE_CODE = 0x45
    READ_TABLE = 0x46
    BEEP = 0x47
    LEAVE_MODE = 0x48
    CASH_IN = 0x49
    CLOSE_RECEIPT = 0x4A
    SET_TIME = 0x4B
    PRINT_LINE = 0x4C
    CASH_SUM = 0x4D
    CASH_OUT = 0x4F
    WRITE_TABLE = 0x50
    REGISTER_SALE = 0x52
    ENTER_MODE = 0x56
    REGISTER_RETURN = 0x57
    SHIFT_SUM = 0x58
    CANCEL_RECEIPT = 0x59
    Z_REPORT = 0x5A
    X_REPORT = 0x67
    TECH_RESET = 0x6B
    PRINT_HEADING = 0x6C
    PROTECTION_CODE = 0x6D
    INIT_TABLES = 0x71
    PRINT_FOOTING = 0x73
    CUT = 0x75
    GENERAL_CLEAR = 0x77
    OPEN_DRAWER = 0x80
    DEMO_PRINT = 0x82
    PULSE_DRAWER = 0x85
    PRINT_FIELD = 0x87
    SOUND = 0x88
    PRINT_PICTURE = 0x8D
    PRINT_RASTER = 0x8E
    PICTURE_INFO = 0x90
    REGISTER = 0x91
    OPEN_RECEIPT = 0x92
    COPY_LAST = 0x95
    PAY = 0x99
    OPEN_SHIFT = 0x9A
    VOID_PAYMENT = 0x9B
    VERSION = 0x9D
    FN = 0xA4
    DEVICE_TYPE = 0xA5
    PRINT_DOCUMENT = 0xAB
    LAST_ERROR = 0xB3
    RECEIPT_TAX = 0xB8
    PRINT_BARCODE = 0xC1
    BARCODE_DATA = 0xC2
    REBOOT = 0xCE
    REGISTER_NAMED = 0xE6
    VOID_NAMED = 0xE7
    WRITE_REQUISITE = 0xE8
    READ_REQUISITE = 0xE9
    BEGIN_POSITION = 0xEA
    END_POSITION = 0xEB
    SET_CLOCK = 0xED
    FINISH_PRINTING = 0xEE
    JOURNAL = 0xEF


class Mode(IntEnum):
    """Low half of the mode byte; the high half is the submode. Source: atol-protocol.md 4.1."""

    CHOICE = 0
    REGISTRATION = 1
    X_REPORTS = 2
    Z_REPORTS = 3
    PROGRAMMING = 4
    FISCAL_MEMORY = 5
    FN_ACCESS = 6
    EXTRA = 7


class ModeByte(IntEnum):
    """submode << 4 | mode, where it means something to a host. Source: atol-protocol.md 4.1, 5.6."""

    CHOICE = 0x00
    REGISTRATION = 0x01
    PAYMENTS = 0x41  # 1.4
    X_PRINTING = 0x22  # 2.2
    Z_PRINTING = 0x23  # 3.2
    Z_CLEARING = 0x17  # 7.1
    CLEARING = 0x63  # 3.6
    DATE_ENTRY = 0x57  # 7.5
    TIME_ENTRY = 0x67  # 7.6
    DATE_ERROR = 0xB7  # 7.11
    DATE_CONFIRM = 0xC7  # 7.12
    FN_ERROR = 0xE7  # 7.14


class StateFlag(IntFlag):
    """Flags byte of 3Fh. The drawer bit is inverted on some models. Source: atol-protocol.md 5.1.1."""

    FISCALISED = 0x01
    SHIFT_OPEN = 0x02
    DRAWER_CLOSED = 0x04
    PAPER = 0x08
    COVER_OPEN = 0x20
    FN_ACTIVATED = 0x40
    BATTERY_LOW = 0x80


class PrinterFlag(IntFlag):
    """Flags byte of 45h; 00 is healthy. Source: atol-protocol.md 5.1.2."""

    NO_PAPER = 0x01
    NO_LINK = 0x02
    MECHANICAL = 0x04
    CUTTER = 0x08
    OVERHEATED = 0x10
    JAM = 0x20
    PRESENTER = 0x40
    PAPER_NEAR_END = 0x80


class Register(IntEnum):
    """Number of a register of 91h. Source: atol-protocol.md 5.7."""

    SUM = 0x01
    VOID_SUM = 0x02
    PAYMENT_SUM = 0x03
    CASH_IN_SUM = 0x04
    CASH_OUT_SUM = 0x05
    COUNT = 0x06
    CASH_INS = 0x08
    CASH_OUTS = 0x09
    CASH = 0x0A
    REVENUE = 0x0B
    SHIFT_TOTAL = 0x0C
    CLOCK = 0x11
    SHIFT = 0x12
    RECEIPT = 0x13
    RECEIPT_SUM = 0x14
    LAST_SHIFT = 0x15
    SERIAL = 0x16
    WIDTH = 0x18
    BUFFER_LENGTH = 0x19
    FN_TERM = 0x1A
    TEMPERATURE = 0x27
    GRAND_TOTAL = 0x28
    DISCOUNTS = 0x2A
    OFD_ERRORS = 0x2B
    CANCELLED_SUM = 0x2E
    REGISTRATION = 0x30
    FN_DETAIL = 0x32  # layout unknown
    LAST_RECEIPT = 0x33
    LAST_DOCUMENT = 0x34
    SHIFT_NUMBERS = 0x35
    FFD = 0x36
    EXTENDED_ERROR = 0x37
    GRAND_PAYMENT = 0x38
    LAST_SENT = 0x39
    SHIFT_DOCUMENTS = 0x3A
    PRINT_STATE = 0x3B
    SHIFT_TAX = 0x3C
    RECEIPT_TAX = 0x3D
    FN_ERROR = 0x40  # layout unknown
    RECEIPTS = 0x41
    RECEIPT_BYTES = 0x42
    UPTIME = 0x43


class FnSub(IntEnum):
    """Second byte of A4h. Source: atol-protocol.md 5.8."""

    SHIFT = 0x10
    OFD_STATE = 0x20
    STATE = 0x30
    NUMBER = 0x31
    TERM = 0x32
    VERSION = 0x33
    ERROR_DETAIL = 0x35
    FIND_DOCUMENT = 0x40
    OFD_TICKET = 0x41
    UNSENT = 0x42
    REGISTRATION = 0x43
    REGISTRATION_TLV = 0x44
    DOCUMENT_TLV = 0x45
    NEXT_TLV = 0x46
    REGISTRATION_PARAMETERS = 0x47


class FnPhase(IntEnum):
    """First byte of A4 30. Source: atol-protocol.md 5.8."""

    SETUP = 0
    READY = 1
    FISCAL = 3
    POST_FISCAL = 7
    ARCHIVE = 15


class FnWarning(IntFlag):
    """Warnings byte of A4 30. Source: atol-protocol.md 5.8."""

    REPLACE_NOW = 0x01
    EXHAUSTED = 0x02
    MEMORY_FULL = 0x04
    OFD_SILENT = 0x08
    CRITICAL = 0x80


class ReceiptCode(IntEnum):
    """Second parameter of 92h, the receipt state of 3Fh and «op» of the registers. Source: atol-protocol.md 5.4."""

    CLOSED = 0
    SELL = 1
    SELL_RETURN = 2
    BUY = 4
    BUY_RETURN = 5
    SELL_CORRECTION = 7
    SELL_RETURN_CORRECTION = 8  # FFD 1.1 and later
    BUY_CORRECTION = 9
    BUY_RETURN_CORRECTION = 10  # FFD 1.1 and later


SHIFT_TOTAL_CODES: dict[ReceiptCode, int] = {
    ReceiptCode.SELL: 0,
    ReceiptCode.BUY: 1,
    ReceiptCode.SELL_RETURN: 2,
    ReceiptCode.BUY_RETURN: 3,
}
"""Parameter of register 0Ch, which has type codes of its own. Source: atol-wire-observed.md 2.3, 3.1."""


class ReceiptFlag(IntFlag):
    """First parameter of 92h, EBh and others. Source: atol-protocol.md 5.4."""

    NONE = 0x00
    TEST = 0x01
    NO_CASH_CHECK = 0x02  # EB
    NO_PRINT = 0x04  # 92: electronic receipt
    TAX_BY_DEVICE = 0x08  # EB: the device computes the tax
    PIECES = 0x10  # EB: quantity printed as pieces


class PaymentCode(IntEnum):
    """Payment type of 99h and 4Ah, one byte BCD. Source: atol-protocol.md 5.4."""

    CASH = 1
    ELECTRONICALLY = 2
    PREPAID = 3
    CREDIT = 4
    OTHER = 5


class ReportCode(IntEnum):
    """Parameter of 67h, BCD. Source: atol-protocol.md 5.6."""

    X = 0x01
    SECTIONS = 0x02
    CASHIERS = 0x03
    OFD_EXCHANGE = 0x09


VAT_ROWS: dict[str, int] = {"vat20": 1, "vat10": 2, "vat120": 3, "vat110": 4, "vat0": 5, "none": 6}
"""Tax byte of EBh for devices of FFD 1.05 and later, by names of devices.ffd.Vat. Source: atol-protocol.md 5.4 [A]."""

VAT_ROWS_FFD_1_0: dict[str, int] = {"vat0": 1, "vat10": 2, "vat20": 3, "none": 4, "vat110": 5, "vat120": 6}
"""The same where register 36h begins with 01 or is missing. Source: atol-protocol.md 5.4 [A S13, S18]."""

VAT_ROWS_NEW: dict[str, int] = {"vat5": 7, "vat7": 8, "vat105": 9, "vat107": 10, "vat22": 11, "vat122": 12}
"""
Rates of 2025 and 2026 [C: a guess, never seen]: tag 1199's value, one byte binary, only where register 36h says FFD
1.2.
"""


class Area(IntEnum):
    """Second parameter of 43h and B8h. Source: atol-protocol.md 5.4."""

    RECEIPT = 0
    POSITION = 1


class ShiftByte(IntEnum):
    """First byte of register 12h. The third value is sent only where p2 = 01. Source: atol-protocol.md 5.7."""

    CLOSED = 0
    OPEN = 1
    EXPIRED = 2


DOUBLE_WIDTH = 0x09
"""Before a character inside printed text: that character in double width, two columns. Source: atol-protocol.md 3.3."""

TEXT_NAME_LIMIT = 128
"""Bytes of a position's name that travel in EBh. Source: atol-wire-observed.md 2.4."""

REQUISITE_BLOCK = 100
"""Bytes that one block of E8h carries, the TLV head included. Source: atol-protocol.md 5.5."""

SYSTEM_PASSWORD = "30"  # noqa: S105 the factory's, known to everybody
"""System administrator: enters every mode. Source: atol-protocol.md 4.3."""

FOREIGN_PROBE = bytes.fromhex("24 40 0D 00 20 01 F7 40 74 65 73 74 65")
"""The vendor's driver sends this first, in another protocol; transport 3 skips it. Source: atol-protocol.md 2.7."""
