"""
Requisites that a host writes with E8h: before a document, in a receipt, inside a position.

Order and bytes are those of the vendor's host; lengths are cut to what the format allows. Source: atol-protocol.md 5.5,
atol-wire-observed.md 2.4; what belongs to FFD 1.2 was never seen on a wire [C] and follows ffd.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from devices.commands import Cashier, Correction, Position, RegisterReceipt
from devices.drivers.atol.text import Step
from devices.ffd import FfdVersion, Tag
from devices.protocol.atol import tlv, wire
from devices.protocol.atol.tables import REQUISITE_BLOCK

INN_WIDTH = 12
NAME_LIMIT = 64
CONTACT_LIMIT = 64
MARK_LIMIT = 16
UNIT_LIMIT = 16
PLACE_LIMIT = 256
CUSTOMER_LIMIT = 256

_CODE_UNKNOWN, _CODE_GS1_MARKED = 1300, 1305  # children of 1163
_DATA_MATRIX = b"\x44\x4d"  # kind of a 1162
_GS = "\x1d"
_GS1 = re.compile(r"01(\d{14})21([^\x1d]{1,20})")


def write(element: bytes) -> Iterator[Step]:
    """
    The E8h commands that write one ready element, a hundred bytes in each; the device prints it where it prints such
    things.
    """
    blocks = [element[at : at + REQUISITE_BLOCK] for at in range(0, len(element), REQUISITE_BLOCK)]
    for number, data in enumerate(blocks):
        yield wire.WRITE_REQUISITE, {"blocks": len(blocks), "block": number, "data": data}


def of_cashier(cashier: Cashier | None) -> Iterator[Step]:
    """1021 and 1203, before each document. Without a cashier the device takes the operator of its own table."""
    if cashier is None:
        return
    if cashier.name:
        yield from write(tlv.text(Tag.CASHIER, cashier.name, limit=NAME_LIMIT))
    if cashier.inn:
        yield from write(tlv.text(Tag.CASHIER_INN, cashier.inn, limit=INN_WIDTH, width=INN_WIDTH))


def of_receipt(command: RegisterReceipt, ffd: int) -> Iterator[Step]:
    """What follows 92h."""
    if command.contact:
        yield from write(tlv.text(Tag.CUSTOMER_CONTACT, command.contact, limit=CONTACT_LIMIT))
    if command.taxation is not None:
        yield from write(tlv.byte(Tag.TAXATION, command.taxation))
    if command.customer_name:
        yield from write(tlv.text(Tag.CUSTOMER_NAME, command.customer_name, limit=CUSTOMER_LIMIT))
    if command.customer_inn:
        yield from write(tlv.text(Tag.CUSTOMER_INN, command.customer_inn, limit=INN_WIDTH, width=INN_WIDTH))
    if command.settlement_place:
        yield from write(tlv.text(Tag.SETTLEMENT_PLACE, command.settlement_place, limit=PLACE_LIMIT))
    if command.sender_email:
        yield from write(tlv.text(Tag.SENDER_EMAIL, command.sender_email, limit=CONTACT_LIMIT))
    if command.internet and ffd >= FfdVersion.V1_2:
        yield from write(tlv.byte(Tag.OPERATIONS_INTERNET, 1))
    if command.correction is not None:
        yield from _of_correction(command.correction, ffd)


def of_receipt_end(command: RegisterReceipt) -> Iterator[Step]:
    """What follows the last position: 1192."""
    if command.mark:
        yield from write(tlv.text(Tag.RECEIPT_REQUISITE, command.mark, limit=MARK_LIMIT))


def _of_correction(correction: Correction, ffd: int) -> Iterator[Step]:
    yield from write(tlv.byte(Tag.CORRECTION_TYPE, int(correction.by_order)))
    basis = [tlv.date(Tag.CORRECTION_DATE, correction.date)]
    if correction.number:
        basis.append(tlv.text(Tag.CORRECTION_NUMBER, correction.number, limit=32))
    if correction.description and ffd < FfdVersion.V1_2:
        basis.append(tlv.text(Tag.CORRECTION_DESCRIPTION, correction.description, limit=CUSTOMER_LIMIT))
    yield from write(tlv.group(Tag.CORRECTION_BASIS, basis))


def of_position(position: Position, ffd: int) -> Iterator[Step]:
    """What stands between EAh and EBh."""
    new = ffd >= FfdVersion.V1_2
    if position.product_code:
        yield from write(_product_code(position.product_code, new=new))
    if position.additional:
        yield from write(tlv.text(Tag.POSITION_REQUISITE, position.additional, limit=NAME_LIMIT))
    if new and position.measure is not None:
        yield from write(tlv.byte(Tag.MEASURE, position.measure))
    if not new and position.unit:
        yield from write(tlv.text(Tag.UNIT, position.unit, limit=UNIT_LIMIT))
    if position.agent:
        yield from write(tlv.byte(Tag.POSITION_AGENT, position.agent))
    supplier = position.supplier
    if supplier is None:
        return
    if supplier.inn:
        yield from write(tlv.text(Tag.SUPPLIER_INN, supplier.inn, limit=INN_WIDTH, width=INN_WIDTH))
    data = [
        tlv.text(tag, value, limit=CUSTOMER_LIMIT)
        for tag, value in ((Tag.SUPPLIER_NAME, supplier.name), (Tag.SUPPLIER_PHONE, supplier.phone))
        if value
    ]
    if data:
        yield from write(tlv.group(Tag.SUPPLIER_DATA, data))


def _product_code(code: str, *, new: bool) -> bytes:
    """
    1163 with one child for FFD 1.2, 1162 before. The check part of a marking code, from its first GS on, does not
    travel.

    1162 of a GS1 code is 44 4D, the GTIN as six bytes big endian, the serial number (ffd.md 3.12 [B]).
    """
    short = code.removeprefix(_GS).split(_GS, 1)[0]
    plain = short.encode("ascii", "replace")
    gs1 = _GS1.fullmatch(short)
    if new:
        child = tlv.element(_CODE_GS1_MARKED, plain[:38]) if gs1 else tlv.element(_CODE_UNKNOWN, plain[:32])
        return tlv.group(Tag.PRODUCT_CODES, [child])
    if gs1:
        gtin, serial = gs1.groups()
        plain = _DATA_MATRIX + int(gtin).to_bytes(6, "big") + serial.encode("ascii", "replace")
    return tlv.element(Tag.PRODUCT_CODE, plain[:32])
