"""Commands for a register as they may be sent to API v1; `command_of` makes of them what the services take."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from devices import commands
from devices.commands import Cashier, Command
from receipts.api.fields import Money, Rows, StrictSerializer, Whole, Word
from receipts.api.v1.requests import CashierRequest, Deadline, TextLineRequest, TrId
from receipts.keys import Scope


class CommandRequest(StrictSerializer):
    """What every command for a register has."""

    command: ClassVar[type[Command]]
    scope: ClassVar[Scope] = Scope.DEVICES_COMMAND

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


class CopyLastRequest(CommandRequest):
    """Print a copy of the last document."""

    command = commands.CopyLast


COMMAND_REQUESTS: dict[str, type[CommandRequest]] = {
    request.command.kind: request
    for request in (
        OpenShiftRequest,
        CloseShiftRequest,
        XReportRequest,
        CashInRequest,
        CashOutRequest,
        PrintTextRequest,
        CopyLastRequest,
    )
}


def command_of(request: CommandRequest, *, default_cashier: Cashier | None) -> Command:
    """The device's command of a valid *request*."""
    value = {name: part for name, part in request.validated_data.items() if name not in ("type", "tr_id", "deadline")}
    if "cashier" in request.fields:
        value.setdefault("cashier", default_cashier)
    if "lines" in value:
        value["lines"] = tuple(value["lines"])
    return request.command(**value)
