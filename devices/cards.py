"""
A device's glance in words: its sign, one sentence of truth, facts, what may be pressed, and what goes into the
attention strip.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from devices.commands import RegisterReceipt, ShiftState
from devices.errors import ErrorCode
from devices.ffd import Operation
from devices.messages import explain, kind_label
from devices.models import Link
from devices.overview import Glance, Sums
from devices.signs import Sign, payment_word, spent, type_word
from devices.typography import DASH, amount, money

FN_WARNING_DAYS = 30  # failure-modes N01
OFD_WARNING = datetime.timedelta(hours=24)  # failure-modes N06
_PAPER_CODES = frozenset(
    {ErrorCode.PAPER_OUT, ErrorCode.PAPER_OUT_MID_RECEIPT, ErrorCode.COVER_OPEN, ErrorCode.PRINTER_FAULT}
)
_LINK_CODES = frozenset({ErrorCode.DEVICE_OFFLINE, ErrorCode.LINK_LOST, ErrorCode.PORT_MISSING, ErrorCode.PORT_BUSY})

_PASSING = frozenset({ErrorCode.DEVICE_BUSY, ErrorCode.DEVICE_REBOOTING, ErrorCode.DEVICE_SLOW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """
    One line of a card; *warn* stands after the value in *tone*, *strong* is a sum that one looks for, *url* makes it a
    link.
    """

    label: str
    value: str
    warn: str = ""
    tone: str = "warn"
    strong: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """A line on the slip: left and right; *head* is bold, *small* is the second ink."""

    left: str
    right: str = ""
    head: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """
    What a card shows. *say* may hold **bold** words. *slip* is run (feeding), end (end of the roll), none (nothing came
    out), or plain.
    *can_close*, *can_open* and *main* decide the buttons: at most one of them is solid.
    """

    pk: int
    name: str
    about: str
    sign: Sign
    say: str
    facts: tuple[Fact, ...]
    slip: str
    paper: tuple[PaperLine, ...]
    last_job: int | None
    can_open: bool
    can_close: bool
    close_is_main: bool
    reachable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """One row of the strip: one sentence, its bold part first, and one button."""

    tone: str
    icon: str
    title: str
    text: str
    url: str
    button: str


def card(glance: Glance, *, many_sites: bool = False) -> Card:
    about = ", ".join(part for part in (glance.model, glance.site if many_sites else "") if part)
    reachable = glance.link == Link.ONLINE and glance.state is not None
    slip, paper = _paper(glance)
    return Card(
        pk=glance.pk,
        name=glance.name,
        about=about,
        sign=sign_of(glance),
        say=say(glance),
        facts=tuple(_facts(glance)),
        slip=slip,
        paper=tuple(paper),
        last_job=glance.last.job if glance.last else None,
        can_open=reachable and glance.shift is ShiftState.CLOSED,
        can_close=reachable and glance.shift is not ShiftState.CLOSED,
        close_is_main=_is_expired(glance) or glance.shift_ends_soon,
        reachable=reachable,
    )


def _is_off(glance: Glance) -> bool:
    return glance.link == Link.OFFLINE or glance.hold_code in _LINK_CODES


def _is_expired(glance: Glance) -> bool:
    return glance.shift is ShiftState.EXPIRED or glance.hold_code == ErrorCode.SHIFT_EXPIRED


def _printer_code(glance: Glance) -> ErrorCode | None:
    """Why the device cannot print now: its own flags, or what its line waits for."""
    state = glance.state
    if state is not None and state.cover_open:
        return ErrorCode.COVER_OPEN
    if state is not None and not state.paper:
        return ErrorCode.PAPER_OUT if glance.unprinted is None else ErrorCode.PAPER_OUT_MID_RECEIPT
    if state is not None and state.printer_fault:
        return ErrorCode.PRINTER_FAULT
    return ErrorCode(glance.hold_code) if glance.hold_code in _PAPER_CODES else None


def sign_of(glance: Glance) -> Sign:
    """The one sign of a device, the worst truth first."""
    if _is_off(glance):
        word = _("No link")
        if glance.link == Link.OFFLINE and glance.link_since:
            word = _("No link since %(time)s") % {"time": _when(glance.link_since)}
        return Sign(tone="bad", icon="s-off", word=word, loud=True)
    if glance.link == Link.UNKNOWN or glance.state is None:
        return Sign(tone="off", icon="s-unset", word=_("Not checked yet"))
    if glance.unknown:
        return Sign(tone="unsure", icon="s-ask", word=_("Being checked"), loud=True)
    if code := _printer_code(glance):
        words = {ErrorCode.COVER_OPEN: _("Cover open"), ErrorCode.PRINTER_FAULT: _("Cannot print")}
        return Sign(tone="warn", icon="s-warn", word=words.get(code, _("Out of paper")), loud=True)
    if _is_expired(glance):
        return Sign(tone="warn", icon="s-late", word=_("Shift over 24 h"), loud=True)
    if glance.hold_code == ErrorCode.SHIFT_CLOSED:
        return Sign(tone="warn", icon="s-late", word=_("Shift closed"), loud=True)
    if glance.hold_code in _PASSING:
        return Sign(tone="run", icon="s-run", word=_("Busy"), loud=True)
    if glance.hold_code:
        return Sign(tone="bad", icon="s-stop", word=_("Stopped"), loud=True)
    if glance.running:
        word = _("Registering") if glance.running == RegisterReceipt.kind else kind_label(glance.running)
        return Sign(tone="run", icon="s-run", word=word, loud=True)
    return Sign(tone="ok", icon="s-ready", word=pgettext("register", "Ready"))


def say(glance: Glance) -> str:
    """One sentence of truth above the buttons; empty when all is well."""
    if glance.unknown and glance.unknown_kind != RegisterReceipt.kind:
        return _told(ErrorCode.OUTCOME_UNKNOWN, glance)
    if glance.unknown:
        words = _(
            "The link dropped while registering a receipt for %(sum)s. It is not known yet whether it was registered. "
            "**Do not repeat the sale:** it will be checked as soon as the register answers."
        )
        return words % {"sum": money(glance.unknown_total)}
    if _is_off(glance):
        why_off = glance.hold_code if glance.hold_code in _LINK_CODES else ErrorCode.DEVICE_OFFLINE
        return _told(why_off, glance)
    if glance.link == Link.UNKNOWN or glance.state is None:
        return ""
    if (code := _printer_code(glance)) is ErrorCode.PAPER_OUT_MID_RECEIPT and glance.unprinted is not None:
        words = _(
            "Paper ran out half-way. **The receipt for %(sum)s is already registered.** "
            "Insert a roll and the same receipt will be finished. Do not register a new one."
        )
        return words % {"sum": money(glance.unprinted)}
    if code:
        return _told(code, glance)
    if _is_expired(glance):
        return _told(ErrorCode.SHIFT_EXPIRED, glance)
    return _told(glance.hold_code, glance) if glance.hold_code else ""


def _told(code: str, glance: Glance) -> str:
    words = explain(code, device=glance.name, since=glance.link_since and _when(glance.link_since), n=glance.queued)
    return " ".join(part for part in (words.title, f"**{words.truth}**" if words.truth else "", words.action) if part)


def _facts(glance: Glance) -> list[Fact]:
    state = glance.state
    facts: list[Fact] = []
    if state is None:
        return facts
    if glance.shift is ShiftState.CLOSED:
        closed = _("closed at %(time)s") % {"time": _when(glance.shift_closed_at)} if glance.shift_closed_at else ""
        facts.append(Fact(label=_shift_name(glance), value=closed or pgettext("shift", "closed")))
    else:
        facts.append(_open_shift(glance))
    facts += _sum_facts(glance.sums, closed=glance.shift is ShiftState.CLOSED)
    facts.append(Fact(label=_("In the drawer"), value=money(state.cash), strong=True))
    if glance.queued or glance.unknown:
        waits = ngettext("%(n)d job", "%(n)d jobs", glance.queued) % {"n": glance.queued} if glance.queued else DASH
        checking = _("being checked: %(n)d") % {"n": glance.unknown} if glance.unknown else ""
        url = f"{reverse('receipts:list')}?period=all&device={glance.pk}&status=waiting" if glance.waiting else ""
        facts.append(Fact(label=_("Waiting"), value=waits, warn=checking, url=url))
    if state.ofd_unsent:
        unsent = ngettext("%(n)d document waits", "%(n)d documents wait", state.ofd_unsent) % {"n": state.ofd_unsent}
        since = _("since %(time)s") % {"time": _when(state.ofd_unsent_since)} if state.ofd_unsent_since else ""
        facts.append(Fact(label=_("OFD"), value=f"{unsent} {since}".strip()))
    if state.fn_valid_until and (days := _days_left(state.fn_valid_until)) <= FN_WARNING_DAYS:
        value = _("until %(date)s") % {"date": f"{state.fn_valid_until:%d.%m.%Y}"}
        left = ngettext("%(n)d day left", "%(n)d days left", max(days, 0)) % {"n": max(days, 0)}
        facts.append(Fact(label=_("FN"), value=value, warn=left))
    return facts


def _open_shift(glance: Glance) -> Fact:
    if glance.shift_age is None or glance.shift_opened_at is None:
        return Fact(label=_shift_name(glance), value=pgettext("shift", "open"))
    age = spent(glance.shift_age)
    if glance.shift is ShiftState.EXPIRED:
        return Fact(label=_shift_name(glance), value=age, warn=_("over 24 h"))
    if glance.shift_ends_soon and glance.shift_left is not None:
        return Fact(label=_shift_name(glance), value=age, warn=_("%(time)s left") % {"time": spent(glance.shift_left)})
    return Fact(
        label=_shift_name(glance),
        value=_("%(age)s, since %(time)s") % {"age": age, "time": _when(glance.shift_opened_at)},
    )


def _shift_name(glance: Glance) -> str:
    return _("Shift %(number)d") % {"number": glance.shift_number}


def _sum_facts(sums: Sums, *, closed: bool) -> list[Fact]:
    facts: list[Fact] = []
    pairs = (
        (pgettext("number of", "Receipts"), sums.sales, sums.sales_sum),
        (_("Refunds"), sums.refunds, sums.refunds_sum),
    )
    for label, count, total in pairs:
        value = _("%(n)d for %(sum)s") % {"n": count, "sum": money(total)} if count else DASH
        facts.append(Fact(label=label, value=value))
    return facts


def _paper(glance: Glance) -> tuple[str, list[PaperLine]]:
    """What hangs from the slot: what waits when nothing can come out, else the last receipt."""
    if (_is_off(glance) or glance.state is None) and glance.waiting:
        shown, rest = glance.waiting[:2], glance.waiting[2:]
        lines = [PaperLine(left=_("Waiting for print"))]
        lines += [PaperLine(left=wait.key or type_word("sell"), right=amount(wait.total)) for wait in shown]
        if rest:
            total = amount(sum(wait.total for wait in rest))
            lines.append(PaperLine(left=_("and %(n)d more") % {"n": len(rest)}, right=total, small=True))
        return "none", lines
    if glance.running == RegisterReceipt.kind:
        return "run", [
            PaperLine(left=_("RECEIPT"), right=f"{timezone.localtime():%H:%M}", head=True),
            PaperLine(left=type_word(glance.running_type).upper(), right=amount(glance.running_total)),
        ]
    last = glance.last
    if last is None:
        return "none", [PaperLine(left=_("The first receipt will be here"))]
    name = {Operation.SELL: "sell", Operation.SELL_RETURN: "sell_return", Operation.BUY: "buy"}
    lines = [
        PaperLine(left=_("RECEIPT No. %(n)d") % {"n": last.receipt_number}, right=last.at, head=True),
        PaperLine(
            left=type_word(name.get(Operation(last.operation or 1), "buy_return")).upper(), right=amount(last.total)
        ),
        PaperLine(
            left=_("FD %(n)d") % {"n": last.fd_number},
            right=payment_word(last.payment) if last.payment else "",
            small=True,
        ),
    ]
    out_of_paper = _printer_code(glance) in (ErrorCode.PAPER_OUT, ErrorCode.PAPER_OUT_MID_RECEIPT)
    return ("end" if out_of_paper else "plain"), lines


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
    if _is_off(glance):
        why_off = glance.hold_code if glance.hold_code in _LINK_CODES else ErrorCode.DEVICE_OFFLINE
        title = explain(why_off, **name).title
        add("bad", "s-off", title, " ".join(filter(None, (waits if glance.queued else "", checking))))
    elif code := _printer_code(glance):
        title = _("Register “%(device)s”: %(problem)s") % {**name, "problem": _low(explain(code, **name).title)}
        add("warn", "s-warn", title, _unprinted(glance) or (waits if glance.queued else ""))
    elif glance.hold_code == ErrorCode.SHIFT_CLOSED:
        title = _("Register “%(device)s”: the shift is closed, receipts wait.") % name
        add("warn", "s-late", title, waits if glance.queued else "")
    elif glance.hold_code and not glance.unknown and not _is_expired(glance) and glance.hold_code not in _PASSING:
        words = explain(glance.hold_code, device=glance.name)
        title = _("Register “%(device)s”: %(problem)s") % {**name, "problem": _low(words.title)}
        add("bad", "s-stop", title, words.action)
    if glance.unknown and not _is_off(glance) and glance.unknown_kind != RegisterReceipt.kind:
        title = _("Register “%(device)s”: it is being checked how it ended: %(what)s.")
        what = _low(kind_label(glance.unknown_kind))
        add("unsure", "s-ask", title % {**name, "what": what}, explain(ErrorCode.OUTCOME_UNKNOWN).action)
    elif glance.unknown and not _is_off(glance):
        title = _("Register “%(device)s”: it is being checked whether the receipt for %(sum)s was registered.")
        text = _("Do not repeat the sale.")
        add("unsure", "s-ask", title % {**name, "sum": money(glance.unknown_total)}, text)
    close = reverse("devices:close-shift", args=[glance.pk])
    if _is_expired(glance):
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
    return rows + _slow_troubles(glance, url)


def _slow_troubles(glance: Glance, url: str) -> list[Attention]:
    """
    What does not stop today's sales but will stop some day's: the fiscal storage's end, documents that do not reach the
    OFD.
    """
    state, rows = glance.state, []
    if state is None:
        return []
    name = {"device": glance.name}
    if state.fn_valid_until and (days := _days_left(state.fn_valid_until)) <= FN_WARNING_DAYS:
        title = _("Register “%(device)s”: the fiscal storage works until %(date)s.")
        text = ngettext("%(n)d day left. Order a new one now.", "%(n)d days left. Order a new one now.", max(days, 0))
        rows.append((title % {**name, "date": f"{state.fn_valid_until:%d.%m.%Y}"}, text % {"n": max(days, 0)}))
    now = timezone.localtime().replace(tzinfo=None)
    if state.ofd_unsent and state.ofd_unsent_since and now - state.ofd_unsent_since > OFD_WARNING:
        title = _("Register “%(device)s” does not reach the OFD since %(time)s.")
        text = ngettext("%(n)d document waits. You can sell.", "%(n)d documents wait. You can sell.", state.ofd_unsent)
        rows.append((title % {**name, "time": _when(state.ofd_unsent_since)}, text % {"n": state.ofd_unsent}))
    return [
        Attention(tone="warn", icon="s-warn", title=title, text=text, url=url, button=_("Register page"))
        for title, text in rows
    ]


def _unprinted(glance: Glance) -> str:
    if glance.unprinted is None:
        return ""
    words = _("The receipt for %(sum)s is registered, its print is not finished.")
    return words % {"sum": money(glance.unprinted)}


def _days_left(day: datetime.date) -> int:
    return (day - timezone.localdate()).days


def _when(at: datetime.datetime | None) -> str:
    """The time for today, the day and the time for other days; *at* is local and naive."""
    if at is None:
        return DASH
    return f"{at:%H:%M}" if at.date() == timezone.localdate() else f"{at:%d.%m %H:%M}"


def _low(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
