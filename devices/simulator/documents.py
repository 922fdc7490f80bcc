"""
Fiscal documents as requisites: what each kind carries in each ФФД version (source: ffd.md 2.4, 2.6, 6.2; order as in
atol-protocol.md 5.9).

Every builder returns the body: what follows the head (1041, 1037, 1018, 1040, 1012, 1077), which `sealed` puts before
it.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from devices.ffd import FfdVersion, Tag
from devices.simulator import tlv
from devices.simulator.charset import encode
from devices.simulator.counters import FLAT_VAT, FnCounters, FnTotals
from devices.simulator.options import Options
from devices.simulator.receipt import NO_VAT, Position, Receipt
from devices.simulator.state import State

KEY_DAYS = 1110  # 1213 of a ФН-36, ffd.md 7.4; the virtual ФН does not age
CASHIER_TAGS = (Tag.CASHIER, Tag.CASHIER_INN)
BUYER_TAGS = (Tag.CUSTOMER_NAME, Tag.CUSTOMER_INN)
BUYER_INFO = 1256
FIRST_UNSENT, FN_TOTALS, UNSENT_TOTALS, SHIFT_TOTALS = 1116, 1157, 1158, 1194
MARK_CHECK, MARK_MODE, MARKS_SUMMARY, UNSENT_NOTICES = 2106, 2102, 2107, 2104
NOT_IN_RECEIPTS = (Tag.MARK, Tag.MARK_STATUS)
REPEATED = (Tag.INDUSTRY,)  # in the root of a receipt; source: ffd.md 2.3
MARKED_GOODS_SIGN = 1 << 8  # bit of 1290
USAGE_FLAGS, CHANGE_REASONS = 1290, 1205
_OPERATION_TAGS = {1: 1129, 2: 1130, 3: 1131, 4: 1132}
_CORRECTION_TAGS = {1: 1145, 2: 1232, 3: 1146, 4: 1233}
_VAT_COUNTER_TAGS = {1: 1139, 2: 1140, 3: 1141, 4: 1142, 5: 1143, 6: 1183}
_FLAT_TAGS = {rate: tag for tag, rate in FLAT_VAT.items()}
_OLD_FLAGS = (1221, 1110, 1108, 1207, 1109, 1193, 1126)  # separate signs that 1290 replaces in 1.2


@dataclass(frozen=True, slots=True)
class Sealed:
    """A document with its head and fiscal sign."""

    tlv: bytes
    fpd: int


def sealed(options: Options, fd: int, at: datetime.datetime, body: bytes) -> Sealed:
    """Put the head before *body* and sign both: the sign follows from the ФН's key and the document, nothing else."""
    head = b"".join(
        (
            tlv.text(Tag.FN_NUMBER, options.fn, 16),
            tlv.text(Tag.RNM, options.rnm, 20),
            tlv.text(Tag.USER_INN, options.inn, 12),
            tlv.u32(Tag.FD_NUMBER, fd),
            tlv.moment(Tag.DATE_TIME, at),
        )
    )
    sign = hmac.digest(f"virtual key of {options.fn}".encode(), head + body, hashlib.sha256)[:4]
    return Sealed(head + tlv.element(Tag.FPD, b"\x31\x04" + sign) + body, int.from_bytes(sign, "big"))


def cashier(requisites: Iterable[list[Any]], default: str) -> bytes:
    """1021 and 1203 as the host wrote them, or the name of the operator whose password is in."""
    given = {row[0]: bytes.fromhex(row[1]) for row in requisites if row[0] in CASHIER_TAGS}
    parts = [tlv.element(tag, given[tag]) for tag in CASHIER_TAGS if tag in given]
    return b"".join(parts) if Tag.CASHIER in given else tlv.text(Tag.CASHIER, default) + b"".join(parts)


def _version(options: Options) -> bytes:
    return tlv.byte(Tag.FFD_VERSION, options.version)


