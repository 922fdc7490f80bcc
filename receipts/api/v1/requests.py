"""
What may be sent to API v1. Names are the issue's and the field's own words in snake_case; sums are decimal strings.

A serializer here reads one object of the wire; `draft_of` makes of it what the services take. Commands for a register
are in command_requests.py.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from devices.commands import Align, Cashier, Correction, Payment, Supplier, TextLine
from devices.decisions import Outcome
from devices.ffd import Agent, Measure, PaymentMethod, PaymentObject, PaymentType, ReceiptType, Taxation, Vat
from receipts import checks
from receipts.api.fields import (
    Flag,
    Leaf,
    Money,
    Plain,
    Quantity,
    Rows,
    StrictSerializer,
    Text,
    Told,
    Whole,
    Word,
    words,
)
from receipts.checks import Bad, FaultCode
from receipts.draft import Draft, Item
from receipts.outgoing import BadUrl, check_url

GENERAL = "general"
MAX_ID = 2**63 - 1
MAX_FD = 2**32 - 1
_INN = {"pattern": r"^([0-9]{10}|[0-9]{12})$", "examples": ["7700001235"]}


def _moment(text: str) -> Any:
    return checks.moment(text, now=timezone.now())


def _callback_url(text: str) -> str:
    try:
        return check_url(text, allow_private=settings.KKT_CALLBACKS_ALLOW_PRIVATE)
    except BadUrl as error:
        raise Bad(FaultCode.BAD_URL) from error


def _key(text: str) -> str:
    if not checks.printable(text):
        raise Bad(FaultCode.EMPTY)
    if len(text) > 128:
        raise Bad(FaultCode.TOO_LONG, limit="128")
    return text


def _product_code(text: str) -> str:
    # Marking codes hold the separator GS (1Dh) and printable ASCII.
    if not text or len(text) > 150 or not all(" " < character <= "~" or character == "\x1d" for character in text):
        raise Bad(FaultCode.BAD_FORMAT, example="0104600000000015215ABC1234")
    return text


class TrId(Leaf):
    """The client's own name of a request; a repeat with it returns the first job."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault(
            "help_text", _("Your own unique name of the request. A repeat with it returns the first job.")
        )
        super().__init__(_key, schema={"minLength": 1, "maxLength": 128, "examples": ["order-10518"]}, **kwargs)


class Deadline(Leaf):
    """Until when the job may wait in line."""

    def __init__(self, **kwargs: Any):
        super().__init__(
            _moment,
            schema={"format": "date-time"},
            required=False,
            help_text=_("Until when it may wait in line, at most 30 days ahead; 24 hours by default."),
            **kwargs,
        )


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


