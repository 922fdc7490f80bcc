"""The filter of the receipts list: it lives in the address, and one box understands what people copy from a tape."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from devices.errors import ErrorCode
from devices.ffd import Operation, PaymentType, ReceiptType
from devices.forms import SumField
from devices.models import Alarm, Device, FiscalDocument, Site
from devices.states import JobStatus
from receipts.models import Receipt, ReceiptPayment

PAGE = 50

PERIODS: list[tuple[str, Promise]] = [
    ("today", _("Today")),
    ("yesterday", _("Yesterday")),
    ("week", _("Week")),
    ("month", _("Month")),
    ("all", pgettext_lazy("period", "All time")),
    ("own", _("Own…")),
]
STATES: list[tuple[str, Promise]] = [
    ("", pgettext_lazy("state", "Any")),
    ("done", _("Registered")),
    ("unprinted", _("Registered, print not finished")),
    ("failed", _("Not registered")),
    ("unknown", _("Being checked")),
    ("waiting", _("In line")),
    ("expired", pgettext_lazy("receipt", "Overdue")),
    ("owed", _("Paid, no receipt")),
    ("cancelled", pgettext_lazy("receipt", "Cancelled")),
]
PAYMENTS: list[tuple[str, Promise]] = [
    ("", pgettext_lazy("payment", "Any")),
    (PaymentType.CASH.value, _("Cash")),
    (PaymentType.ELECTRONICALLY.value, _("Card, cashless")),
    (PaymentType.PREPAID.value, _("Advance")),
    (PaymentType.CREDIT.value, _("Credit")),
    (PaymentType.OTHER.value, _("In kind")),
]
TYPES: list[tuple[str, Promise]] = [
    ("", pgettext_lazy("receipt type", "Any")),
    ("sell", pgettext_lazy("receipt type", "Sale")),
    ("sell_return", pgettext_lazy("receipt type", "Refund")),
    ("buy", pgettext_lazy("receipt type", "Purchase")),
    ("buy_return", pgettext_lazy("receipt type", "Purchase refund")),
    ("correction", pgettext_lazy("receipt type", "Corrections")),
]
_DATE = forms.DateInput(format="%Y-%m-%d", attrs={"class": "input", "type": "date"})
_PROBLEMS = Q(job__status__in=[JobStatus.FAILED, JobStatus.UNKNOWN, JobStatus.EXPIRED]) | Q(job__printed=False)
_STATE_FILTERS: dict[str, Q] = {
    "done": Q(job__status=JobStatus.DONE),
    "unprinted": Q(job__status=JobStatus.DONE, job__printed=False),
    "failed": Q(job__status=JobStatus.FAILED),
    "unknown": Q(job__status=JobStatus.UNKNOWN),
    "waiting": Q(job__status__in=[JobStatus.QUEUED, JobStatus.RUNNING]),
    "expired": Q(job__status=JobStatus.EXPIRED),
    "cancelled": Q(job__status=JobStatus.CANCELLED),
}


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "input"})


class ReceiptFilter(forms.Form):
    """Everything is optional; what cannot be read is said at its field and leaves the list unfiltered by it."""

    period = forms.ChoiceField(choices=PERIODS, required=False)
    since = forms.DateField(label=_("From"), required=False, widget=_DATE)
    until = forms.DateField(label=_("To"), required=False, widget=_DATE)
    q = forms.CharField(max_length=200, required=False)
    problems = forms.BooleanField(label=_("Only with problems"), required=False)
    device = forms.ModelChoiceField(
        Device.objects.none(), label=_("Register"), required=False, empty_label=_("All registers"), widget=_select()
    )
    type = forms.ChoiceField(
        label=pgettext_lazy("of a receipt", "Type"), choices=TYPES, required=False, widget=_select()
    )
    status = forms.ChoiceField(label=_("State"), choices=STATES, required=False, widget=_select())
    payment = forms.ChoiceField(label=_("Payment"), choices=PAYMENTS, required=False, widget=_select())
    least = SumField(label=_("Sum from"), required=False)
    most = SumField(label=_("Sum to"), required=False)
    site = forms.ModelChoiceField(Site.objects.all(), to_field_name="code", required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, *, devices: QuerySet[Device]) -> None:
        super().__init__(data)
        field = self.fields["device"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = devices
        for name, placeholder in (("least", _("from")), ("most", _("to"))):
            self.fields[name].widget.attrs.update({"placeholder": placeholder, "aria-label": self.fields[name].label})
        self.is_valid()
        self.values: dict[str, Any] = getattr(self, "cleaned_data", {})

    @property
    def chosen_period(self) -> str:
        """Today unless something else was asked for."""
        return str(self.values.get("period") or "today")

    @property
    def is_narrow(self) -> bool:
        """Whether something beside the period was chosen."""
        names = ("q", "problems", "device", "type", "status", "payment", "least", "most")
        return any(self.values.get(name) not in (None, "", False) for name in names)

    def days(self, today: datetime.date) -> tuple[datetime.date | None, datetime.date | None]:
        """First and last day of the period, None where it has no end."""
        day = datetime.timedelta(days=1)
        match self.chosen_period:
            case "yesterday":
                return today - day, today - day
            case "week":
                return today - 6 * day, today
            case "month":
                return today.replace(day=1), today
            case "own":
                return self.values.get("since"), self.values.get("until")
            case "all":
                return None, None
            case _:
                return today, today

    def apply(self, receipts: QuerySet[Receipt], *, zone: ZoneInfo) -> QuerySet[Receipt]:
        values = self.values
        first, last = self.days(timezone.localdate(timezone=zone))
        if first:
            receipts = receipts.filter(created_at__gte=_midnight(first, zone))
        if last:
            receipts = receipts.filter(created_at__lt=_midnight(last + datetime.timedelta(days=1), zone))
        if site := values.get("site"):
            receipts = receipts.filter(device__site=site)
        if device := values.get("device"):
            receipts = receipts.filter(device=device)
        if kind := values.get("type"):
            receipts = receipts.filter(
                Q(type__endswith="_correction") if kind == "correction" else Q(type=ReceiptType(kind))
            )
        if status := values.get("status"):
            receipts = receipts.filter(_owed() if status == "owed" else _STATE_FILTERS[status])
        if payment := values.get("payment"):
            receipts = receipts.filter(Exists(ReceiptPayment.objects.filter(receipt=OuterRef("pk"), type=payment)))
        if values.get("least") is not None:
            receipts = receipts.filter(total__gte=values["least"])
        if values.get("most") is not None:
            receipts = receipts.filter(total__lte=values["most"])
        if values.get("problems"):
            receipts = receipts.filter(_PROBLEMS)
        if query := values.get("q", "").strip():
            receipts = receipts.filter(search(query))
        return receipts


def _owed() -> Q:
    """Orders that are paid and have no receipt: those with an open alarm (R20)."""
    open_ones = Alarm.objects.filter(kind=ErrorCode.PAID_WITHOUT_RECEIPT, closed_at__isnull=True)
    return Q(job__in=list(open_ones.values_list("detail__job", flat=True)))


def _midnight(day: datetime.date, zone: ZoneInfo) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), zone)


def search(query: str) -> Q:
    """
    What people type or paste: a sum («1250,50»), an order's number, a ФД number, an ФПД, the text of a QR.

    A number may be any of these, so all of them are found.
    """
    if "fn=" in query and "i=" in query:
        return _by_qr(query)
    plain = re.sub(r"[\s\u00a0₽]", "", query)
    found = Q(tr_id__istartswith=query)
    if re.fullmatch(r"\d{1,9}([.,]\d{1,2})?", plain):
        whole, _dot, rest = plain.replace(",", ".").partition(".")
        found |= Q(total=int(whole) * 100 + int((rest + "00")[:2]))
    if plain.isdecimal() and len(plain) <= 18:
        documents = FiscalDocument.objects.filter(Q(fd_number=min(int(plain), 2**31 - 1)) | Q(fpd=int(plain)))
        found |= Q(job__in=documents.values("job"))
    return found


def _by_qr(query: str) -> Q:
    """ФН, ФД and ФП decide; the rest of a QR says the same once more. Numbers are compared as numbers (ffd.md 8.4)."""
    parts = {name: values[0] for name, values in parse_qs(query.partition("?")[2] or query).items()}
    wanted: dict[str, object] = {"fn_number": parts.get("fn", "")}
    for name, column in (("i", "fd_number"), ("fp", "fpd")):
        if (number := parts.get(name, "")).isdecimal():
            wanted[column] = min(int(number), 2**31 - 1) if column == "fd_number" else min(int(number), 2**63 - 1)
    return Q(job__in=FiscalDocument.objects.filter(**wanted).values("job"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """
    Of a filtered set: registered sales and refunds in kopecks and numbers; what is in doubt, what was not registered.
    """

    count: int = 0
    sales: int = 0
    refunds: int = 0
    registered: int = 0
    checking: int = 0
    checking_sum: int = 0
    not_registered: int = 0
    waiting: int = 0

    @property
    def revenue(self) -> int:
        return self.sales - self.refunds


def totals(receipts: QuerySet[Receipt]) -> Totals:
    """One query. Purchases and their refunds count with the other sign: the total is what came in."""
    counted = receipts.order_by().values("type", "job__status").annotate(n=Count("pk"), sum=Sum("total"))
    found: list[dict[str, Any]] = [dict(row) for row in counted]

    def pick(take: Callable[[dict[str, Any]], bool], what: str = "n") -> int:
        return sum(row[what] for row in found if take(row))

    def comes_in(row: dict[str, Any]) -> bool:
        return ReceiptType(row["type"]).operation in (Operation.SELL, Operation.BUY_RETURN)

    def is_done(row: dict[str, Any]) -> bool:
        return bool(row["job__status"] == JobStatus.DONE)

    def is_unknown(row: dict[str, Any]) -> bool:
        return bool(row["job__status"] == JobStatus.UNKNOWN)

    lost = {JobStatus.FAILED, JobStatus.EXPIRED, JobStatus.CANCELLED}
    return Totals(
        count=pick(lambda row: True),
        sales=pick(lambda row: is_done(row) and comes_in(row), "sum"),
        refunds=pick(lambda row: is_done(row) and not comes_in(row), "sum"),
        registered=pick(is_done),
        checking=pick(is_unknown),
        checking_sum=pick(is_unknown, "sum"),
        not_registered=pick(lambda row: row["job__status"] in lost),
        waiting=pick(lambda row: row["job__status"] in {JobStatus.QUEUED, JobStatus.RUNNING}),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """
    One page of receipts, newest first. *older* and *newer* are ids to go on from, None at an end; *start* counts from
    one.
    """

    receipts: list[Receipt]
    older: int | None
    newer: int | None
    start: int


def page(receipts: QuerySet[Receipt], *, before: str = "", after: str = "") -> Page:
    """
    A page by its border, not by its number: new receipts do not shift it. *before* and *after* are ids from an
    address.
    """
    turned_back = after.isdecimal()
    if turned_back:
        shown = list(receipts.filter(pk__gt=int(after)).order_by("id")[:PAGE])[::-1]
    elif before.isdecimal():
        shown = list(receipts.filter(pk__lt=int(before))[:PAGE])
    else:
        shown = list(receipts[: PAGE + 1])
        more = len(shown) > PAGE
        return Page(receipts=shown[:PAGE], older=shown[PAGE - 1].pk if more else None, newer=None, start=1)
    if not shown:
        return Page(receipts=[], older=None, newer=None, start=1)
    newer = receipts.filter(pk__gt=shown[0].pk).order_by().count()
    has_older = receipts.filter(pk__lt=shown[-1].pk).order_by().exists()
    return Page(
        receipts=shown,
        older=shown[-1].pk if has_older else None,
        newer=shown[0].pk if newer else None,
        start=newer + 1,
    )
