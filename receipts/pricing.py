"""
From what a client asks to what a device registers: positions, payments, change and VAT of a receipt.

Plain Python. A face fills a `Draft` from its own wire format; `price` checks the whole of it and returns the command.
Everything that is wrong comes back at once as Faults with paths in the words of API v1 («items[0].vat»); other faces
translate the paths. Money is whole kopecks. Source: ffd.md, section 5.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from devices.commands import Goods, Payment, Position, ReceiptHead, RegisterReceipt
from devices.ffd import (
    BANK_AGENTS,
    PAYING_AGENTS,
    VAT_RATES,
    FfdVersion,
    Operation,
    PaymentMethod,
    PaymentType,
    ReceiptType,
    Taxation,
    Vat,
    general_vat,
)
from devices.units import line_sum, roubles, tax_inside
from receipts import checks, marks
from receipts.checks import Bad, Fault, FaultCode, Invalid
from receipts.cleaning import cleaned, texts
from receipts.draft import Draft, Item, Rules
from receipts.spread import parts, shares

MAX_POSITION_BYTES = 1024
MAX_RECEIPT_BYTES = 30_000
"""A position with its children, and all positions together: what the fiscal storage takes. Source: ffd.md 2.7."""

OLD_CORRECTIONS = frozenset({ReceiptType.SELL_CORRECTION, ReceiptType.BUY_CORRECTION})
"""All that ФФД 1.05 has. Source: ffd.md 3.1."""
# УСН payers alone use 5 % and 7 % (ffd.md 3.3).
USN_RATES = frozenset({Vat.VAT5, Vat.VAT7, Vat.VAT105, Vat.VAT107})
USN = frozenset({Taxation.USN_INCOME, Taxation.USN_INCOME_EXPENSE})


@dataclass(frozen=True, slots=True, kw_only=True)
class VatSum:
    """VAT of one rate inside a receipt, as the sum of its positions' taxes, and the turnover it was taken from."""

    vat: Vat
    sum: int
    turnover: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """
    The command and what people want to know about it.

    *registered* are the payments without change, in the order of the command's; *rounding* is what the total leaves
    out.
    """

    command: RegisterReceipt
    registered: tuple[Payment, ...]
    vats: tuple[VatSum, ...]
    change: int
    rounding: int


def vat_inside(amount: int, vat: Vat) -> int:
    """Tax inside *amount* at *vat*, half up; 0 for «без НДС» and 0 %."""
    rate = VAT_RATES[vat]
    return tax_inside(amount, rate.numerator, rate.denominator)


def vat_sums(positions: Iterable[Position]) -> tuple[VatSum, ...]:
    """
    VAT per rate in the variant «positions»: the sum of the rounded taxes (ffd.md 5.5), in the order of tag 1199.
    """
    sums: dict[Vat, tuple[int, int]] = {}
    for position in positions:
        tax, turnover = sums.get(position.vat, (0, 0))
        sums[position.vat] = (tax + vat_inside(position.sum, position.vat), turnover + position.sum)
    ordered = sorted(sums, key=lambda vat: VAT_RATES[vat].code)
    return tuple(VatSum(vat=vat, sum=sums[vat][0], turnover=sums[vat][1]) for vat in ordered)


def price(draft: Draft, rules: Rules) -> Priced:
    """
    The command for *draft*.

    Raises:
        Invalid: with every fault that can be told; nothing may be queued.
    """
    faults = [*head_faults(draft, rules)]
    for index, item in enumerate(draft.items):
        faults += item_faults(item, draft, rules, path=f"items[{index}]")
    if faults:
        raise Invalid(faults)
    draft, _ = cleaned(draft)
    draft = dataclasses.replace(draft, items=tuple(cleaned(item)[0] for item in draft.items))
    positions = _positions(draft, rules)
    total = _total(draft, positions)
    registered, change = _settle(draft, total)
    if sum(_size(position) for position in positions) > MAX_RECEIPT_BYTES:
        raise Invalid([Fault(path="items", code=FaultCode.RECEIPT_TOO_LARGE)])
    paid = tuple(
        Payment(type=paid.type, sum=paid.sum + (change if paid.type is PaymentType.CASH else 0)) for paid in registered
    )
    same = _shared(draft, ReceiptHead) | {
        "payments": paid,
        "taxation": draft.taxation or rules.taxation,
        "cashier": draft.cashier or rules.cashier,
    }
    command = RegisterReceipt(positions=positions, total=total, mark=draft.additional, **same)
    return Priced(
        command=command,
        registered=registered,
        vats=vat_sums(positions),
        change=change,
        rounding=sum(position.sum for position in positions) - total,
    )


def _shared(value: Goods | ReceiptHead, kind: type[Goods | ReceiptHead]) -> dict[str, Any]:
    """The fields that a draft and a command have in common."""
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(kind)}


