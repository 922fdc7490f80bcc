"""Texts and barcodes of a task: what is printed around the positions. Source: atol-driver10-json.md 2.6."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from devices.commands import Align, Barcode, BarcodeType, Printed, TextLine
from receipts import checks
from receipts.api.driver10.codes import NOT_SUPPORTED
from receipts.api.driver10.reading import INVALID_PARAM, Node, Wrong, wrong_type, wrong_value
from receipts.api.driver10.words import ALIGNMENTS, BARCODES

MAX_CHARACTERS = 500
MAX_BARCODE = 1024
PICTURES = frozenset({"pixels", "pictureFromMemory"})


def lines_of(rows: list[Node], *, skips_pictures: bool = False) -> tuple[Printed, ...]:
    """
    What is to be printed of *rows*; positions and the like among them are left alone, unknown types too.

    A picture is refused, since nobody would know that it is missing; *skips_pictures* is the task's own word that the
    print may lack something. Raises Wrong.
    """
    found: list[Printed] = []
    for row in rows:
        found += line_of(row, skips_pictures=skips_pictures)
    return tuple(found)


def line_of(row: Node, *, skips_pictures: bool = False) -> Iterator[Printed]:
    kind = row.text("type", required=True)
    if kind == "text":
        yield from _text(row)
    elif kind == "barcode":
        yield _barcode(row)
    elif kind in PICTURES and not skips_pictures:
        raise Wrong(NOT_SUPPORTED, _("Pictures are not printed here: %(path)s.") % {"path": row.path})


def _text(row: Node) -> Iterator[TextLine]:
    """One line for each that the text has itself."""
    whole = row.raw_text("text")
    if len(whole) > MAX_CHARACTERS * 10:
        raise Wrong(INVALID_PARAM, _('Field "%(path)s" is too long') % {"path": row.at("text")})
    align = row.choice("alignment", ALIGNMENTS, Align.LEFT)
    font = row.whole("font", most=255) or 0
    wide, high = row.flag("doubleWidth"), row.flag("doubleHeight")
    for line in re.split(r"\r\n|\r|\n", whole):
        text = line.replace("\t", " ")  # blanks at its ends stay: slips are laid out with them
        if len(text) > MAX_CHARACTERS or not _is_printable(text):
            raise wrong_value(row.at("text"), line)
        yield TextLine(text=text, align=align, font=font, double_width=wide, double_height=high)


def _is_printable(text: str) -> bool:
    return not checks.found("", lambda: checks.printable(text))


def _barcode(row: Node) -> Barcode:
    if not isinstance(row.data.get("barcode"), str):
        raise wrong_type(row.at("barcode"), "string")
    return Barcode(
        barcode=row.text("barcode", required=True, most=MAX_BARCODE),
        type=row.choice("barcodeType", BARCODES, BarcodeType.QR),
        align=row.choice("alignment", ALIGNMENTS, Align.LEFT),
        scale=row.whole("scale", most=255) or 0,
        height=row.whole("height", most=255) or 0,
        print_text=row.flag("printText"),
    )
