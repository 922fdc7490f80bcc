"""The strip of things that need a person: one sentence and one button each, the worst first; empty when all is well."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from devices.commands import RegisterReceipt
from devices.errors import ErrorCode
from devices.messages import Explanation, explain, kind_label
from devices.overview import Glance, Standing
from devices.signs import days_left, low, spent, when
from devices.troubles import FN_WARNING_DAYS, OFD_WARNING, PASSING, is_expired, is_off, printer_code, why_off
from devices.typography import money

# Alarms that the strip reads from the device's own state, with a countdown.
SEEN_OTHERWISE = frozenset(
    {ErrorCode.SHIFT_ENDS_SOON, ErrorCode.SHIFT_EXPIRED, ErrorCode.OFD_DELAY, ErrorCode.FN_EXPIRING}
)


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
        title = explain(why_off(glance), **name).title
        add("bad", "s-off", title, " ".join(filter(None, (waits if glance.queued else "", checking))))
    elif code := printer_code(glance):
        title = _("Register “%(device)s”: %(problem)s") % {**name, "problem": low(explain(code, **name).title)}
        add("warn", "s-warn", title, _unprinted(glance) or (waits if glance.queued else ""))
    elif glance.hold_code == ErrorCode.SHIFT_CLOSED:
        title = _("Register “%(device)s”: the shift is closed, receipts wait.") % name
        add("warn", "s-late", title, waits if glance.queued else "")
    elif glance.hold_code and not glance.unknown and not is_expired(glance) and glance.hold_code not in PASSING:
        words = explain(glance.hold_code, device=glance.name)
        title = _("Register “%(device)s”: %(problem)s") % {**name, "problem": low(words.title)}
        add("bad", "s-stop", title, words.action)
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
    elif glance.shift_ends_soon and glance.shift_left is not None:
        title = _("Register “%(device)s”: the shift has been open for %(age)s.")
        text = _("Close it within %(time)s.") % {"time": spent(glance.shift_left)}
        age = spent(glance.shift_age or 0)
        add("warn", "s-late", title % {**name, "age": age}, text, to=close, button=_("Close the shift…"))
    if glance.overdue:
        title = ngettext(
            "Register “%(device)s”: %(n)d receipt was not registered in time.",
            "Register “%(device)s”: %(n)d receipts were not registered in time.",
            glance.overdue,
        )
        overdue = f"{reverse('receipts:list')}?period=all&device={glance.pk}&status=expired"
        add("warn", "s-late", title % {**name, "n": glance.overdue}, to=overdue, button=_("Open the list"))
    for alarm in glance.alarms:
        if alarm.kind not in SEEN_OTHERWISE and alarm.kind != glance.hold_code:
            words = _alarm_words(alarm)
            title = _("Register “%(device)s”: %(problem)s") % {**name, "problem": low(words.title)}
            add("warn", "s-warn", title, " ".join(filter(None, (words.truth, words.action))))
    return rows + _slow_troubles(glance, url)


def _alarm_words(alarm: Standing) -> Explanation:
    sums = {"diff": alarm.diff, "actual": alarm.actual, "expected": alarm.expected}
    shown = {name: money(value) for name, value in sums.items() if value is not None}
    return explain(alarm.kind, n=alarm.shift, fd=alarm.fd, min=alarm.minutes, **shown)


def _slow_troubles(glance: Glance, url: str) -> list[Attention]:
    """
    What does not stop today's sales but will stop some day's: the fiscal storage's end, documents that do not reach the
    OFD.
    """
    state, rows = glance.state, []
    if state is None:
        return []
    name = {"device": glance.name}
    if state.fn_valid_until and (days := days_left(state.fn_valid_until)) <= FN_WARNING_DAYS:
        title = _("Register “%(device)s”: the fiscal storage works until %(date)s.")
        text = ngettext("%(n)d day left. Order a new one now.", "%(n)d days left. Order a new one now.", max(days, 0))
        rows.append((title % {**name, "date": f"{state.fn_valid_until:%d.%m.%Y}"}, text % {"n": max(days, 0)}))
    now = timezone.localtime().replace(tzinfo=None)
    if state.ofd_unsent and state.ofd_unsent_since and now - state.ofd_unsent_since > OFD_WARNING:
        title = _("Register “%(device)s” does not reach the OFD since %(time)s.")
        text = ngettext("%(n)d document waits. You can sell.", "%(n)d documents wait. You can sell.", state.ofd_unsent)
        rows.append((title % {**name, "time": when(state.ofd_unsent_since)}, text % {"n": state.ofd_unsent}))
    return [
        Attention(tone="warn", icon="s-warn", title=title, text=text, url=url, button=_("Register page"))
        for title, text in rows
    ]


def _unprinted(glance: Glance) -> str:
    if glance.unprinted is None:
        return ""
    words = _("The receipt for %(sum)s is registered, its print is not finished.")
    return words % {"sum": money(glance.unprinted)}
