"""
Discounts into prices: there is no discount tag since ФФД 1.05, a price already holds every discount (ffd.md 5.2,
5.6).

Sums and discounts are whole kopecks.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from devices.units import line_sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a line as it is registered: *sum* is price × quantity, half up."""

    price: int
    quantity: Decimal
    sum: int


def shares(sums: list[int], discount: int) -> list[int]:
    """
    *discount* spread over lines in proportion to their *sums*.

    Floors first, then a kopeck each to the largest fractional parts, earlier lines first. Needs discount <=
    sum(sums).
    """
    whole = sum(sums)
    if not discount or not whole:
        return [0] * len(sums)
    floors = [discount * each // whole for each in sums]
    rest = discount - sum(floors)
    order = sorted(range(len(sums)), key=lambda index: (-(discount * sums[index] % whole), index))
    for index in order[:rest]:
        floors[index] += 1
    return floors


def parts(net: int, quantity: Decimal) -> list[Part]:
    """
    Price(s) at which *quantity* comes to *net* kopecks exactly.

    One part when a price fits. Pieces that do not divide become two parts, the second a kopeck dearer (R5). Weighed
    goods whose price cannot hit the kopeck lose one unit of quantity to a second part, which takes what is left.
    """
    if quantity == quantity.to_integral_value():
        price, dearer = divmod(net, int(quantity))
        if not dearer:
            return [Part(price=price, quantity=quantity, sum=net)]
        cheaper = quantity - dearer
        return [
            Part(price=price, quantity=cheaper, sum=line_sum(price, cheaper)),
            Part(price=price + 1, quantity=Decimal(dearer), sum=(price + 1) * dearer),
        ]
    near = int((Decimal(net) / quantity).to_integral_value(ROUND_FLOOR))
    for price in (near, near + 1):
        if line_sum(price, quantity) == net:
            return [Part(price=price, quantity=quantity, sum=net)]
    rest = line_sum(near, quantity - 1)
    return [
        Part(price=near, quantity=quantity - 1, sum=rest),
        Part(price=net - rest, quantity=Decimal(1), sum=net - rest),
    ]