def registration(options: Options, cashier_part: bytes) -> bytes:
    new = options.version == FfdVersion.V1_2
    parts = [
        _version(options),
        tlv.text(Tag.USER_NAME, options.organisation),
        tlv.byte(Tag.TAXATIONS, options.taxations),
        tlv.byte(Tag.OFFLINE_MODE, 0),
        tlv.byte(1056, 0),
        tlv.byte(Tag.AUTOMATIC_MODE, 0),
        *([tlv.u32(USAGE_FLAGS, MARKED_GOODS_SIGN)] if new else [tlv.byte(tag, 0) for tag in _OLD_FLAGS]),
        tlv.u16(Tag.FN_KEY_DAYS, KEY_DAYS),
        tlv.text(Tag.DEVICE_SERIAL, options.serial),
        cashier_part,
        tlv.text(Tag.SETTLEMENT_ADDRESS, options.address),
        tlv.text(Tag.SETTLEMENT_PLACE, options.place),
        tlv.text(Tag.FNS_SITE, options.fns_site),
        tlv.text(Tag.SENDER_EMAIL, options.sender_email),
        tlv.text(Tag.OFD_INN, options.ofd_inn, 12),
        tlv.text(Tag.OFD_NAME, options.ofd_name),
        _device_version(options),
        tlv.byte(Tag.FN_FFD, options.version),
    ]
    return b"".join(parts)


def registration_again(options: Options, state: State, cashier_part: bytes) -> bytes:
    """The report on a change: as the first one, with the reason that the host wrote (none: settings) and the totals."""
    given = {row[0]: bytes.fromhex(row[1]) for row in state.requisites}
    body = registration(options, cashier_part)
    if options.version == FfdVersion.V1_05:
        return body + tlv.element(Tag.REREGISTRATION_REASON, given.get(Tag.REREGISTRATION_REASON, b"\4"))
    reasons = tlv.element(CHANGE_REASONS, given.get(CHANGE_REASONS, bytes(4)))
    return body + reasons + totals(FN_TOTALS, state.fn_total)


def _device_version(options: Options) -> bytes:
    version = options.profile.version
    return tlv.text(Tag.DEVICE_VERSION, f"{version[0]}.{version[1]}.{version[3:].hex()}"[:8]) + tlv.byte(
        Tag.DEVICE_FFD, options.version
    )


def _resource_flags() -> bytes:
    return b"".join(tlv.byte(tag, 0) for tag in (Tag.OFD_TIMEOUT, Tag.FN_REPLACE, Tag.FN_FULL, Tag.FN_EXHAUSTED))


def shift_open(options: Options, shift: int, cashier_part: bytes) -> bytes:
    return b"".join(
        (
            tlv.u32(Tag.SHIFT_NUMBER, shift),
            _version(options),
            cashier_part,
            _resource_flags(),
            _device_version(options),
        )
    )


def position(options: Options, item: Position) -> bytes:
    """
    1059. What the host wrote between EA and EB goes in as it came; 2108 is pieces when ФФД 1.2 and nothing was said.
    2000 and 2003 belong to the check of a code and to the notice about it, and to no receipt (ffd.md 2.2).
    """
    extra = [(row[0], bytes.fromhex(row[1])) for row in item.extra if row[0] not in NOT_IN_RECEIPTS]
    given = dict(extra)
    parts = [
        tlv.byte(Tag.PAYMENT_METHOD, item.method),
        tlv.byte(Tag.PAYMENT_OBJECT, item.subject),
        tlv.element(Tag.NAME, bytes.fromhex(item.name)),
    ]
    if options.version == FfdVersion.V1_2:
        extra = [pair for pair in extra if pair[0] not in (Tag.UNIT, Tag.MEASURE)]
        parts.append(tlv.element(Tag.MEASURE, given.get(Tag.MEASURE, b"\0")))
        if Tag.PRODUCT_CODES in given:
            extra += [(tag, b"\0") for tag in (MARK_CHECK, MARK_MODE) if tag not in given]
    parts += [
        tlv.vln(Tag.PRICE, item.unit_price),
        tlv.fvln(Tag.QUANTITY, Decimal(item.quantity)),
        tlv.byte(Tag.VAT, item.rate),
    ]
    if item.rate != NO_VAT:
        parts.append(tlv.vln(Tag.POSITION_VAT_SUM, item.vat))
    parts.append(tlv.vln(Tag.POSITION_SUM, item.amount))
    parts += [tlv.element(tag, value) for tag, value in extra]
    return tlv.group(Tag.POSITION, *parts)


