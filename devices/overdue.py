"""
What piled up while a register was away and was not registered in time (Q01): a person decides about each, or about all.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from devices.commands import RegisterReceipt
from devices.deciding import PasswordForm
from devices.decisions import CannotDecide, Outcome, decide
from devices.errors import ErrorCode
from devices.messages import explain, explain_hold
from devices.models import Device, Job
from devices.overview import visible_devices
from devices.signs import type_word, when
from devices.states import JobStatus

SHOWN = 100  # at once; the others come when these are decided
LEAVE = "leave"
CHOICES: list[tuple[str, Promise]] = [
    (Outcome.REGISTER_NOW.value, pgettext_lazy("to do", "Register")),
    (Outcome.NOT_REGISTERED.value, pgettext_lazy("to do", "Cancel")),
    (LEAVE, pgettext_lazy("to do", "Leave")),
]
FOR_ALL: list[tuple[str, Promise]] = [
    ("each", lazy("Each by itself")),
    (Outcome.REGISTER_NOW.value, lazy("Register all")),
    (Outcome.NOT_REGISTERED.value, lazy("Cancel all")),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A receipt to decide about: *total* in kopecks, *chosen* one of CHOICES."""

    pk: int
    receipt: int | None
    at: str
    until: str
    what: str
    order: str
    who: str
    total: int
    chosen: str


class OverdueForm(PasswordForm):
    """*all* for every job that was shown, or «job-7» for each."""

    reason = forms.CharField(
        label=lazy("Why so?"),
        max_length=255,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
        help_text=lazy("It stays with each receipt, together with your name."),
    )
    field_order = ("reason", "password")

    def chosen(self, jobs: Iterable[Job]) -> dict[int, str]:
        """What was said of each of *jobs* that stood on the page, by its id."""
        shown = self._shown()
        for_all = self.data.get("all")
        return {
            job.pk: for_all if for_all in set(Outcome) else self.data.get(f"job-{job.pk}", LEAVE)
            for job in jobs
            if str(job.pk) in shown
        }

    def _shown(self) -> set[str]:
        return set(self.data.getlist("shown")) if isinstance(self.data, QueryDict) else set()

    def clean(self) -> dict[str, Any] | None:
        if not self._shown():
            raise forms.ValidationError(_("Nothing was chosen."))
        return super().clean()


@login_required
@require_http_methods(["GET", "POST"])
def overdue(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipts of a register whose time has passed, the oldest first, and what becomes of them."""
    device = get_object_or_404(visible_devices(request.user), pk=pk)
    found = Job.objects.filter(device=device, status=JobStatus.EXPIRED, kind=RegisterReceipt.kind)
    jobs = list(found.select_related("receipt__client").order_by("pk")[:SHOWN])
    may = request.user.has_perm("devices.decide_unknown")
    form = OverdueForm(request.POST if request.method == "POST" and may else None, request=request)
    chosen = form.chosen(jobs) if form.is_bound else {}
    wanted = {job: outcome for job, outcome in chosen.items() if outcome in set(Outcome)}
    if form.is_bound and not wanted:
        form.add_error(None, _("Nothing was chosen."))
    if form.is_bound and form.is_valid():
        carry_out(request, jobs, wanted, form.cleaned_data["reason"])
        return redirect("devices:overdue", pk) if found.exists() else redirect("today")
    oldest = _local(jobs[0].created_at, device) if jobs else None
    context = {
        "device": device,
        "words": explain(ErrorCode.DEADLINE_PASSED, case="many", n=found.count(), time=when(oldest)),
        "hold": explain_hold(device),
        "rows": [_row(job, device, chosen.get(job.pk, LEAVE)) for job in jobs],
        "choices": CHOICES,
        "for_all": FOR_ALL,
        "all": form.data.get("all", "each") if form.is_bound else "each",
        "may": may,
        "form": form,
    }
    return render(request, "devices/overdue.html", context)


def carry_out(request: HttpRequest, jobs: list[Job], wanted: dict[int, str], reason: str) -> None:
    """Decide about each, in the order of the line; what somebody else decided meanwhile stays as it is."""
    done = dict.fromkeys(Outcome, 0)
    for job in jobs:
        if job.pk not in wanted:
            continue
        outcome = Outcome(wanted[job.pk])
        try:
            decide(job=job, outcome=outcome, actor=request.user.get_username(), reason=reason)
        except CannotDecide:
            continue
        done[outcome] += 1
    words = _("Back in line: %(back)d. Cancelled: %(cancelled)d.")
    told = {"back": done[Outcome.REGISTER_NOW], "cancelled": done[Outcome.NOT_REGISTERED]}
    messages.success(request, words % told)


def _row(job: Job, device: Device, chosen: str) -> Row:
    receipt = getattr(job, "receipt", None)
    client = receipt.client if receipt else None
    return Row(
        pk=job.pk,
        receipt=receipt.pk if receipt else None,
        at=when(_local(job.created_at, device)),
        until=when(_local(job.deadline, device)),
        what=type_word(str(job.payload.get("type", ""))),
        order=job.key,
        who=client.name if client else job.actor,
        total=int(job.payload.get("total", 0)),
        chosen=chosen,
    )


def _local(at: datetime.datetime, device: Device) -> datetime.datetime:
    return at.astimezone(ZoneInfo(device.site.time_zone)).replace(tzinfo=None)
