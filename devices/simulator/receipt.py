"""
The receipt that is open in the device: positions, discounts, payments, and what they come to.

Arithmetic: ffd.md section 5. Money in kopecks, quantities Decimal with three places. `rate` is a code of tag 1199,
which equals the tax row of the second order (atol-protocol.md 5.4).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from devices.ffd import VAT_BY_CODE, VAT_RATES
from devices.simulator.errors import Code, Refusal
from devices.units import line_sum, tax_inside

CASH, NO_VAT, ZERO_VAT = 1, 6, 5


def tax_of(amount: int, rate: int) -> int:
    """VAT inside *amount* at the rate of code *rate*, half up."""
    facts = VAT_RATES[VAT_BY_CODE[rate]]
    return tax_inside(amount, facts.numerator, facts.denominator)


def unit_price(price: int, quantity: Decimal, amount: int) -> int:
    """
    Tag 1079, the price with every discount in it.

    As given when price × quantity is the amount; otherwise amount / quantity half up to a kopeck, so that two at 100.00
    sold for 190.00 show 95.00, and three at 33.33 sold for 100.00 stay 33.33 with the kopeck only in 1043 (devices
    allow that slack, ffd.md 5.2). What a real ATOL does here was not observed [C].
    """
    if line_sum(price, quantity) == amount:
        return price
    return int((amount / quantity).to_integral_value(ROUND_HALF_UP))


@dataclass
class Position:
    """
    *amount* is 1043; *tax* is what the host gave (1200), None to compute; *extra* are requisites written between EA and
    EB.
    """

    name: str  # hex of the bytes as they came
    price: int
    quantity: str
    amount: int
    rate: int
    tax: int | None = None
    section: int = 0
    subject: int = 1
    method: int = 4
    unchecked: bool = False
    piece: bool = False
    info: int = 0  # informational discount, negative for a charge
    extra: list[list[Any]] = field(default_factory=list)  # [tag, hex]

    @property
    def unit_price(self) -> int:
        return unit_price(self.price, Decimal(self.quantity), self.amount)

    @property
    def vat(self) -> int:
        return self.tax if self.tax is not None else tax_of(self.amount, self.rate)


@dataclass
class Receipt:
    """*type* is the byte of 92h. *rounding* is what 43h took off the total without touching the positions."""

    type: int
    electronic: bool = False
    positions: list[Position] = field(default_factory=list)
    payments: list[list[int]] = field(default_factory=list)  # [type, kopecks as tendered]
    rounding: int = 0
    discount: int = 0  # all discounts of the receipt, for register 2Ah
    charge: int = 0
    closed_to_positions: bool = False  # a receipt discount was given
    vat_given: dict[str, int] = field(default_factory=dict)  # B8h or E8 1102..1107, by rate
    extra: list[list[Any]] = field(default_factory=list)  # [tag, hex] written after 92h
    position_open: bool = False  # after EAh
    position_extra: list[list[Any]] = field(default_factory=list)

    @classmethod
    def load(cls, data: dict[str, Any]) -> Receipt:
        return cls(**{**data, "positions": [Position(**each) for each in data["positions"]]})

    @property
    def is_correction(self) -> bool:
        return self.type >= 7

    @property
    def operation(self) -> int:
        """Tag 1054."""
        return {1: 1, 2: 2, 4: 3, 5: 4, 7: 1, 8: 2, 9: 3, 10: 4}[self.type]

    @property
    def money_goes_out(self) -> bool:
        return self.operation in (2, 3)

    @property
    def positions_sum(self) -> int:
        return sum(position.amount for position in self.positions)

    @property
    def total(self) -> int:
        return self.positions_sum - self.rounding

    @property
    def tendered(self) -> int:
        return sum(amount for _, amount in self.payments)

    @property
    def cashless(self) -> int:
        return sum(amount for kind, amount in self.payments if kind != CASH)

    @property
    def remainder(self) -> int:
        return max(0, self.total - self.tendered)

    @property
    def change(self) -> int:
        return max(0, self.tendered - self.total)

    @property
    def paid(self) -> dict[int, int]:
        """Kopecks by payment type as registered: cash without the change."""
        sums: dict[int, int] = {}
        for kind, amount in self.payments:
            sums[kind] = sums.get(kind, 0) + amount
        if CASH in sums:
            sums[CASH] -= self.change
        return sums

    def vat_sums(self, mode: str) -> dict[int, int]:
        """
        VAT by rate (turnover for 0 % and without VAT), from the positions, never from a rounded total (ffd.md 5.5).

        *mode* «positions» adds up the position taxes, «rate_total» takes the tax of the rate's total once, unless the
        host gave taxes. Sums given for the whole receipt stand instead; a given 0 takes the rate out.
        """
        amounts: dict[int, int] = {}
        taxes: dict[int, int] = {}
        given = set()
        for position in self.positions:
            amounts[position.rate] = amounts.get(position.rate, 0) + position.amount
            taxes[position.rate] = taxes.get(position.rate, 0) + position.vat
            if position.tax is not None:
                given.add(position.rate)
        sums = {}
        for rate, amount in amounts.items():
            if rate in (ZERO_VAT, NO_VAT):
                sums[rate] = amount
            else:
                sums[rate] = taxes[rate] if mode == "positions" or rate in given else tax_of(amount, rate)
        sums |= {int(rate): amount for rate, amount in self.vat_given.items()}
        return {rate: amount for rate, amount in sums.items() if amount or self.vat_given.get(str(rate)) != 0}

    def spread(self, difference: int) -> None:
        """
        Take *difference* off the positions (negative: a charge): exact shares, floors, left kopecks to the largest
        fractional parts, earlier line first (ffd.md 5.6).

        Raises Refusal(BAD_DISCOUNT): more than there is.
        """
        whole = self.positions_sum
        if not self.positions or difference > whole or whole == 0:
            raise Refusal(Code.BAD_DISCOUNT)
        sign, size = (1, difference) if difference >= 0 else (-1, -difference)
        shares = [divmod(size * position.amount, whole) for position in self.positions]
        left = size - sum(floor for floor, _ in shares)
        order = sorted(range(len(shares)), key=lambda index: (-shares[index][1], index))
        bonus = set(order[:left])
        for index, (position, (floor, _)) in enumerate(zip(self.positions, shares, strict=True)):
            position.amount -= sign * (floor + (index in bonus))
            position.tax = None