def vat_block(sums: dict[int, int]) -> bytes:
    """1102..1107 and 1115; with nothing but 1115 the placeholder 1104 = 0 (ffd.md 5.5)."""
    flat = [tlv.vln(_FLAT_TAGS[rate], amount) for rate, amount in sorted(sums.items()) if rate in _FLAT_TAGS]
    nested = [
        tlv.group(Tag.VAT_BLOCK_ITEM, tlv.byte(Tag.VAT, rate), tlv.vln(Tag.VAT_BLOCK_SUM, amount))
        for rate, amount in sorted(sums.items())
        if rate not in _FLAT_TAGS
    ]
    if not nested:
        return b"".join(flat)
    return b"".join(flat or [tlv.vln(Tag.VAT0_TURNOVER, 0)]) + tlv.group(Tag.VAT_BLOCK, *nested)


def receipt(
    options: Options,
    open_receipt: Receipt,
    sums: dict[int, int],
    *,
    shift: int,
    number: int,
    cashier_part: bytes,
    form: Callable[[int], int],
) -> bytes:
    """
    A receipt (3) or a correction (31).

    A correction of ФФД 1.05 carries no positions. The buyer's 1227 and 1228 go into 1256 with ФФД 1.2. *sums* is VAT by
    rate. *form* turns a payment type 1..10 into one of the five forms of payment.
    """
    given = {row[0]: bytes.fromhex(row[1]) for row in open_receipt.extra if row[0] not in REPEATED}
    repeated = [(row[0], bytes.fromhex(row[1])) for row in open_receipt.extra if row[0] in REPEATED]
    defaults: dict[int, bytes] = {
        Tag.TAXATION: bytes((options.default_taxation,)),
        Tag.USER_NAME: encode(options.organisation),
        Tag.SETTLEMENT_ADDRESS: encode(options.address),
        Tag.SETTLEMENT_PLACE: encode(options.place),
        Tag.FNS_SITE: encode(options.fns_site),
    }
    if Tag.CUSTOMER_CONTACT in given:
        defaults[Tag.SENDER_EMAIL] = encode(options.sender_email)
    if open_receipt.is_correction:
        defaults[Tag.CORRECTION_TYPE] = b"\0"
    requisites = defaults | given
    positions = [] if _without_positions(options, open_receipt) else open_receipt.positions
    if any(row[0] == Tag.PRODUCT_CODES for item in positions for row in item.extra):
        requisites.setdefault(MARKS_SUMMARY, _marks_summary(positions))
    paid: dict[int, int] = {}
    for kind, amount in open_receipt.paid.items():
        paid[form(kind)] = paid.get(form(kind), 0) + amount
    forms = {1: Tag.CASH, 2: Tag.ELECTRONICALLY, 3: Tag.PREPAID, 4: Tag.CREDIT, 5: Tag.OTHER}
    parts = [
        tlv.u32(Tag.SHIFT_NUMBER, shift),
        tlv.u32(Tag.RECEIPT_NUMBER, number),
        tlv.byte(Tag.OPERATION, open_receipt.operation),
        tlv.element(Tag.TAXATION, requisites.pop(Tag.TAXATION)),
        tlv.vln(Tag.TOTAL, open_receipt.total),
        *(position(options, item) for item in positions),
        *(tlv.vln(tag, paid.get(form, 0)) for form, tag in forms.items()),
        vat_block(sums),
        cashier_part,
        _version(options),
    ]
    if options.version == FfdVersion.V1_2:
        buyer = [tlv.element(tag, requisites.pop(tag)) for tag in BUYER_TAGS if tag in requisites]
        if buyer and BUYER_INFO not in requisites:
            parts.append(tlv.group(BUYER_INFO, *buyer))
    parts += [tlv.element(tag, value) for tag, value in (*requisites.items(), *repeated)]
    return b"".join(parts)


def _without_positions(options: Options, open_receipt: Receipt) -> bool:
    return open_receipt.is_correction and options.version == FfdVersion.V1_05


def _marks_summary(positions: list[Position]) -> bytes:
    """2107: 1 when a marking code was checked and found bad (ffd.md 3.12)."""
    for item in positions:
        for row in item.extra:
            if row[0] == MARK_CHECK and mark_is_bad(bytes.fromhex(row[1])[0]):
                return b"\1"
    return b"\0"


