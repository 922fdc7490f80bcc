"""What a receipt is made of: positions, payments, people, requisites, marking codes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from devices.commands.printed import Printed
from devices.commands.value import Value
from devices.ffd import PaymentMethod, PaymentObject, PaymentType, Vat


@dataclass(frozen=True, slots=True, kw_only=True)
class Cashier(Value):
    """Tags 1021 and 1203."""

    name: str
    inn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier(Value):
    """Tags 1224 {1225, 1171} and 1226."""

    name: str = ""
    inn: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentData(Value):
    """
    Tag 1223: paying agent {1044, 1073}, operator of transfers {1075, 1026, 1005, 1016}, acceptor of payments {1074}.
    """

    operation: str = ""
    agent_phones: tuple[str, ...] = ()
    transfer_phones: tuple[str, ...] = ()
    transfer_name: str = ""
    transfer_address: str = ""
    transfer_inn: str = ""
    receiver_phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Industry(Value):
    """Отраслевой реквизит, tags 1260 (position) and 1261 (receipt): {1262, 1263, 1264, 1265}. ФФД 1.2."""

    foiv: str
    date: datetime.date
    number: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRequisite(Value):
    """Операционный реквизит чека, tag 1270 {1271, 1272, 1273}. ФФД 1.2. *at* is local time."""

    id: int
    data: str
    at: datetime.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRequisite(Value):
    """Дополнительный реквизит пользователя, tag 1084 {1085, 1086}."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkCheck(Value):
    """
    Tag 2106, what the check of a marking code came to: was it checked, is it right, was its state told, does the state
    fit, was the device offline. Source: atol-driver10-json.md 2.6, ffd.md (marking).
    """

    checked: bool = False
    valid: bool = False
    status_told: bool = False
    status_fits: bool = False
    offline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark(Value):
    """
    A marking code of ФФД 1.2 as the scanner gave it, GS separators included. *status* is tag 2003, *numerator* and
    *denominator* (tags 1293, 1294) a part of a package, *mode* tag 2102. *check* is what an earlier check told, None:
    not checked.
    """

    code: str
    status: int = 1
    mode: int = 0
    numerator: int = 0
    denominator: int = 0
    check: MarkCheck | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position(Value):
    """
    One position (tag 1059).

    *sum* is what is registered (1043), kopecks, and equals price × quantity half up; the price already holds every
    discount. *discount* is printed for the buyer only. *barcode* is printed under the position. *agent* is one bit of
    tag 1222. *product_code* is the marking code as text (1163/1305 for ФФД 1.2, 1162 before); *mark* is one that goes
    through the check of ФФД 1.2 instead. *measure* is tag 2108 (ФФД 1.2), 0 pieces. *excise* (1229) in kopecks.
    *lines* are printed right after the position.
    """

    name: str
    price: int
    quantity: Decimal
    sum: int
    vat: Vat
    payment_method: PaymentMethod = PaymentMethod.FULL_PAYMENT
    payment_object: PaymentObject = PaymentObject.COMMODITY
    department: int = 0
    discount: int = 0
    barcode: str = ""
    measure: int | None = None
    unit: str = ""
    additional: str = ""
    agent: int = 0
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
class Payment(Value):
    """
    *sum* in kopecks as the buyer hands it over; only cash may be more than what is left to pay, the rest is
    change.
    """

    type: PaymentType
    sum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction(Value):
    """Tags 1173 and 1174 {1178, 1179, 1177}; by_order means a demand of the tax office, then *number* is required."""

    date: datetime.date
    by_order: bool = False
    number: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer(Value):
    """More of the buyer for ФФД 1.2 (tag 1256): 1243, 1244, 1245, 1246, 1254; the name and INN are the receipt's."""

    birth_date: datetime.date | None = None
    citizenship: str = ""
    document_code: str = ""
    document: str = ""
    address: str = ""
