"""A receipt task as a Draft, and what is wrong with a draft in the task's paths. Source: atol-driver10-json.md 2.5."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from devices.commands import Cashier, Correction, Customer, OperationRequisite, Payment, Printed, UserRequisite
from devices.ffd import FfdVersion, ReceiptType
from receipts.api.driver10.codes import FAULTS, NOT_SUPPORTED
from receipts.api.driver10.goods import behalf_of, industry_of, item_of, vat_in
from receipts.api.driver10.printed import line_of, lines_of
from receipts.api.driver10.reading import INVALID_PARAM, Node, Wrong, absent, wrong_value
from receipts.api.driver10.words import CORRECTIONS, PAYMENTS, TAXATIONS
from receipts.checks import Bad, Fault, Invalid, email, phone
from receipts.draft import Draft, Item, Rules
from receipts.wording import sentence

RECEIPT_TYPES = {
    "sell": ReceiptType.SELL,
    "buy": ReceiptType.BUY,
    "sellReturn": ReceiptType.SELL_RETURN,
    "buyReturn": ReceiptType.BUY_RETURN,
    "sellCorrection": ReceiptType.SELL_CORRECTION,
    "buyCorrection": ReceiptType.BUY_CORRECTION,
    "sellReturnCorrection": ReceiptType.SELL_RETURN_CORRECTION,
    "buyReturnCorrection": ReceiptType.BUY_RETURN_CORRECTION,
}
INVALID_PAYMENT = 60
CORRECTED = "Коррекция"
# What a draft's fields are called in a task.
_NAMES = {
    "vat": "tax.type",
    "agent": "agentInfo.agents",
    "agent_data": "agentInfo",
    "supplier": "supplierInfo",
    "discount": "amount",
    "sum": "amount",
    "taxation": "taxationType",
    "customer": "clientInfo.emailOrPhone",
    "contact": "clientInfo.emailOrPhone",
    "correction": "correctionType",
    "correction.number": "correctionBaseNumber",
    "correction.date": "correctionBaseDate",
    "payment_object": "paymentObject",
    "payment_method": "paymentMethod",
    "measure": "measurementUnit",
    "product_code": "markingCode",
    "mark": "imcParams",
}
_ITEM = re.compile(r"items\[(\d+)\](?:\.(.+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A draft, and for each of its items the path of its position in the task."""

    draft: Draft
    paths: tuple[str, ...]


def draft_of(task: Node, rules: Rules) -> Asked:
    """The receipt that *task* asks for at a device of these *rules*. Raises Wrong."""
    kind = RECEIPT_TYPES[task.data["type"]]
    for name in ("paymentsAddInfo", "customParameters"):
        if task.has(name):
            raise Wrong(NOT_SUPPORTED, _("Not supported: %(path)s.") % {"path": name})
    correction = _correction(task) if kind.is_correction else None
    skips = task.flag("ignoreNonFiscalPrintErrors")
    on = correction.date if correction else rules.on
    goods = _Goods(task, on=on, skips=skips)
    payments = _payments(task)
    if kind.is_correction and not task.has("items"):
        goods.whole_sum(sum(paid.sum for paid in payments), rules)
    client = task.child("clientInfo") or Node({})
    company = task.child("companyInfo") or Node({})
    draft = Draft(
        type=kind,
        items=tuple(goods.items),
        payments=payments,
        total=task.money("total"),
        taxation=task.choice("taxationType", TAXATIONS, None),
        cashier=cashier_of(task),
        contact=_contact(client),
        customer_name=client.requisite("name", 256),
        customer_inn=client.requisite("vatin", 12),
        sender_email=company.requisite("email", 64),
        settlement_place=task.requisite("paymentsPlace", 256),
        settlement_address=task.requisite("paymentsAddress", 256),
        machine_number=task.requisite("machineNumber", 20),
        electronic=task.flag("electronically"),
        internet=task.flag("internet"),
        additional=goods.additional,
        header=(*lines_of(task.rows("preItems"), skips_pictures=skips), *goods.header),
        footer=lines_of(task.rows("postItems"), skips_pictures=skips),
        correction=correction,
        customer=_customer(client),
        industry=industry_of(task),
        operation_requisite=_operation(task.child("operationInfo")),
        user_requisite=goods.user,
        unchecked_marks=not task.flag("validateMarkingCodes"),
    )
    return Asked(draft=draft, paths=tuple(goods.paths))


