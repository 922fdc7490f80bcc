"""The strip of things that need a person: one sentence and one button each, the worst first; empty when all is well."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from devices import room
from devices.alarms import HOLDING
from devices.commands import RegisterReceipt
from devices.concerns import SEEN_IN_STATE, alarm_words, of_state
from devices.errors import ErrorCode
from devices.messages import explain, kind_label
from devices.messages_context import of_detail
from devices.overview import SHIFT_HOURS, Glance
from devices.signs import low, when
from devices.troubles import PASSING, is_expired, is_off, lasting, printer_code, why_off
from devices.typography import money

# Alarms that the strip tells otherwise: with a countdown, or several in one.
SEEN_OTHERWISE = SEEN_IN_STATE | {
    ErrorCode.SHIFT_ENDS_SOON,
    ErrorCode.SHIFT_EXPIRED,
    ErrorCode.PAID_WITHOUT_RECEIPT,
}

# Holds without a row of their own: they pass, or another row tells more.
UNSAID = PASSING | HOLDING | {ErrorCode.DISK_FULL}


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
    silent = {glance.site: glance.service for glance in glances if glance.service}
    many = len({glance.site for glance in glances}) > 1
    for site, service in sorted(silent.items()):
        title = f"{site}: {low(service.title)}" if many else service.title
        rows.append(_without_page(title, f"{service.truth} {service.action}"))
    if glances and not room.is_enough():
        words = explain(ErrorCode.DISK_FULL)
        rows.append(_without_page(words.title, f"{words.truth} {words.action}"))
    order = {"bad": 0, "unsure": 1, "warn": 2}
    return sorted(rows, key=lambda row: order[row.tone])


def _without_page(title: str, text: str) -> Attention:
    """What is wrong with our own side: no page of ours can help, only a person."""
    return Attention(tone="bad", icon="s-stop", title=title, text=text, url="", button="")


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
        since = when(glance.link_since) if glance.link_since else None
        title = explain(why_off(glance), **name, since=since, **of_detail(glance.hold_detail, money)).title
        add("bad", "s-off", title, " ".join(filter(None, (waits if glance.queued else "", checking))))
    elif code := printer_code(glance):
        title = _("Register “%(device)s”: %(problem)s") % {**name, "problem": low(explain(code, **name).title)}
        add("warn", "s-warn", title, _unprinted(glance) or (waits if glance.queued else ""))
    elif stuck := lasting(glance):
        title = _("Register “%(device)s”: %(problem)s") % {**name, "problem": low(explain(stuck, **name).title)}
        add("warn", "s-warn", title, f"{waits} {_('Call the administrator.')}")
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
        words = explain(ErrorCode.DEADLINE_PASSED, case="many", n=glance.overdue, time=when(glance.overdue_since))
        title = _("Register “%(device)s”: %(problem)s") % {**name, "problem": low(words.title)}
        overdue = reverse("devices:overdue", args=[glance.pk])
        add("warn", "s-late", title, f"{words.truth} {words.action}", to=overdue, button=_("Sort them out"))
    return rows + _alarms(glance) + _slow_troubles(glance, url)


def _alarms(glance: Glance) -> list[Attention]:
    """What stays until somebody looks, each with a page of its own."""
    rows = _paid(glance)
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


def _paid(glance: Glance) -> list[Attention]:
    """Orders that are paid and have no receipt (R20): one by its sum, several by their number."""
    owed = [alarm for alarm in glance.alarms if alarm.kind == ErrorCode.PAID_WITHOUT_RECEIPT]
    owed = [alarm for alarm in owed if alarm.job != glance.unknown_job]  # of that one nobody knows
    if not owed:
        return []
    words = alarm_words(owed[0])
    title, text, button = words.title, words.action, _("Open the order")
    url = reverse("receipts:of-job", args=[owed[0].job])
    if len(owed) > 1:
        title = _("Register “%(device)s”: paid and without a receipt for more than 15 min: %(n)d for %(sum)s.")
        title %= {"device": glance.name, "n": len(owed), "sum": money(sum(alarm.sum or 0 for alarm in owed))}
        url = f"{reverse('receipts:list')}?period=all&device={glance.pk}&status=owed"
        text, button = "", _("Open the list")
    return [Attention(tone="bad", icon="s-stop", title=title, text=text, url=url, button=button)]


def _slow_troubles(glance: Glance, url: str) -> list[Attention]:
    """
    What does not stop today's sales but will stop some day's: the fiscal storage's end, documents that do not reach the
    OFD.
    """
    found = list(of_state(glance.state)) if glance.state else []
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


def _unprinted(glance: Glance) -> str:
    if glance.unprinted is None:
        return ""
    words = _("The receipt for %(sum)s is registered, its print is not finished.")
    return words % {"sum": money(glance.unprinted)}
