"""
What a registered document says of itself: the requisites that a device adds or counts on its own, read from the
archive's TLV.

What was asked for and what was registered may differ: a device has a cashier and a taxation of its own, and counts VAT
its own way. The paper shows what was registered. Source: ffd.md 2.2, 3.11, 4.1, 4.2.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from devices.ffd import VAT_BY_CODE, VAT_RATES, Tag, Taxation, Vat
from devices.protocol.atol import charset, numbers, tlv


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """
    Empty where the document does not tell. *taxes*: tax by rate in kopecks, for 0 % and «без НДС» the turnover.
    *marks*: for each position what the check of its marking code came to (2106), None: it has none. *is_read*: there
    was something to read.
    """

    cashier: str = ""
    cashier_inn: str = ""
    taxation: Taxation | None = None
    organisation: str = ""
    inn: str = ""
    address: str = ""
    place: str = ""
    site: str = ""
    sender: str = ""
    mark: str = ""
    taxes: dict[Vat, int] = field(default_factory=dict)
    marks: tuple[int | None, ...] = ()
    is_read: bool = False


NOTHING = Registered()
_TAX_TAGS = {rate.sum_tag: vat for vat, rate in VAT_RATES.items() if rate.sum_tag is not Tag.VAT_BLOCK}


def read(data: bytes) -> Registered:
    """
    *data* as FiscalDocument keeps it. A document that cannot be read tells nothing; its row still has the main numbers.
    """
    try:
        found = dict(tlv.elements(data))
        return Registered(
            cashier=_text(found, Tag.CASHIER),
            cashier_inn=_text(found, Tag.CASHIER_INN),
            taxation=Taxation(found[Tag.TAXATION][0]) if found.get(Tag.TAXATION) else None,
            organisation=_text(found, Tag.USER_NAME),
            inn=_text(found, Tag.USER_INN),
            address=_text(found, Tag.SETTLEMENT_ADDRESS),
            place=_text(found, Tag.SETTLEMENT_PLACE),
            site=_text(found, Tag.FNS_SITE),
            sender=_text(found, Tag.SENDER_EMAIL),
            mark=_text(found, Tag.RECEIPT_REQUISITE),
            taxes=_taxes(found),
            marks=tuple(_mark(value) for tag, value in tlv.elements(data) if tag == Tag.POSITION),
            is_read=bool(data),
        )
    except (tlv.BadTlv, ValueError, KeyError):
        return NOTHING


def _text(found: dict[int, bytes], tag: Tag) -> str:
    return charset.decode(found.get(tag, b"")).strip()


def _mark(position: bytes) -> int | None:
    bits = tlv.first(position, Tag.MARK_CHECK)
    return bits[0] if bits else None


def _taxes(found: dict[int, bytes]) -> dict[Vat, int]:
    taxes = {vat: numbers.from_vln(found[tag]) for tag, vat in _TAX_TAGS.items() if tag in found}
    for tag, item in tlv.elements(found.get(Tag.VAT_BLOCK, b"")):
        if tag == Tag.VAT_BLOCK_ITEM:
            parts = dict(tlv.elements(item))
            taxes[VAT_BY_CODE[parts[Tag.VAT][0]]] = numbers.from_vln(parts[Tag.VAT_BLOCK_SUM])
    # 1104 = 0 beside a block of new rates is a placeholder of the electronic form and no turnover (ffd.md 5.5).
    return {vat: tax for vat, tax in taxes.items() if tax}
