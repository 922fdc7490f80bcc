"""
Receipts as rows of a list: read at once with all that a row shows, in a fixed number of queries, in the site's local
time.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from devices.ffd import Operation, ReceiptType
from devices.live import Fragment
from devices.models import FiscalDocument
from devices.overview import RECEIPTS
from devices.signs import Sign, job_sign, payment_word, type_word
from devices.typography import money
from receipts.models import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    *total* in kopecks, below zero when money goes out; *clock* and *hour* are the time, with the day when it is not
    today.
    """

    pk: int
    clock: str
    hour: str
    device: str
    shift_number: int
    number: int
    what: str
    is_back: bool
    total: int
    paid: str
    tr_id: str
    who: str
    sign: Sign


def visible_receipts(user: object) -> QuerySet[Receipt]:
    """
    The receipts that *user* may see; the scope is that of the devices. Also of devices that are out of use by now.
    """
    return Receipt.objects.order_by("-id")


def with_rows(receipts: QuerySet[Receipt]) -> QuerySet[Receipt]:
    """*receipts* with everything a row needs: three queries whatever their number."""
    documents = FiscalDocument.objects.filter(document_type__in=RECEIPTS).defer("tlv").order_by("-id")
    return receipts.select_related("job", "device__site", "client").prefetch_related(
        "payments", Prefetch("job__documents", documents)
    )


def row(receipt: Receipt) -> Row:
    job = receipt.job
    document = next(iter(job.documents.all()), None)
    kind = ReceiptType(receipt.type)
    is_back = kind.operation in (Operation.SELL_RETURN, Operation.BUY)
    at = (document.at if document else receipt.created_at).astimezone(ZoneInfo(receipt.device.site.time_zone))
    return Row(
        pk=receipt.pk,
        clock=_clock(at, "%H:%M:%S"),
        hour=_clock(at, "%H:%M"),
        device=receipt.device.name,
        shift_number=document.shift_number if document else 0,
        number=document.receipt_number if document else 0,
        what=type_word(receipt.type),
        is_back=is_back,
        total=-receipt.total if is_back else receipt.total,
        paid=" + ".join(payment_word(payment.type) for payment in receipt.payments.all()),
        tr_id=receipt.tr_id,
        who=receipt.client.name if receipt.client else receipt.cashier_name or job.actor,
        sign=job_sign(job.status, printed=job.printed, error_code=job.error_code),
    )


def _clock(at: datetime.datetime, form: str) -> str:
    return at.strftime(form if at.date() == timezone.localdate(timezone=at.tzinfo) else "%d.%m %H:%M")


def row_fragment(shown: Row, *, wide: bool = False) -> Fragment:
    """*wide*: with the columns of the receipts list."""
    said = f"{shown.what}, {money(shown.total)}: {shown.sign.word} {shown.sign.tail}".strip()
    return Fragment(
        name=f"row-{shown.pk}",
        template="receipts/_row.html",
        facts=shown,
        context={"row": shown, "wide": wide},
        said=said,
    )


def recent_fragment(user: object, count: int, *, site: str = "") -> tuple[Fragment, list[Fragment]]:
    """
    The newest receipts: the list as one fragment, which changes when a receipt comes, and its rows, which change by
    themselves.
    """
    receipts = visible_receipts(user)
    if site:
        receipts = receipts.filter(device__site__code=site)
    newest = [row_fragment(row(receipt)) for receipt in with_rows(receipts)[:count]]
    return _list_fragment("recent", newest), newest


def _list_fragment(name: str, rows: Iterable[Fragment]) -> Fragment:
    rows = list(rows)
    return Fragment(
        name=name, template="receipts/_recent.html", facts=tuple(row.name for row in rows), context={"rows": rows}
    )


def registered_of(receipt: Receipt) -> FiscalDocument | None:
    """The receipt's own document (not that of a shift opened on the way)."""
    return receipt.job.documents.filter(document_type__in=RECEIPTS).order_by("-id").first()


def is_last_of_its_device(receipt: Receipt, document: FiscalDocument) -> bool:
    """A device can copy its last document only."""
    later = FiscalDocument.objects.filter(device=receipt.device_id, fn_number=document.fn_number)
    return not later.filter(fd_number__gt=document.fd_number).exists()
