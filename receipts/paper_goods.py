"""
What stands under a position on paper: its marking code, whose goods they are, excise, where they come from.

Words are Russian, as the paper is; which requisites are printed: ffd.md 2.4 (code P), what [М+] means: 3.12.
"""

from __future__ import annotations

from devices.commands import AgentData, MarkCheck, Position, Supplier
from devices.ffd import Agent, Measure
from receipts.paper_lines import amount, pair, wrapped

_AGENTS = {
    Agent.BANK_PAYING_AGENT: "БАНК. ПЛ. АГЕНТ",
    Agent.BANK_PAYING_SUBAGENT: "БАНК. ПЛ. СУБАГЕНТ",
    Agent.PAYING_AGENT: "ПЛ. АГЕНТ",
    Agent.PAYING_SUBAGENT: "ПЛ. СУБАГЕНТ",
    Agent.ATTORNEY: "ПОВЕРЕННЫЙ",
    Agent.COMMISSION_AGENT: "КОМИССИОНЕР",
    Agent.ANOTHER: "АГЕНТ",
}


def measure(position: Position) -> str:
    """« кг» behind the quantity; « 1/2» for a part of a package; nothing for pieces."""
    if position.mark and position.mark.denominator:
        return f" {position.mark.numerator}/{position.mark.denominator}"
    if position.measure is None:
        return f" {position.unit}" if position.unit else ""
    known = Measure(position.measure) if position.measure in set(Measure) else Measure.OTHER
    return f" {known.text}" if known is not Measure.PIECE and known.text else ""


def goods(position: Position, check: MarkCheck | None, width: int) -> list[str]:
    """Lines under the position's own; *check* is what the registered document says of its code (2106)."""
    drawn = [f"  {_mark(check)}"] if position.mark or position.product_code else []
    if position.agent in set(Agent):
        drawn.append(f"  {_AGENTS[Agent(position.agent)]}")
    if position.agent_data:
        drawn += _agent(position.agent_data, width)
    if position.supplier:
        drawn += _supplier(position.supplier, width)
    if position.excise is not None:
        drawn += pair("  АКЦИЗ", amount(position.excise), width)
    for word, value in (("СТРАНА", position.country), ("ДЕКЛАРАЦИЯ", position.declaration)):
        drawn += pair(f"  {word}", value, width) if value else []
    return drawn + (wrapped(f"  {position.additional}", width, indent="  ") if position.additional else [])


def _mark(check: MarkCheck | None) -> str:
    if check is None or not (check.is_bad or check.is_good):
        return "[М]"
    return "[М-]" if check.is_bad else "[М+]"


def _agent(data: AgentData, width: int) -> list[str]:
    named = (
        ("ОПЕРАЦИЯ ПЛ. АГЕНТА", data.operation),
        *(("ТЕЛ. ПЛ. АГЕНТА", phone) for phone in data.agent_phones),
        *(("ТЕЛ. ОП. ПР. ПЛАТЕЖА", phone) for phone in data.receiver_phones),
        *(("ТЕЛ. ОП. ПЕРЕВОДА", phone) for phone in data.transfer_phones),
        ("ОП. ПЕРЕВОДА", data.transfer_name),
        ("АДР. ОП. ПЕРЕВОДА", data.transfer_address),
        ("ИНН ОП. ПЕРЕВОДА", data.transfer_inn),
    )
    return [line for word, value in named if value for line in pair(f"  {word}", value, width)]


def _supplier(supplier: Supplier, width: int) -> list[str]:
    named = (
        ("ПОСТАВЩИК", supplier.name),
        ("ИНН ПОСТАВЩИКА", supplier.inn),
        *(("ТЕЛ. ПОСТАВЩИКА", phone) for phone in supplier.all_phones),
    )
    return [line for word, value in named if value for line in pair(f"  {word}", value, width)]
