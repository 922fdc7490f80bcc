"""
A receipt as a client asks for it, and what its device allows: what `receipts.pricing` makes a command of.

Plain Python. Every face fills a `Draft` from its own wire format. Money is whole kopecks.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from devices.commands import Cashier, Goods, ReceiptHead
from devices.ffd import Agent, Measure, Taxation, Vat


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Goods):
    """
    One line as the client sees it: *price* before *discount*, which is an amount off the whole line.

    *vat* None is the general rate of the day. *sum*, where given, is what the client expects of the line after its
    discount.
    """

    vat: Vat | None
    sum: int | None = None
    measure: Measure | None = None
    agent: Agent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(ReceiptHead):
    """
    A receipt as the client asks for it. *total* None is the sum of the items after *discount*, an amount off the
    receipt. *additional* is requisite 1192, empty for our own mark. *prints_discounts* False: the prices are less and
    the paper does not say why.
    """

    items: tuple[Item, ...]
    total: int | None = None
    discount: int = 0
    additional: str = ""
    prints_discounts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """
    What the device allows and supplies.

    *on* is its day. *ffd* and *taxations* (a mask of 1062) are 0 while it was never seen; then the device itself
    decides.
    """

    on: datetime.date
    ffd: int = 0
    taxations: int = 0
    taxation: Taxation | None = None
    cashier: Cashier | None = None
    quantity_places: int = 3
