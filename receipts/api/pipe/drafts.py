"""
INCOME and RETURN: from what the client wrote to the receipt that is asked for.

The sum is always counted here; `check_sm` is only compared with it, before or after the discount on the whole receipt,
since old programs send either. Words for taxes and payments that are not known are refused, never replaced. Source:
seed-pipe-protocol.md, «Receipt».
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from devices.commands import Payment, TextLine
from devices.ffd import PaymentType, ReceiptType, Vat, general_vat
from devices.models import Device
from devices.pipe_models import GeneralRate, PipeSettings
from devices.units import line_sum, roubles
from receipts import checks
from receipts.api.pipe import paper, values
from receipts.api.pipe.wire import Refusal
from receipts.checks import Bad, Fault, Invalid
from receipts.draft import Draft, Item, Rules
from receipts.services import rules_of
from receipts.wording import sentence

MOST_GOODS = 500
MOST_NAME = 500
_RATES = {
    "nds0": Vat.VAT0,
    "nds10": Vat.VAT10,
    "nds10110": Vat.VAT110,
    "ndsNo": Vat.NONE,
    "nds20": Vat.VAT20,
    "nds20120": Vat.VAT120,
    "nds22": Vat.VAT22,
    "nds22122": Vat.VAT122,
    "nds5": Vat.VAT5,
    "nds5105": Vat.VAT105,
    "nds7": Vat.VAT7,
    "nds7107": Vat.VAT107,
}
_INSIDE = {Vat.VAT20: Vat.VAT120, Vat.VAT22: Vat.VAT122}
# The words of API v1 for what is wrong, in those of this protocol.
_PATHS = {
    "items": "goods",
    "quantity": "kol",
    "vat": "nds",
    "department": "dep",
    "payments": "cash_sm",
    "header": "header_text",
    "footer": "footer_text",
}


def settings_of(device: Device) -> PipeSettings:
    """How *device* understands this protocol; the usual where nobody set it."""
    return PipeSettings.objects.filter(device=device).first() or PipeSettings(device=device)


def draft_of(data: Mapping[str, Any], *, kind: ReceiptType, device: Device, own: PipeSettings) -> Draft:
    """
    The receipt that *data* asks for.

    Raises Refusal: it cannot be understood, its sum is another one, or the buyer's cash does not reach.
    """
    rules = rules_of(device)
    items = tuple(_item(row, rules, own) for row in values.rows(data, "goods", most=MOST_GOODS))
    if not items:
        raise Refusal(_("There are no goods. The receipt is not registered."))
    discount = _sum(data, "check_discount_sm")
    whole = sum(line_sum(item.price, item.quantity) - item.discount for item in items)
    total = whole - discount
    _compare(_sum(data, "check_sm"), total, whole)
    tr_id = tr_id_of(data)
    header, footer = paper.own_lines(device)
    number = (TextLine(text=f"Чек № {tr_id}"),) if tr_id else ()
    return Draft(
        type=kind,
        items=items,
        payments=(Payment(type=_paid(data, own), sum=_given(data, kind, own, total)),),
        discount=discount,
        header=(paper.lines_of(data, "header_text") or header) + number,
        footer=paper.lines_of(data, "footer_text") or footer,
        prints_discounts=own.prints_discounts,
    )


def tr_id_of(data: Mapping[str, Any]) -> int:
    """The client's number of the transaction; 0: it has none."""
    return max(0, values.whole(data, "tr_id", least=-(2**63), most=2**63 - 1))


def _item(row: Mapping[str, Any], rules: Rules, own: PipeSettings) -> Item:
    price, count = _sum(row, "price"), values.quantity(values.number(row, "kol"))
    name = values.text(row, "name", most=MOST_NAME)
    if price <= 0 or count <= 0:
        words = _("“%(name)s”: neither price nor quantity may be zero. The receipt is not registered.")
        raise Refusal(words % {"name": values.printable(name)[:60]})
    return Item(
        name=_cut(name),
        price=price,
        quantity=count,
        vat=_vat(row, rules, own),
        discount=_sum(row, "discount"),
        department=values.whole(row, "dep", most=30),
        barcode=values.printable(values.text(row, "barcode", most=64)).strip() if own.prints_barcodes else "",
    )


