"""
Every type of task that driver 10 knows: what command it becomes, what a key needs for it, and which we do not do.

A new task is a row here and, where it answers something, a row in `blocks`. Source: atol-driver10-json.md 2.4, 2.7,
2.8.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from devices.commands import (
    CashIn,
    CashOut,
    CheckMark,
    CloseShift,
    Command,
    CopyLast,
    FinishPrint,
    OfdReport,
    OpenDrawer,
    OpenShift,
    PrintDocument,
    PrintText,
    ReadDocument,
    ReadRegistration,
    ReadState,
    ReadStorage,
    ReadTotals,
    SetClock,
    TextLine,
    XReport,
)
from receipts.api.driver10.codes import NOT_SUPPORTED, UNREADABLE
from receipts.api.driver10.drafts import RECEIPT_TYPES, cashier_of
from receipts.api.driver10.goods import mark_of
from receipts.api.driver10.printed import lines_of
from receipts.api.driver10.reading import INVALID_SUM, Node, Wrong, absent
from receipts.keys import Scope

MAX_FD = 2**32 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskType:
    """
    One type of task. *read* makes its command, None for receipts (drafts.py) and for what answers from an earlier task.
    *is_fiscal* counts for the one fiscal task that a request of the first generation may hold.
    """

    scope: Scope
    read: Callable[[Node], Command] | None = None
    is_fiscal: bool = False


def _check_prints(task: Node) -> None:
    """pre- and postItems of what is no receipt are read for their mistakes; the device prints its own form."""
    for name in ("preItems", "postItems"):
        lines_of(task.rows(name), skips_pictures=True)


def _shift(command: type[OpenShift] | type[CloseShift]) -> Callable[[Node], Command]:
    def read(task: Node) -> Command:
        _check_prints(task)
        return command(cashier=cashier_of(task))

    return read


def _cash(command: type[CashIn] | type[CashOut]) -> Callable[[Node], Command]:
    def read(task: Node) -> Command:
        _check_prints(task)
        amount = task.money("cashSum", required=True)
        if not amount:
            raise Wrong(INVALID_SUM, _('Wrong sum in field "%(path)s"') % {"path": "cashSum"})
        return command(sum=amount, cashier=cashier_of(task))

    return read


def _non_fiscal(task: Node) -> Command:
    if task.data.get("items") is None:
        raise absent("items")
    skips = task.flag("ignoreNonFiscalPrintErrors")
    rows = [row for name in ("preItems", "items", "postItems") for row in task.rows(name)]
    return PrintText(
        lines=lines_of(rows, skips_pictures=skips),
        footer=task.data.get("printFooter") is None or task.flag("printFooter"),
    )


def _x_report(task: Node) -> Command:
    _check_prints(task)
    return XReport(cashier=cashier_of(task))


def _document(task: Node) -> int:
    number = task.whole("fiscalDocumentNumber", required=True, least=1, most=MAX_FD)
    assert number is not None
    return number


def _set_clock(task: Node) -> Command:
    return SetClock(at=task.moment("dateTime", required=True))


def _check_mark(task: Node) -> Command:
    mark = mark_of(task.child("params", required=True))
    assert mark is not None
    return CheckMark(mark=mark)


def _refuse(task: Node) -> Command:
    raise Wrong(NOT_SUPPORTED, _("The task “%(type)s” is not done here.") % {"type": task.data["type"]})


_READS, _SHIFTS, _WORKS = Scope.DEVICES_READ, Scope.SHIFTS_READ, Scope.DEVICES_COMMAND

TASKS: dict[str, TaskType] = {
    # Receipts
    "sell": TaskType(scope=Scope.RECEIPTS_CREATE, is_fiscal=True),
    "buy": TaskType(scope=Scope.RECEIPTS_CREATE, is_fiscal=True),
    **{
        name: TaskType(scope=Scope.REFUNDS_CREATE, is_fiscal=True)
        for name in RECEIPT_TYPES
        if name not in ("sell", "buy")
    },
    # Shifts, cash, reports
    "openShift": TaskType(scope=Scope.SHIFTS_WRITE, read=_shift(OpenShift), is_fiscal=True),
    "closeShift": TaskType(scope=Scope.SHIFTS_WRITE, read=_shift(CloseShift), is_fiscal=True),
    "reportX": TaskType(scope=_WORKS, read=_x_report),
    "cashIn": TaskType(scope=_WORKS, read=_cash(CashIn)),
    "cashOut": TaskType(scope=_WORKS, read=_cash(CashOut)),
    "reportOfdExchangeStatus": TaskType(
        scope=_WORKS, read=lambda task: OfdReport(cashier=cashier_of(task)), is_fiscal=True
    ),
    # Prints and acts
    "nonFiscal": TaskType(scope=_WORKS, read=_non_fiscal),
    "lineFeed": TaskType(scope=_WORKS, read=lambda task: PrintText(lines=(TextLine(text=" "),), footer=False)),
    "printLastReceiptCopy": TaskType(scope=_WORKS, read=lambda task: CopyLast()),
    "printFnDocument": TaskType(scope=_WORKS, read=lambda task: PrintDocument(fd_number=_document(task))),
    "continuePrint": TaskType(scope=_WORKS, read=lambda task: FinishPrint()),
    "openCashDrawer": TaskType(scope=_WORKS, read=lambda task: OpenDrawer()),
    "setDateTime": TaskType(scope=_WORKS, read=_set_clock),
    # What a device tells
    "getDeviceInfo": TaskType(scope=_READS, read=lambda task: ReadState()),
    "getDeviceStatus": TaskType(scope=_READS, read=lambda task: ReadState()),
    "getCashDrawerStatus": TaskType(scope=_READS, read=lambda task: ReadState()),
    "getShiftStatus": TaskType(scope=_SHIFTS, read=lambda task: ReadState()),
    "getShiftTotals": TaskType(scope=_SHIFTS, read=lambda task: ReadTotals()),
    "getOverallTotals": TaskType(scope=_SHIFTS, read=lambda task: ReadTotals(overall=True)),
    "getFnInfo": TaskType(scope=_READS, read=lambda task: ReadStorage()),
    "getFnStatus": TaskType(scope=_READS, read=lambda task: ReadStorage()),
    "ofdExchangeStatus": TaskType(scope=_READS, read=lambda task: ReadStorage()),
    "getRegistrationInfo": TaskType(scope=_READS, read=lambda task: ReadRegistration()),
    "getFnDocument": TaskType(scope=_READS, read=lambda task: ReadDocument(fd_number=_document(task))),
    "getLastFiscalParams": TaskType(scope=_READS, read=lambda task: ReadDocument()),
    # Marking: the check is one command; the tasks after it tell what it came to
    "beginMarkingCodeValidation": TaskType(scope=_WORKS, read=_check_mark),
    "getMarkingCodeValidationStatus": TaskType(scope=_WORKS),
    "acceptMarkingCode": TaskType(scope=_WORKS),
    "declineMarkingCode": TaskType(scope=_WORKS),
    "cancelMarkingCodeValidation": TaskType(scope=_WORKS),
    "clearMarkingCodeValidationResult": TaskType(scope=_WORKS),
    # Known to the driver and not done here
    **{
        name: TaskType(scope=_WORKS, read=_refuse, is_fiscal=True)
        for name in ("registration", "changeRegistrationParameters", "fnChange", "closeArchive")
    },
    **{
        name: TaskType(scope=_WORKS, read=_refuse)
        for name in (
            "addMarksToBuffer",
            "checkImcTime",
            "checkImcWorkState",
            "checkMarkingCodeValidationsReady",
            "getDepartmentSum",
            "getDeviceParameters",
            "getLicenses",
            "getMcu",
            "ismExchangeStatus",
            "pingIsm",
            "printDocumentsFromJournal",
            "reportDepartments",
            "reportFnRegistrations",
            "reportInfo",
            "setDeviceParameters",
            "uploadPictureCliche",
            "validateMarks",
        )
    },
}
"""Tasks that answer from an earlier check of a marking code and ask no device."""
ANSWERED = frozenset(name for name, kind in TASKS.items() if kind.read is None and name not in RECEIPT_TYPES)


def type_of(task: Node) -> str:
    """The name of a task's type. Raises Wrong: absent or unknown."""
    name = task.data.get("type")
    if name is None:
        raise Wrong(UNREADABLE, _('The request cannot be read (field "type" is absent)'))
    if not isinstance(name, str) or name not in TASKS:
        text = _('The request cannot be read (wrong value of field "type" (%(value)s))')
        raise Wrong(UNREADABLE, text % {"value": str(name)[:80]})
    return name
