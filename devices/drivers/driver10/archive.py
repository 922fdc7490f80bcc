"""
A document of the fiscal storage out of getFnDocument.

Its bytes (`rawData`) count where they can be read as requisites of this very document; else the JSON does. Driver
10.8.0.0 gives them as the fiscal storage has them, 1077 as twelve hexadecimal digits and no `qr`; other releases may
differ [C], so each requisite is read as number or text alike. Source: atol-driver10-json.md 2.7, 3.10; ffd.md 4; what
the vendor's library told of the virtual device.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import re
from typing import Any

from devices.commands import FiscalData
from devices.drivers.driver10.channel import Json
from devices.drivers.driver10.values import inner, kopecks, local, text, whole
from devices.drivers.driver10.words import DOCUMENTS
from devices.errors import ErrorCode, LinkError
from devices.ffd import DocumentType, Operation, Tag, qr_text

_WITH_TOTAL = frozenset({DocumentType.RECEIPT, DocumentType.BSO, DocumentType.CORRECTION, DocumentType.BSO_CORRECTION})
_SIGN = re.compile(r"[&?]fp=(\d+)")
_SIGN_HEX = re.compile(r"[0-9A-Fa-f]{12}")  # 31 04 and the number, big endian; a plain number has ten digits at most
_HEAD = 4


def document(answer: Json, fd_number: int, fn_number: str) -> FiscalData:
    """Raises LinkError: the answer is no document, or another one."""
    told = inner(answer, "documentTLV")
    raw = _raw(answer, fd_number)
    values = dict(_elements(raw)) if raw else {}
    kind = DOCUMENTS.get(text(told.get("fiscalDocumentType")))
    if kind is None:
        raise LinkError(ErrorCode.LINK_LOST, f"FD {fd_number}: no document of a known kind")
    if (number := whole(told.get(str(int(Tag.FD_NUMBER))))) not in (0, fd_number):
        raise LinkError(ErrorCode.LINK_LOST, f"FD {fd_number}: the archive answered FD {number}")
    at = _moment(values, told)
    if at is None:
        raise LinkError(ErrorCode.LINK_LOST, f"FD {fd_number} has no time")
    operation = _operation(told) if kind in _WITH_TOTAL else None
    total = kopecks(_of(told, Tag.TOTAL)) if kind in _WITH_TOTAL else 0
    storage, fpd = text(_of(told, Tag.FN_NUMBER)) or fn_number, _sign(values, told)
    qr = ""
    if operation is not None:
        qr = text(told.get("qr")) or qr_text(
            at=at, total=total, fn_number=storage, fd_number=fd_number, fpd=fpd, operation=operation
        )
    return FiscalData(
        document_type=kind,
        fn_number=storage,
        fd_number=fd_number,
        fpd=fpd,
        at=at,
        shift_number=whole(_of(told, Tag.SHIFT_NUMBER)),
        receipt_number=whole(_of(told, Tag.RECEIPT_NUMBER)),
        operation=operation,
        total=total,
        rnm=text(_of(told, Tag.RNM)),
        mark=text(_of(told, Tag.RECEIPT_REQUISITE)),
        qr=qr,
        tlv=raw,
    )


def _of(told: Json, tag: Tag) -> Any:
    return told.get(str(int(tag)))


def _operation(told: Json) -> Operation | None:
    code = whole(_of(told, Tag.OPERATION))
    return Operation(code) if code in set(Operation) else None


def _moment(values: dict[int, bytes], told: Json) -> datetime.datetime | None:
    raw = values.get(Tag.DATE_TIME, b"")
    if len(raw) == 4:
        return datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=int.from_bytes(raw, "little"))
    return local(_of(told, Tag.DATE_TIME))


def _sign(values: dict[int, bytes], told: Json) -> int:
    """The number that people see: the last four bytes of 1077, the JSON's, or the QR's."""
    raw = values.get(Tag.FPD, b"")
    if len(raw) == 6:
        return int.from_bytes(raw[2:], "big")
    said = text(_of(told, Tag.FPD))
    if _SIGN_HEX.fullmatch(said):
        return int(said[4:], 16)
    found = _SIGN.search(text(told.get("qr")))
    return whole(said) or (int(found[1]) if found else 0)


def _raw(answer: Json, fd_number: int) -> bytes:
    """The requisites, out of the container that they may come in; nothing where they are another's, or damaged."""
    try:
        data = base64.b64decode(text(answer.get("rawData")), validate=True)
        for _ in range(2):
            values = dict(_elements(data))
            if int.from_bytes(values.get(Tag.FD_NUMBER, b""), "little") == fd_number:
                return data
            if len(values) != 1:
                break
            data = next(iter(values.values()))
    except (binascii.Error, ValueError):
        pass
    return b""


def _elements(data: bytes) -> list[tuple[int, bytes]]:
    """Raises ValueError: an element runs over the end."""
    found, at = [], 0
    while at < len(data):
        tag, size = int.from_bytes(data[at : at + 2], "little"), int.from_bytes(data[at + 2 : at + _HEAD], "little")
        if at + _HEAD + size > len(data):
            raise ValueError(f"tag {tag} runs over the end")
        found.append((tag, data[at + _HEAD : at + _HEAD + size]))
        at += _HEAD + size
    return found
