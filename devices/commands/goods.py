"""What a receipt is made of: positions, payments, people, requisites, marking codes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from devices.commands.printed import Printed
from devices.commands.value import Value
from devices.ffd import PaymentMethod, PaymentObject, PaymentType, ReceiptType, Taxation, Vat


@dataclass(frozen=True, slots=True, kw_only=True)
class Cashier(Value):
    """Tags 1021 and 1203."""

    name: str
    inn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier(Value):
    """Tags 1224 {1225, 1171} and 1226. *phones* are those after the first one, *phone*: 1171 may repeat."""

    name: str = ""
    inn: str = ""
    phone: str = ""
    phones: tuple[str, ...] = ()

    @property
    def all_phones(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(phone for phone in (self.phone, *self.phones) if phone))


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
    fit, was the device offline. Source: atol-driver10-json.md 2.6, ffd.md 3.12.
    """

    checked: bool = False
    valid: bool = False
    status_told: bool = False
    status_fits: bool = False
    offline: bool = False

    @property
    def bits(self) -> int:
        flags = (self.checked, self.valid, self.status_told, self.status_fits, self.offline)
        return sum(flag << place for place, flag in enumerate(flags))

    @classmethod
    def of_bits(cls, bits: int) -> MarkCheck:
        return cls(
            checked=bool(bits & 1),
            valid=bool(bits & 2),
            status_told=bool(bits & 4),
            status_fits=bool(bits & 8),
            offline=bool(bits & 16),
        )

    @property
    def is_bad(self) -> bool:
        """The code is wrong, or its goods must not go this way: [М-]."""
        return (self.checked and not self.valid) or (self.status_told and not self.status_fits)

    @property
    def is_good(self) -> bool:
        """Everything was checked and is right: [М+]."""
        return self.checked and self.valid and self.status_told and self.status_fits


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark(Value):
    """
    A marking code of ФФД 1.2 as the scanner gave it, GS separators included. *status* is tag 2003 (MarkStatus); in a
    draft 0 follows from the receipt. *numerator* and *denominator* (tags 1293, 1294) are a part of a package, *mode*
    tag 2102. *check* is what an earlier check told, None: not checked. *quantity* and *measure* are for a check without
    a receipt; in one the position's own count.
    """

    code: str
    status: int = 1
    mode: int = 0
    numerator: int = 0
    denominator: int = 0
    check: MarkCheck | None = None
    quantity: Decimal = Decimal(1)
    measure: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods(Value):
    """
    What a line as a client sees it and a registered position have in common.

    *barcode* is printed under the position. *product_code* is the marking code as text (1163 for ФФД 1.2, 1162 before);
    *mark* is one that goes through the check of ФФД 1.2 instead. *excise* (1229) in kopecks. *country* is three digits
    of ОКСМ (1230), *declaration* 1231. *lines* are printed right after the position.
    """

    name: str
    price: int
    quantity: Decimal
    payment_method: PaymentMethod = PaymentMethod.FULL_PAYMENT
    payment_object: PaymentObject = PaymentObject.COMMODITY
    department: int = 0
    discount: int = 0
    barcode: str = ""
    unit: str = ""
    additional: str = ""
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
class Position(Goods):
    """
    One position (tag 1059).

    *sum* is what is registered (1043), kopecks, and equals price × quantity half up; the price already holds every
    discount. *discount* is printed for the buyer only. *agent* is one bit of tag 1222. *measure* is tag 2108 (ФФД 1.2),
    0 pieces.
    """

    sum: int
    vat: Vat
    measure: int | None = None
    agent: int = 0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptHead(Value):
    """
    What a client's draft and the command that registers it have in common.

    *contact* is the buyer's e-mail or phone (1008). *electronic*: no paper, contact required. *header* is printed
    before the positions, *footer* after them. *customer* is more of the buyer, *industry* 1261. *unchecked_marks*:
    marked goods go also when the marking system does not tell of their codes; never when it says no.
    """

    type: ReceiptType
    payments: tuple[Payment, ...]
    taxation: Taxation | None = None
    cashier: Cashier | None = None
    contact: str = ""
    customer_name: str = ""
    customer_inn: str = ""
    sender_email: str = ""
    settlement_place: str = ""
    electronic: bool = False
    internet: bool = False
    header: tuple[Printed, ...] = ()
    footer: tuple[Printed, ...] = ()
    correction: Correction | None = None
    settlement_address: str = ""
    machine_number: str = ""
    customer: Customer | None = None
    industry: tuple[Industry, ...] = ()
    operation_requisite: OperationRequisite | None = None
    user_requisite: UserRequisite | None = None
    unchecked_marks: bool = False
