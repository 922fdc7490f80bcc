"""
A document of the fiscal storage as JSON: `documentTLV`, and the block `fiscalParams` of what was just registered.

JSON types as the vendor's driver 10.8.0.0 gave them of this device: flags as booleans, sums without needless zeros,
1077 as hexadecimal digits; `qr`, which it left out, is of later releases (3.10). Tags that nobody saw follow from the
format [C].
"""

from __future__ import annotations

import base64
import datetime
from decimal import Decimal
from typing import Any

from devices.ffd import DocumentType, Operation, Tag, qr_text
from devices.simulator import tlv
from devices.simulator.archive import Document
from devices.simulator.charset import decode
from devices.simulator.device import VirtualDevice
from devices.simulator.web.names import DOCUMENTS

RECEIPTS = (DocumentType.RECEIPT, DocumentType.CORRECTION)
MONEY = frozenset(
    {Tag.TOTAL, Tag.CASH, Tag.ELECTRONICALLY, Tag.PREPAID, Tag.CREDIT, Tag.OTHER, Tag.PRICE, Tag.POSITION_SUM}
    | {Tag.POSITION_VAT_SUM, Tag.VAT20_SUM, Tag.VAT10_SUM, Tag.VAT0_TURNOVER, Tag.NO_VAT_TURNOVER, Tag.VAT120_SUM}
    | {Tag.VAT110_SUM, Tag.VAT_BLOCK_SUM, Tag.EXCISE, 1136, 1138, 1139, 1140, 1141, 1142, 1143, 1183, 1201, 1218}
    | {1219, 1220}
)
NUMBERS = frozenset(
    {Tag.SHIFT_NUMBER, Tag.FD_NUMBER, Tag.RECEIPT_NUMBER, Tag.OPERATION, Tag.TAXATION, Tag.TAXATIONS, Tag.VAT}
    | {Tag.PAYMENT_OBJECT, Tag.PAYMENT_METHOD, Tag.FFD_VERSION, Tag.DEVICE_FFD, Tag.FN_FFD, Tag.SHIFT_RECEIPTS}
    | {Tag.SHIFT_DOCUMENTS, Tag.UNSENT_COUNT, Tag.FN_KEY_DAYS, Tag.MEASURE, Tag.AGENT, Tag.POSITION_AGENT}
    | {Tag.CORRECTION_TYPE, 1116, 1134, 1135, 1144, 1290, 2102, 2104, 2106, 2107, 1271}
)
FLAGS = frozenset(
    {Tag.OFD_TIMEOUT, Tag.FN_REPLACE, Tag.FN_FULL, Tag.FN_EXHAUSTED, 1056, Tag.OFFLINE_MODE, Tag.AUTOMATIC_MODE}
    | {Tag.INTERNET, Tag.OPERATIONS_INTERNET, 1109, 1110, 1126, 1193, 1207, 1221}
)
TIMES = frozenset({Tag.DATE_TIME, Tag.UNSENT_FROM, Tag.CORRECTION_DATE, 1273})
GROUPS = frozenset(
    {Tag.POSITION, Tag.CORRECTION_BASIS, Tag.AGENT_DATA, Tag.SUPPLIER_DATA, Tag.ADDITIONAL_USER_REQUISITE}
    | {Tag.VAT_BLOCK, Tag.VAT_BLOCK_ITEM, 1129, 1130, 1131, 1132, 1133, 1145, 1146, 1157, 1158, 1194, 1232, 1233}
    | {1256, 1260, 1261, 1270}
)


def roubles(kopecks: int) -> float:
    return kopecks // 100 if kopecks % 100 == 0 else kopecks / 100


def iso(at: datetime.datetime, zone: str = "+03:00") -> str:
    """A local reading with the zone that the driver adds."""
    return f"{at:%Y-%m-%dT%H:%M:%S}{zone}"


def values(raw: bytes) -> dict[str, Any]:
    """Requisites by tag; one that stands several times is a list."""
    found: dict[str, Any] = {}
    for tag, value in tlv.elements(raw):
        plain, name = _plain(tag, value), str(tag)
        if name not in found:
            found[name] = plain
        elif isinstance(found[name], list):
            found[name].append(plain)
        else:
            found[name] = [found[name], plain]
    return found


def _plain(tag: int, value: bytes) -> Any:
    number = int.from_bytes(value, "little")
    if tag in GROUPS:
        return values(value)
    if tag in MONEY:
        return roubles(number)
    if tag in NUMBERS:
        return number
    if tag in TIMES:
        return iso(datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=number))
    if tag == Tag.QUANTITY:
        return float(Decimal(int.from_bytes(value[1:], "little")).scaleb(-value[0]))
    if tag in FLAGS:
        return bool(number)
    if tag == Tag.FPD:
        return value.hex().upper()
    return decode(value).strip()


def as_json(device: VirtualDevice, document: Document, *, raw: bool) -> dict[str, Any]:
    """The result of getFnDocument."""
    meta = document.meta
    told: dict[str, Any] = {"fiscalDocumentType": DOCUMENTS.get(meta.type, "receipt"), "short": False}
    if meta.type in RECEIPTS:
        told["qr"] = qr_text(
            at=datetime.datetime.fromisoformat(meta.at),
            total=meta.total,
            fn_number=device.options.fn,
            fd_number=meta.fd,
            fpd=meta.fpd,
            operation=Operation(meta.operation),
        )
    result: dict[str, Any] = {"documentTLV": {**told, **values(document.tlv)}}
    if raw:
        result["rawData"] = base64.b64encode(document.tlv).decode()
    return result


def fiscal_params(device: VirtualDevice, document: Document) -> dict[str, Any]:
    """2.10. *total* and the receipt's number for receipts only."""
    meta, options = document.meta, device.options
    told: dict[str, Any] = {
        "fiscalDocumentNumber": meta.fd,
        "fiscalDocumentSign": f"{meta.fpd:010d}",
        "fiscalDocumentDateTime": iso(datetime.datetime.fromisoformat(meta.at)),
        "shiftNumber": meta.shift,
        "fnNumber": options.fn,
        "registrationNumber": options.rnm,
        "fnsUrl": options.fns_site,
    }
    if meta.type in RECEIPTS:
        told |= {"fiscalReceiptNumber": meta.receipt, "total": roubles(meta.total)}
    if meta.type == DocumentType.SHIFT_CLOSE:
        told["receiptsCount"] = meta.receipt
    return told
