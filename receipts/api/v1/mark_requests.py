"""A marking code of ФФД 1.2, as it may be sent to API v1."""

from __future__ import annotations

import base64
import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from devices.commands import Mark, MarkCheck
from devices.ffd import MarkStatus
from receipts import checks
from receipts.api.fields import Flag, Leaf, StrictSerializer, Told, Word, words
from receipts.checks import Bad, FaultCode


def _base64(text: str) -> str:
    try:
        code = base64.b64decode(text, validate=True).decode("ascii")
    except ValueError as error:
        raise Bad(FaultCode.BAD_FORMAT, example="MDEwNDYwMDAwMDAwMDAxNTIxNUFCQzEyMzQ=") from error
    return checks.mark_code(code)


def _fraction(text: str) -> tuple[int, int]:
    if not (found := re.fullmatch(r"(\d{1,6})/(\d{1,6})", text, re.ASCII)):
        raise Bad(FaultCode.BAD_FORMAT, example="1/2")
    return int(found[1]), int(found[2])


class MarkCheckRequest(StrictSerializer):
    """What an earlier check of the code came to (tag 2106)."""

    checked = Flag()
    valid = Flag()
    status_told = Flag()
    status_fits = Flag()
    offline = Flag(required=False)

    def to_internal_value(self, data: Any) -> MarkCheck:
        return MarkCheck(**super().to_internal_value(data))


class MarkRequest(StrictSerializer):
    """A marking code that the register checks before it sells the goods."""

    code = Leaf(
        checks.mark_code,
        schema={
            "minLength": 1,
            "maxLength": 260,
            "examples": ["0104600000000015215ABC123456789\u001d91EE06\u001d92…"],
        },
        required=False,
        help_text=_("The code as scanned, with its separators (U+001D)."),
    )
    code_base64 = Leaf(_base64, schema={"maxLength": 400}, required=False, help_text=_("The same in Base64."))
    status = Word(
        words(MarkStatus),
        required=False,
        help_text=_("Planned status of the goods (tag 2003); follows from the receipt by default."),
    )
    fraction = Leaf(
        _fraction,
        schema={"pattern": r"^[0-9]{1,6}/[0-9]{1,6}$", "examples": ["1/2"]},
        required=False,
        help_text=_("Which part of a package is sold (tag 1291)."),
    )
    check = MarkCheckRequest(required=False)

    def to_internal_value(self, data: Any) -> Mark:
        value = super().to_internal_value(data)
        if ("code" in value) == ("code_base64" in value):
            raise Told(Bad(FaultCode.ONE_OF, fields="code, code_base64"))
        numerator, denominator = value.get("fraction", (0, 0))
        return Mark(
            code=value.get("code") or value["code_base64"],
            status=int(value.get("status", 0)),
            numerator=numerator,
            denominator=denominator,
            check=value.get("check"),
        )
