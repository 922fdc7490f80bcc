"""The strip of things that need a person: one sentence and one button each, the worst first; empty when all is well."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from devices.alarms import HOLDING
from devices.commands import DeviceState, RegisterReceipt
from devices.errors import ErrorCode
from devices.messages import Explanation, explain, kind_label
from devices.messages_context import of_detail
from devices.overview import SHIFT_HOURS, Glance, Standing
from devices.signs import days_left, low, when
from devices.troubles import (
    FN_ALARM_DAYS,
    FN_WARNING_DAYS,
    OFD_ALARM,
    OFD_STOPS_AFTER,
    OFD_WARNING,
    PASSING,
    FnFlag,
    is_expired,
    is_off,
    printer_code,
    why_off,
)
from devices.typography import money

# Alarms that the strip reads from the device's own state, with a countdown.
SEEN_OTHERWISE = frozenset(
    {ErrorCode.SHIFT_ENDS_SOON, ErrorCode.SHIFT_EXPIRED, ErrorCode.OFD_DELAY, ErrorCode.FN_EXPIRING}
)

# Holds without a row of their own: they pass, or an alarm tells more.
UNSAID = PASSING | HOLDING


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """One row of the strip: one sentence, its bold part first, and one button."""

    tone: str
    icon: str
    title: str
    text: str
    url: str
    button: str


def attention(glances: list[Glance]) -> list[Attention]:
    """What needs a person, the worst first; empty when all is well."""
    rows = [row for glance in glances for row in _attention(glance)]
    silent = sorted({glance.site for glance in glances if glance.service_silent})
    for site in silent:
        rows.append(
            Attention(
                tone="bad",
                icon="s-stop",
                title=_("The register service of “%(site)s” is not running.") % {"site": site},
                text=_("Receipts are accepted and wait. Switch the computer on or call the administrator."),
                url="",
                button="",
            )
        )
    order = {"bad": 0, "unsure": 1, "warn": 2}
    return sorted(rows, key=lambda row: order[row.tone])


def _attention(glance: Glance) -> list[Attention]:
    url = reverse("devices:device", args=[glance.pk])
    name = {"device": glance.name}
    rows: list[Attention] = []

    def add(tone: str, icon: str, title: str, text: str = "", *, to: str = url, button: str = "") -> None:
        rows.append(
            Attention(tone=tone, icon=icon, title=title, text=text, url=to, button=button or _("Register page"))
        )

    waits = ngettext("%(n)d job waits.", "%(n)d jobs wait.", glance.queued) % {"n": glance.queued}
    checking = _("Being checked: %(n)d. Do not repeat the sale.") % {"n": glance.unknown} if glance.unknown else ""
    if is_off(glance):
        title = explain(why_off(glance), **name, **of_detail(glance.hold_detail, money)).title
        add("bad", "s-off", title, " ".join(filter(None, (waits if glance.queued else "", checking))))
    elif code := printer_code(glance):
        title = _("Register “%(device)s”: %(problem)s") % {**name, "problem": low(explain(code, **name).title)}
        add("warn", "s-warn", title, _unprinted(glance) or (waits if glance.queued else ""))
    elif glance.hold_code == ErrorCode.SHIFT_CLOSED:
        title = _("Register “%(device)s”: the shift is closed, receipts wait.") % name
        add("warn", "s-late", title, waits if glance.queued else "")
    elif glance.hold_code and not glance.unknown and not is_expired(glance) and glance.hold_code not in UNSAID:
        words = explain(glance.hold_code, **{**name, **of_detail(glance.hold_detail, money)})
        title = _("Register “%(device)s”: %(problem)s") % {**name, "problem": low(words.title)}
        to, button = url, _("Register page")
        if glance.hold_code == ErrorCode.WRONG_DEVICE:
            to, button = reverse("devices:replacement", args=[glance.pk]), _("Look closer")
        add("bad", "s-stop", title, words.action, to=to, button=button)
    if glance.unknown and not is_off(glance) and glance.unknown_kind != RegisterReceipt.kind:
        title = _("Register “%(device)s”: it is being checked how it ended: %(what)s.")
        what = low(kind_label(glance.unknown_kind))
        add("unsure", "s-ask", title % {**name, "what": what}, explain(ErrorCode.OUTCOME_UNKNOWN).action)
    elif glance.unknown and not is_off(glance):
        title = _("Register “%(device)s”: it is being checked whether the receipt for %(sum)s was registered.")
        text = _("Do not repeat the sale.")
        add("unsure", "s-ask", title % {**name, "sum": money(glance.unknown_total)}, text)
    close = reverse("devices:close-shift", args=[glance.pk])
    if is_expired(glance):
        title = _("Register “%(device)s”: the shift is over 24 hours old, receipts are refused.") % name
        add("bad", "s-late", title, to=close, button=_("Close the shift…"))
    elif glance.shift_ends_soon and glance.shift_opened_at is not None:
        until = glance.shift_opened_at + datetime.timedelta(hours=SHIFT_HOURS)
        words = explain(ErrorCode.SHIFT_ENDS_SOON, h=(glance.shift_age or 0) // 3600, time=when(until))
        title = _("Register “%(device)s”: %(problem)s") % {**name, "problem": low(words.title)}
        add("warn", "s-late", title, words.action, to=close, button=_("Close the shift…"))
    if glance.overdue:
        title = ngettext(
            "Register “%(device)s”: %(n)d receipt was not registered in time.",
            "Register “%(device)s”: %(n)d receipts were not registered in time.",
            glance.overdue,
        )
        overdue = f"{reverse('receipts:list')}?period=all&device={glance.pk}&status=expired"
        add("warn", "s-late", title % {**name, "n": glance.overdue}, to=overdue, button=_("Open the list"))
    return rows + _alarms(glance) + _slow_troubles(glance, url)


def _alarms(glance: Glance) -> list[Attention]:
    """What stays until somebody looks, each with a page of its own."""
    rows = []
    for alarm in glance.alarms:
        if alarm.kind in SEEN_OTHERWISE:
            continue
        words = alarm_words(alarm)
        tone, icon = ("bad", "s-stop") if alarm.kind in HOLDING else ("warn", "s-warn")
        rows.append(
            Attention(
                tone=tone,
                icon=icon,
                title=_("Register “%(device)s”: %(problem)s") % {"device": glance.name, "problem": low(words.title)},
                text=" ".join(filter(None, (words.truth, words.action))),
                url=reverse("devices:alarm", args=[alarm.pk]),
                button=_("Look closer"),
            )
        )
    return rows


def alarm_words(alarm: Standing) -> Explanation:
    """What an alarm says, with its figures."""
    sums = {"diff": alarm.diff or None, "actual": alarm.actual, "expected": alarm.expected}
    shown = {name: money(value) for name, value in sums.items() if value is not None}
    return explain(alarm.kind, case=alarm.case, n=alarm.shift, fd=alarm.fd, min=alarm.minutes, **shown)


def _slow_troubles(glance: Glance, url: str) -> list[Attention]:
    """
    What does not stop today's sales but will stop some day's: the fiscal storage's end, documents that do not reach the
    OFD.
    """
    found = [*_storage(glance.state), *_operator(glance.state)] if glance.state else []
    return [
        Attention(
            tone=tone,
            icon="s-stop" if tone == "bad" else "s-warn",
            title=_("Register “%(device)s”: %(problem)s") % {"device": glance.name, "problem": low(words.title)},
            text=" ".join(filter(None, (words.truth, words.action))),
            url=url,
            button=_("Register page"),
        )
        for tone, words in found
    ]


def _storage(state: DeviceState) -> Iterator[tuple[str, Explanation]]:
    """The fiscal storage's own end (N01, N03, N05): by its date, and by the flags that it raises."""
    flags = FnFlag(state.fn_warnings)
    if flags & FnFlag.FAULT:
        yield "bad", explain(ErrorCode.FN_FAULT)
    date = f"{state.fn_valid_until:%d.%m.%Y}" if state.fn_valid_until else ""
    days = days_left(state.fn_valid_until) if state.fn_valid_until else None
    if days is not None and days < 0:
        yield "bad", explain(ErrorCode.FN_EXPIRED, date=date)
    elif (days is not None and days <= FN_WARNING_DAYS) or flags & (FnFlag.REPLACE_NOW | FnFlag.ENDS_SOON):
        near = (days is not None and days <= FN_ALARM_DAYS) or flags & FnFlag.REPLACE_NOW
        # Its resource may end before its date: then the flag alone says so.
        known: dict[str, Any] = {"date": date, "d": days} if days is not None and days <= FN_WARNING_DAYS else {}
        yield "bad" if near else "warn", explain(ErrorCode.FN_EXPIRING, **known)
    if flags & FnFlag.ALMOST_FULL:
        yield "warn", explain(ErrorCode.FN_EXPIRING, case="almost full")