def mark_is_bad(bits: int) -> bool:
    """2106: checked by the ФН (bit 0) and not positive (1), or checked by the operator (2) and not correct (3)."""
    return bits & 0b0011 == 0b0001 or bits & 0b1100 == 0b0100


def unsent(count: int, first: datetime.datetime | None) -> bytes:
    """1097 and, when there is one, 1098: the day of the first document that the ОФД has not taken."""
    part = tlv.u32(Tag.UNSENT_COUNT, count)
    return part + tlv.moment(Tag.UNSENT_FROM, midnight(first)) if first else part


def midnight(at: datetime.datetime) -> datetime.datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def shift_close(options: Options, state: State, cashier_part: bytes, unsent_part: bytes) -> bytes:
    """1111 counts every document of the shift, this one too (ffd.md 6.2 [C])."""
    parts = [
        tlv.u32(Tag.SHIFT_NUMBER, state.shift_number),
        tlv.u32(Tag.SHIFT_RECEIPTS, state.shift_receipts),
        tlv.u32(Tag.SHIFT_DOCUMENTS, state.shift_documents + 1),
        unsent_part,
        _resource_flags(),
        tlv.u16(Tag.FN_KEY_DAYS, KEY_DAYS),
        cashier_part,
        _version(options),
    ]
    if options.version >= FfdVersion.V1_1:
        parts += [totals(SHIFT_TOTALS, state.fn_shift), totals(FN_TOTALS, state.fn_total)]
    if options.version == FfdVersion.V1_2:
        parts.append(tlv.u32(UNSENT_NOTICES, state.notices - state.notices_sent))
    return b"".join(parts)


def state_report(
    options: Options, state: State, unsent_part: bytes, first_unsent: int, unsent_totals: FnTotals
) -> bytes:
    parts = [tlv.u32(Tag.SHIFT_NUMBER, state.shift_number)] if state.shift_open else []
    parts += [tlv.byte(Tag.OFFLINE_MODE, 0), tlv.u32(FIRST_UNSENT, first_unsent), unsent_part, _version(options)]
    if options.version >= FfdVersion.V1_1:
        parts.append(totals(FN_TOTALS, state.fn_total))
        if first_unsent:
            parts.append(totals(UNSENT_TOTALS, unsent_totals))
    if options.version == FfdVersion.V1_2:
        parts += [tlv.u32(UNSENT_NOTICES, state.notices - state.notices_sent), tlv.u16(Tag.FN_KEY_DAYS, KEY_DAYS)]
    return b"".join(parts)


def fn_close(options: Options, state: State, cashier_part: bytes) -> bytes:
    parts = [
        tlv.u32(Tag.SHIFT_NUMBER, state.shift_number),
        cashier_part,
        _version(options),
        tlv.text(Tag.SETTLEMENT_ADDRESS, options.address),
        tlv.text(Tag.SETTLEMENT_PLACE, options.place),
    ]
    if options.version >= FfdVersion.V1_1:
        parts.append(totals(FN_TOTALS, state.fn_total))
    return b"".join(parts)


def totals(tag: int, counted: FnTotals) -> bytes:
    """1157 or 1194. There are no tags for 5, 7 and 22 % (ffd.md 5.5 [C])."""
    corrections = [
        tlv.group(tag_, *_sums(counted.corrections.get(str(operation), FnCounters())))
        for operation, tag_ in _CORRECTION_TAGS.items()
    ]
    count = sum(each.count for each in counted.corrections.values())
    return tlv.group(
        tag,
        tlv.u32(1134, counted.count),
        *(_operation(tag_, counted.receipts.get(str(op), FnCounters())) for op, tag_ in _OPERATION_TAGS.items()),
        tlv.group(1133, tlv.u32(1144, count), *corrections),
    )


def _sums(each: FnCounters) -> list[bytes]:
    amounts = {1201: each.sum, 1136: each.cash, 1138: each.cashless}
    amounts |= {1218: each.prepaid, 1219: each.credit, 1220: each.in_kind}
    return [tlv.u32(1135, each.count), *(tlv.vln(tag, amount) for tag, amount in amounts.items())]


def _operation(tag: int, each: FnCounters) -> bytes:
    vat = [tlv.vln(vat_tag, each.vat.get(str(rate), 0)) for rate, vat_tag in _VAT_COUNTER_TAGS.items()]
    return tlv.group(tag, *_sums(each), *vat)
