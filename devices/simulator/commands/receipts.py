"""A receipt from 92 to 4A or 59 (source: atol-protocol.md 5.4, 7.4 to 7.6; arithmetic in receipt.py)."""

from __future__ import annotations

import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from devices.ffd import DocumentType, FfdVersion, Tag
from devices.simulator import documents, notices, render, tables
from devices.simulator.commands.positions import before_payment, last_tax_row, the_open_receipt
from devices.simulator.commands.registry import OK, command, need, ok
from devices.simulator.commands.requisites import RECEIPT
from devices.simulator.commands.shift import TEST_ONLY, need_open_shift
from devices.simulator.errors import Code, Extended, Refusal, extended
from devices.simulator.layout import centre, money, sides
from devices.simulator.numbers import bcd, unbcd
from devices.simulator.receipt import CASH, Receipt

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice

_ELECTRONIC = 0x04
_TYPES = (1, 2, 4, 5, 7, 8, 9, 10)


@command(0x92, modes={1})
def open_receipt(device: VirtualDevice, parameters: bytes) -> bytes:
    need(parameters, 2)
    flags, kind = parameters[0], parameters[1]
    if device.state.receipt:
        raise Refusal(Code.RECEIPT_OPEN)
    if kind not in _TYPES or (kind in (8, 10) and device.options.version == FfdVersion.V1_05):
        raise Refusal(Code.WRONG_RECEIPT_TYPE)
    need_open_shift(device)
    waiting = [row for row in device.state.requisites if row[0] in RECEIPT]
    receipt = Receipt(kind, electronic=bool(flags & _ELECTRONIC), extra=waiting)
    if not receipt.electronic:
        device.printer.need_paper()
        device.printer.print_pending()
    if flags & TEST_ONLY:
        return OK
    if not receipt.electronic:
        title = render.receipt_title(receipt)
        device.printer.print_lines([*device.printer.cliche(range(3, 21)), *render.head(device.options, title)])
    device.state.receipt = receipt
    return OK


@command(0x43, modes={1})
def discount(device: VirtualDevice, parameters: bytes) -> bytes:
    """
    `flags area type sign value`.

    A sum off the whole receipt that leaves its whole roubles is a rounding: 1020 loses it, positions and VAT keep it
    (ffd.md 5.3). Anything larger is spread over the positions (5.6), so that prices hold the discount and 1020 stays
    the sum of 1043.
    """
    need(parameters, 5)
    flags, area, by_sum, charge = parameters[0], parameters[1], parameters[2], parameters[3]
    receipt = before_payment(device)
    if not receipt.positions:
        raise Refusal(Code.BAD_DISCOUNT)
    allowed = tables.setting(device.options, device.state, f"4/{2 if charge else 1}/1")[0]
    if not allowed & (2 if area else 1):
        raise Refusal(Code.FORBIDDEN_BY_TABLE)
    base = receipt.positions[-1].amount if area else receipt.total
    if by_sum:
        need(parameters, 9)
        value = unbcd(parameters[4:9])
    else:
        need(parameters, 7)
        share = Decimal(base * unbcd(parameters[4:7])) / 10000
        value = int(share.to_integral_value(ROUND_HALF_UP))
    if not charge and value > base:
        raise Refusal(Code.BAD_DISCOUNT)
    if flags & TEST_ONLY:
        return OK
    if not receipt.electronic:
        device.printer.print_lines(_discount_lines(device, value, charge))
    _apply_discount(receipt, value, on_last=bool(area), charge=bool(charge), may_round=bool(by_sum))
    return OK


def _discount_lines(device: VirtualDevice, value: int, charge: int) -> list[str]:
    return sides("НАДБАВКА" if charge else "СКИДКА", money(value), device.options.profile.columns)


def _apply_discount(receipt: Receipt, value: int, *, on_last: bool, charge: bool, may_round: bool) -> None:
    change = -value if charge else value
    whole = receipt.positions_sum
    taken = receipt.rounding + change
    if on_last:
        receipt.positions[-1].amount -= change
        receipt.positions[-1].tax = None
    elif may_round and not charge and taken < 100 and whole // 100 == (whole - taken) // 100:
        receipt.rounding = taken
        receipt.closed_to_positions = True
        return
    else:
        receipt.spread(change)
        receipt.closed_to_positions = True
    if charge:
        receipt.charge += value
    else:
        receipt.discount += value


@command(0xB8, modes={1})
def tax(device: VirtualDevice, parameters: bytes) -> bytes:
    """`flags area tax sum`: the host's own VAT sum for the receipt (00) or the last position (01)."""
    need(parameters, 8)
    receipt = before_payment(device)
    area, row, amount = parameters[1], parameters[2], unbcd(parameters[3:8])
    if not 1 <= row <= last_tax_row(device):
        raise extended(Extended.WRONG_TAX_ROW)
    if amount > receipt.positions_sum or (area and not receipt.positions):
        raise Refusal(Code.TAX_EXCEEDS_TOTAL)
    if parameters[0] & TEST_ONLY:
        return OK
    if area:
        receipt.positions[-1].rate, receipt.positions[-1].tax = row, amount
    else:
        receipt.vat_given[str(row)] = amount
    return OK


@command(0x99, modes={1})
def pay(device: VirtualDevice, parameters: bytes) -> bytes:
    """Answers `55 00 remainder(5) change(5)`, 12 bytes."""
    need(parameters, 7)
    receipt = the_open_receipt(device)
    kind, amount = unbcd(parameters[1:2]), unbcd(parameters[2:7])
    _check_payment(device, receipt, kind, amount)
    receipt.payments.append([kind, amount])
    answer = ok(bcd(receipt.remainder, 5) + bcd(receipt.change, 5))
    if parameters[0] & TEST_ONLY:
        receipt.payments.pop()
    return answer