class _Goods:
    """The rows of `items`: texts before the first position go to the header, later ones under their position."""

    def __init__(self, task: Node, *, on: datetime.date, skips: bool) -> None:
        self.items: list[Item] = []
        self.paths: list[str] = []
        self.header: list[Printed] = []
        self.additional = ""
        self.user: UserRequisite | None = None
        self._task, self._on, self._skips = task, on, skips
        self._behalf = behalf_of(task)
        if task.data.get("items") is None and not RECEIPT_TYPES[task.data["type"]].is_correction:
            raise absent(task.at("items"))
        rows = task.rows("items")
        places = [index for index, row in enumerate(rows) if row.data.get("type") == "position"]
        for row in rows[: places[0]] if places else rows:
            self.header += self._around(row)
        for place, end in zip(places, [*places[1:], len(rows)], strict=False):
            lines = [line for row in rows[place + 1 : end] for line in self._around(row)]
            self._position(rows[place], tuple(lines))

    def whole_sum(self, total: int, rules: Rules) -> None:
        """A correction of ФФД 1.05 has no positions: one sum, and the rate of its only tax."""
        taxes = self._task.rows("taxes")
        if rules.ffd >= FfdVersion.V1_1:
            raise absent(self._task.at("items"))
        if not taxes:
            raise absent(self._task.at("taxes"))
        if len(taxes) > 1:
            raise Wrong(NOT_SUPPORTED, _("Not supported: %(path)s.") % {"path": taxes[1].path})
        vat = vat_in(taxes[0], on=self._on, keeps_18=self._task.flag("useVAT18"))
        self.items = [Item(name=CORRECTED, price=total, quantity=Decimal(1), vat=vat)]
        self.paths = [taxes[0].path]

    def _position(self, row: Node, lines: tuple[Printed, ...]) -> None:
        keeps_18 = self._task.flag("useVAT18")
        self.items.append(item_of(row, receipt=self._behalf, on=self._on, keeps_18=keeps_18, lines=lines))
        self.paths.append(row.path)

    def _around(self, row: Node) -> tuple[Printed, ...]:
        kind = row.text("type", required=True)
        if kind == "userAttribute":
            self.user = UserRequisite(
                name=row.requisite("name", 64, required=True), value=row.requisite("value", 256, required=True)
            )
        elif kind == "additionalAttribute":
            self.additional = row.requisite("value", 16, required=True)
        return tuple(line_of(row, skips_pictures=self._skips))


def cashier_of(task: Node) -> Cashier | None:
    """operator: without a name only if it is empty. A programmer's «operator»: "" counts as none. Raises Wrong."""
    if task.data.get("operator") == "":
        return None
    node = task.child("operator")
    if node is None or not node.data:
        return None
    inn = node.requisite("vatin", 12)
    if inn and not (inn.isdecimal() and len(inn) in (10, 12)):
        raise Wrong(INVALID_PARAM, _('Field "%(path)s" is no INN') % {"path": node.at("vatin")})
    if node.data.get("name") is None:
        raise absent(node.at("name"))
    name = node.requisite("name", 64)
    return Cashier(name=name, inn=inn) if name else None


def _payments(task: Node) -> tuple[Payment, ...]:
    found = []
    for row in task.rows("payments", required=True):
        if row.data.get("type") is None:
            raise absent(row.at("type"))
        word = row.text("type")
        if word not in PAYMENTS and re.fullmatch(r"-?\d+", word, re.ASCII):  # 5 to 10 are types of the shop's own
            raise Wrong(INVALID_PAYMENT, _("This payment type is not supported: %(path)s.") % {"path": row.at("type")})
        if word not in PAYMENTS:
            raise wrong_value(row.at("type"), word)
        amount = row.money("sum", required=True)
        assert amount is not None
        found.append(Payment(type=PAYMENTS[word], sum=amount))
    return tuple(found)


def _contact(client: Node) -> str:
    """A phone in the form of the tax office, an e-mail as it is; other texts too: the driver asks no questions."""
    text = client.requisite("emailOrPhone", 64)
    for known in (phone, email):
        try:
            return known(text)
        except Bad:
            continue
    return text


def _customer(client: Node) -> Customer | None:
    birth = client.day("birthDate") if client.has("birthDate") else None
    customer = Customer(
        birth_date=birth,
        citizenship=client.requisite("citizenship", 3),
        document_code=client.requisite("identityDocumentCode", 2),
        document=client.requisite("identityDocumentData", 64),
        address=client.requisite("address", 256),
    )
    return None if customer == Customer() else customer


def _correction(task: Node) -> Correction:
    if task.data.get("correctionType") is None:
        raise absent(task.at("correctionType"))
    date = task.day("correctionBaseDate", required=True)
    if date is None:
        raise wrong_value(task.at("correctionBaseDate"), "")
    return Correction(
        date=date,
        by_order=task.choice("correctionType", CORRECTIONS, False),
        number=task.requisite("correctionBaseNumber", 32),
        description=task.requisite("correctionBaseName", 256),
    )


def _operation(node: Node | None) -> OperationRequisite | None:
    if node is None:
        return None
    at = node.moment("dateTime", required=True)
    number = node.whole("id", required=True, most=255)
    assert number is not None
    if at is None:
        raise wrong_value(node.at("dateTime"), "")
    return OperationRequisite(id=number, data=node.requisite("data", 64, required=True), at=at)


def told(invalid: Invalid, asked: Asked) -> Wrong:
    """The first fault of a draft as the driver would tell it."""
    fault = invalid.faults[0]
    path = _path(fault, asked.paths)
    text = sentence(fault)
    return Wrong(FAULTS.get(fault.code, INVALID_PARAM), f"{text} ({path})" if path else text)


def _path(fault: Fault, paths: tuple[str, ...]) -> str:
    if match := _ITEM.fullmatch(fault.path):
        index, name = int(match[1]), match[2] or ""
        row = paths[index] if index < len(paths) else "items"
        return f"{row}.{_NAMES.get(name, name)}" if name else row
    return _NAMES.get(fault.path, fault.path)
