"""What may stand on paper: lines of text and barcodes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from devices.commands.value import Value


class Align(StrEnum):
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine(Value):
    """
    One line of free text; longer than the device's width it is wrapped by words. Font 0 is the device's own
    choice.
    """

    text: str
    align: Align = Align.LEFT
    font: int = 0
    double_width: bool = False
    double_height: bool = False
    bold: bool = False
    italic: bool = False
    underline: bool = False
    negative: bool = False


class BarcodeType(StrEnum):
    """Symbologies by the names that clients of driver 10 use."""

    EAN8 = "EAN8"
    EAN13 = "EAN13"
    UPCA = "UPCA"
    UPCE = "UPCE"
    CODE39 = "CODE39"
    CODE39_EXTENDED = "CODE39_EXTENDED"
    CODE93 = "CODE93"
    CODE128 = "CODE128"
    CODABAR = "CODABAR"
    ITF = "ITF"
    ITF14 = "ITF14"
    GS1_128 = "GS1_128"
    PDF417 = "PDF417"
    QR = "QR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Barcode(Value):
    """
    A barcode or a QR on paper. *scale* is the width of a module and *height* the height of the bars, in dots; 0 is the
    device's own choice. *print_text* prints the digits under it.
    """

    barcode: str
    type: BarcodeType = BarcodeType.QR
    align: Align = Align.LEFT
    scale: int = 0
    height: int = 0
    print_text: bool = False


Printed = TextLine | Barcode
"""What may stand on paper between the fiscal lines."""
