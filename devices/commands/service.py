"""Commands that print, move something in the device, or change its settings; no document is left."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import ClassVar

from devices.commands.base import Command
from devices.commands.goods import Cashier
from devices.commands.printed import Printed


@dataclass(frozen=True, slots=True, kw_only=True)
class XReport(Command):
    kind: ClassVar[str] = "x_report"

    cashier: Cashier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintText(Command):
    """Lines and barcodes that are no document; *footer* feeds and prints what the device prints after documents."""

    kind: ClassVar[str] = "print_text"

    lines: tuple[Printed, ...]
    footer: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLast(Command):
    """A copy of the last document, marked as a copy by the device."""

    kind: ClassVar[str] = "copy_last"


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishPrint(Command):
    """Print what is left of a document whose paper was torn off; nothing to print is no error."""

    kind: ClassVar[str] = "finish_print"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintDocument(Command):
    """Print a document of the fiscal storage again."""

    kind: ClassVar[str] = "print_document"

    fd_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CutPaper(Command):
    kind: ClassVar[str] = "cut_paper"

    full: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDrawer(Command):
    kind: ClassVar[str] = "open_drawer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beep(Command):
    kind: ClassVar[str] = "beep"

    hertz: int = 1000
    milliseconds: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SetClock(Command):
    """*at* is local time; None: the worker's own, by the time zone of the site."""

    kind: ClassVar[str] = "set_clock"

    at: datetime.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteTable(Command):
    """
    A setting of the device by its place (atol-protocol.md, tables). *value* is text for text fields, digits for
    numbers.
    """

    kind: ClassVar[str] = "write_table"

    table: int
    row: int
    field: int
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetTotals(Command):
    """Общее гашение: the device's own overall counters go to zero. For administrators."""

    kind: ClassVar[str] = "reset_totals"
    once: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TechReset(Command):
    """Технологическое обнуление: settings go back to the factory's. For administrators."""

    kind: ClassVar[str] = "tech_reset"
    once: ClassVar[bool] = True
