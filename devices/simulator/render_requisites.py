"""
Requisites as the paper shows them: which are printed, under which words. Words are ours; no real receipt was at hand
[C]. What is for the electronic form only (ffd.md 2.4, code E) is not here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from devices.ffd import Agent, Measure, Tag
from devices.simulator.charset import decode
from devices.simulator.layout import money, wrap
from devices.simulator.receipt import Position
from devices.simulator.tlv import elements

AGENTS = {
    Agent.BANK_PAYING_AGENT: "БАНК. ПЛ. АГЕНТ",
    Agent.BANK_PAYING_SUBAGENT: "БАНК. ПЛ. СУБАГЕНТ",
    Agent.PAYING_AGENT: "ПЛ. АГЕНТ",
    Agent.PAYING_SUBAGENT: "ПЛ. СУБАГЕНТ",
    Agent.ATTORNEY: "ПОВЕРЕННЫЙ",
    Agent.COMMISSION_AGENT: "КОМИССИОНЕР",
    Agent.ANOTHER: "АГЕНТ",
}
TEXTS = {
    Tag.POSITION_REQUISITE: "",
    Tag.SUPPLIER_INN: "ИНН ПОСТАВЩИКА: ",
    Tag.SUPPLIER_NAME: "ПОСТАВЩИК: ",
    Tag.SUPPLIER_PHONE: "ТЕЛ. ПОСТАВЩИКА: ",
    Tag.AGENT_OPERATION: "ОПЕРАЦИЯ ПЛ. АГЕНТА: ",
    Tag.AGENT_PHONE: "ТЕЛ. ПЛ. АГЕНТА: ",
    Tag.RECEIVER_PHONE: "ТЕЛ. ОП. ПР. ПЛАТЕЖА: ",
    Tag.TRANSFER_PHONE: "ТЕЛ. ОП. ПЕРЕВОДА: ",
    Tag.TRANSFER_NAME: "ОП. ПЕРЕВОДА: ",
    Tag.TRANSFER_ADDRESS: "АДР. ОП. ПЕРЕВОДА: ",
    Tag.TRANSFER_INN: "ИНН ОП. ПЕРЕВОДА: ",
    Tag.COUNTRY: "СТРАНА: ",
    Tag.DECLARATION: "ДЕКЛАРАЦИЯ: ",
    Tag.CUSTOMER_NAME: "ПОКУПАТЕЛЬ: ",
    Tag.CUSTOMER_INN: "ИНН ПОКУПАТЕЛЯ: ",
    Tag.CUSTOMER_ADDRESS: "АДР. ПОКУПАТЕЛЯ: ",
    Tag.MACHINE_NUMBER: "НОМЕР АВТОМАТА: ",
    Tag.SETTLEMENT_ADDRESS: "АДРЕС РАСЧЕТОВ: ",
    Tag.SETTLEMENT_PLACE: "МЕСТО РАСЧЕТОВ: ",
    Tag.RECEIPT_REQUISITE: "ДОП. РЕКВИЗИТ ЧЕКА: ",
}


def _group(value: bytes, columns: int) -> list[str]:
    return [line for tag, part in elements(value) for line in _lines(tag, part, columns)]


def _user(value: bytes, columns: int) -> list[str]:
    parts = {tag: decode(part).rstrip() for tag, part in elements(value)}
    name = parts.get(Tag.ADDITIONAL_USER_REQUISITE_NAME, "")
    return wrap(f"{name}: {parts.get(Tag.ADDITIONAL_USER_REQUISITE_VALUE, '')}", columns)


def _agent(value: bytes, columns: int) -> list[str]:
    return [AGENTS[agent] for agent in AGENTS if value and value[0] & agent]


def _excise(value: bytes, columns: int) -> list[str]:
    return wrap(f"АКЦИЗ {money(int.from_bytes(value, 'little'))}", columns)


_OTHER: dict[int, Callable[[bytes, int], list[str]]] = {
    Tag.SUPPLIER_DATA: _group,
    Tag.AGENT_DATA: _group,
    Tag.CUSTOMER: _group,
    Tag.ADDITIONAL_USER_REQUISITE: _user,
    Tag.POSITION_AGENT: _agent,
    Tag.EXCISE: _excise,
}


def _lines(tag: int, value: bytes, columns: int) -> list[str]:
    if tag in _OTHER:
        return _OTHER[tag](value, columns)
    return wrap(TEXTS[Tag(tag)] + decode(value).rstrip(), columns) if tag in TEXTS else []


def requisite_lines(rows: Iterable[list[Any]], columns: int) -> list[str]:
    """Rows (tag, hex, to be printed) of a receipt or a position, those that go on paper."""
    return [line for tag, value, printed in rows if printed for line in _lines(tag, bytes.fromhex(value), columns)]


def measure(item: Position) -> str:
    """What the quantity counts, where it is not pieces; the part of a package."""
    given = {row[0]: bytes.fromhex(row[1]) for row in item.extra}
    if Tag.FRACTION in given:
        return " " + dict(elements(given[Tag.FRACTION])).get(Tag.FRACTION_TEXT, b"").decode("ascii", "replace")
    if Tag.UNIT in given:
        return " " + decode(given[Tag.UNIT]).rstrip()
    code = given.get(Tag.MEASURE, b"\0")[0]
    return f" {Measure(code).text}" if code in set(Measure) and code and Measure(code).text else ""
