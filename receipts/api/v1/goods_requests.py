"""Items, payments and the basis of a correction, as they may be sent to API v1."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from devices.commands import Cashier, Correction, Payment
from devices.ffd import Agent, Measure, PaymentMethod, PaymentObject, PaymentType, Vat
from receipts import checks
from receipts.api.fields import Flag, Leaf, Money, Plain, Quantity, Rows, StrictSerializer, Text, Whole, Word, words
from receipts.api.v1.mark_requests import MarkRequest
from receipts.api.v1.printed_requests import TextLineRequest
from receipts.api.v1.requisite_requests import AgentDataRequest, IndustryRequest, SupplierRequest, digits
from receipts.checks import Bad, FaultCode
from receipts.draft import Item

GENERAL = "general"


def _product_code(text: str) -> str:
    # Marking codes hold the separator GS (1Dh) and printable ASCII.
    if not text or len(text) > 150 or not all(" " < character <= "~" or character == "\x1d" for character in text):
        raise Bad(FaultCode.BAD_FORMAT, example="0104600000000015215ABC1234")
    return text


class CashierRequest(StrictSerializer):
    name = Text(64, help_text=_("Who sells (tag 1021)."))
    inn = Leaf(
        lambda text: checks.inn(text, lengths=(12,)),
        schema={"pattern": r"^[0-9]{12}$", "examples": ["770123456703"]},
        required=False,
        help_text=_("INN of the cashier, 12 digits (tag 1203)."),
    )

    def to_internal_value(self, data: Any) -> Cashier:
        return Cashier(**super().to_internal_value(data))


class ItemRequest(StrictSerializer):
    name = Text(128, help_text=_("What is sold, as the paper names it (tag 1030)."))
    price = Money(help_text=_("Price of one, before the discount."))
    quantity = Quantity(help_text=_("Above zero, up to three digits after the point (tag 1023)."))
    vat = Word(
        {GENERAL: None} | words(Vat),
        help_text=_(
            "VAT rate (tag 1199); “general” is the general rate of the day: 20 % (through 2025), 22 % (from 2026)."
        ),
    )
    discount = Money(required=False, help_text=_("Amount off the whole line. It goes into the price."))
    sum = Money(required=False, help_text=_("What you expect of the line after its discount; refused if it differs."))
    payment_method = Word(words(PaymentMethod), required=False, help_text=_("Tag 1214; full_payment by default."))
    payment_object = Word(words(PaymentObject), required=False, help_text=_("Tag 1212; commodity by default."))
    department = Whole(0, 30, required=False)
    barcode = Plain(64, also=checks.paper_text, required=False, help_text=_("Printed under the item."))
    measure = Word(words(Measure), required=False, help_text=_("Measure of the quantity (tag 2108)."))
    unit = Text(16, required=False, help_text=_("Its name on paper where there is no tag 2108 (tag 1197)."))
    additional_attribute = Text(64, required=False, help_text=_("Additional requisite of the item (tag 1191)."))
    agent = Word(words(Agent), required=False, help_text=_("Whom we sell for (tag 1222); needs the supplier."))
    agent_data = AgentDataRequest(required=False)
    supplier = SupplierRequest(required=False)
    product_code = Leaf(
        _product_code,
        schema={"minLength": 1, "maxLength": 150},
        required=False,
        help_text=_("Code of the goods as scanned (tags 1162, 1163), which nobody checks."),
    )
    mark = MarkRequest(required=False)
    industry = Rows(
        IndustryRequest(), most=10, required=False, help_text=_("Industry requisites of the item (tag 1260).")
    )
    excise = Money(required=False, help_text=_("Excise in the price (tag 1229)."))
    country = digits(3, "643", required=False, help_text=_("Country of origin, three digits (tag 1230)."))
    declaration = Text(32, required=False, help_text=_("Number of the customs declaration (tag 1231)."))
    lines = Rows(TextLineRequest(), most=20, required=False, help_text=_("Printed right after the item."))

    def to_internal_value(self, data: Any) -> Item:
        value = super().to_internal_value(data)
        value["additional"] = value.pop("additional_attribute", "")
        value |= {name: tuple(value[name]) for name in ("industry", "lines") if name in value}
        return Item(**value)


class PaymentRequest(StrictSerializer):
    type = Word(words(PaymentType))
    sum = Money(help_text=_("As the buyer hands it over; only cash may be more than what is left to pay."))

    def to_internal_value(self, data: Any) -> Payment:
        return Payment(**super().to_internal_value(data))


class CorrectionRequest(StrictSerializer):
    date = Leaf(checks.day, schema={"format": "date"}, help_text=_("Day of the corrected settlement (tag 1178)."))
    by_order = Flag(required=False, help_text=_("By order of the tax office (tag 1173)."))
    number = Text(32, required=False, help_text=_("Number of the order (tag 1179)."))
    description = Text(128, required=False)

    def to_internal_value(self, data: Any) -> Correction:
        return Correction(**super().to_internal_value(data))
