"""Positions of a receipt task: goods, marking codes, on whose behalf. Source: atol-driver10-json.md 2.5, 2.6."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from devices.commands import AgentData, Industry, Mark, MarkCheck, Printed, Supplier
from devices.ffd import Agent, Measure, PaymentMethod, PaymentObject, Vat
from devices.units import line_sum
from receipts.api.driver10.codes import FAULTS, NOT_SUPPORTED
from receipts.api.driver10.reading import Node, Wrong, absent, wrong_type, wrong_value
from receipts.api.driver10.words import AGENTS, MARK_STATUSES, MEASURES, METHODS, OBJECTS, VATS, vat_of
from receipts.checks import MAX_QUANTITY, FaultCode
from receipts.draft import Item

INVALID_QUANTITY = 17
INVALID_TAX = FAULTS[FaultCode.VAT_NO_LONGER]
_PLACES = Decimal("0.000001")
_CHECKS = {
    "imcCheckFlag": "checked",
    "imcCheckResult": "valid",
    "imcStatusInfo": "status_told",
    "imcEstimatedStatusCorrect": "status_fits",
    "ecrStandAloneFlag": "offline",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Behalf:
    """On whose behalf something is sold: agent, what he must tell, supplier; of the receipt or of a position."""

    agent: Agent | None = None
    data: AgentData | None = None
    supplier: Supplier | None = None


def behalf_of(node: Node) -> Behalf:
    """agentInfo and supplierInfo of a receipt or a position. Raises Wrong."""
    agent, data = _agent(node.child("agentInfo"))
    return Behalf(agent=agent, data=data, supplier=_supplier(node.child("supplierInfo")))


def item_of(row: Node, *, receipt: Behalf, on: datetime.date, keeps_18: bool, lines: tuple[Printed, ...]) -> Item:
    """
    The position *row*, with what stands for the whole *receipt* where it says nothing itself.

    *amount* is what is registered: it may differ from price × quantity by a discount or by the kopecks of rounding,
    and the price follows it. *on* is the day of the tax. Raises Wrong.
    """
    price = row.money("price", required=True)
    quantity = _quantity(row)
    amount = row.money("amount", required=True)
    assert price is not None
    assert amount is not None
    own = behalf_of(row)
    measure, unit = _measure(row)
    mark = mark_of(row.child("imcParams"))
    code = "" if mark else _product_code(row)
    if row.has("customParameters"):
        raise _not_supported(row.at("customParameters"))
    return Item(
        name=row.requisite("name", 128),
        price=price,
        quantity=quantity,
        vat=_vat(row, on=on, keeps_18=keeps_18),
        discount=line_sum(price, quantity) - amount,
        sum=amount,
        payment_method=row.choice("paymentMethod", METHODS, PaymentMethod.FULL_PAYMENT),
        payment_object=row.choice("paymentObject", OBJECTS, PaymentObject.COMMODITY),
        department=row.whole("department", most=255) or 0,
        measure=measure,
        unit=unit,
        additional=row.requisite("additionalAttribute", 64),
        agent=own.agent or receipt.agent,
        agent_data=own.data or receipt.data,
        supplier=own.supplier or receipt.supplier,
        product_code=code,
        mark=mark,
        industry=industry_of(row),
        excise=row.money("exciseSum"),
        country=row.requisite("countryCode", 3),
        declaration=row.requisite("customsDeclaration", 32),
        lines=lines,
    )


def _quantity(row: Node) -> Decimal:
    value = row.number("quantity", required=True)
    assert value is not None
    if not 0 < value <= MAX_QUANTITY:
        raise Wrong(INVALID_QUANTITY, _('Wrong quantity in field "%(path)s"') % {"path": row.at("quantity")})
    return value.quantize(_PLACES, ROUND_HALF_UP).normalize() + 0


def _vat(row: Node, *, on: datetime.date, keeps_18: bool) -> Vat:
    tax = row.child("tax")
    if tax is None:
        raise absent(row.at("tax"))
    return vat_in(tax, on=on, keeps_18=keeps_18)


def vat_in(tax: Node, *, on: datetime.date, keeps_18: bool) -> Vat:
    """The rate that *tax* names. Raises Wrong."""
    if tax.data.get("type") is None:
        raise absent(tax.at("type"))
    word = tax.choice("type", VATS, "")
    if (vat := vat_of(word, on=on, keeps_18=keeps_18)) is None:
        raise Wrong(INVALID_TAX, _("There is no VAT of 18 %% any more: %(path)s.") % {"path": tax.at("type")})
    return vat


def _measure(row: Node) -> tuple[Measure | None, str]:
    """The measure of ФФД 1.2 or, for older devices, whatever the unit is called."""
    value = row.data.get("measurementUnit")
    if row.flag("piece"):
        return Measure.PIECE, ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        return None, ""
    if not isinstance(value, str):
        raise wrong_type(row.at("measurementUnit"), "string|undefined")
    if value in MEASURES:
        return MEASURES[value], ""
    return None, Node({"measurementUnit": value}, row.path).requisite("measurementUnit", 16)


def _agent(node: Node | None) -> tuple[Agent | None, AgentData | None]:
    if node is None:
        return None, None
    words = node.texts("agents")
    for word in words:
        if word not in AGENTS:
            raise wrong_value(node.at("agents"), word)
    if len(words) > 1:
        raise _not_supported(node.at("agents"))
    paying = node.child("payingAgent") or Node({})
    receiver = node.child("receivePaymentsOperator") or Node({})
    transfer = node.child("moneyTransferOperator") or Node({})
    data = AgentData(
        operation=paying.requisite("operation", 24),
        agent_phones=paying.texts("phones"),
        receiver_phones=receiver.texts("phones"),
        transfer_phones=transfer.texts("phones"),
        transfer_name=transfer.requisite("name", 64),
        transfer_address=transfer.requisite("address", 256),
        transfer_inn=transfer.requisite("vatin", 12),
    )
    return AGENTS[words[0]] if words else None, None if data == AgentData() else data


def _supplier(node: Node | None) -> Supplier | None:
    if node is None:
        return None
    first, *others = node.texts("phones") or ("",)
    supplier = Supplier(
        name=node.requisite("name", 256), inn=node.requisite("vatin", 12), phone=first, phones=tuple(others)
    )
    return None if supplier == Supplier() else supplier


def industry_of(node: Node) -> tuple[Industry, ...]:
    found = []
    for row in node.rows("industryInfo"):
        date = row.day("date", required=True)
        assert date is not None
        found.append(
            Industry(
                foiv=row.requisite("fois", 3, required=True),
                date=date,
                number=row.requisite("number", 32, required=True),
                value=row.requisite("industryAttribute", 256, required=True),
            )
        )
    return tuple(found)


def mark_of(node: Node | None) -> Mark | None:
    """imcParams, or the parameters of a check. Raises Wrong."""
    if node is None:
        return None
    code = _code_text(node.data_of("imc", required=True), node.at("imc"))
    if node.data.get("itemEstimatedStatus") is None:
        raise absent(node.at("itemEstimatedStatus"))
    numerator, denominator = _fraction(node)
    return Mark(
        code=code,
        status=node.choice("itemEstimatedStatus", MARK_STATUSES, 1),
        mode=node.whole("imcModeProcessing", required=True, most=255) or 0,
        numerator=numerator,
        denominator=denominator,
        check=_check(node.child("itemInfoCheckResult")),
    )


def _fraction(node: Node) -> tuple[int, int]:
    text = node.text("itemFractionalAmount")
    if not text:
        return 0, 0
    part, slash, whole = text.partition("/")
    if not (slash and part.isdecimal() and whole.isdecimal() and len(text) <= 20 and 0 < int(part) < int(whole)):
        raise wrong_value(node.at("itemFractionalAmount"), text)
    return int(part), int(whole)


def _check(node: Node | None) -> MarkCheck | None:
    if node is None:
        return None
    return MarkCheck(**{ours: node.flag(theirs, required=True) for theirs, ours in _CHECKS.items()})


def check_answer(check: MarkCheck) -> dict[str, bool]:
    """itemInfoCheckResult."""
    return {theirs: getattr(check, ours) for theirs, ours in _CHECKS.items()}


def _product_code(row: Node) -> str:
    """The one marking code of a position without imcParams, as text."""
    codes = [*_nomenclature(row), *_marking(row), *_product_codes(row)]
    if len(codes) > 1:
        raise _not_supported(row.path)
    return codes[0] if codes else ""


def _nomenclature(row: Node) -> list[str]:
    value = row.data.get("nomenclatureCode")
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return [_code_text(row.data_of("nomenclatureCode"), row.at("nomenclatureCode"))]
    node = row.child("nomenclatureCode")
    assert node is not None
    return [f"01{node.text('gtin', required=True, most=14):0>14}21{node.text('serial', required=True, most=24)}"]


def _marking(row: Node) -> list[str]:
    node = row.child("markingCode")
    return [_code_text(node.data_of("mark", required=True), node.at("mark"))] if node else []


def _product_codes(row: Node) -> list[str]:
    node = row.child("productCodes")
    if node is None:
        return []
    if node.has("codes"):
        raise _not_supported(node.at("codes"))
    return [_code_text(node.data_of(name), node.at(name)) for name, value in node.data.items() if value]


def _code_text(code: bytes, path: str) -> str:
    """Marking codes are printable ASCII and the separator GS; a code in another form is not ours to guess."""
    if not code or len(code) > 150 or not all(0x20 < byte <= 0x7E or byte == 0x1D for byte in code):
        raise _not_supported(path)
    return code.decode("ascii")


def _not_supported(path: str) -> Wrong:
    return Wrong(NOT_SUPPORTED, _("Not supported: %(path)s.") % {"path": path})
