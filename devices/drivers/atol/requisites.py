"""
Requisites that a host writes with E8h: before a document, in a receipt, inside a position.

Order and bytes are those of the vendor's host; lengths are cut to what the format allows. Source: atol-protocol.md 5.5,
atol-wire-observed.md 2.4; what belongs to FFD 1.2 was never seen on a wire [C] and follows ffd.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from devices.commands import (
    AgentData,
    Cashier,
    Correction,
    Customer,
    Industry,
    OperationRequisite,
    Position,
    RegisterReceipt,
)
from devices.drivers.atol import marking
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
MACHINE_LIMIT = 20
PHONE_LIMIT = 19
DATE_WIDTH = 10
NO_NUMBER = "б/н"  # 1179 of a correction of FFD 1.05 that has none [C]

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
    """What follows 92h. What a format has not is left out: 1256, 1261 and 1270 begin with FFD 1.2."""
    new = ffd >= FfdVersion.V1_2
    if command.contact:
        yield from write(tlv.text(Tag.CUSTOMER_CONTACT, command.contact, limit=CONTACT_LIMIT))
    if command.taxation is not None:
        yield from write(tlv.byte(Tag.TAXATION, command.taxation))
    yield from _of_customer(command, new=new)
    for tag, value, limit in (
        (Tag.SETTLEMENT_ADDRESS, command.settlement_address, PLACE_LIMIT),
        (Tag.SETTLEMENT_PLACE, command.settlement_place, PLACE_LIMIT),
        (Tag.MACHINE_NUMBER, command.machine_number, MACHINE_LIMIT),
        (Tag.SENDER_EMAIL, command.sender_email, CONTACT_LIMIT),
    ):
        if value:
            yield from write(tlv.text(tag, value, limit=limit))
    if new:
        if command.internet:
            yield from write(tlv.byte(Tag.OPERATIONS_INTERNET, 1))
        for industry in command.industry:
            yield from write(_industry(Tag.INDUSTRY, industry))
        if command.operation_requisite is not None:
            yield from write(_operation(command.operation_requisite))
    if command.correction is not None:
        yield from _of_correction(command.correction, ffd)


def of_receipt_end(command: RegisterReceipt) -> Iterator[Step]:
    """What follows the last position: 1084, 1192."""
    if command.user_requisite is not None:
        parts = (
            tlv.text(Tag.ADDITIONAL_USER_REQUISITE_NAME, command.user_requisite.name, limit=NAME_LIMIT),
            tlv.text(Tag.ADDITIONAL_USER_REQUISITE_VALUE, command.user_requisite.value, limit=PLACE_LIMIT),
        )
        yield from write(tlv.group(Tag.ADDITIONAL_USER_REQUISITE, parts))
    if command.mark:
        yield from write(tlv.text(Tag.RECEIPT_REQUISITE, command.mark, limit=MARK_LIMIT))


def _of_customer(command: RegisterReceipt, *, new: bool) -> Iterator[Step]:
    """1227 and 1228; with more than these one group 1256, which FFD 1.2 makes of the two by itself [C]."""
    parts = []
    if command.customer_name:
        parts.append(tlv.text(Tag.CUSTOMER_NAME, command.customer_name, limit=CUSTOMER_LIMIT))
    if command.customer_inn:
        parts.append(tlv.text(Tag.CUSTOMER_INN, command.customer_inn, limit=INN_WIDTH, width=INN_WIDTH))
    more = _more_of_customer(command.customer) if new and command.customer is not None else []
    if more:
        yield from write(tlv.group(Tag.CUSTOMER, [*parts, *more]))
        return
    for part in parts:
        yield from write(part)


def _more_of_customer(customer: Customer) -> list[bytes]:
    born = f"{customer.birth_date:%d.%m.%Y}" if customer.birth_date else ""
    parts = (
        (Tag.CUSTOMER_BIRTH_DATE, born, DATE_WIDTH, DATE_WIDTH),
        (Tag.CUSTOMER_CITIZENSHIP, customer.citizenship, 3, 3),
        (Tag.CUSTOMER_DOCUMENT_CODE, customer.document_code, 2, 2),
        (Tag.CUSTOMER_DOCUMENT, customer.document, NAME_LIMIT, 0),
        (Tag.CUSTOMER_ADDRESS, customer.address, PLACE_LIMIT, 0),
    )
    return [tlv.text(tag, value, limit=limit, width=width) for tag, value, limit, width in parts if value]


def _industry(tag: Tag, industry: Industry) -> bytes:
    parts = (
        tlv.text(Tag.INDUSTRY_FOIV, industry.foiv, limit=3),
        tlv.text(Tag.INDUSTRY_DATE, f"{industry.date:%d.%m.%Y}", limit=DATE_WIDTH),
        tlv.text(Tag.INDUSTRY_NUMBER, industry.number, limit=32),
        tlv.text(Tag.INDUSTRY_VALUE, industry.value, limit=PLACE_LIMIT),
    )
    return tlv.group(tag, parts)


def _operation(requisite: OperationRequisite) -> bytes:
    parts = (
        tlv.date(Tag.OPERATION_AT, requisite.at),
        tlv.byte(Tag.OPERATION_ID, requisite.id),
        tlv.text(Tag.OPERATION_DATA, requisite.data, limit=NAME_LIMIT),
    )
    return tlv.group(Tag.OPERATION_REQUISITE, parts)


def _of_correction(correction: Correction, ffd: int) -> Iterator[Step]:
    """1173 and 1174. FFD 1.05 always has a number and may have a name, 1177, which later formats have not."""
    yield from write(tlv.byte(Tag.CORRECTION_TYPE, int(correction.by_order)))
    old = ffd < FfdVersion.V1_1
    basis = [tlv.date(Tag.CORRECTION_DATE, correction.date)]
    if number := correction.number or (NO_NUMBER if old else ""):
        basis.append(tlv.text(Tag.CORRECTION_NUMBER, number, limit=32))
    if correction.description and old:
        basis.append(tlv.text(Tag.CORRECTION_DESCRIPTION, correction.description, limit=CUSTOMER_LIMIT))
    yield from write(tlv.group(Tag.CORRECTION_BASIS, basis))


def of_position(position: Position, ffd: int) -> Iterator[Step]:
    """What stands between EAh and EBh."""
    new = ffd >= FfdVersion.V1_2
    if position.mark is not None and new:
        for element in marking.of_position(position.mark):
            yield from write(element)
    elif code := position.mark.code if position.mark is not None else position.product_code:
        yield from write(_product_code(code, new=new))
    if position.additional:
        yield from write(tlv.text(Tag.POSITION_REQUISITE, position.additional, limit=NAME_LIMIT))
    if new and position.measure is not None:
        yield from write(tlv.byte(Tag.MEASURE, position.measure))
    if not new and position.unit:
        yield from write(tlv.text(Tag.UNIT, position.unit, limit=UNIT_LIMIT))
    yield from _of_agent(position)
    if position.excise is not None:
        yield from write(tlv.number(Tag.EXCISE, position.excise))
    if position.country:
        yield from write(tlv.text(Tag.COUNTRY, position.country, limit=3, width=3))
    if position.declaration:
        yield from write(tlv.text(Tag.DECLARATION, position.declaration, limit=32))
    for industry in position.industry if new else ():
        yield from write(_industry(Tag.INDUSTRY_OF_POSITION, industry))


def _of_agent(position: Position) -> Iterator[Step]:
    """1222, 1226, 1223, 1224, in the order of the vendor's host."""
    supplier = position.supplier
    if position.agent:
        yield from write(tlv.byte(Tag.POSITION_AGENT, position.agent))
    if supplier is not None and supplier.inn:
        yield from write(tlv.text(Tag.SUPPLIER_INN, supplier.inn, limit=INN_WIDTH, width=INN_WIDTH))
    if position.agent and position.agent_data is not None and (data := _agent_data(position.agent_data)):
        yield from write(tlv.group(Tag.AGENT_DATA, data))
    if supplier is not None:
        names = [tlv.text(Tag.SUPPLIER_NAME, supplier.name, limit=CUSTOMER_LIMIT)] if supplier.name else []
        phones = [tlv.text(Tag.SUPPLIER_PHONE, phone, limit=PHONE_LIMIT) for phone in supplier.all_phones]
        if names or phones:
            yield from write(tlv.group(Tag.SUPPLIER_DATA, [*names, *phones]))


def _agent_data(data: AgentData) -> list[bytes]:
    """Children of 1223; the order is that of ffd.md 2.3."""
    inn = [tlv.text(Tag.TRANSFER_INN, data.transfer_inn, limit=INN_WIDTH, width=INN_WIDTH)] if data.transfer_inn else []
    texts = (
        *((Tag.TRANSFER_PHONE, phone, PHONE_LIMIT) for phone in data.transfer_phones),
        (Tag.AGENT_OPERATION, data.operation, 24),
        *((Tag.AGENT_PHONE, phone, PHONE_LIMIT) for phone in data.agent_phones),
        *((Tag.RECEIVER_PHONE, phone, PHONE_LIMIT) for phone in data.receiver_phones),
        (Tag.TRANSFER_NAME, data.transfer_name, NAME_LIMIT),
        (Tag.TRANSFER_ADDRESS, data.transfer_address, PLACE_LIMIT),
    )
    return [*(tlv.text(tag, value, limit=limit) for tag, value, limit in texts if value), *inn]


def _product_code(code: str, *, new: bool) -> bytes:
    """
    1163 with one child for FFD 1.2, 1162 before; not checked by anybody. The check part of a marking code, from its
    first GS on, does not travel.

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
