"""
The notice about marked goods (form 82) that the fiscal storage makes with a receipt, for the marking system.

Source: ffd.md 2.4 (tables 82 and 2007), 3.12. Where it is kept and when it is sent was never seen [C].
"""

from __future__ import annotations

import datetime
from decimal import Decimal

from devices.ffd import Tag
from devices.simulator import tlv
from devices.simulator.charset import encode
from devices.simulator.codes import named
from devices.simulator.options import Options
from devices.simulator.receipt import NO_VAT, Position, Receipt

_FROM_POSITION = (
    Tag.MARK_CHECK,
    Tag.MEASURE,
    Tag.FRACTION,
    Tag.MARK_MODE,
    Tag.SUPPLIER_INN,
    Tag.POSITION_AGENT,
    Tag.AGENT_DATA,
    Tag.SUPPLIER_DATA,
    Tag.INDUSTRY_OF_POSITION,
)
_FROM_RECEIPT = (Tag.INDUSTRY, Tag.ADDITIONAL_USER_REQUISITE)
_RECEIPT, _CORRECTION = 1, 2  # bits 0 and 1 of 2116
RECEIPT_FD = 2040  # since September 2025; its length is a guess [C]


def marks(receipt: Receipt) -> list[tuple[str, int]]:
    """(code in hex, status) of every marked position."""
    return [(given[Tag.MARK], int(given[Tag.MARK_STATUS], 16)) for _, given in _marked(receipt)]


def _marked(receipt: Receipt) -> list[tuple[Position, dict[int, str]]]:
    rows = [(item, {row[0]: row[1] for row in item.extra}) for item in receipt.positions]
    return [(item, given) for item, given in rows if Tag.MARK in given]


def notice(options: Options, receipt: Receipt, *, number: int, at: datetime.datetime, fd: int) -> bytes:
    """What follows the head of form 82; nothing when no position is marked."""
    goods = [_goods(item, given) for item, given in _marked(receipt)]
    if not goods:
        return b""
    given = {row[0]: bytes.fromhex(row[1]) for row in receipt.extra}
    parts = [
        tlv.u32(Tag.NOTICE_NUMBER, number),
        tlv.moment(Tag.DATE_TIME, at),
        tlv.text(Tag.FN_NUMBER, options.fn, 16),
        tlv.text(Tag.USER_INN, options.inn, 12),
        tlv.element(Tag.SETTLEMENT_ADDRESS, given.get(Tag.SETTLEMENT_ADDRESS, encode(options.address))),
        tlv.element(Tag.TAXATION, given.get(Tag.TAXATION, bytes((options.default_taxation,)))),
        tlv.byte(Tag.OPERATION, receipt.operation),
        tlv.byte(Tag.MARKED_OPERATION, _CORRECTION if receipt.is_correction else _RECEIPT),
        *goods,
        *(tlv.element(tag, given[tag]) for tag in _FROM_RECEIPT if tag in given),
        tlv.u32(RECEIPT_FD, fd),
    ]
    return b"".join(parts)


def _goods(item: Position, given: dict[int, str]) -> bytes:
    """2007."""
    code = bytes.fromhex(given[Tag.MARK])
    name = named(code)
    parts = [
        tlv.element(Tag.MARK, code),
        tlv.byte(Tag.MARK_TYPE, name.kind),
        tlv.element(Tag.MARK_ID, name.name),
        tlv.element(Tag.CONTROL_CODE, name.control),
        tlv.element(Tag.ASSIGNED_STATUS, bytes.fromhex(given[Tag.MARK_STATUS])),
        *(tlv.element(tag, bytes.fromhex(given[tag])) for tag in _FROM_POSITION if tag in given),
        tlv.fvln(Tag.QUANTITY, Decimal(item.quantity)),
        tlv.byte(Tag.PAYMENT_METHOD, item.method),
        tlv.element(Tag.NAME, bytes.fromhex(item.name)),
        tlv.vln(Tag.PRICE, item.unit_price),
        tlv.vln(Tag.POSITION_SUM, item.amount),
        tlv.byte(Tag.VAT, item.rate),
        *([tlv.vln(Tag.POSITION_VAT_SUM, item.vat)] if item.rate != NO_VAT else []),
    ]
    return tlv.group(Tag.MARKED_GOODS, *parts)
