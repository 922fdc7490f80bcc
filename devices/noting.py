"""Pages for what waits for a person to look: an alarm with its figures, and a register that was replaced."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from devices import alarms, monitor
from devices.concerns import alarm_words
from devices.errors import ErrorCode
from devices.ffd import FfdVersion
from devices.forms import ReasonForm
from devices.messages import explain_hold
from devices.models import Alarm
from devices.overview import standing, visible_devices
from devices.signs import payment_word, type_word
from devices.typography import money

MAY_NOTE = "devices.acknowledge_alarm"
MAY_REPLACE = "devices.change_device"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure that differs: ours, and theirs with the word for who says it."""

    label: str
    ours: str
    theirs: str
    source: str


@login_required
@require_http_methods(["GET", "POST"])
def alarm(request: HttpRequest, pk: int) -> HttpResponse:
    """An alarm with its figures; whoever may takes note of it, with a reason."""
    row = get_object_or_404(
        Alarm.objects.select_related("device__site").filter(device__in=visible_devices(request.user)), pk=pk
    )
    may_note = request.user.has_perm(MAY_NOTE)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and may_note and form.is_valid():
        if alarms.acknowledge(row, actor=request.user.get_username(), reason=form.cleaned_data["reason"]):
            if row.device.hold_code == row.kind:
                monitor.release(row.device, actor=request.user.get_username())
            messages.success(request, _("Taken note of."))
        return redirect("devices:alarm", pk)
    zone = ZoneInfo(row.device.site.time_zone)
    context = {
        "alarm": row,
        "words": alarm_words(standing(row)),
        "rows": figures(row),
        "path": correction_path(row),
        "missing": ", ".join(str(number) for number in row.detail.get("missing", [])),
        "opened_at": row.opened_at.astimezone(zone).replace(tzinfo=None),
        "closed_at": row.closed_at and row.closed_at.astimezone(zone).replace(tzinfo=None),
        "can_note": may_note and row.closed_at is None and row.kind != ErrorCode.CLOCK_DRIFT,
        "form": form,
    }
    return render(request, "devices/alarm.html", context)


def figures(row: Alarm) -> list[Row]:
    """What differs, in words (devices.sums.Difference)."""
    if row.kind == ErrorCode.TOTAL_DIFFERS:
        detail = row.detail
        told = money(detail["actual"])
        return [Row(label=_("Total"), ours=money(detail["expected"]), theirs=told, source=_("receipt"))]
    return [
        Row(
            label=label(what),
            ours=shown(what, ours),
            theirs=shown(what, theirs),
            source=_("fiscal storage") if source == "fn" else _("register"),
        )
        for what, ours, theirs, source in row.detail.get("rows", [])
    ]


def correction_path(row: Alarm) -> str:
    """How a receipt of another total is put right, by the format of the register (R11). The law knows no other way."""
    if row.kind != ErrorCode.TOTAL_DIFFERS:
        return ""
    if row.device.identity.get("ffd") in (FfdVersion.V1_1, FfdVersion.V1_2):
        return _(
            "Register a correction that reverses this receipt and a correction with the right sum, then explain it "
            "to the tax office."
        )
    words = _(
        "Register a refund of this receipt and a receipt with the right sum, both with the fiscal sign %(fpd)s of the "
        "wrong one in the additional requisite, then explain it to the tax office."
    )
    return words % {"fpd": row.detail.get("fpd", "—")}


def label(what: str) -> str:
    """What a counter counts: «Sale: cash»."""
    operation, _dot, field = what.partition(".")
    if not field:
        return {
            "receipts": _("Receipts of the shift"),
            "documents": _("Documents of the shift"),
            "cash_ins": _("Cash put in, times"),
            "cash_in_sum": _("Cash put in"),
            "cash_outs": _("Cash taken out, times"),
            "cash_out_sum": _("Cash taken out"),
            "cash": _("Cash in the drawer"),
        }.get(what, what)
    names = {"count": _("receipts, number"), "sum": _("sum")}
    return f"{type_word(operation)}: {names.get(field) or payment_word(field)}"


def shown(what: str, value: int) -> str:
    is_number = what.endswith((".count", "receipts", "documents", "cash_ins", "cash_outs"))
    return str(value) if is_number else money(value)


@login_required
@require_http_methods(["GET", "POST"])
def replacement(request: HttpRequest, pk: int) -> HttpResponse:
    """Another register or storage answers: a person confirms that it was put there on purpose (L07)."""
    row = get_object_or_404(visible_devices(request.user), pk=pk)
    is_other = row.hold_code == ErrorCode.WRONG_DEVICE
    may_replace = request.user.has_perm(MAY_REPLACE)
    if request.method == "POST" and is_other and may_replace:
        monitor.adopt(row, actor=request.user.get_username())
        messages.success(request, _("The register that answers next is taken for the right one."))
        return redirect("devices:device", pk)
    context = {"device": row, "words": explain_hold(row), "can_replace": is_other and may_replace}
    return render(request, "devices/replacement.html", context)
