"""Commands for a register as they may be sent to API v1; `command_of` makes of them what the services take."""

from __future__ import annotations

import datetime
import re
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from devices import commands
from devices.commands import Cashier, Command
from devices.services import COUNTER_DEADLINE
from receipts.api.fields import Flag, Leaf, Money, Plain, Rows, StrictSerializer, Whole, Word
from receipts.api.v1.goods_requests import CashierRequest
from receipts.api.v1.mark_requests import MarkRequest
from receipts.api.v1.printed_requests import TextLineRequest
from receipts.api.v1.requests import MAX_FD, Deadline, TrId
from receipts.checks import Bad, FaultCode
from receipts.keys import Scope

_LOCAL = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)
_OF_REQUEST = ("type", "tr_id", "deadline")


def _local(text: str) -> datetime.datetime:
    """A reading of a clock on the wall. Raises Bad: a zone, a fraction, or no such time."""
    try:
        if _LOCAL.fullmatch(text):
            return datetime.datetime.fromisoformat(text)
    except ValueError:
        pass
    raise Bad(FaultCode.BAD_FORMAT, example="2026-11-20T18:00:00")


class CommandRequest(StrictSerializer):
    """
    What every command for a register has. *patience* bounds its wait in line where the client names no deadline: what
    is meant for this moment shall not happen tomorrow.
    """

    command: ClassVar[type[Command]]
    scope: ClassVar[Scope] = Scope.DEVICES_COMMAND
    patience: ClassVar[datetime.timedelta | None] = None

    tr_id = TrId(required=False)
    deadline = Deadline()

    def get_fields(self) -> dict[str, Any]:
        # `type` has one value per serializer, and OpenAPI tells them apart by it.
        return {"type": Word({self.command.kind: self.command.kind}), **super().get_fields()}


class OpenShiftRequest(CommandRequest):
    """Open a shift."""

    command = commands.OpenShift
    scope = Scope.SHIFTS_WRITE

    cashier = CashierRequest(required=False)


class CloseShiftRequest(CommandRequest):
    """Close the shift with a Z report."""

    command = commands.CloseShift
    scope = Scope.SHIFTS_WRITE

    cashier = CashierRequest(required=False)
    shift_number = Whole(
        1,
        2**31 - 1,
        required=False,
        help_text=_("The shift that is meant: a later one is not closed in its place. Whichever is open by default."),
    )


class XReportRequest(CommandRequest):
    """Print an X report: the counters so far, the shift stays open."""

    command = commands.XReport

    cashier = CashierRequest(required=False)


class OfdReportRequest(CommandRequest):
    """Make and print the report on settlements: what the OFD has not got yet."""

    command = commands.OfdReport

    cashier = CashierRequest(required=False)


class CashInRequest(CommandRequest):
    """Put cash into the register."""

    command = commands.CashIn

    sum = Money(least=1)
    cashier = CashierRequest(required=False)


class CashOutRequest(CommandRequest):
    """Take cash out of the register."""

    command = commands.CashOut

    sum = Money(least=1)
    cashier = CashierRequest(required=False)


class PrintTextRequest(CommandRequest):
    """Print lines of free text."""

    command = commands.PrintText

    lines = Rows(TextLineRequest(), least=1, most=200)
    footer = Flag(required=False, help_text=_("Feed, print what ends every document, and cut; true by default."))


class CopyLastRequest(CommandRequest):
    """Print a copy of the last document."""

    command = commands.CopyLast


class FinishPrintRequest(CommandRequest):
    """Print what is left of a document."""

    command = commands.FinishPrint


class PrintDocumentRequest(CommandRequest):
    """Print a document of the fiscal storage again."""

    command = commands.PrintDocument

    fd_number = Whole(1, MAX_FD)


class CutPaperRequest(CommandRequest):
    command = commands.CutPaper
    patience = COUNTER_DEADLINE

    full = Flag(required=False, help_text=_("Right through; by default a bridge is left."))


