"""
A receipt as a client asks for it, and what its device allows: what `receipts.pricing` makes a command of.

Plain Python. Every face fills a `Draft` from its own wire format. Money is whole kopecks.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from devices.commands import (
    AgentData,
    Cashier,
    Correction,
    Customer,
    Industry,
    Mark,
    OperationRequisite,
    Payment,
    Printed,
    Supplier,
    UserRequisite,
)
from devices.ffd import Agent, Measure, PaymentMethod, PaymentObject, ReceiptType, Taxation, Vat


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """
    One line as the client sees it: *price* before *discount*, which is an amount off the whole line.

    *vat* None is the general rate of the day. *sum*, where given, is what the client expects of the line after its
    discount.
    """

    name: str
    price: int
    quantity: Decimal
    vat: Vat | None
    discount: int = 0
    sum: int | None = None
    payment_method: PaymentMethod = PaymentMethod.FULL_PAYMENT
    payment_object: PaymentObject = PaymentObject.COMMODITY
    department: int = 0
    barcode: str = ""
    measure: Measure | None = None
    unit: str = ""
    additional: str = ""
    agent: Agent | None = None
    agent_data: AgentData | None = None
    supplier: Supplier | None = None
    product_code: str = ""
    mark: Mark | None = None
    industry: tuple[Industry, ...] = ()
    excise: int | None = None
    country: str = ""
    declaration: str = ""
    lines: tuple[Printed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """
    A receipt as the client asks for it. *total* None is the sum of the items after *discount*, an amount off the
    receipt.
    """

    type: ReceiptType
    items: tuple[Item, ...]
    payments: tuple[Payment, ...]
    total: int | None = None
    discount: int = 0
    taxation: Taxation | None = None
    cashier: Cashier | None = None
    contact: str = ""
    customer_name: str = ""
    customer_inn: str = ""
    sender_email: str = ""
    settlement_place: str = ""
    electronic: bool = False
    internet: bool = False
    additional: str = ""
    header: tuple[Printed, ...] = ()
    footer: tuple[Printed, ...] = ()
    correction: Correction | None = None
    settlement_address: str = ""
    machine_number: str = ""
    customer: Customer | None = None
    industry: tuple[Industry, ...] = ()
    operation_requisite: OperationRequisite | None = None
    user_requisite: UserRequisite | None = None


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
