"""Commands that read and change nothing: they may be repeated at any time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from devices.commands.base import Command
from devices.commands.goods import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTable(Command):
    """Answers with Result.value."""

    kind: ClassVar[str] = "read_table"
    reads: ClassVar[bool] = True

    table: int
    row: int
    field: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadState(Command):
    """Answers with Result.identity, state and totals."""

    kind: ClassVar[str] = "read_state"
    reads: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTotals(Command):
    """Counters of the shift: Result.totals and state. *overall*: since the registers were last reset."""

    kind: ClassVar[str] = "read_totals"
    reads: ClassVar[bool] = True

    overall: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadStorage(Command):
    """The fiscal storage and its exchange with the ОФД: Result.storage and state."""

    kind: ClassVar[str] = "read_storage"
    reads: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRegistration(Command):
    """Answers with Result.registration and identity."""

    kind: ClassVar[str] = "read_registration"
    reads: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDocument(Command):
    """A document of the fiscal storage: Result.document. 0 is the last one."""

    kind: ClassVar[str] = "read_document"
    reads: ClassVar[bool] = True

    fd_number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckMark(Command):
    """Check a marking code in the fiscal storage and, where the device can, with the marking system: Result.check."""

    kind: ClassVar[str] = "check_mark"

    mark: Mark
