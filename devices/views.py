"""Pages of one device: what it is and did, and what may be asked of it. A view fetches, acts and renders."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from devices import live, services
from devices.cards import card
from devices.commands import (
    Cashier,
    CloseShift,
    Command,
    CopyLast,
    FinishPrint,
    Identity,
    OpenShift,
    ShiftState,
    XReport,
)
from devices.errors import ErrorCode
from devices.ffd import FfdVersion
from devices.forms import CashForm, CloseForm, OnceForm, TextForm
from devices.fragments import card_fragment, job_rows
from devices.messages import kind_label
from devices.models import Device, Job
from devices.overview import Glance, glances, tick, visible_devices
from devices.signs import spent

JOBS_SHOWN = 20

# What one press does, without a further question (back office, level 0), and the opening of a shift.
AT_ONCE: dict[str, type[Command]] = {command.kind: command for command in (OpenShift, XReport, CopyLast, FinishPrint)}


def _glance(request: HttpRequest, pk: int) -> Glance:
    found = glances(request.user, pk=pk)
    if not found:
        raise Http404
    return found[0]


def _cashier(device: Device, user: AbstractBaseUser | AnonymousUser) -> Cashier | None:
    """The device's own cashier if it has one, else the person who pressed the button."""
    if device.default_cashier:
        return Cashier(name=device.default_cashier, inn=device.default_cashier_inn)
    name = user.get_full_name() or user.get_username()  # type: ignore[union-attr]  # pages are for users
    return Cashier(name=name[:64]) if name else None


def ask(request: HttpRequest, device: Device, command: Command, key: uuid.UUID) -> Job:
    """Put a person's wish in line and tell the person so. The same key twice is one job."""
    try:
        job, is_new = services.enqueue(
            device=device,
            command=command,
            source=f"user:{request.user.pk}",
            actor=request.user.get_username(),
            key=str(key),
        )
    except services.KeyConflict as conflict:
        job, is_new = conflict.job, False
    words = _("%(what)s: sent to register “%(device)s”.") if is_new else _("%(what)s: it is in line already.")
    messages.success(request, words % {"what": kind_label(job.kind), "device": device.name})
    return job


@login_required
@require_GET
def device(request: HttpRequest, pk: int) -> HttpResponse:
    """One device whole: its card, its numbers, its last jobs."""
    glance = _glance(request, pk)
    row = get_object_or_404(visible_devices(request.user), pk=pk)
    jobs = job_rows(row, JOBS_SHOWN, user=request.user)
    context = {
        "device": row,
        "card": card_fragment(card(glance, own_page=True), own_page=True),
        "glance": glance,
        "numbers": _numbers(row, glance),
        "jobs": jobs,
        "tick": live.digest(tick(request.user)),
    }
    return render(request, "devices/device.html", context)


def _numbers(row: Device, glance: Glance) -> list[tuple[str, str]]:
    """What one reads to the service or to the tax office."""
    if not row.identity:
        return []
    identity, state = Identity.load(row.identity), glance.state
    known = [
        (_("Organisation"), identity.organisation),
        (_("INN"), identity.inn),
        (_("Address of sales"), identity.address),
        (_("RN KKT"), identity.rnm),
        (_("Serial No."), identity.serial_number),
        (_("FN"), identity.fn_number),
        (_("FN works until"), f"{state.fn_valid_until:%d.%m.%Y}" if state and state.fn_valid_until else ""),
        (_("Last FD"), str(state.last_fd) if state else ""),
        (_("FFD, firmware"), f"{FfdVersion(identity.ffd).label}, {identity.firmware}"),
        (_("Tape"), _("%(n)d letters in a line") % {"n": identity.columns}),
        (_("Connection"), row.url),
    ]
    return [(label, value) for label, value in known if value]


@login_required
@require_GET
def device_live(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed on a device's page."""

    def fragments(has: dict[str, str]) -> list[live.Fragment]:
        row = get_object_or_404(visible_devices(request.user), pk=pk)
        return [
            card_fragment(card(_glance(request, pk), own_page=True), own_page=True),
            job_rows(row, JOBS_SHOWN, has, user=request.user),
        ]

    return live.answer(request, tick=lambda: live.digest(tick(request.user)), fragments=fragments)


@login_required
@require_POST
def at_once(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Buttons that need no question: open the shift, X report, copy of the last document, finishing a report."""
    row = get_object_or_404(visible_devices(request.user), pk=pk)
    form = OnceForm(request.POST)
    if kind not in AT_ONCE or not form.is_valid():
        raise Http404
    command: Command = AT_ONCE[kind]()
    if isinstance(command, FinishPrint) and row.hold_code == ErrorCode.Z_INTERRUPTED:
        command = CloseShift(cashier=_cashier(row, request.user))  # the device wants the same command again (R08)
    if isinstance(command, OpenShift | XReport):
        command = type(command)(cashier=_cashier(row, request.user))
    ask(request, row, command, form.cleaned_data["key"])
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the page where the button was, if it was one of ours that shows devices."""
    target = request.POST.get("next", "")
    return redirect(target if target.startswith("/devices/") and "//" not in target[1:] else "today")


@login_required
@require_http_methods(["GET", "POST"])
def close_shift(request: HttpRequest, pk: int) -> HttpResponse:
    """A question with everything that one must know, then the closing."""
    row = get_object_or_404(visible_devices(request.user), pk=pk)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        command = CloseShift(cashier=_cashier(row, request.user), shift_number=form.cleaned_data["shift"])
        ask(request, row, command, form.cleaned_data["key"])
        return redirect("today")
    glance = _glance(request, pk)
    is_open = glance.state is not None and glance.shift is not ShiftState.CLOSED
    context = {
        "device": row,
        "glance": glance,
        "is_open": is_open,
        "next_shift": glance.shift_number + 1,
        "age": spent(glance.shift_age) if glance.shift_age is not None else "",
        "revenue": glance.sums.sales_sum - glance.sums.refunds_sum,
        "form": CloseForm(initial={"shift": glance.shift_number}),
    }
    return render(request, "devices/close_shift.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def cash(request: HttpRequest, pk: int, *, out: bool) -> HttpResponse:
    """Cash into the drawer or out of it."""
    row = get_object_or_404(visible_devices(request.user), pk=pk)
    glance = _glance(request, pk)
    form = CashForm(request.POST or None, out=out, cash=glance.state.cash if glance.state else None)
    if request.method == "POST" and form.is_valid():
        ask(request, row, form.command(_cashier(row, request.user)), form.cleaned_data["key"])
        return redirect("today")
    context = {"device": row, "glance": glance, "form": form, "out": out}
    return render(request, "devices/cash.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def print_text(request: HttpRequest, pk: int) -> HttpResponse:
    """Free text on the tape."""
    row = get_object_or_404(visible_devices(request.user), pk=pk)
    form = TextForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ask(request, row, form.command(), form.cleaned_data["key"])
        return redirect("today")
    context = {"device": row, "form": form, "columns": row.identity.get("columns")}
    return render(request, "devices/print_text.html", context)
