"""Requisites of receipts and items, as they may be sent to API v1: the buyer, agents, suppliers, industries."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from devices.commands import AgentData, Customer, Industry, OperationRequisite, Supplier, UserRequisite
from receipts import checks
from receipts.api.fields import Leaf, Rows, StrictSerializer, Text, Told, Whole
from receipts.checks import Bad, FaultCode

_INN = {"pattern": r"^([0-9]{10}|[0-9]{12})$", "examples": ["7700001235"]}
_PHONE = {"examples": ["+79123456789"]}
MORE = ("birth_date", "citizenship", "document_code", "document", "address")
"""What tag 1256 adds to the buyer's name and INN."""


def digits(count: int, example: str, **kwargs: Any) -> Leaf:
    """A code of *count* digits."""

    def check(text: str) -> str:
        if not re.fullmatch(rf"\d{{{count}}}", text, re.ASCII):
            raise Bad(FaultCode.BAD_FORMAT, example=example)
        return text

    return Leaf(check, schema={"pattern": f"^[0-9]{{{count}}}$", "examples": [example]}, **kwargs)


def _phones(**kwargs: Any) -> Rows:
    return Rows(Leaf(checks.phone, schema=_PHONE), most=5, required=False, **kwargs)


class CustomerRequest(StrictSerializer):
    email = Leaf(checks.email, schema={"format": "email", "maxLength": 64}, required=False)
    phone = Leaf(checks.phone, schema={"examples": ["+79123456789"]}, required=False)
    name = Text(128, required=False, help_text=_("Name of the buyer (tag 1227)."))
    inn = Leaf(checks.inn, schema=_INN, required=False, help_text=_("INN of the buyer (tag 1228)."))

    birth_date = Leaf(
        checks.day, schema={"format": "date"}, required=False, help_text=_("Date of birth of the buyer (tag 1243).")
    )
    citizenship = digits(3, "643", required=False, help_text=_("Citizenship of the buyer, three digits (tag 1244)."))
    document_code = digits(2, "21", required=False, help_text=_("Kind of the buyer's document, two digits (tag 1245)."))
    document = Text(64, required=False, help_text=_("The buyer's document (tag 1246)."))
    address = Text(256, required=False, help_text=_("Address of the buyer (tag 1254)."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "email" in attrs and "phone" in attrs:
            raise Told(Bad(FaultCode.ONE_OF, fields="email, phone"))
        more = {name: attrs.pop(name) for name in MORE if name in attrs}
        return attrs | ({"more": Customer(**more)} if more else {})


class SupplierRequest(StrictSerializer):
    """Whose goods an agent sells."""

    name = Text(256, required=False, help_text=_("Name of the supplier (tag 1225)."))
    inn = Leaf(checks.inn, schema=_INN, help_text=_("INN of the supplier (tag 1226); twelve zeros if it has none."))
    phone = Leaf(checks.phone, schema=_PHONE, required=False, help_text=_("Phone of the supplier (tag 1171)."))
    phones = _phones(help_text=_("More phones of the supplier."))

    def to_internal_value(self, data: Any) -> Supplier:
        value = super().to_internal_value(data)
        return Supplier(**value | {"phones": tuple(value.get("phones", ()))})


class AgentDataRequest(StrictSerializer):
    """Data of a paying agent (tag 1223)."""

    operation = Text(24, required=False, help_text=_("Operation of the agent (tag 1044)."))
    agent_phones = _phones(help_text=_("Phones of the agent (tag 1073)."))
    receiver_phones = _phones(help_text=_("Phones of the operator that accepts payments (tag 1074)."))
    transfer_phones = _phones(help_text=_("Phones of the operator of transfers (tag 1075)."))
    transfer_name = Text(64, required=False, help_text=_("Name of the operator of transfers (tag 1026)."))
    transfer_address = Text(256, required=False, help_text=_("Address of the operator of transfers (tag 1005)."))
    transfer_inn = Leaf(
        checks.inn, schema=_INN, required=False, help_text=_("INN of the operator of transfers (tag 1016).")
    )

    def to_internal_value(self, data: Any) -> AgentData:
        value: dict[str, Any] = super().to_internal_value(data)
        rows = {name: tuple(part) for name, part in value.items() if isinstance(part, list)}
        return AgentData(**value | rows)


class IndustryRequest(StrictSerializer):
    """An industry requisite (tags 1262 to 1265)."""

    foiv = digits(3, "030", help_text=_("Who ordered it, three digits (tag 1262)."))
    date = Leaf(checks.day, schema={"format": "date"}, help_text=_("Date of the order (tag 1263)."))
    number = Text(32, help_text=_("Number of the order (tag 1264)."))
    value = Text(256, help_text=_("What it says (tag 1265)."))

    def to_internal_value(self, data: Any) -> Industry:
        return Industry(**super().to_internal_value(data))


class OperationRequisiteRequest(StrictSerializer):
    """Operation requisite of the receipt (tag 1270)."""

    id = Whole(0, 255, help_text=_("Tag 1271."))
    data = Text(64, help_text=_("Tag 1272."))  # type: ignore[assignment] # the base has a property of this name
    at = Leaf(
        checks.local_moment,
        schema={"pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$", "examples": ["2026-11-20T10:00:00"]},
        help_text=_("Local time, without a zone (tag 1273)."),
    )

    def to_internal_value(self, data: Any) -> OperationRequisite:
        return OperationRequisite(**super().to_internal_value(data))


class UserRequisiteRequest(StrictSerializer):
    """A requisite of your own (tag 1084)."""

    name = Text(64, help_text=_("Tag 1085."))
    value = Text(256, help_text=_("Tag 1086."))

    def to_internal_value(self, data: Any) -> UserRequisite:
        return UserRequisite(**super().to_internal_value(data))
