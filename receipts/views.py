"""Pages of receipts: the list with its filter, one receipt with its paper and its course, taking one back."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from devices import live, services
from devices.models import Device, JobEvent
from devices.overview import visible_devices
from devices.states import JobStatus
from devices.troubles import is_training
from receipts.filters_pages import PAGE, ReceiptFilter, page, totals
from receipts.rows import row, row_fragment, visible_receipts, with_rows
from receipts.sheet import sheet_fragment


def _beat() -> str:
    """Digest of «something happened to some job»: an event, or a print that was finished later (that has no event)."""
    torn = Device.objects.order_by("pk").values_list("pk", "state__unprinted")
    return live.digest(JobEvent.objects.aggregate(last=Max("pk"))["last"], tuple(torn))


@login_required
@require_GET
def receipt_list(request: HttpRequest) -> HttpResponse:
    devices = visible_devices(request.user)
    chosen = ReceiptFilter(request.GET, devices=devices)
    zone = ZoneInfo(next((device.site.time_zone for device in devices), settings.TIME_ZONE))
    found = chosen.apply(visible_receipts(request.user), zone=zone)
    shown = page(with_rows(found), before=request.GET.get("before", ""), after=request.GET.get("after", ""))
    rows = [row(receipt) for receipt in shown.receipts]
    real, training = (
        [device.pk for device in devices if is_training(device.fn_number) is toy] for toy in (False, True)
    )
    # Of a training register nothing is real (R21), unless somebody asks for it, or there is no other.
    leaves_out = bool(real and training) and not chosen.values.get("device")
    context = {
        "filter": chosen,
        "totals": totals(found.exclude(device__in=training) if leaves_out else found),
        "leaves_out": leaves_out,
        "page": shown,
        "rows": [row_fragment(each, wide=True) for each in rows],
        "end": shown.start + len(rows) - 1,
        "page_size": PAGE,
        "tick": _beat(),
        "zone": zone.key,
        "nobody_sold": not rows and not chosen.is_narrow,
    }
    return render(request, "receipts/list.html", context)


@login_required
@require_GET
def receipt_list_live(request: HttpRequest) -> HttpResponse:
    """
    Rows of the page that changed; new receipts wait for the next request of the list, nothing jumps under a finger.
    """

    def fragments(has: dict[str, str]) -> list[live.Fragment]:
        wanted = [name.removeprefix("row-") for name in has if name.startswith("row-")][:PAGE]
        receipts = visible_receipts(request.user).filter(pk__in=[pk for pk in wanted if pk.isdecimal()])
        return [row_fragment(row(receipt), wide=True) for receipt in with_rows(receipts)]

    return live.answer(request, tick=_beat, fragments=fragments)


@login_required
@require_GET
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    sheet = sheet_fragment(request.user, pk)
    return render(request, "receipts/receipt.html", {"sheet": sheet, **sheet.context, "tick": _beat()})


@login_required
@require_GET
def receipt_live(request: HttpRequest, pk: int) -> HttpResponse:
    return live.answer(request, tick=_beat, fragments=lambda _has: [sheet_fragment(request.user, pk)])


@login_required
@require_GET
def of_job(request: HttpRequest, job: int) -> HttpResponse:
    """From a job, as devices know it, to its receipt."""
    found = get_object_or_404(visible_receipts(request.user), job=job)
    return redirect("receipts:receipt", pk=found.pk)


@login_required
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a receipt back while nothing was sent; a question first."""
    found = get_object_or_404(visible_receipts(request.user).select_related("job", "device"), pk=pk)
    if request.method == "POST":
        if services.cancel(job=found.job, actor=request.user.get_username()):
            messages.success(request, _("The receipt is cancelled, nothing was registered."))
        else:
            messages.warning(request, _("Too late to cancel: the register has it already."))
        return redirect("receipts:receipt", pk=pk)
    is_queued = found.job.status == JobStatus.QUEUED
    return render(request, "receipts/cancel.html", {"receipt": found, "is_queued": is_queued})
