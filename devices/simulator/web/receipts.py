"""
sell, its kin and the corrections: JSON to the commands of the wire, in the order of the vendor's script.

A receipt that fails before its end is cancelled; one whose end failed is looked up in the fiscal storage. Source: 2.5,
2.6 of atol-driver10-json.md; the bytes: atol-protocol.md 5.4, 7.4.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
from collections.abc import Iterator
from typing import Any

from devices.ffd import FfdVersion, Tag
from devices.simulator import tlv
from devices.simulator.charset import encode
from devices.simulator.numbers import bcd
from devices.simulator.receipt import NO_VAT
from devices.simulator.web import marking, names, printing
from devices.simulator.web.document import fiscal_params
from devices.simulator.web.errors import BAD_TASK, NO_LINK, TaskError
from devices.simulator.web.fields import Fields, half_up
from devices.simulator.web.host import REGISTRATION, Host

_NO_PRINT = 0x04
_NO_CASH_CHECK, _TAX_BY_DEVICE = 0x02, 0x08
CASH = 1
_SUM_TAGS = {1: Tag.VAT20_SUM, 2: Tag.VAT10_SUM, 3: Tag.VAT120_SUM, 4: Tag.VAT110_SUM, 5: 1104, 6: 1105}
_BUYER = {"vatin": 1228, "name": 1227}
_MORE_OF_BUYER = {"birthDate": 1243, "citizenship": 1244, "identityDocumentCode": 1245}
_MORE_OF_BUYER |= {"identityDocumentData": 1246, "address": 1254}


def register(host: Host, task: Fields) -> dict[str, Any]:
    """Raises TaskError: the device refuses, and nothing is registered; NO_LINK: nobody knows."""
    kind = names.RECEIPTS[task.text("type")]
    if kind < 7:
        task.need("items")
    task.need("payments")
    electronic = task.flag("electronically")
    items = list(task.each("items"))
    payments = _payments(task)
    before = host.last_fd
    printing.free_lines(host, [] if electronic else task.each("preItems"))
    operator = task.inner("operator")
    host.enter(REGISTRATION)
    try:
        if operator:
            host.cashier(operator.text("name"), operator.text("vatin"))
        host.tell(0x92, bytes((_NO_PRINT if electronic else 0, kind)))
        _fill(host, task, items, payments, kind, electronic=electronic)
        host.tell(0x4A, b"\0" + bcd(CASH, 1) + bcd(0, 5))
    except TaskError as error:
        if error.code == NO_LINK:
            raise
        if host.last_fd == before:  # checkDocumentClosed: not closed
            with contextlib.suppress(TaskError):
                host.tell(0x59)
            raise
    document = host.document(host.device.archive.last_fd)
    return {"fiscalParams": fiscal_params(host.device, document), "warnings": {"notPrinted": host.unprinted}}


def _payments(task: Fields) -> list[tuple[int, int]]:
    """(type 1..10, kopecks), cash last; equal types in one."""
    sums: dict[int, int] = {}
    for each in task.each("payments"):
        each.need("type")
        each.need("sum")
        kind = names.PAYMENTS.get(each.text("type")) or names.PAYMENT_NUMBERS.get(each.text("type"))
        if kind is None:
            raise TaskError(BAD_TASK, f'Поле "{each.path}.type" не бывает таким ({each.text("type")})')
        sums[kind] = sums.get(kind, 0) + each.kopecks("sum")
    return sorted(sums.items(), key=lambda row: row[0] == CASH)


def _fill(
    host: Host, task: Fields, items: list[Fields], payments: list[tuple[int, int]], kind: int, *, electronic: bool
) -> None:
    host.requisites(_requisites(task, host.device.options.version))
    if kind >= 7:
        host.requisites(_correction(task))
    for item in items:
        if item.text("type") == "position":
            _position(host, item)
        elif item.text("type") in ("userAttribute", "additionalAttribute"):
            host.requisites(_attribute(item))
        elif not electronic:
            printing.item(host, item)
    if kind >= 7 and not any(item.text("type") == "position" for item in items):
        _bare_correction(host, task, sum(amount for _, amount in payments))
    for tax in task.each("taxes"):
        tag = _SUM_TAGS.get(tax.choice("type", names.VATS) or 0)
        if tag:
            host.requisite(tlv.vln(tag, tax.kopecks("sum")))
    printing.lines(host, [] if electronic else task.each("postItems"))
    _round(host, task)
    for paid, amount in payments:
        host.tell(0x99, b"\0" + bcd(paid, 1) + bcd(amount, 5))


def _round(host: Host, task: Fields) -> None:
    receipt = host.device.state.receipt
    if task.data.get("total") is None or receipt is None:
        return
    difference = receipt.total - task.kopecks("total")
    if difference < 0:
        raise TaskError(227, "Итог больше суммы позиций")
    if difference:
        host.tell(0x43, bytes((0, 0, 1, 0)) + bcd(difference, 5))


def _requisites(task: Fields, version: int) -> Iterator[bytes]:
    client = task.inner("clientInfo")
    if client:
        yield from _texts(client, {"emailOrPhone": Tag.CUSTOMER_CONTACT})
        more = [tlv.text(tag, client.text(name)) for name, tag in _MORE_OF_BUYER.items() if client.text(name)]
        buyer = list(_texts(client, _BUYER))
        yield from [tlv.group(1256, *buyer, *more)] if more and version >= FfdVersion.V1_2 else buyer
    taxation = task.choice("taxationType", names.TAXATIONS)
    if taxation:
        yield tlv.byte(Tag.TAXATION, taxation)
    yield from _texts(task, {"paymentsPlace": 1187, "paymentsAddress": 1009, "machineNumber": 1036})
    if company := task.inner("companyInfo"):
        yield from _texts(company, {"email": Tag.SENDER_EMAIL})
    if task.flag("internet") and version >= FfdVersion.V1_2:
        yield tlv.byte(Tag.OPERATIONS_INTERNET, 1)
    yield from _industry(task, 1261)
    if (operation := task.inner("operationInfo")) and (at := operation.moment("dateTime")):
        parts = tlv.byte(1271, operation.whole("id")), tlv.text(1272, operation.text("data")), tlv.moment(1273, at)
        yield tlv.group(1270, *parts)


def _texts(fields: Fields, tags: dict[str, int]) -> Iterator[bytes]:
    for name, tag in tags.items():
        if fields.text(name):
            yield tlv.text(tag, fields.text(name), 12 if tag == Tag.CUSTOMER_INN else 0)


def _industry(fields: Fields, tag: int) -> Iterator[bytes]:
    for each in fields.each("industryInfo"):
        day = each.moment("date")
        parts = [tlv.text(1262, each.text("fois")), tlv.text(1263, f"{day:%d.%m.%Y}" if day else each.text("date"))]
        yield tlv.group(
            tag, *parts, tlv.text(1264, each.text("number")), tlv.text(1265, each.text("industryAttribute"))
        )


def _correction(task: Fields) -> Iterator[bytes]:
    yield tlv.byte(Tag.CORRECTION_TYPE, task.text("correctionType", "self") == "instruction")
    at = task.moment("correctionBaseDate")
    parts = [tlv.moment(Tag.CORRECTION_DATE, at)] if at else []
    for name, tag in (("correctionBaseNumber", Tag.CORRECTION_NUMBER), ("correctionBaseName", 1177)):
        if task.text(name):
            parts.append(tlv.text(tag, task.text(name)))
    if parts:
        yield tlv.group(Tag.CORRECTION_BASIS, *parts)


def _attribute(item: Fields) -> Iterator[bytes]:
    if item.text("type") == "additionalAttribute":
        yield tlv.text(Tag.RECEIPT_REQUISITE, item.text("value")[:16])
    else:
        yield tlv.group(1084, tlv.text(1085, item.text("name")), tlv.text(1086, item.text("value")))


def _bare_correction(host: Host, task: Fields, amount: int) -> None:
    """A correction of FFD 1.05 names sums and taxes only; the device keeps them as one position."""
    rates = [tax.choice("type", names.VATS) or NO_VAT for tax in task.each("taxes")]
    host.tell(0xEA, bytes((0, 1, 0)))
    _end_position(host, price=amount, thousandths=1000, amount=amount, rate=rates[0] if rates else NO_VAT)


def _position(host: Host, item: Fields) -> None:
    for name in ("price", "quantity", "amount", "name"):
        item.need(name)
    quantity = item.number("quantity") * 1000
    if quantity != int(quantity) or quantity <= 0:
        raise TaskError(17)
    tax = item.inner("tax")
    host.tell(0xEA, bytes((0, 1, 0)))
    host.requisites(_of_position(host, item))
    _end_position(
        host,
        price=item.kopecks("price"),
        thousandths=int(quantity),
        amount=item.kopecks("amount"),
        rate=(tax.choice("type", names.VATS) if tax else None) or 0,
        section=item.whole("department"),
        subject=item.choice("paymentObject", names.OBJECTS) or 0,
        method=item.choice("paymentMethod", names.METHODS) or 0,
        info=half_up(item.number("infoDiscountAmount") * 100),
        name=item.text("name"),
    )


def _end_position(
    host: Host,
    *,
    price: int,
    thousandths: int,
    amount: int,
    rate: int,
    section: int = 0,
    subject: int = 0,
    method: int = 0,
    info: int = 0,
    name: str = "Коррекция",
) -> None:
    head = bytes((_NO_CASH_CHECK | _TAX_BY_DEVICE,)) + bcd(price, 7) + bcd(thousandths, 5) + bcd(amount, 7)
    middle = bytes((rate,)) + bcd(0, 7) + bcd(section, 1) + bcd(subject, 1) + bytes((method, info < 0))
    host.tell(0xEB, head + middle + bcd(abs(info), 7) + bytes(2) + encode(name)[:128])


def _of_position(host: Host, item: Fields) -> Iterator[bytes]:
    new = host.device.options.version >= FfdVersion.V1_2
    yield from marking.of_position(host, item)
    if item.text("additionalAttribute"):
        yield tlv.text(Tag.POSITION_REQUISITE, item.text("additionalAttribute")[:64])
    if new:
        measure = item.choice("measurementUnit", names.MEASURES)
        if measure is not None:
            yield tlv.byte(Tag.MEASURE, measure)
    elif item.data.get("measurementUnit"):
        yield tlv.text(Tag.UNIT, str(item.data["measurementUnit"])[:16])
    if item.text("nomenclatureCode"):
        yield tlv.element(Tag.PRODUCT_CODE, decoded(item, "nomenclatureCode")[:32])
    if item.data.get("exciseSum") is not None:
        yield tlv.vln(Tag.EXCISE, item.kopecks("exciseSum"))
    yield from _texts(item, {"countryCode": Tag.COUNTRY, "customsDeclaration": Tag.DECLARATION})
    yield from _industry(item, 1260)
    yield from _agent(item)


def decoded(item: Fields, name: str) -> bytes:
    """Base64. Raises TaskError."""
    try:
        return base64.b64decode(item.text(name), validate=True)
    except (binascii.Error, ValueError):
        raise TaskError(BAD_TASK, f'Поле "{item.path}.{name}" не base64') from None


def _agent(item: Fields) -> Iterator[bytes]:
    if agent := item.inner("agentInfo"):
        mask = sum(names.AGENTS.get(name, 0) for name in agent.texts("agents"))
        if mask:
            yield tlv.byte(Tag.POSITION_AGENT, mask)
        paying = agent.inner("payingAgent") or Fields({})
        transfer = agent.inner("moneyTransferOperator") or Fields({})
        receiver = agent.inner("receivePaymentsOperator") or Fields({})
        parts = [
            *_phones(transfer, 1075),
            *_texts(paying, {"operation": 1044}),
            *_phones(paying, 1073),
            *_phones(receiver, 1074),
            *_texts(transfer, {"name": 1026, "address": 1005, "vatin": 1016}),
        ]
        if parts:
            yield tlv.group(Tag.AGENT_DATA, *parts)
    if supplier := item.inner("supplierInfo"):
        yield from _texts(supplier, {"vatin": Tag.SUPPLIER_INN})
        parts = [*_texts(supplier, {"name": Tag.SUPPLIER_NAME}), *_phones(supplier, Tag.SUPPLIER_PHONE)]
        if parts:
            yield tlv.group(Tag.SUPPLIER_DATA, *parts)


def _phones(fields: Fields, tag: int) -> list[bytes]:
    return [tlv.text(tag, phone) for phone in fields.texts("phones")]
