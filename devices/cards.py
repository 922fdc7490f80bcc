"""A device's glance in words: its sign, one sentence of truth, facts, its slip, and what may be pressed."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from devices.commands import RegisterReceipt, ShiftState
from devices.errors import ErrorCode
from devices.ffd import Operation
from devices.messages import explain, kind_label
from devices.messages_context import of_detail
from devices.models import Link
from devices.overview import Glance, Sums
from devices.signs import Sign, days_left, payment_word, spent, type_word, when
from devices.troubles import (
    FN_WARNING_DAYS,
    LINK_CODES,
    PAPER_CODES,
    PASSING,
    is_expired,
    is_off,
    printer_code,
    why_off,
)
from devices.typography import DASH, amount, money

LONG_WAIT = 60  # seconds after which a card says since when the oldest job waits (Q03)


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
    *can_close*, *can_open*, *close_is_main* and *finish*, the word for finishing a report that was cut off, decide the
    buttons: at most one of them is solid.
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
    finish: str
    reachable: bool


def card(glance: Glance, *, many_sites: bool = False, own_page: bool = False) -> Card:
    """*own_page*: without the strip of «Today», which tells once for all of a place that its service is down."""
    training = pgettext("register", "training") if glance.training else ""
    about = ", ".join(part for part in (glance.model, glance.site if many_sites else "", training) if part)
    reachable = glance.link == Link.ONLINE and glance.state is not None
    slip, paper = _paper(glance)
    finish = _finish(glance) if reachable else ""
    return Card(
        pk=glance.pk,
        name=glance.name,
        about=about,
        sign=sign_of(glance),
        say=say(glance, own_page=own_page),
        facts=tuple(_facts(glance)),
        slip=slip,
        paper=tuple(paper),
        last_job=glance.last.job if glance.last else None,
        can_open=not finish and reachable and glance.shift is ShiftState.CLOSED,
        can_close=reachable and glance.shift is not ShiftState.CLOSED,
        close_is_main=not finish and (is_expired(glance) or glance.shift_ends_soon),
        finish=finish,
        reachable=reachable,
    )


def _finish(glance: Glance) -> str:
    """What a button says that has a report finished (R08, R09); "" when none was cut off."""
    if glance.hold_code == ErrorCode.Z_INTERRUPTED:
        return _("Finish the report")
    return pgettext("button", "Finish printing") if glance.hold_code == ErrorCode.REPORT_INTERRUPTED else ""


def sign_of(glance: Glance) -> Sign:
    """The one sign of a device, the worst truth first."""
    if glance.service:
        return Sign(tone="bad", icon="s-off", word=_("No service"), loud=True)
    if is_off(glance):
        word = _("No link")
        if glance.link == Link.OFFLINE and glance.link_since:
            word = _("No link since %(time)s") % {"time": when(glance.link_since)}
        return Sign(tone="bad", icon="s-off", word=word, loud=True)
    if glance.link == Link.UNKNOWN or glance.state is None:
        return Sign(tone="off", icon="s-unset", word=_("Not checked yet"))
    if glance.unknown:
        return Sign(tone="unsure", icon="s-ask", word=_("Being checked"), loud=True)
    if code := printer_code(glance):
        words = {ErrorCode.COVER_OPEN: _("Cover open"), ErrorCode.PRINTER_FAULT: _("Cannot print")}
        return Sign(tone="warn", icon="s-warn", word=words.get(code, _("Out of paper")), loud=True)
    if is_expired(glance):
        return Sign(tone="warn", icon="s-late", word=_("Shift over 24 h"), loud=True)
    if glance.hold_code == ErrorCode.SHIFT_CLOSED:
        return Sign(tone="warn", icon="s-late", word=_("Shift closed"), loud=True)
    if glance.hold_code in PASSING:
        return Sign(tone="run", icon="s-run", word=_("Busy"), loud=True)
    if glance.hold_code:
        return Sign(tone="bad", icon="s-stop", word=_("Stopped"), loud=True)
    if glance.running:
        word = _("Registering") if glance.running == RegisterReceipt.kind else kind_label(glance.running)
        return Sign(tone="run", icon="s-run", word=word, loud=True)
    return Sign(tone="ok", icon="s-ready", word=pgettext("register", "Ready"))


def say(glance: Glance, *, own_page: bool = False) -> str:
    """One sentence of truth above the buttons; empty when all is well."""
    if glance.service and not glance.unknown:
        if not own_page:
            return ""
        return f"{glance.service.title} **{glance.service.truth}** {glance.service.action}"
    if glance.unknown and glance.unknown_kind != RegisterReceipt.kind:
        return _told(ErrorCode.OUTCOME_UNKNOWN, glance)
    if glance.unknown:
        words = _(
            "The link dropped while registering a receipt for %(sum)s. It is not known yet whether it was registered. "
            "**Do not repeat the sale:** it will be checked as soon as the register answers."
        )
        return words % {"sum": money(glance.unknown_total)}
    if is_off(glance):
        return _told(why_off(glance), glance)
    if glance.link == Link.UNKNOWN or glance.state is None:
        return ""
    if (code := printer_code(glance)) is ErrorCode.PAPER_OUT_MID_RECEIPT and glance.unprinted is not None:
        words = _(
            "Paper ran out half-way. **The receipt for %(sum)s is already registered.** "
            "Insert a roll and the same receipt will be finished. Do not register a new one."
        )
        return words % {"sum": money(glance.unprinted)}
    if code:
        return _told(code, glance)
    if is_expired(glance):
        return _told(ErrorCode.SHIFT_EXPIRED, glance)
    return _told(glance.hold_code, glance) if glance.hold_code else ""


def _told(code: str, glance: Glance) -> str:
    since = glance.link_since and when(glance.link_since)
    # How many wait stands among the facts below, with a link.
    known = {"device": glance.name, "since": since, **of_detail(glance.hold_detail, money)}
    words = explain(code, **known)
    # What waits is safe; where nothing waits there is nothing to say about it.
    is_about_jobs = glance.queued or code not in LINK_CODES | PAPER_CODES
    truth = f"**{words.truth}**" if words.truth and is_about_jobs else ""
    return " ".join(part for part in (words.title, truth, words.action) if part)


def _facts(glance: Glance) -> list[Fact]:
    state = glance.state
    facts: list[Fact] = []
    if state is None:
        return facts
    if glance.shift is ShiftState.CLOSED:
        closed = _("closed at %(time)s") % {"time": when(glance.shift_closed_at)} if glance.shift_closed_at else ""
        facts.append(Fact(label=_shift_name(glance), value=closed or pgettext("shift", "closed")))
    else:
        facts.append(_open_shift(glance))
    facts += _sum_facts(glance.sums, closed=glance.shift is ShiftState.CLOSED)
    facts.append(Fact(label=_("In the drawer"), value=money(state.cash), strong=True))
    if glance.queued or glance.unknown:
        waits = ngettext("%(n)d job", "%(n)d jobs", glance.queued) % {"n": glance.queued} if glance.queued else DASH
        if glance.head and glance.head.waited >= LONG_WAIT:
            waits += f" {_('since %(time)s') % {'time': when(glance.head.since)}}"
        checking = _("being checked: %(n)d") % {"n": glance.unknown} if glance.unknown else ""
        url = f"{reverse('receipts:list')}?period=all&device={glance.pk}&status=waiting" if glance.waiting else ""
        facts.append(Fact(label=_("Waiting"), value=waits, warn=checking, url=url))
    if state.ofd_unsent:
        unsent = ngettext("%(n)d document waits", "%(n)d documents wait", state.ofd_unsent) % {"n": state.ofd_unsent}
        since = _("since %(time)s") % {"time": when(state.ofd_unsent_since)} if state.ofd_unsent_since else ""
        facts.append(Fact(label=_("OFD"), value=f"{unsent} {since}".strip()))
    if state.fn_valid_until and (days := days_left(state.fn_valid_until)) <= FN_WARNING_DAYS:
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
        value=_("%(age)s, since %(time)s") % {"age": age, "time": when(glance.shift_opened_at)},
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
    if (is_off(glance) or glance.state is None) and glance.waiting:
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
    out_of_paper = printer_code(glance) in (ErrorCode.PAPER_OUT, ErrorCode.PAPER_OUT_MID_RECEIPT)
    return ("end" if out_of_paper else "plain"), lines