class OpenDrawerRequest(CommandRequest):
    command = commands.OpenDrawer
    patience = COUNTER_DEADLINE


class BeepRequest(CommandRequest):
    command = commands.Beep
    patience = COUNTER_DEADLINE

    hertz = Whole(100, 20_000, required=False)
    milliseconds = Whole(10, 2550, required=False)


class SetClockRequest(CommandRequest):
    """Set the register's clock; the shift must be closed."""

    command = commands.SetClock
    patience = COUNTER_DEADLINE

    at = Leaf(
        _local,
        schema={"pattern": r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d$", "examples": ["2026-11-20T18:00:00"]},
        required=False,
        help_text=_("Local time at the register, without a zone; by default the time when it is set."),
    )


class ReadTableRequest(CommandRequest):
    """Read a setting by its place."""

    command: ClassVar[type[Command]] = commands.ReadTable
    scope = Scope.DEVICES_READ

    table = Whole(1, 255)
    row = Whole(1, 65_535)
    field = Whole(1, 255)


class WriteTableRequest(ReadTableRequest):
    """Change a setting by its place; passwords are out of reach."""

    command = commands.WriteTable
    scope = Scope.DEVICES_ADMIN

    value = Plain(128, help_text=_("Text for a text, digits for a number."))


class ResetTotalsRequest(CommandRequest):
    """Reset the register's own overall counters; the shift must be closed."""

    command = commands.ResetTotals
    scope = Scope.DEVICES_ADMIN
    patience = COUNTER_DEADLINE


class TechResetRequest(CommandRequest):
    """Give the settings of the factory back; the shift must be closed."""

    command = commands.TechReset
    scope = Scope.DEVICES_ADMIN
    patience = COUNTER_DEADLINE


class ReadStateRequest(CommandRequest):
    command = commands.ReadState
    scope = Scope.DEVICES_READ


class ReadTotalsRequest(CommandRequest):
    """Read the counters of the shift."""

    command = commands.ReadTotals
    scope = Scope.DEVICES_READ

    overall = Flag(required=False, help_text=_("Over all shifts instead: sums alone."))


class ReadStorageRequest(CommandRequest):
    command = commands.ReadStorage
    scope = Scope.DEVICES_READ


class ReadRegistrationRequest(CommandRequest):
    command = commands.ReadRegistration
    scope = Scope.DEVICES_READ


class ReadDocumentRequest(CommandRequest):
    """Read a document of the fiscal storage."""

    command = commands.ReadDocument
    scope = Scope.DEVICES_READ

    fd_number = Whole(1, MAX_FD, required=False, help_text=_("The last one by default."))


class CheckMarkRequest(CommandRequest):
    """Check a marking code before it is sold."""

    command = commands.CheckMark

    mark = MarkRequest()


COMMAND_REQUESTS: dict[str, type[CommandRequest]] = {
    request.command.kind: request
    for request in (
        OpenShiftRequest,
        CloseShiftRequest,
        XReportRequest,
        OfdReportRequest,
        CashInRequest,
        CashOutRequest,
        PrintTextRequest,
        CopyLastRequest,
        FinishPrintRequest,
        PrintDocumentRequest,
        CutPaperRequest,
        OpenDrawerRequest,
        BeepRequest,
        SetClockRequest,
        ReadTableRequest,
        WriteTableRequest,
        ResetTotalsRequest,
        TechResetRequest,
        ReadStateRequest,
        ReadTotalsRequest,
        ReadStorageRequest,
        ReadRegistrationRequest,
        ReadDocumentRequest,
        CheckMarkRequest,
    )
}


def command_of(request: CommandRequest, *, default_cashier: Cashier | None) -> Command:
    """The device's command of a valid *request*."""
    value = {name: part for name, part in request.validated_data.items() if name not in _OF_REQUEST}
    if "cashier" in request.fields:
        value.setdefault("cashier", default_cashier)
    if "lines" in value:
        value["lines"] = tuple(value["lines"])
    return request.command(**value)
