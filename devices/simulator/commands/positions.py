"""
The positions of a receipt: EA and EB, and E6 of the older hosts (source: atol-protocol.md 5.4).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from devices.ffd import FfdVersion
from devices.simulator import documents, render, tables
from devices.simulator.commands.registry import OK, command, need
from devices.simulator.commands.shift import TEST_ONLY
from devices.simulator.errors import Code, Extended, Refusal, extended
from devices.simulator.numbers import unbcd
from devices.simulator.receipt import Position, Receipt
from devices.units import line_sum

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice

_UNCHECKED_CASH, _ONLY_TAX_TYPE, _PIECE = 0x02, 0x08, 0x10
_LARGEST = 4294967295  # receipt sum in kopecks, 3.2
_ITEM_BYTES = 1024
_NAME_BYTES = 128
_OLD_HOSTS = "2/1/109"  # E6 is a matter of this setting


def the_open_receipt(device: VirtualDevice) -> Receipt:
    if device.state.receipt is None:
        raise Refusal(Code.RECEIPT_CLOSED)
    return device.state.receipt


@command(0xEA, modes={1}, writes=False)
def begin_position(device: VirtualDevice, _: bytes) -> bytes:
    """Not worth a write to the disk: the position is saved with EB."""
    receipt = before_payment(device)
    receipt.position_open, receipt.position_extra = True, []
    return OK


def before_payment(device: VirtualDevice) -> Receipt:
    receipt = the_open_receipt(device)
    if receipt.payments:
        raise Refusal(Code.WRONG_MODE)
    return receipt


@command(0xEB, modes={1})
def end_position(device: VirtualDevice, parameters: bytes) -> bytes:
    """Without EA before it too: the position then has no requisites of its own."""
    need(parameters, 41)
    receipt = before_payment(device)
    return _take(device, receipt, _position(device, parameters), test=bool(parameters[0] & TEST_ONLY))


@command(0xE6, modes={1})
def register_position(device: VirtualDevice, parameters: bytes) -> bytes:
    """
    `flags name(64) price(6) quantity(5) discount type, sign, value(6) tax section code(16) reserved`.

    Only with table 2 field 109 = 1, which is how this device leaves the factory; 7A otherwise.
    """
    if not tables.setting(device.options, device.state, _OLD_HOSTS)[0]:
        raise Refusal(Code.NOT_SUPPORTED)
    need(parameters, 103)
    receipt = before_payment(device)
    price, quantity = unbcd(parameters[65:71]), Decimal(unbcd(parameters[71:76])) / 1000
    amount, value = line_sum(price, quantity), unbcd(parameters[78:84])
    if not parameters[76]:
        value = int((Decimal(amount * value) / 10000).to_integral_value(ROUND_HALF_UP))
    amount += value if parameters[77] else -value
    if amount < 0:
        raise Refusal(Code.BAD_DISCOUNT)
    section = unbcd(parameters[85:86])
    item = Position(
        name=parameters[1:65].rstrip(b"\0 ").hex(),
        price=price,
        quantity=_plain(quantity),
        amount=amount,
        rate=_rate(device, parameters[84], section),
        section=section,
        unchecked=bool(parameters[0] & _UNCHECKED_CASH),
        info=line_sum(price, quantity) - amount,
    )
    return _take(device, receipt, item, test=bool(parameters[0] & TEST_ONLY))


def _take(device: VirtualDevice, receipt: Receipt, item: Position, *, test: bool) -> bytes:
    """Print *item* and put it into the receipt. Raises Refusal: it is not taken, whatever of it was printed."""
    if receipt.closed_to_positions:
        raise Refusal(Code.AFTER_DISCOUNT)
    if receipt.is_correction and device.options.version == FfdVersion.V1_05 and receipt.positions:
        raise extended(Extended.ONE_REGISTRATION_ONLY)
    if receipt.positions_sum + item.amount > _LARGEST:
        raise Refusal(Code.TOTAL_OVERFLOW)
    if receipt.money_goes_out and not item.unchecked and device.state.cash < receipt.total + item.amount:
        raise Refusal(Code.NOT_ENOUGH_CASH)
    item.extra = list(receipt.position_extra)
    if len(documents.position(device.options, item)) - 4 > _ITEM_BYTES:
        raise Refusal(Code.FN_TLV_TOO_LARGE)
    if not receipt.electronic:
        device.printer.need_paper()
    if test:
        return OK
    if not receipt.electronic:
        device.printer.print_lines(render.position_lines(device.options, item))
    difference = line_sum(item.price, Decimal(item.quantity)) - item.amount
    receipt.discount += max(0, difference)
    receipt.charge += max(0, -difference)
    receipt.positions.append(item)
    receipt.position_open, receipt.position_extra = False, []
    return OK


def _plain(quantity: Decimal) -> str:
    if quantity == 0:
        raise Refusal(Code.BAD_QUANTITY)
    return format(quantity.normalize(), "f")


def _rate(device: VirtualDevice, row: int, section: int) -> int:
    """The code of tag 1199 for a tax row; row 0 is that of the section."""
    if section > 30:
        raise Refusal(Code.WRONG_SECTION)
    rate = row or tables.setting(device.options, device.state, f"7/{section or 1}/2")[0]
    if not 1 <= rate <= last_tax_row(device):
        raise extended(Extended.WRONG_TAX_ROW)
    return rate


def last_tax_row(device: VirtualDevice) -> int:
    """Rows 7..12 (5, 7 and 22 %) came with ФФД 1.2 here."""
    return 12 if device.options.version == FfdVersion.V1_2 else 6


def _position(device: VirtualDevice, p: bytes) -> Position:
    flags, price, amount = p[0], unbcd(p[1:8]), unbcd(p[13:20])
    quantity = Decimal(unbcd(p[8:13])) / 1000
    plain = _plain(quantity)
    if amount > _LARGEST or price > _LARGEST:
        raise Refusal(Code.BAD_PRICE)
    section, subject, method = unbcd(p[28:29]), unbcd(p[29:30]), p[30]
    options, state = device.options, device.state
    rate = _rate(device, p[20], section)
    method = method or unbcd(tables.setting(options, state, tables.DEFAULT_METHOD))
    if method > 7 or subject > 33:
        raise extended(Extended.WRONG_METHOD)
    tax = unbcd(p[21:28])
    if tax > amount:
        raise Refusal(Code.TAX_EXCEEDS_TOTAL)
    difference = line_sum(price, quantity) - amount
    return Position(
        name=p[41 : 41 + _NAME_BYTES].hex(),
        price=price,
        quantity=plain,
        amount=amount,
        rate=rate,
        tax=tax if tax and not flags & _ONLY_TAX_TYPE else None,
        section=section,
        subject=subject or tables.setting(options, state, tables.DEFAULT_SUBJECT)[0],
        method=method,
        unchecked=bool(flags & _UNCHECKED_CASH),
        piece=bool(flags & _PIECE),
        info=(unbcd(p[32:39]) * (-1 if p[31] else 1)) or difference,
    )
