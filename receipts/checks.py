"""
What a single value of a receipt must look like, and how a wrong one is named.

Plain Python: every face calls these while it reads its own wire format, and `pricing` calls them again, so that no
face can forget one. A wrong value raises `Bad`; who knows the path makes a `Fault` of it. Words for people are in
receipts/wording.py.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from devices.commands import BarcodeType
from devices.units import kopecks, roubles

MAX_SUM = 9_999_999_999
"""Kopecks: the largest sum that fits the five BCD bytes of a payment (99 999 999.99). Source: atol-protocol.md 5."""
MAX_QUANTITY = Decimal("9999999.999")
"""Five BCD bytes with three places. Source: atol-protocol.md 5, table of EB/E6."""

_QUANTITY = re.compile(r"\d{1,7}(\.\d{1,6})?", re.ASCII)
_MONEY = re.compile(r"\d{1,8}(\.\d{1,2})?", re.ASCII)
_EMAIL = re.compile(r"[^\s@,;<>()\[\]\"]+@[^\s@,;<>()\[\]\"]+\.[^\s@,;<>()\[\]\"]+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LOCAL = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?", re.ASCII)
_PHONE = re.compile(r"\+\d{7,15}", re.ASCII)

GS = "\x1d"
_SYMBOLOGY = re.compile(r"^(?:\][A-Za-z]\d)?\x1d?")

_SUBSTITUTES = {
    "«": '"', "»": '"', "“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "—": "-", "–": "-", "‑": "-", "−": "-",
    "…": "...", "₽": "руб.", "€": "EUR", "×": "x", "²": "2", "³": "3",
}  # fmt: skip
"""What is written for a character that CP866 has not. Source: ffd.md 4.3; €, ×, ² and ³ are ours."""


class FaultCode(StrEnum):
    """Stable codes of wrong fields: clients may rely on them."""

    REQUIRED = "required"
    UNKNOWN_FIELD = "unknown_field"
    WRONG_TYPE = "wrong_type"
    NUMBER_NOT_STRING = "number_not_string"
    BAD_FORMAT = "bad_format"
    NOT_A_CHOICE = "not_a_choice"
    INVALID_CHARACTERS = "invalid_characters"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    TOO_PRECISE = "too_precise"
    BAD_INN = "bad_inn"
    BAD_EMAIL = "bad_email"
    BAD_PHONE = "bad_phone"
    BAD_URL = "bad_url"
    ONE_OF = "one_of"
    NOT_ALLOWED = "not_allowed"
    NOT_SUPPORTED = "not_supported"
    DEVICE_DISABLED = "device_disabled"
    IN_THE_PAST = "in_the_past"
    IN_THE_FUTURE = "in_the_future"
    NO_ZONE = "no_zone"
    VAT_NOT_YET = "vat_not_yet"
    VAT_NO_LONGER = "vat_no_longer"
    VAT_TAXATION = "vat_taxation"
    TAXATION_NOT_REGISTERED = "taxation_not_registered"
    SUM_MISMATCH = "sum_mismatch"
    TOTAL_MISMATCH = "total_mismatch"
    PAYMENTS_SHORT = "payments_short"
    PAYMENTS_OVER = "payments_over"
    PAYMENTS_INEXACT = "payments_inexact"
    METHOD_PAYMENTS = "method_payments"
    DISCOUNT_TOO_LARGE = "discount_too_large"
    DISCOUNT_INDIVISIBLE = "discount_indivisible"
    CONTACT_REQUIRED = "contact_required"
    SUPPLIER_REQUIRED = "supplier_required"
    AGENT_DATA_REQUIRED = "agent_data_required"
    NOT_A_MARK = "not_a_mark"
    MARK_QUANTITY = "mark_quantity"
    MARK_TWICE = "mark_twice"
    ORDER_NUMBER_REQUIRED = "order_number_required"
    FFD_TOO_OLD = "ffd_too_old"
    RECEIPT_TOO_LARGE = "receipt_too_large"


class Bad(ValueError):
    """One wrong value; *params* go into its sentence."""

    def __init__(self, code: FaultCode, **params: str) -> None:
        super().__init__(code.value)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A wrong value and where it is («items[0].quantity»; "" is the whole)."""

    path: str
    code: FaultCode
    params: dict[str, str] = field(default_factory=dict)