class CustomerRequest(StrictSerializer):
    email = Leaf(checks.email, schema={"format": "email", "maxLength": 64}, required=False)
    phone = Leaf(checks.phone, schema={"examples": ["+79123456789"]}, required=False)
    name = Text(128, required=False, help_text=_("Name of the buyer (tag 1227)."))
    inn = Leaf(checks.inn, schema=_INN, required=False, help_text=_("INN of the buyer (tag 1228)."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "email" in attrs and "phone" in attrs:
            raise Told(Bad(FaultCode.ONE_OF, fields="email, phone"))
        return attrs


class SupplierRequest(StrictSerializer):
    name = Text(128, required=False)
    inn = Leaf(checks.inn, schema=_INN)
    phone = Leaf(checks.phone, schema={"examples": ["+79123456789"]}, required=False)

    def to_internal_value(self, data: Any) -> Supplier:
        return Supplier(**super().to_internal_value(data))


class TextLineRequest(StrictSerializer):
    """
    A line of free text with its looks; a plain string stands for `{"text": …}`.
    """

    also = {"type": "string", "maxLength": 500}

    text = Plain(500)
    align = Word(words(Align), required=False)
    font = Whole(0, 15, required=False, help_text=_("The device's own fonts; 0 is its default."))
    double_width = Flag(required=False)
    double_height = Flag(required=False)

    def to_internal_value(self, data: Any) -> TextLine:
        if isinstance(data, str):
            return TextLine(text=self.fields["text"].run_validation(data))
        return TextLine(**super().to_internal_value(data))


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
    barcode = Plain(64, required=False, help_text=_("Printed under the item."))
    measure = Word(words(Measure), required=False, help_text=_("Measure of the quantity (tag 2108)."))
    unit = Text(16, required=False, help_text=_("Its name on paper where there is no tag 2108 (tag 1197)."))
    additional_attribute = Text(64, required=False, help_text=_("Additional requisite of the item (tag 1191)."))
    agent = Word(words(Agent), required=False, help_text=_("Whom we sell for (tag 1222); needs the supplier."))
    supplier = SupplierRequest(required=False)
    product_code = Leaf(
        _product_code,
        schema={"minLength": 1, "maxLength": 150},
        required=False,
        help_text=_("Marking code as scanned (tags 1162, 1163)."),
    )

    def to_internal_value(self, data: Any) -> Item:
        value = super().to_internal_value(data)
        value["additional"] = value.pop("additional_attribute", "")
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


class ReceiptRequest(StrictSerializer):
    """A receipt to register."""

    tr_id = TrId()
    device = Whole(1, MAX_ID, required=False, help_text=_("Number of the register; or give `site`."))
    site = Plain(40, least=1, required=False, help_text=_("Code of the site: its free register is taken."))
    type = Word(words(ReceiptType))
    items = Rows(ItemRequest(), least=1, most=500)
    payments = Rows(PaymentRequest(), least=1, most=20)
    total = Money(
        required=False, help_text=_("The sum of the items by default; may drop the kopecks and nothing else.")
    )
    discount = Money(required=False, help_text=_("Amount off the receipt, spread over the items."))
    taxation = Word(words(Taxation), required=False, help_text=_("Tag 1055; the register's own by default."))
    customer = CustomerRequest(required=False)
    cashier = CashierRequest(required=False)
    electronic = Flag(required=False, help_text=_("No paper; needs the buyer's e-mail or phone."))
    internet = Flag(required=False, help_text=_("Paid through the internet (tag 1125)."))
    sender_email = Leaf(checks.email, schema={"format": "email", "maxLength": 64}, required=False)
    settlement_place = Text(128, required=False, help_text=_("Place of settlement (tag 1187)."))
    additional_attribute = Text(
        16, required=False, help_text=_("Additional requisite of the receipt (tag 1192); our own mark by default.")
    )
    header = Rows(TextLineRequest(), most=50, required=False)
    footer = Rows(TextLineRequest(), most=50, required=False)
    correction = CorrectionRequest(required=False)
    callback_url = Leaf(
        _callback_url,
        schema={"format": "uri", "maxLength": 500},
        required=False,
        help_text=_("Where the result is posted once the job is settled: https, a public address."),
    )
    deadline = Deadline()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("device" in attrs) == ("site" in attrs):
            raise serializers.ValidationError({"device": Told(Bad(FaultCode.ONE_OF, fields="device, site")).detail})
        return attrs


class DecisionRequest(StrictSerializer):
    """How a receipt ended that nothing proves, or what is to become of one whose deadline passed."""

    outcome = Word(words(Outcome))
    fd_number = Whole(1, MAX_FD, required=False, help_text=_("The fiscal document that was seen; for “registered”."))
    reason = Text(255, help_text=_("How you know. It is kept."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("fd_number" in attrs) != (attrs["outcome"] is Outcome.REGISTERED):
            code = FaultCode.NOT_ALLOWED if "fd_number" in attrs else FaultCode.REQUIRED
            fault = Bad(code, reason="outcome") if "fd_number" in attrs else Bad(code)
            raise serializers.ValidationError({"fd_number": Told(fault).detail})
        return attrs


def draft_of(value: dict[str, Any], *, items: list[Item]) -> Draft:
    """The draft of a request as far as it could be read: what is missing in *value* was told already."""
    customer = value.get("customer", {})
    renamed = {
        "contact": customer.get("email") or customer.get("phone", ""),
        "customer_name": customer.get("name", ""),
        "customer_inn": customer.get("inn", ""),
        "additional": value.get("additional_attribute", ""),
    }
    same = ("total", "discount", "taxation", "cashier", "electronic", "internet", "sender_email", "settlement_place")
    return Draft(
        type=value.get("type", ReceiptType.SELL),
        items=tuple(items),
        payments=tuple(value.get("payments", ())),
        header=tuple(value.get("header", ())),
        footer=tuple(value.get("footer", ())),
        correction=value.get("correction"),
        **renamed,
        **{name: value[name] for name in same if name in value},
    )
