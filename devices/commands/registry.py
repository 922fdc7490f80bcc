"""Every command by its kind."""

from __future__ import annotations

from typing import Any

from devices.commands.base import Command
from devices.commands.fiscal import CashIn, CashOut, CloseShift, OfdReport, OpenShift, RegisterReceipt
from devices.commands.reading import (
    CheckMark,
    ReadDocument,
    ReadRegistration,
    ReadState,
    ReadStorage,
    ReadTable,
    ReadTotals,
)
from devices.commands.service import (
    Beep,
    CopyLast,
    CutPaper,
    FinishPrint,
    OpenDrawer,
    PrintDocument,
    PrintText,
    ResetTotals,
    SetClock,
    TechReset,
    WriteTable,
    XReport,
)

COMMANDS: dict[str, type[Command]] = {
    command.kind: command
    for command in (
        OpenShift,
        CloseShift,
        RegisterReceipt,
        CashIn,
        CashOut,
        XReport,
        PrintText,
        CopyLast,
        FinishPrint,
        PrintDocument,
        OfdReport,
        CutPaper,
        OpenDrawer,
        Beep,
        SetClock,
        WriteTable,
        ReadTable,
        ResetTotals,
        TechReset,
        ReadState,
        ReadTotals,
        ReadStorage,
        ReadRegistration,
        ReadDocument,
        CheckMark,
    )
}


def load_command(kind: str, payload: dict[str, Any]) -> Command:
    """The command that a job row keeps. Raises KeyError: a kind that this version does not know."""
    return COMMANDS[kind].load(payload)