class Invalid(ValueError):
    """Everything that is wrong with a request, at once. Nothing was queued."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(", ".join(f"{fault.path}: {fault.code}" for fault in faults))
        self.faults = faults


def printable(text: str) -> str:
    """*text* without surrounding blanks. Raises Bad: control characters, halves of a surrogate pair."""
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise Bad(FaultCode.INVALID_CHARACTERS, character=f"U+{ord(character):04X}")
    return text.strip()


@lru_cache(maxsize=2048)
def requisite(text: str, limit: int) -> str:
    """
    *text* as the fiscal storage keeps it: CP866, so that what the database says is what the archive holds.

    Tabs and line ends become blanks, quotes and dashes their plain forms, letters with foreign marks lose the marks,
    the rest «?». Backslashes, braces, brackets, № and quotes stay. Raises Bad: nothing readable is left, over *limit*
    bytes, control characters.
    """
    clean, readable = [], False
    for character in printable(re.sub(r"[\t\r\n]+", " ", unicodedata.normalize("NFC", text))):
        if unicodedata.category(character) == "Cf":
            continue
        piece = _in_cp866(character)
        readable = readable or bool(piece and piece.strip())
        clean.append("?" if piece is None else piece)
    result = "".join(clean).strip()
    if not readable:
        raise Bad(FaultCode.EMPTY)
    if len(result) > limit:
        raise Bad(FaultCode.TOO_LONG, limit=str(limit))
    return result


def paper_text(text: str) -> str:
    """
    A line of free text as the device prints it: its characters in CP866, blanks and line ends as they are. "" is an
    empty line. Raises Bad: control characters, or nothing of what is there can be printed.
    """
    lines = [_paper_line(line) for line in re.split(r"\r\n|\r|\n", unicodedata.normalize("NFC", text))]
    if text.strip() and not any(readable for _, readable in lines):
        raise Bad(FaultCode.EMPTY)
    return "\n".join(line for line, _ in lines)


def _paper_line(line: str) -> tuple[str, bool]:
    """The line and whether anything in it was given as such."""
    out, readable = [], False
    for character in line.replace("\t", " "):
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise Bad(FaultCode.INVALID_CHARACTERS, character=f"U+{ord(character):04X}")
        if unicodedata.category(character) == "Cf":
            continue
        piece = _in_cp866(character)
        readable = readable or bool(piece and piece.strip())
        out.append("?" if piece is None else piece)
    return "".join(out), readable


_DIGITS = {BarcodeType.EAN8: (7, 8), BarcodeType.EAN13: (12, 13), BarcodeType.UPCA: (11, 12), BarcodeType.UPCE: (6, 8),
           BarcodeType.ITF14: (13, 14)}  # fmt: skip
"""How many digits a symbology takes, without and with its check digit."""
_LARGE = {BarcodeType.QR: 2048, BarcodeType.PDF417: 1024}
_LONGEST_BARS = 64


def barcode(kind: BarcodeType, text: str) -> str:
    """
    What stands in a barcode. Raises Bad: nothing, or not what *kind* can hold. A QR travels in CP1251
    (atol-protocol.md 5.3); what that has not becomes «?».
    """
    if kind in _LARGE:
        data = text.encode("cp1251", "replace").decode("cp1251")
        if not text.strip() or (not data.replace("?", "").strip() and "?" not in text):
            raise Bad(FaultCode.EMPTY)
        if len(text) > _LARGE[kind]:
            raise Bad(FaultCode.TOO_LONG, limit=str(_LARGE[kind]))
        return data
    if not text.strip():
        raise Bad(FaultCode.EMPTY)
    if len(text) > _LONGEST_BARS:
        raise Bad(FaultCode.TOO_LONG, limit=str(_LONGEST_BARS))
    for character in text:
        if not (" " <= character <= "~" or (character == GS and kind is BarcodeType.GS1_128)):
            raise Bad(FaultCode.INVALID_CHARACTERS, character=f"U+{ord(character):04X}")
    if kind in _DIGITS and not (text.isdigit() and _DIGITS[kind][0] <= len(text) <= _DIGITS[kind][1]):
        raise Bad(FaultCode.BAD_FORMAT, example="4600000000015"[: _DIGITS[kind][1]].ljust(_DIGITS[kind][1], "0"))
    return text


def mark_code(text: str) -> str:
    """
    A marking code as the scanner gave it, GS separators kept; the scanner's own mark of the symbology goes. Raises Bad:
    it is the digits of an ordinary barcode, or holds what no code holds. Source: failure-modes.md M04, ffd.md 2.2
    (2000: 256 bytes).
    """
    code = _SYMBOLOGY.sub("", text)
    if not code or len(code) > 255 or not all(" " <= character <= "~" or character == GS for character in code):
        raise Bad(FaultCode.NOT_A_MARK)
    if code.isdigit() and len(code) <= 14:
        raise Bad(FaultCode.NOT_A_MARK)
    return code


@lru_cache(maxsize=4096)
def _in_cp866(character: str) -> str | None:
    if unicodedata.category(character) == "Zs":
        return " "
    for candidate in (character, _SUBSTITUTES.get(character), unicodedata.normalize("NFKD", character)[0]):
        if candidate and _encodes(candidate):
            return candidate
    return None


def _encodes(text: str) -> bool:
    try:
        text.encode("cp866")
    except UnicodeEncodeError:
        return False
    return True


def money(text: str, *, least: int = 0) -> int:
    """Roubles as a decimal string to kopecks, *least* … MAX_SUM. Raises Bad."""
    if not _MONEY.fullmatch(text):
        raise Bad(FaultCode.BAD_FORMAT, example="1250.50")
    return sum_within(kopecks(text), least=least)


def sum_within(amount: int, *, least: int = 0) -> int:
    if amount < least:
        raise Bad(FaultCode.TOO_SMALL, least=roubles(least))
    if amount > MAX_SUM:
        raise Bad(FaultCode.TOO_LARGE, most=roubles(MAX_SUM))
    return amount


def quantity(text: str, *, places: int = 3) -> Decimal:
    """A decimal string above zero, up to *places* digits after the point. Raises Bad."""
    if not _QUANTITY.fullmatch(text):
        raise Bad(FaultCode.BAD_FORMAT, example="1.5")
    return quantity_within(Decimal(text), places=places)


def quantity_within(value: Decimal, *, places: int = 3) -> Decimal:
    if value <= 0:
        raise Bad(FaultCode.TOO_SMALL, least=format(Decimal(1).scaleb(-places), "f"))
    if value > MAX_QUANTITY:
        raise Bad(FaultCode.TOO_LARGE, most=format(MAX_QUANTITY, "f"))
    if value != round(value, places):
        raise Bad(FaultCode.TOO_PRECISE, places=str(places))
    return value


def inn(text: str, *, lengths: tuple[int, ...] = (10, 12)) -> str:
    """An ИНН with right check digits. Raises Bad. Source: ffd.md 4.4."""
    if not (text.isascii() and text.isdigit() and len(text) in lengths):
        raise Bad(FaultCode.BAD_INN, lengths=" / ".join(str(each) for each in lengths))
    if text != text[: -_CHECKS[len(text)]] + _check_digits(text):
        raise Bad(FaultCode.BAD_INN, lengths=" / ".join(str(each) for each in lengths))
    return text


_CHECKS = {10: 1, 12: 2}


def _check_digits(text: str) -> str:
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    result, body = "", text[: -_CHECKS[len(text)]]
    for _ in range(_CHECKS[len(text)]):
        digits = body + result
        result += str(
            sum(int(digit) * weight for digit, weight in zip(digits, weights[-len(digits) :], strict=True)) % 11 % 10
        )
    return result


def email(text: str) -> str:
    """One address, at most 64 characters (tag 1008). Raises Bad."""
    text = printable(text)
    if len(text) > 64 or not _EMAIL.fullmatch(text) or not _encodes(text):
        raise Bad(FaultCode.BAD_EMAIL)
    return text


def phone(text: str) -> str:
    """
    A phone as «+» and 7 to 15 digits; blanks, dashes and brackets are dropped, a Russian 8… becomes +7…. Raises Bad.
    """
    digits = re.sub(r"[\s()\-]", "", text)
    if re.fullmatch(r"8\d{10}", digits, re.ASCII):
        digits = "+7" + digits[1:]
    if not _PHONE.fullmatch(digits):
        raise Bad(FaultCode.BAD_PHONE)
    return digits


def moment(text: str, *, now: datetime.datetime) -> datetime.datetime:
    """An ISO 8601 moment with its zone, later than *now*, at most thirty days ahead. Raises Bad."""
    try:
        value = datetime.datetime.fromisoformat(text)
        if value.tzinfo is None:
            raise Bad(FaultCode.NO_ZONE)
        if value <= now:
            raise Bad(FaultCode.IN_THE_PAST)
        if value > now + datetime.timedelta(days=30):
            raise Bad(FaultCode.IN_THE_FUTURE, days="30")
    except (OverflowError, ValueError) as error:
        if isinstance(error, Bad):
            raise
        raise Bad(FaultCode.BAD_FORMAT, example="2026-11-20T18:00:00+03:00") from error
    return value


def day(text: str) -> datetime.date:
    """An ISO 8601 date. Raises Bad."""
    try:
        if not _DAY.fullmatch(text):
            raise Bad(FaultCode.BAD_FORMAT, example="2026-11-20")
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise Bad(FaultCode.BAD_FORMAT, example="2026-11-20") from error


def local_moment(text: str) -> datetime.datetime:
    """A local clock reading, ISO 8601 without a zone. Raises Bad."""
    if not _LOCAL.fullmatch(text):
        raise Bad(FaultCode.BAD_FORMAT, example="2026-11-20T10:00:00")
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise Bad(FaultCode.BAD_FORMAT, example="2026-11-20T10:00:00") from error


def found(path: str, check: Callable[[], object]) -> list[Fault]:
    """Run *check*; what is wrong comes back as a list of one fault at *path*."""
    try:
        check()
    except Bad as bad:
        return [Fault(path=path, code=bad.code, params=bad.params)]
    return []
