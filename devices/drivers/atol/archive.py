"""
Documents of the fiscal storage, read whole: the short record (A4 40), then every requisite (A4 45, A4 46).

Source: atol-protocol.md 5.8, 5.9; atol-wire-observed.md 2.3 (getFnDocument).
"""

from __future__ import annotations

from collections.abc import Callable

from devices.commands import FiscalData
from devices.errors import ErrorCode, LinkError, Refused
from devices.ffd import DocumentType, Operation, Tag, qr_text
from devices.protocol.atol import charset, numbers, tlv, wire
from devices.protocol.atol.answers import FoundDocument
from devices.protocol.atol.client import Client
from devices.protocol.atol.errors import NO_DATA, SEE_EXTENDED, DeviceRefused

TYPE_MASK = 0x3F  # the upper bits of a type carry the FFD version; source: ffd.md 3.0 [B]
LONGEST = 40_000  # bytes; the format allows a document 32768
TRIES = 3  # a lost answer of A4 46 spoils the reading, not the document

_END = frozenset({NO_DATA, SEE_EXTENDED, 0x18})
_WITH_QR = frozenset({DocumentType.RECEIPT, DocumentType.BSO, DocumentType.CORRECTION, DocumentType.BSO_CORRECTION})
_FIRST_OPERATIONS = {1: Operation.SELL, 2: Operation.SELL_RETURN, 4: Operation.BUY, 5: Operation.BUY_RETURN}


class Archive:
    """The archive behind *client*."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def read(self, fd_number: int) -> FiscalData:
        """
        Document *fd_number*.

        Raises Refused(NO_DOCUMENT): there is none; LinkError; Refused: the fiscal storage has a problem.
        """
        try:
            found = self._client.ask(wire.FIND_DOCUMENT, fd=fd_number)
        except DeviceRefused as error:
            if error.device_code == NO_DATA:
                raise Refused(ErrorCode.NO_DOCUMENT, f"FD {fd_number}: {error.detail}") from error
            raise
        return document(found, self._requisites(fd_number), self._fn_number)

    def _fn_number(self) -> str:
        return self._client.ask(wire.FN_NUMBER).number

    def _requisites(self, fd_number: int) -> bytes:
        for _ in range(TRIES - 1):
            try:
                return self._requisites_once(fd_number)
            except LinkError as error:
                if error.code is ErrorCode.LINK_LOST:
                    raise
        return self._requisites_once(fd_number)

    def _requisites_once(self, fd_number: int) -> bytes:
        try:
            self._client.ask(wire.DOCUMENT_TLV, fd=fd_number)
        except DeviceRefused as error:
            if error.device_code == NO_DATA:
                return b""  # the document's short record is all that is left
            raise
        data = bytearray()
        while len(data) < LONGEST:
            try:
                part = self._client.ask(wire.NEXT_TLV).element
            except DeviceRefused as error:
                if error.device_code in _END:
                    return bytes(data)
                raise
            if not part:
                return bytes(data)
            data += part
        raise LinkError(ErrorCode.DEVICE_SLOW, f"FD {fd_number} does not end")


def document(found: FoundDocument, raw: bytes, fn_number: Callable[[], str]) -> FiscalData:
    """
    One document from its short record and its requisites, either of which may tell less.

    Raises LinkError: the requisites are no requisites, or of another document.
    """
    try:
        values = dict(tlv.elements(raw))
    except tlv.BadTlv as error:
        raise LinkError(ErrorCode.LINK_LOST, f"FD {found.fd}: {error}") from error
    if Tag.FD_NUMBER in values and numbers.from_vln(values[Tag.FD_NUMBER]) != found.fd:
        raise LinkError(ErrorCode.LINK_LOST, f"FD {found.fd}: the archive answered another document")
    kind = found.type & TYPE_MASK
    receipt = kind in _WITH_QR
    at = numbers.from_unixtime(values[Tag.DATE_TIME]) if len(values.get(Tag.DATE_TIME, b"")) == 4 else found.at
    if at is None:
        raise LinkError(ErrorCode.LINK_LOST, f"FD {found.fd} has no time")
    operation = _operation(values, found) if receipt else None
    total = _total(values, found) if receipt else 0
    fpd = int.from_bytes(values[Tag.FPD][2:], "big") if len(values.get(Tag.FPD, b"")) == 6 else found.fpd
    storage = _text(values, Tag.FN_NUMBER) or fn_number()
    qr = ""
    if operation is not None:
        qr = qr_text(at=at, total=total, fn_number=storage, fd_number=found.fd, fpd=fpd, operation=operation)
    return FiscalData(
        document_type=kind,
        fn_number=storage,
        fd_number=found.fd,
        fpd=fpd,
        at=at,
        shift_number=_shift(values, found, kind),
        receipt_number=numbers.from_vln(values.get(Tag.RECEIPT_NUMBER, b"")),
        operation=operation,
        total=total,
        rnm=_text(values, Tag.RNM),
        mark=_text(values, Tag.RECEIPT_REQUISITE),
        qr=qr,
        tlv=raw,
    )


def _operation(values: dict[int, bytes], found: FoundDocument) -> Operation | None:
    if Tag.OPERATION in values:
        code = numbers.from_vln(values[Tag.OPERATION])
        if code not in set(Operation):
            raise LinkError(ErrorCode.LINK_LOST, f"FD {found.fd}: operation {code}")
        return Operation(code)
    return _FIRST_OPERATIONS.get(found.rest[0]) if found.rest else None


def _total(values: dict[int, bytes], found: FoundDocument) -> int:
    if Tag.TOTAL in values:
        return numbers.from_vln(values[Tag.TOTAL])
    return numbers.from_vln(found.rest[1:6])


def _shift(values: dict[int, bytes], found: FoundDocument, kind: int) -> int:
    if Tag.SHIFT_NUMBER in values:
        return numbers.from_vln(values[Tag.SHIFT_NUMBER])
    return numbers.from_vln(found.rest[:2]) if kind in (DocumentType.SHIFT_OPEN, DocumentType.SHIFT_CLOSE) else 0


def _text(values: dict[int, bytes], tag: int) -> str:
    return charset.decode(values.get(tag, b"")).strip()