def _operator(state: DeviceState) -> Iterator[tuple[str, Explanation]]:
    """Documents that do not reach the ОФД (N06, N07), or that it refuses (N08)."""
    flags = FnFlag(state.fn_warnings)
    if flags & FnFlag.OFD_REFUSES:
        yield "warn", explain(ErrorCode.OFD_REJECTED)
    since = state.ofd_unsent_since if state.ofd_unsent else None
    age = timezone.localtime().replace(tzinfo=None) - since if since else datetime.timedelta(0)
    if since and age >= OFD_STOPS_AFTER:
        yield "bad", explain(ErrorCode.OFD_BLOCKED)
    elif since and age > OFD_WARNING:
        deadline = f"{since + OFD_STOPS_AFTER:%d.%m.%Y}"
        tone = "bad" if age >= OFD_ALARM else "warn"
        yield tone, explain(ErrorCode.OFD_DELAY, d=age.days, n=state.ofd_unsent, deadline=deadline)
    elif flags & FnFlag.OFD_SILENT:
        yield "warn", explain(ErrorCode.OFD_DELAY)


def _unprinted(glance: Glance) -> str:
    if glance.unprinted is None:
        return ""
    words = _("The receipt for %(sum)s is registered, its print is not finished.")
    return words % {"sum": money(glance.unprinted)}
