"""
What may be sent to API v1. Names are the issue's and the field's own words in snake_case; sums are decimal strings.

A serializer reads one object of the wire; `draft_of` makes of it what the services take. What stands inside a receipt
is in goods_requests.py and beside it, commands for a register are in command_requests.py.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from devices.decisions import Outcome
from devices.ffd import ReceiptType, Taxation
from receipts import checks
from receipts.api.fields import Flag, Leaf, Money, Plain, Rows, StrictSerializer, Text, Told, Whole, Word, words
from receipts.api.v1.goods_requests import CashierRequest, CorrectionRequest, ItemRequest, PaymentRequest
from receipts.api.v1.printed_requests import TextLineRequest
from receipts.api.v1.requisite_requests import (
    CustomerRequest,
    IndustryRequest,
    OperationRequisiteRequest,
    UserRequisiteRequest,
)
from receipts.checks import Bad, FaultCode
from receipts.draft import Draft, Item
from receipts.outgoing import BadUrl, check_url

MAX_ID = 2**63 - 1
MAX_FD = 2**32 - 1


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
    settlement_address = Text(256, required=False, help_text=_("Address of settlement (tag 1009)."))
    machine_number = Text(20, required=False, help_text=_("Number of the vending machine (tag 1036)."))
    industry = Rows(
        IndustryRequest(), most=10, required=False, help_text=_("Industry requisites of the receipt (tag 1261).")
    )
    operation_requisite = OperationRequisiteRequest(required=False)
    user_requisite = UserRequisiteRequest(required=False)
    unchecked_marks = Flag(
        required=False,
        help_text=_("Sell marked goods also when the marking system does not answer; never when it says no."),
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


SAME = (
    "total",
    "discount",
    "taxation",
    "cashier",
    "electronic",
    "internet",
    "sender_email",
    "settlement_place",
    "settlement_address",
    "machine_number",
    "operation_requisite",
    "user_requisite",
    "unchecked_marks",
    "correction",
)
"""Fields that a draft has under the same name."""


def draft_of(value: dict[str, Any], *, items: list[Item]) -> Draft:
    """The draft of a request as far as it could be read: what is missing in *value* was told already."""
    buyer = value.get("customer", {})
    renamed = {
        "contact": buyer.get("email") or buyer.get("phone", ""),
        "customer_name": buyer.get("name", ""),
        "customer_inn": buyer.get("inn", ""),
        "customer": buyer.get("more"),
        "additional": value.get("additional_attribute", ""),
    }
    rows = {name: tuple(value[name]) for name in ("payments", "header", "footer", "industry") if name in value}
    return Draft(
        type=value.get("type", ReceiptType.SELL),
        items=tuple(items),
        **{"payments": ()} | rows | renamed,
        **{name: value[name] for name in SAME if name in value},
    )
