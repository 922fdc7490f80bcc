"""
A receipt command becomes the commands of the wire, all of them built before the first one is sent.

What this device cannot register is refused here, while nothing has happened. Order and bytes are the vendor's host's.
Source: atol-protocol.md 5.4, 7.4 to 7.6; atol-wire-observed.md 2.3, 2.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from devices.commands import Position, Printed, RegisterReceipt, TextLine
from devices.drivers.atol import requisites
from devices.drivers.atol.marking import Asked, marks_of
from devices.drivers.atol.text import Step, lay_out
from devices.errors import ErrorCode, Refused
from devices.ffd import BEFORE_MARKING, VAT_RATES, FfdVersion, PaymentType, ReceiptType, Vat
from devices.protocol.atol import charset, tlv, wire
from devices.protocol.atol.answers import Ffd
from devices.protocol.atol.tables import (
    TEXT_NAME_LIMIT,
    VAT_ROWS,
    VAT_ROWS_FFD_1_0,
    VAT_ROWS_NEW,
    Area,
    PaymentCode,
    ReceiptCode,
    ReceiptFlag,
)
from devices.units import tax_inside

CASH_LAST = (
    PaymentType.PREPAID,
    PaymentType.CREDIT,
    PaymentType.OTHER,
    PaymentType.ELECTRONICALLY,
    PaymentType.CASH,
)
"""Order of payments: only cash may exceed what is left, so it comes last. Source: ffd.md 5.4."""

_NEW_CORRECTIONS = frozenset({ReceiptType.SELL_RETURN_CORRECTION, ReceiptType.BUY_RETURN_CORRECTION})
_ROUBLE = 100
CORRECTION_NAME = "Коррекция"
"""Of a registration that stands for several positions. Source: the captured one of atol-protocol.md 7.6."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    The steps of one receipt. *body* is everything between 92h and the check of the sum; *rounding* takes kopecks off
    the total.

    *expected* is what the device must say the receipt comes to before rounding, *payments* are (code, kopecks), cash
    last. *marks* are checked before it is opened.
    """

    cashier: tuple[Step, ...]
    opening: Step
    body: tuple[Step, ...]
    expected: int
    rounding: Step | None
    total: int
    payments: tuple[tuple[PaymentCode, int], ...]
    marks: tuple[Asked, ...] = ()


def plan(command: RegisterReceipt, *, ffd: Ffd, columns: int, dots: int = 0) -> Plan:
    """Raises Refused: this receipt cannot be registered by this device, and nothing was sent."""
    version = ffd.current or ffd.device
    _check(command, version)
    expected = sum(position.sum for position in command.positions)
    paper = Paper(columns=0 if command.electronic else columns, dots=dots)
    body: list[Step] = [*requisites.of_receipt(command, version), *paper.print(command.header)]
    if command.type.is_correction and version < FfdVersion.V1_1:
        body += one_registration(command, ffd)
    else:
        for position in command.positions:
            body += _position(position, ffd, paper)
    body += [*requisites.of_receipt_end(command), *paper.print(command.footer)]
    flags = ReceiptFlag.NO_PRINT if command.electronic else ReceiptFlag.NONE
    rounding: Step | None = None
    if expected != command.total:
        rounding = wire.DISCOUNT, {"area": Area.RECEIPT, "sum": expected - command.total}
    ready = Plan(
        cashier=tuple(requisites.of_cashier(command.cashier)),
        opening=(wire.OPEN_RECEIPT, {"flags": flags, "type": ReceiptCode[command.type.name]}),
        body=tuple(body),
        expected=expected,
        rounding=rounding,
        total=command.total,
        payments=tuple(_payments(command)),
        marks=tuple(marks_of(command, version)),
    )
    _must_fit(ready)
    return ready


def _check(command: RegisterReceipt, version: int) -> None:
    expected = sum(position.sum for position in command.positions)
    difference = expected - command.total
    if not command.positions or command.total < 0:
        raise Refused(ErrorCode.BAD_AMOUNT, "a receipt has positions and no negative total")
    if not 0 <= difference < _ROUBLE or expected // _ROUBLE != command.total // _ROUBLE:
        raise Refused(ErrorCode.TOTAL_DIFFERS, f"positions exceed the total by {difference} kopecks")
    if command.electronic and not command.contact:
        raise Refused(ErrorCode.BAD_REQUISITE, "an electronic receipt without the buyer's contact")
    if command.type in _NEW_CORRECTIONS and version < FfdVersion.V1_1:
        raise Refused(ErrorCode.NOT_SUPPORTED, "corrections of returns begin with FFD 1.1")
    paid = sum(payment.sum for payment in command.payments)
    cash = sum(payment.sum for payment in command.payments if payment.type is PaymentType.CASH)
    if paid < command.total or paid - cash > command.total or any(payment.sum < 0 for payment in command.payments):
        raise Refused(ErrorCode.PAYMENTS_MISMATCH, f"paid {paid}, cash of it {cash}, total {command.total}")
    if command.type.is_correction and paid != command.total:
        raise Refused(ErrorCode.PAYMENTS_MISMATCH, "a correction gives no change")
    if command.type.is_correction and command.correction is None:
        raise Refused(ErrorCode.BAD_REQUISITE, "a correction without what it corrects")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Where lines between the fiscal ones go; *columns* 0: nowhere, since an electronic receipt has no paper."""

    columns: int
    dots: int

    def print(self, lines: Iterable[Printed]) -> Iterator[Step]:
        """Raises Refused(BAD_REQUISITE): a barcode that cannot be."""
        for line in lines if self.columns else ():
            yield from lay_out(line, self.columns, dots=self.dots)


