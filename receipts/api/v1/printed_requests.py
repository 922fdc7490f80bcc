"""What may be sent to stand on paper: lines of text with their looks, and barcodes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import empty

from devices.commands import Align, Barcode, BarcodeType, Printed, TextLine
from devices.drivers.bars.drawing import draw
from receipts import checks
from receipts.api.fields import Flag, Leaf, Plain, StrictSerializer, Told, Whole, Word, words
from receipts.checks import Bad, FaultCode

MADE_BY_DEVICE = frozenset({BarcodeType.QR, BarcodeType.PDF417})


def barcode(kind: BarcodeType, text: str) -> str:
    """What a code of *kind* may hold. Raises Bad."""
    text = checks.barcode(kind, text)
    if kind not in MADE_BY_DEVICE:
        try:
            draw(kind, text)
        except ValueError as error:
            raise Bad(FaultCode.BAD_FORMAT, example=_EXAMPLES.get(kind, "ORDER-10518")) from error
    return text


_EXAMPLES = {
    BarcodeType.EAN13: "4600000000015",
    BarcodeType.EAN8: "46000010",
    BarcodeType.UPCA: "036000291452",
    BarcodeType.UPCE: "04252614",
    BarcodeType.ITF: "123456",
    BarcodeType.ITF14: "15400141288763",
    BarcodeType.CODABAR: "A40156B",
    BarcodeType.GS1_128: "(01)04600000000015",
}


class BarcodeRequest(StrictSerializer):
    """A barcode or a QR on paper."""

    barcode = Leaf(schema={"minLength": 1, "maxLength": 2000, "examples": ["https://shop.example.com/10518"]})
    type = Word(words(BarcodeType), required=False, help_text=_("QR by default."))
    align = Word(words(Align), required=False)
    scale = Whole(0, 20, required=False, help_text=_("Dots of a module; 0 is the register's own choice."))
    height = Whole(0, 1000, required=False, help_text=_("Lines of dots of the bars; 0 is the register's own choice."))
    print_text = Flag(required=False, help_text=_("The digits below."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        try:
            attrs["barcode"] = barcode(attrs.get("type", BarcodeType.QR), attrs["barcode"])
        except Bad as bad:
            raise serializers.ValidationError({"barcode": Told(bad).detail}) from bad
        return attrs

    def run_validation(self, data: Any = empty) -> Any:
        return Barcode(**super().run_validation(data))


class TextLineRequest(StrictSerializer):
    """
    A line of free text with its looks; a plain string stands for `{"text": …}`, and a barcode may stand instead.
    """

    also = {"type": "string", "maxLength": 500}
    instead = BarcodeRequest

    text = Plain(500, also=checks.paper_text)
    align = Word(words(Align), required=False)
    font = Whole(0, 15, required=False, help_text=_("The device's own fonts; 0 is its default."))
    double_width = Flag(required=False)
    double_height = Flag(required=False)
    bold = Flag(required=False, help_text=_("Outside of receipts, where the register knows it; so the next three."))
    italic = Flag(required=False)
    underline = Flag(required=False)
    negative = Flag(required=False, help_text=_("White on black."))

    def to_internal_value(self, data: Any) -> Printed:
        if isinstance(data, str):
            return TextLine(text=self.fields["text"].run_validation(data))
        if isinstance(data, dict) and "barcode" in data:
            code: Barcode = BarcodeRequest().run_validation(data)
            return code
        return TextLine(**super().to_internal_value(data))