def head_faults(draft: Draft, rules: Rules) -> Iterable[Fault]:
    """What is wrong outside the items and the payments."""
    if not draft.items:
        yield Fault(path="items", code=FaultCode.EMPTY)
    yield from cleaned(draft)[1]
    yield from marks.twice(draft)
    taxation = draft.taxation or rules.taxation
    if taxation is not None and rules.taxations and not taxation & rules.taxations:
        yield Fault(path="taxation", code=FaultCode.TAXATION_NOT_REGISTERED)
    if draft.electronic and not draft.contact:
        yield Fault(path="customer", code=FaultCode.CONTACT_REQUIRED)
    if draft.type.is_correction:
        yield from _correction_faults(draft, rules)
    elif draft.correction is not None:
        yield Fault(path="correction", code=FaultCode.NOT_ALLOWED, params={"reason": draft.type.value})


def _correction_faults(draft: Draft, rules: Rules) -> Iterable[Fault]:
    if rules.ffd and rules.ffd < FfdVersion.V1_1 and draft.type not in OLD_CORRECTIONS:
        yield Fault(path="type", code=FaultCode.FFD_TOO_OLD, params={"ffd": FfdVersion(rules.ffd).label})
    if draft.correction is None:
        yield Fault(path="correction", code=FaultCode.REQUIRED)
        return
    if draft.correction.by_order and not draft.correction.number:
        yield Fault(path="correction.number", code=FaultCode.ORDER_NUMBER_REQUIRED)
    if draft.correction.date > rules.on:
        yield Fault(path="correction.date", code=FaultCode.IN_THE_FUTURE, params={"days": "0"})


def item_faults(item: Item, draft: Draft, rules: Rules, *, path: str) -> list[Fault]:
    """What is wrong with one item, apart from the sums of the whole receipt."""
    faults = [
        *cleaned(item, path)[1],
        *checks.found(f"{path}.price", lambda: checks.sum_within(item.price)),
        *checks.found(f"{path}.quantity", lambda: checks.quantity_within(item.quantity, places=rules.quantity_places)),
        *checks.found(f"{path}.vat", lambda: _check_vat(item, draft, rules)),
        *checks.found(f"{path}.agent", lambda: _check_agent(item)),
        *marks.faults(item, path=path),
    ]
    if faults:
        return faults
    whole = line_sum(item.price, item.quantity)
    faults += checks.found(f"{path}.quantity", lambda: checks.sum_within(whole))
    if item.discount > whole:
        faults.append(Fault(path=f"{path}.discount", code=FaultCode.DISCOUNT_TOO_LARGE))
    elif item.sum is not None and item.sum != whole - item.discount:
        faults.append(Fault(path=f"{path}.sum", code=FaultCode.SUM_MISMATCH, params=_money(whole - item.discount)))
    if _size(item) > MAX_POSITION_BYTES:
        faults.append(Fault(path=path, code=FaultCode.RECEIPT_TOO_LARGE))
    return faults


def _check_vat(item: Item, draft: Draft, rules: Rules) -> None:
    vat = _vat(item, draft, rules)
    rate, day = VAT_RATES[vat], _tax_day(draft, rules)
    if rate.since and day < rate.since:
        raise Bad(FaultCode.VAT_NOT_YET, day=rate.since.isoformat())
    # Returns, corrections and the payment of an older credit keep the rate of the day of the sale (ffd.md 5.5).
    keeps_old = (
        draft.type.operation in (Operation.SELL_RETURN, Operation.BUY_RETURN)
        or item.payment_method is PaymentMethod.CREDIT_PAYMENT
    )
    if rate.until and day > rate.until and not keeps_old:
        raise Bad(FaultCode.VAT_NO_LONGER, day=rate.until.isoformat(), instead=_successor(vat).value)
    taxation = draft.taxation or rules.taxation
    # An agent names the rate of the supplier, whose taxation is not ours.
    if vat in USN_RATES and taxation is not None and taxation not in USN and item.agent is None:
        raise Bad(FaultCode.VAT_TAXATION, taxation=taxation.name.lower())


def _check_agent(item: Item) -> None:
    """Which agent needs which data: ffd.md 3.6 [B]."""
    if item.agent is None:
        if item.agent_data is not None:
            raise Bad(FaultCode.REQUIRED)
        return
    if item.supplier is None or not item.supplier.inn:
        raise Bad(FaultCode.SUPPLIER_REQUIRED)
    data = item.agent_data
    if item.agent in PAYING_AGENTS and not (data and (data.agent_phones or data.receiver_phones)):
        raise Bad(FaultCode.AGENT_DATA_REQUIRED, fields="agent_phones, receiver_phones")
    if item.agent in BANK_AGENTS and not (data and data.operation and data.transfer_name and data.transfer_inn):
        raise Bad(FaultCode.AGENT_DATA_REQUIRED, fields="operation, transfer_name, transfer_inn")


def _tax_day(draft: Draft, rules: Rules) -> datetime.date:
    return draft.correction.date if draft.type.is_correction and draft.correction else rules.on


def _vat(item: Item, draft: Draft, rules: Rules) -> Vat:
    return item.vat or general_vat(_tax_day(draft, rules))


def _successor(vat: Vat) -> Vat:
    return {Vat.VAT20: Vat.VAT22, Vat.VAT120: Vat.VAT122}.get(vat, vat)