def _position(position: Position, ffd: Ffd, paper: Paper) -> Iterator[Step]:
    version = ffd.current or ffd.device
    goods = position.payment_object
    yield wire.BEGIN_POSITION, {}
    yield from requisites.of_position(position, version)
    yield (
        wire.END_POSITION,
        {
            "flags": ReceiptFlag.NO_CASH_CHECK | ReceiptFlag.TAX_BY_DEVICE,
            "price": position.price,
            "thousandths": thousandths(position.quantity),
            "sum": position.sum,
            "tax": tax_row(position.vat, ffd),
            "department": position.department,
            "payment_object": BEFORE_MARKING.get(goods, goods) if version < FfdVersion.V1_2 else goods,
            "payment_method": position.payment_method,
            "discount": position.discount,
            "name": charset.encode(position.name)[:TEXT_NAME_LIMIT],
        },
    )
    if position.barcode:
        yield from paper.print((TextLine(text=position.barcode),))
    yield from paper.print(position.lines)


def one_registration(command: RegisterReceipt, ffd: Ffd) -> Iterator[Step]:
    """
    A correction of FFD 1.05, which has no positions: its whole sum once. Where the rates are several, their sums are
    written beside it, as the vendor's host does: the registration itself is at 0 %, and 1104 = 0 takes that back.

    Source: atol-protocol.md 7.6, atol-wire-observed.md 2.4; ffd.md 8.5.
    """
    whole = sum(position.sum for position in command.positions)
    rates = {position.vat for position in command.positions}
    first = command.positions[0]
    yield wire.BEGIN_POSITION, {}
    yield (
        wire.END_POSITION,
        {
            "flags": ReceiptFlag.NO_CASH_CHECK | (ReceiptFlag.TAX_BY_DEVICE if len(rates) == 1 else ReceiptFlag.NONE),
            "price": whole,
            "thousandths": thousandths(Decimal(1)),
            "sum": whole,
            "tax": tax_row(next(iter(rates)) if len(rates) == 1 else Vat.VAT0, ffd),
            "payment_object": first.payment_object if len(command.positions) == 1 else 0,
            "payment_method": first.payment_method,
            "name": charset.encode(first.name if len(command.positions) == 1 else CORRECTION_NAME)[:TEXT_NAME_LIMIT],
        },
    )
    if len(command.positions) == 1:
        return
    sums = _sums_by_rate(command.positions)
    for vat in rates:
        tax_row(vat, ffd)
    for vat in sorted({*sums, Vat.VAT0}, key=lambda vat: VAT_RATES[vat].code):
        yield from requisites.write(tlv.number(VAT_RATES[vat].sum_tag, sums.get(vat, 0)))


def _sums_by_rate(positions: Iterable[Position]) -> dict[Vat, int]:
    """The tax of each rate as the sum of the positions' taxes; for 0 % and «без НДС» the turnover (ffd.md 5.5)."""
    sums: dict[Vat, int] = {}
    for position in positions:
        rate = VAT_RATES[position.vat]
        tax = tax_inside(position.sum, rate.numerator, rate.denominator) if rate.numerator else position.sum
        sums[position.vat] = sums.get(position.vat, 0) + tax
    return sums


def thousandths(quantity: Decimal) -> int:
    """Quantity × 1000, as it travels. Raises Refused(BAD_AMOUNT): it would lose digits, or is not above zero."""
    if not quantity.is_finite() or quantity <= 0 or quantity.adjusted() > 6:
        raise Refused(ErrorCode.BAD_AMOUNT, f"quantity {quantity}")
    scaled = quantity * 1000
    if scaled != int(scaled):
        raise Refused(ErrorCode.BAD_AMOUNT, f"quantity {quantity} has more than three places")
    return int(scaled)


def tax_row(vat: Vat, ffd: Ffd) -> int:
    """The tax byte, by the order of this device's rows. Raises Refused(TAX_MISMATCH): it has no such rate."""
    rows = VAT_ROWS_FFD_1_0 if ffd.device <= FfdVersion.V1_0 else VAT_ROWS
    if (ffd.current or ffd.device) >= FfdVersion.V1_2:
        rows = rows | VAT_ROWS_NEW
    row = rows.get(vat.value)
    if row is None:
        raise Refused(ErrorCode.TAX_MISMATCH, f"{vat.value} needs FFD 1.2")
    return row


def _payments(command: RegisterReceipt) -> Iterator[tuple[PaymentCode, int]]:
    """Sums by type; nothing to pay sends nothing."""
    for kind in CASH_LAST:
        amount = sum(payment.sum for payment in command.payments if payment.type is kind)
        if amount:
            yield PaymentCode[kind.name], amount


def _must_fit(ready: Plan) -> None:
    """Encode everything once. Raises Refused(BAD_AMOUNT): some value is greater than its field."""
    steps = [*ready.cashier, ready.opening, *ready.body]
    steps += [(wire.PAY, {"type": code, "sum": amount}) for code, amount in ready.payments]
    try:
        for row, values in steps:
            row.message(values)
    except ValueError as error:
        raise Refused(ErrorCode.BAD_AMOUNT, str(error)) from error
