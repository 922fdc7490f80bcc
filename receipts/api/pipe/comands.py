"""
The commands of the protocol: for each what the key must be allowed, what the device is asked, and what is told of it.

A new one is a row here, and a pair of files in tests/pipe/cases. Source: seed-pipe-protocol.md, the table of commands.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from devices.commands import (
    CashIn,
    CashOut,
    CloseShift,
    Command,
    CopyLast,
    CutPaper,
    OpenShift,
    PrintText,
    ReadState,
    ResetTotals,
    TechReset,
    XReport,
)
from devices.ffd import ReceiptType
from devices.models import Job
from devices.pipe_models import Cut
from devices.services import KeyConflict
from receipts.api.pipe import drafts, errors, line, paper, repeats, state
from receipts.api.pipe.asked import Asked
from receipts.api.pipe.wire import Answer, Refusal
from receipts.checks import Invalid
from receipts.keys import Scope
from receipts.pricing import price
from receipts.services import default_cashier, register_receipt, rules_of, submit_command

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    *command* makes what the device is asked, raising Refusal; for a receipt *receipt* says which. *told* makes the
    answer of the job that is done. *cuts*: text was printed, after which a device may be told to cut.
    """

    scope: Scope
    command: Callable[[Asked], Command] | None = None
    receipt: ReceiptType | None = None
    told: Callable[[Asked, Job], dict[str, Any] | None] = lambda asked, job: None
    cuts: bool = False


def _printed(lines: Callable[[Asked], Any]) -> Callable[[Asked], Command]:
    # No footer: what a program prints may go on with its next command, and it cuts by itself.
    return lambda asked: PrintText(lines=tuple(lines(asked)), footer=False)


def _closed(asked: Asked, job: Job) -> None:
    """Raises Refusal: there was no shift to close. The job is done all the same: it is closed."""
    if not job.result.get("document") and not job.result.get("decided_by"):
        raise errors.shift_closed()


ROWS: dict[str, Row] = {
    "CASH_REGISTER_INF": Row(scope=Scope.DEVICES_READ, command=lambda asked: ReadState(), told=state.told),
    "PRINT_TEXT_CHEQUE": Row(
        scope=Scope.DEVICES_COMMAND, command=_printed(lambda asked: paper.sample_slip()), cuts=True
    ),
    "PRINT_STRING_LIST": Row(
        scope=Scope.DEVICES_COMMAND, command=_printed(lambda asked: paper.split_text(asked.keys)), cuts=True
    ),
    "PRINT_TSTRING_LIST": Row(
        scope=Scope.DEVICES_COMMAND, command=_printed(lambda asked: paper.lines_of(asked.keys, "text")), cuts=True
    ),
    "CHEQUE_PARTIAL_CUT": Row(scope=Scope.DEVICES_COMMAND, command=lambda asked: CutPaper(full=False)),
    "CHEQUE_FULL_CUT": Row(scope=Scope.DEVICES_COMMAND, command=lambda asked: CutPaper(full=True)),
    "OPEN_SESSION": Row(
        scope=Scope.SHIFTS_WRITE, command=lambda asked: OpenShift(cashier=default_cashier(asked.device))
    ),
    "XREPORT": Row(scope=Scope.DEVICES_COMMAND, command=lambda asked: XReport(cashier=default_cashier(asked.device))),
    "ZREPORT": Row(
        scope=Scope.SHIFTS_WRITE,
        command=lambda asked: CloseShift(cashier=default_cashier(asked.device)),
        told=_closed,
    ),
    "RESET_SUMMARY": Row(scope=Scope.DEVICES_ADMIN, command=lambda asked: ResetTotals()),
    "TECH_RESET": Row(scope=Scope.DEVICES_ADMIN, command=lambda asked: TechReset()),
    "CASH_INCOME": Row(
        scope=Scope.DEVICES_COMMAND,
        command=lambda asked: CashIn(sum=drafts.payout(asked.data), cashier=default_cashier(asked.device)),
    ),
    "CASH_OUTCOME": Row(
        scope=Scope.DEVICES_COMMAND,
        command=lambda asked: CashOut(sum=drafts.payout(asked.data), cashier=default_cashier(asked.device)),
    ),
    "INCOME": Row(scope=Scope.RECEIPTS_CREATE, receipt=ReceiptType.SELL),
    "RETURN": Row(scope=Scope.REFUNDS_CREATE, receipt=ReceiptType.SELL_RETURN),
    "PRINT_LAST_CHEQUE_COPY": Row(scope=Scope.DEVICES_COMMAND, command=lambda asked: CopyLast()),
}


def run(asked: Asked) -> Answer:
    """Carry out what was *asked*. Raises Refusal."""
    row = ROWS[asked.name]
    if row.scope.value not in asked.client.scopes:
        words = _("The API key may not do this: it lacks the scope %(scope)s.")
        raise Refusal(words % {"scope": row.scope.value}, errors.FORBIDDEN)
    put = _receipt(asked, row.receipt) if row.receipt else _command(asked, row)
    if asked.own.dry_run:
        log.warning("device %s: dry run, %s was not carried out", asked.device.pk, asked.name)
        return Answer(response=state.dry()) if row.told is state.told else Answer()
    said = row.told(asked, line.carried_out(put, actor=asked.client.name))
    return Answer() if said is None else Answer(response=said)


Put = Callable[[datetime.datetime], Job]


def _command(asked: Asked, row: Row) -> Put:
    assert row.command is not None
    command = row.command(asked)
    if isinstance(command, PrintText) and not command.lines:
        raise Refusal(_("There is nothing to print."))

    def in_line(what: Command, deadline: datetime.datetime, after: Job | None = None) -> Job:
        client = asked.client
        return submit_command(
            device=asked.device, command=what, source=client.source, actor=client.name, deadline=deadline, after=after
        )[0]

    def put(deadline: datetime.datetime) -> Job:
        job = in_line(command, deadline)
        if row.cuts and asked.own.cut != Cut.NONE:
            in_line(CutPaper(full=asked.own.cut == Cut.FULL), deadline, after=job)
        return job

    return put


def _receipt(asked: Asked, kind: ReceiptType) -> Put:
    draft = drafts.draft_of(asked.keys, kind=kind, device=asked.device, own=asked.own)
    tr_id = drafts.tr_id_of(asked.keys)
    try:
        price(draft, rules_of(asked.device))
    except Invalid as error:
        raise drafts.refused(error) from error

    def put(deadline: datetime.datetime) -> Job:
        once = bool(tr_id) and asked.own.repeats_are_first
        try:
            receipt, created = register_receipt(
                device=asked.device,
                draft=draft,
                source=asked.client.source,
                client=asked.client,
                actor=asked.client.name,
                tr_id=str(tr_id or ""),
                key=repeats.key_of(asked.client, asked.device, kind, tr_id) if once else "",
                request=asked.request,
                deadline=deadline,
            )
        except Invalid as error:
            raise drafts.refused(error) from error
        except KeyConflict as conflict:
            words = _("tr_id %(tr_id)s was used for another receipt of this shift. Nothing was registered.")
            raise Refusal(words % {"tr_id": tr_id}, errors.TR_ID_CONFLICT) from conflict
        if created and once:
            repeats.take_back_overdue(receipt, repeats.name_of(asked.device, kind, tr_id), actor=asked.client.name)
        return receipt.job

    return put
