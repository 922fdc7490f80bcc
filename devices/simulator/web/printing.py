"""Text and codes between fiscal lines and without them. Source: atol-driver10-json.md 2.6, 3.9."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from devices.simulator.charset import encode
from devices.simulator.web.errors import BAD_TASK, TaskError
from devices.simulator.web.fields import Fields
from devices.simulator.web.host import X_REPORTS, Host

_DOUBLE = b"\x09"
_QR = 0
_PART = 100


def lines(host: Host, items: Iterable[Fields]) -> None:
    for each in items:
        item(host, each)


def free_lines(host: Host, items: Iterable[Fields]) -> None:
    """Before a document: nothing may be open while they are printed."""
    for number, each in enumerate(items):
        if number == 0:
            host.enter(X_REPORTS)
        item(host, each)


def item(host: Host, each: Fields) -> None:
    """A kind of item that the driver does not know is overlooked (2.1)."""
    each.need("type")
    match each.text("type"):
        case "text":
            _text(host, each)
        case "barcode":
            _barcode(host, each)


def _text(host: Host, each: Fields) -> None:
    columns = host.device.options.profile.columns
    double = each.flag("doubleWidth")
    width = columns // 2 if double else columns
    text = each.text("text")
    rows = textwrap.wrap(text, width) if each.text("wrap") in ("words", "chars") else [text[:width]]
    for row in rows or [""]:
        shown = {"center": row.center(width), "right": row.rjust(width)}.get(each.text("alignment"), row)
        raw = encode(shown.rstrip())
        host.tell(0x4C, b"".join(_DOUBLE + bytes((one,)) for one in raw) if double else raw)


def _barcode(host: Host, each: Fields) -> None:
    """QR and PDF417 go to the device; other codes stand in brackets on its paper, since text shows no bars."""
    each.need("barcode")
    data, kind = each.text("barcode"), each.text("barcodeType", "QR")
    if not data:
        raise TaskError(BAD_TASK, f'Поле "{each.path}.barcode" пусто')
    if kind not in ("QR", "PDF417"):
        host.tell(0x4C, encode(f"[{kind} {data}]"))
        return
    raw = data.encode("cp1251", "replace")
    parts = [raw[at : at + _PART] for at in range(0, len(raw), _PART)]
    code = _QR if kind == "QR" else 1
    host.tell(0xC1, bytes((code | (0x80 if len(parts) > 1 else 0),)) + bytes(13) + parts[0])
    for number, part in enumerate(parts[1:], 2):
        host.tell(0xC2, bytes((0x80 if number < len(parts) else 0,)) + part)