def _positions(draft: Draft, rules: Rules) -> tuple[Position, ...]:
    sums = [line_sum(item.price, item.quantity) - item.discount for item in draft.items]
    if draft.discount > sum(sums):
        raise Invalid([Fault(path="discount", code=FaultCode.DISCOUNT_TOO_LARGE)])
    positions: list[Position] = []
    faults: list[Fault] = []
    for index, (item, whole, share) in enumerate(zip(draft.items, sums, shares(sums, draft.discount), strict=True)):
        pieces = _pieces(item, whole - share)
        if len(pieces) > 1 and (item.product_code or item.mark):
            faults.append(Fault(path=f"items[{index}].discount", code=FaultCode.DISCOUNT_INDIVISIBLE))
        prepared = marks.settled(item, draft.type, rules)
        vat = _vat(item, draft, rules)
        positions += (_position(prepared, piece, vat=vat, prints_discount=draft.prints_discounts) for piece in pieces)
    if faults:
        raise Invalid(faults)
    return tuple(positions)


def _pieces(item: Item, net: int) -> list[tuple[int, Decimal, int]]:
    """
    (price, quantity, sum) of each position that *item* becomes; its own price stays where nothing was taken off.
    """
    if net == line_sum(item.price, item.quantity):
        return [(item.price, item.quantity, net)]
    return [(part.price, part.quantity, part.sum) for part in parts(net, item.quantity)]


def _position(item: Item, piece: tuple[int, Decimal, int], *, vat: Vat, prints_discount: bool) -> Position:
    unit_price, quantity, registered = piece
    same = _shared(item, Goods) | {
        "price": unit_price,
        "quantity": quantity,
        "discount": max(0, line_sum(item.price, quantity) - registered) if prints_discount else 0,
        "unit": item.unit or ("" if item.measure is None else item.measure.text),
    }
    return Position(
        sum=registered,
        vat=vat,
        measure=None if item.measure is None else item.measure.value,
        agent=item.agent.value if item.agent else 0,
        **same,
    )


def _total(draft: Draft, positions: tuple[Position, ...]) -> int:
    """Tag 1020: the sum of the positions, or less by kopecks with the same whole roubles (ffd.md 5.3)."""
    whole = sum(position.sum for position in positions)
    total = whole if draft.total is None else draft.total
    if not (0 <= whole - total < 100 and whole // 100 == total // 100):
        raise Invalid([Fault(path="total", code=FaultCode.TOTAL_MISMATCH, params=_money(whole))])
    path = "items" if draft.total is None else "total"
    if faults := checks.found(path, lambda: checks.sum_within(total, least=1)):
        raise Invalid(faults)
    return total


def _settle(draft: Draft, total: int) -> tuple[tuple[Payment, ...], int]:
    """
    Payments as they are registered, one per type, and the change in kopecks.

    Only the cash of a sale may be more than what is left to pay; a card that was charged too much is a mistake to be
    told, not to be cut silently. Corrections and money that we hand out are exact (ffd.md 5.4).
    """
    given: dict[PaymentType, int] = {}
    faults: list[Fault] = []
    rest = total
    for index, payment in enumerate(draft.payments):
        given[payment.type] = given.get(payment.type, 0) + payment.sum
        if payment.type is not PaymentType.CASH:
            rest -= payment.sum
            if rest < 0 and not faults:
                path = f"payments[{index}].sum"
                faults.append(Fault(path=path, code=FaultCode.PAYMENTS_OVER, params=_money(total)))
    change = given.get(PaymentType.CASH, 0) - rest
    if change < 0:
        faults.append(
            Fault(path="payments", code=FaultCode.PAYMENTS_SHORT, params=_money(total) | {"short": roubles(-change)})
        )
    elif change and not faults and (draft.type is not ReceiptType.SELL):
        faults.append(Fault(path="payments", code=FaultCode.PAYMENTS_INEXACT, params=_money(total)))
    if _sells_on_credit(draft) and not given.get(PaymentType.CREDIT):
        faults.append(Fault(path="payments", code=FaultCode.METHOD_PAYMENTS))
    if faults:
        raise Invalid(faults)
    kept = {kind: amount - (change if kind is PaymentType.CASH else 0) for kind, amount in given.items()}
    ordered = sorted((kind for kind in kept if kept[kind]), key=list(PaymentType).index)
    return tuple(Payment(type=kind, sum=kept[kind]) for kind in ordered), change


def _sells_on_credit(draft: Draft) -> bool:
    on_credit = (PaymentMethod.CREDIT, PaymentMethod.PARTIAL_AND_CREDIT)
    return any(item.payment_method in on_credit for item in draft.items)


def _money(amount: int) -> dict[str, str]:
    return {"sum": roubles(amount)}


def _size(value: Goods) -> int:
    """Bytes of tag 1059, generously: fixed numbers and tag heads, and the texts in CP866 (ffd.md 2.7, 4.1)."""
    return 70 + texts(value) + (marks.SIZE if value.mark else 0)
