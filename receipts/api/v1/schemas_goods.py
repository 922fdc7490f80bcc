"""The shape of what an item is beside its sums (answers_goods.py), for OpenAPI."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from devices.ffd import Agent, MarkStatus, Measure
from receipts.api.fields import words
from receipts.api.v1.schemas_base import MONEY, Answer, Told, maybe, text
from receipts.api.v1.schemas_told import CheckAnswer


class SupplierAnswer(Answer):
    name = text()
    inn = text()
    phones = Told({"type": "array", "items": {"type": "string"}})


class MarkAnswer(Answer):
    """A marking code and what its check came to."""

    code = text()
    status = maybe(schema={"enum": [*words(MarkStatus), None]}, help_text=_("Planned status of the goods (tag 2003)."))
    fraction = maybe(help_text=_("Which part of a package is sold (tag 1291)."))
    check = CheckAnswer(allow_null=True, help_text=_("As the registered document has it (tag 2106)."))


class GoodsAnswer(Answer):
    """What an item is beside its sums."""

    measure = maybe(schema={"enum": [*words(Measure), None]})
    unit = text()
    additional_attribute = text()
    agent = maybe(schema={"enum": [*words(Agent), None]})
    supplier = SupplierAnswer(allow_null=True)
    product_code = text()
    mark = MarkAnswer(allow_null=True)
    excise = maybe(schema=MONEY)
    country = text()
    declaration = text()
