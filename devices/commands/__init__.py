"""
The vocabulary between people's wishes and devices: what may be asked of a device, and what it answers.

Commands and results are frozen values that turn themselves into JSON and back, so that a job row keeps them for ever.
Money is whole kopecks, quantities are Decimal with up to 6 places, times are naive local clock readings of the device
(ФФД 4.6). A new command is one dataclass in `fiscal`, `service` or `reading`, its name in `registry`, and one handler
per driver; job, API, pages and admin read COMMANDS. Everybody imports from here, not from the modules behind it.
"""

from __future__ import annotations

from devices.commands.base import (
    Command,
)
from devices.commands.fiscal import (
    CashIn,
    CashOut,
    CloseShift,
    OfdReport,
    OpenShift,
    RegisterReceipt,
)
from devices.commands.goods import (
    AgentData,
    Cashier,
    Correction,
    Customer,
    Goods,
    Industry,
    Mark,
    MarkCheck,
    OperationRequisite,
    Payment,
    Position,
    ReceiptHead,
    Supplier,
    UserRequisite,
)
from devices.commands.printed import (
    Align,
    Barcode,
    BarcodeType,
    Printed,
    TextLine,
)
from devices.commands.reading import (
    CheckMark,
    ReadDocument,
    ReadRegistration,
    ReadState,
    ReadStorage,
    ReadTable,
    ReadTotals,
)
from devices.commands.registry import (
    COMMANDS,
    load_command,
)
from devices.commands.results import (
    FiscalData,
    OperationTotals,
    Result,
    ShiftTotals,
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
from devices.commands.states import (
    Baseline,
    DeviceState,
    Identity,
    Registration,
    ShiftState,
    StorageState,
)
from devices.commands.value import (
    Value,
)

__all__ = [
    "COMMANDS",
    "AgentData",
    "Align",
    "Barcode",
    "BarcodeType",
    "Baseline",
    "Beep",
    "CashIn",
    "CashOut",
    "Cashier",
    "CheckMark",
    "CloseShift",
    "Command",
    "CopyLast",
    "Correction",
    "Customer",
    "CutPaper",
    "DeviceState",
    "FinishPrint",
    "FiscalData",
    "Goods",
    "Identity",
    "Industry",
    "Mark",
    "MarkCheck",
    "OfdReport",
    "OpenDrawer",
    "OpenShift",
    "OperationRequisite",
    "OperationTotals",
    "Payment",
    "Position",
    "PrintDocument",
    "PrintText",
    "Printed",
    "ReadDocument",
    "ReadRegistration",
    "ReadState",
    "ReadStorage",
    "ReadTable",
    "ReadTotals",
    "ReceiptHead",
    "RegisterReceipt",
    "Registration",
    "ResetTotals",
    "Result",
    "SetClock",
    "ShiftState",
    "ShiftTotals",
    "StorageState",
    "Supplier",
    "TechReset",
    "TextLine",
    "UserRequisite",
    "Value",
    "WriteTable",
    "XReport",
    "load_command",
]