def _check_payment(device: VirtualDevice, receipt: Receipt, kind: int, amount: int) -> None:
    if not receipt.positions:
        raise extended(Extended.REQUISITE_MISSING, int(Tag.POSITION).to_bytes(2, "big"))
    if not 1 <= kind <= 10:
        raise Refusal(Code.WRONG_PAYMENT_TYPE)
    if kind != CASH and receipt.cashless + amount > receipt.total:
        raise Refusal(Code.CASHLESS_EXCEEDS_TOTAL)
    if kind == CASH and receipt.is_correction and receipt.tendered + amount > receipt.total:
        raise Refusal(Code.NO_CHANGE)
    unchecked = all(item.unchecked for item in receipt.positions)
    if kind == CASH and receipt.money_goes_out and not unchecked and device.state.cash < amount:
        raise Refusal(Code.NOT_ENOUGH_CASH)


@command(0x9B, modes={1})
def take_payment_back(device: VirtualDevice, parameters: bytes) -> bytes:
    need(parameters, 7)
    receipt = the_open_receipt(device)
    kind, amount = unbcd(parameters[1:2]), unbcd(parameters[2:7])
    if sum(paid for each, paid in receipt.payments if each == kind) < amount:
        raise Refusal(Code.STORNO_EXCEEDS_PAYMENT)
    if not parameters[0] & TEST_ONLY:
        receipt.payments.append([kind, -amount])
        if receipt.tendered == 0:
            receipt.payments.clear()
    return ok(bcd(receipt.remainder, 5) + bcd(receipt.change, 5))


@command(0x59, modes={1})
def annul(device: VirtualDevice, _: bytes) -> bytes:
    """Missing paper does not keep a receipt open."""
    receipt = the_open_receipt(device)
    counters = device.state.shift.of(receipt.type)
    counters.annulled += 1
    counters.annulled_sum += receipt.total
    device.state.receipt, device.state.requisites = None, []
    if not receipt.electronic and device.printer.can_print:
        device.printer.print_lines(centre("ЧЕК АННУЛИРОВАН", device.options.profile.columns))
        device.printer.end_paper()
    return OK


@command(0x4A, modes={1})
def close_receipt(device: VirtualDevice, parameters: bytes) -> bytes:
    """
    Register and print. NO_PAPER here means: registered, the rest of the paper waits for EE.
    """
    need(parameters, 7)
    receipt = the_open_receipt(device)
    need_open_shift(device)
    _check_complete(device, receipt)
    before = list(receipt.payments)
    _pay_at_close(device, receipt, unbcd(parameters[1:2]), unbcd(parameters[2:7]))
    if parameters[0] & TEST_ONLY:
        receipt.payments = before
        return OK
    try:
        _register(device, receipt)
    except Refusal:
        receipt.payments = before
        raise
    device.printer.print_pending()
    return OK


def _check_complete(device: VirtualDevice, receipt: Receipt) -> None:
    written = {row[0] for row in receipt.extra}
    missing = Tag.POSITION if not receipt.positions else None
    if receipt.is_correction and Tag.CORRECTION_BASIS not in written:
        missing = Tag.CORRECTION_BASIS
    if missing is not None:
        raise extended(Extended.REQUISITE_MISSING, int(missing).to_bytes(2, "big"))


def _pay_at_close(device: VirtualDevice, receipt: Receipt, kind: int, amount: int) -> None:
    """
    Payments of 4A itself: none when 99h paid (the sum must be 0 then); else 0 is «exactly», more cash means change.
    """
    if receipt.payments:
        if amount:
            raise Refusal(Code.BAD_PRICE)
        if receipt.remainder:
            raise Refusal(Code.UNDERPAID)
        return
    if amount and amount < receipt.total:
        raise Refusal(Code.TENDERED_TOO_LITTLE)
    _check_payment(device, receipt, kind, amount or receipt.total)
    receipt.payments.append([kind, amount or receipt.total])


def _register(device: VirtualDevice, receipt: Receipt) -> None:
    options, state, person = device.options, device.state, device.cashier()
    sums, number, names = receipt.vat_sums(options.vat_mode), state.shift_receipts + 1, device.payment_names()
    closing = device.printer.cliche(range(1, 3))

    def tail(fd: int, fpd: int, at: datetime.datetime) -> list[str]:
        if receipt.electronic:
            return []
        lines = render.receipt_tail(options, state, receipt, sums, fd=fd, fpd=fpd, at=at, cashier=person, forms=names)
        return lines + closing

    body = documents.receipt(
        options,
        receipt,
        sums,
        shift=state.shift_number,
        number=number,
        cashier_part=device.cashier_part(),
        form=device.payment_form,
    )
    device.register(
        DocumentType.CORRECTION if receipt.is_correction else DocumentType.RECEIPT,
        body,
        tail,
        shift=state.shift_number,
        receipt=number,
        operation=receipt.operation,
        total=receipt.total,
        receipt_type=receipt.type,
        positions=len(receipt.positions),
        payments={str(kind): amount for kind, amount in receipt.paid.items()},
        discount=receipt.discount,
        charge=receipt.charge,
        marks=notices.marks(receipt),
        notice=notices.notice(
            options, receipt, number=state.notices + 1, at=device.now, fd=device.archive.last_fd + 1
        ).hex(),
    )
    device.marking.clear()
    device.marking.send_notices()