def _cut(name: str) -> str:
    """
    *name* in the device's letters, as much of it as the fiscal storage takes (tag 1030): the old driver took longer
    ones. What nothing can be made of is for the pricing to refuse.
    """
    try:
        return checks.requisite(name, MOST_NAME)[:128]
    except Bad:
        return name


def _sum(data: Mapping[str, Any], key: str) -> int:
    return values.kopecks(values.number(data, key), key)


def _vat(row: Mapping[str, Any], rules: Rules, own: PipeSettings) -> Vat | None:
    rates: dict[str, Vat | None] = {**_RATES}
    if own.nds18 != GeneralRate.REFUSE:
        general = general_vat(rules.on) if own.nds18 == GeneralRate.GENERAL else Vat(own.nds18)
        rates |= {"nds18": general, "nds18118": _INSIDE[general]}
    if own.nds_section:
        rates["ndsSection"] = Vat(own.nds_section)
    said = values.word(row, "nds", rates)
    return Vat(own.nds_always) if own.nds_always else said


def _paid(data: Mapping[str, Any], own: PipeSettings) -> PaymentType:
    known = {f"tc{number}": getattr(own, f"tc{number}") for number in range(1, 7)}
    kinds = {"tcCash": PaymentType.CASH} | {name: PaymentType(kind) for name, kind in known.items() if kind}
    return values.word(data, "type_close", kinds, absent="tcCash")


def _given(data: Mapping[str, Any], kind: ReceiptType, own: PipeSettings, total: int) -> int:
    """What the buyer gives, kopecks: cash may be more, the rest is change. Of money that goes back there is none."""
    if kind is not ReceiptType.SELL or _paid(data, own) is not PaymentType.CASH:
        return max(total, 0)
    given = _sum(data, "cash_sm")
    if given < total:
        # The old service said these words, and programs show them.
        words = _("The receipt is not registered: the buyer's money is not enough (%(total)s to pay, %(given)s given).")
        raise Refusal(words % {"total": roubles(total), "given": roubles(given)})
    return given


def _compare(told: int, total: int, whole: int) -> None:
    if told not in (0, total, whole):
        words = _("The receipt is not registered: check_sm is %(told)s, the goods come to %(total)s.")
        raise Refusal(words % {"told": roubles(told), "total": roubles(total)})


def refused(error: Invalid) -> Refusal:
    """Everything that is wrong with a receipt, by the keys of this protocol."""
    said = [f"{_path(fault)}: {sentence(_in_our_words(fault))}" for fault in error.faults[:5]]
    return Refusal(" ".join([*said, _("The receipt is not registered.")]))


def _in_our_words(fault: Fault) -> Fault:
    """Rates by the words of this protocol."""
    names = {vat.value: name for name, vat in _RATES.items()}
    return replace(fault, params={key: names.get(value, value) for key, value in fault.params.items()})


def _path(fault: Fault) -> str:
    """«items[0].vat» reads «goods[0].nds»."""
    if fault.path == "discount":
        return "check_discount_sm"
    path = fault.path.split(".")
    return ".".join(_PATHS.get(part.partition("[")[0], part.partition("[")[0]) + _index(part) for part in path)


def _index(part: str) -> str:
    name, bracket, rest = part.partition("[")
    return "" if name == "payments" else bracket + rest


def payout(data: Any) -> int:
    """The sum of CASH_INCOME and CASH_OUTCOME in kopecks: a number, or {"sm": number}. Raises Refusal."""
    amount = values.number(data, "sm", absent=None) if isinstance(data, dict) else _bare(data)
    return values.kopecks(amount, "sm", least=1)


def _bare(data: Any) -> Decimal:
    return values.as_number(data, "data", absent=None)
