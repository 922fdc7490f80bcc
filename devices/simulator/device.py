"""
The virtual device: state, fiscal storage, paper and clock in one folder, and one entrance for commands.

`execute` takes a message (access password, command, parameters) and gives the answer, the same bytes for both
transports. What each command does is in commands/. Everything that lives is here; what only computes is in the modules
beside it.
"""

from __future__ import annotations

import datetime
import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from devices.ffd import DocumentType, Tag
from devices.simulator import condition, documents, render, tables
from devices.simulator.archive import Archive, Document, Meta
from devices.simulator.charset import decode
from devices.simulator.commands import COMMANDS
from devices.simulator.errors import Code, Refusal
from devices.simulator.faults import Faults
from devices.simulator.files import write_whole
from devices.simulator.marking import Marking
from devices.simulator.options import Options, load_options
from devices.simulator.pace import Pace
from devices.simulator.paper import Paper
from devices.simulator.printer import Printer
from devices.simulator.state import State

log = logging.getLogger(__name__)
_CLEARING_SECONDS = 0.3  # mode 7.1 after a Z report at real speed [C]
_WHILE_Z_INTERRUPTED = {0x3F, 0x45, 0x91, 0xA4, 0xA5, 0x9D, 0x46, 0x48, 0x56, 0x5A, 0xE8, 0xE9, 0xEE}


class DirectoryInUse(RuntimeError):
    """Another process keeps a device in this folder."""


class _Switch:
    """A yes or no of the hardware, kept in the state and on disk."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, device: VirtualDevice, kind: type[VirtualDevice]) -> bool:
        return bool(getattr(device.state, self._name))

    def __set__(self, device: VirtualDevice, value: bool) -> None:
        with device.lock:
            setattr(device.state, self._name, value)
            device.save()


class VirtualDevice:
    """
    A cash register in *directory*; a folder that is empty gets a new, registered one.

    Public for tests and for people: `paper`, `cover_open`, `printer_fault`, `drawer_open`, `ofd_online` (plain switches
    of the hardware), `now`, `documents`, `roll` (what was printed), `options`, `state`. *clock* gives local time
    without a zone. *wanted* are fields of Options.

    Raises StateMismatch: the folder holds another device; DirectoryInUse; ValueError: its archive was damaged by
    somebody.
    """

    def __init__(
        self,
        directory: Path,
        *,
        speed: str = "fast",
        clock: Callable[[], datetime.datetime] = datetime.datetime.now,
        faults: Faults | None = None,
        **wanted: Any,
    ) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self._guard = _claim(directory)
        try:
            self.options: Options = load_options(directory, **wanted)
            self.archive = Archive(directory / "archive.fn")
        except BaseException:
            os.close(self._guard)
            raise
        self.lock = threading.RLock()
        self.pace = Pace(real=speed == "real")
        self.faults = faults or Faults()
        self.roll = Paper(directory / "paper", self.options.profile.columns)
        self.printer = Printer(self)
        self.extended: tuple[int, int, bytes] = (0, 0, b"")  # register 37h: command, error, data
        self.requisite_parts: bytes = b""  # blocks of a long E8 so far
        self.code_parts: tuple[str, bytes] = ("", b"")  # C1 and C2: kind, data so far
        self.reading: list[bytes] = []  # what A4 46 has still to give
        self.report = ""  # «x» or «z» while it prints
        self.sounds: list[tuple[int, int]] = []  # what was heard: hertz, milliseconds
        self.marking = Marking(self)
        self.interface = 1
        self.started = time.monotonic()
        self.reboot_wanted = self.power_off_wanted = False
        self._clock = clock
        self._saved = ""
        self.state: State = State()
        try:
            self.power_up()
        except BaseException:
            self.close()
            raise

    # Life

    def power_up(self) -> None:
        """Start from what is on disk: the last saved state, plus documents whose effects it does not hold yet."""
        with self.lock:
            self.state = self._load()
            for fd in range(self.state.applied_fd + 1, self.archive.last_fd + 1):
                document = self.archive.get(fd)
                assert document is not None
                self.state.apply(document)
            self.state.mode = 1 if self.state.receipt else 0
            self.extended, self.requisite_parts, self.reading, self.report = (0, 0, b""), b"", [], ""
            self.marking.clear()
            self.started = time.monotonic()
            if self.state.receipt or self.state.pending:
                self.roll.resume()
            if self.archive.last_fd == 0:
                self.register_first()
            self.save()

    def _load(self) -> State:
        """
        The saved state; one that cannot be read is set aside, and the documents tell again what they can (cash in and
        out are lost then). Raises ValueError: the state knows documents that the archive lacks.
        """
        path = self.directory / "state.json"
        if not path.exists():
            return State()
        try:
            state = State.load(path.read_text(encoding="utf-8"))
        except (ValueError, KeyError, TypeError):
            log.warning("%s cannot be read: starting from the archive", path)
            path.replace(path.with_suffix(".broken"))
            return State()
        if state.applied_fd > self.archive.last_fd:
            raise ValueError(f"{path} knows document {state.applied_fd}, the archive ends at {self.archive.last_fd}")
        return state

    def power_on(self) -> None:
        """The button: after CE 00 the device hears nothing until this."""
        with self.lock:
            self.power_up()
            self.power_off_wanted = False

    def close(self) -> None:
        with self.lock:
            self.roll.close()
            self.archive.close()
            os.close(self._guard)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def save(self) -> None:
        text = self.state.dump()
        if text != self._saved:
            write_whole(self.directory / "state.json", text)
            self._saved = text

    # Switches of the hardware

    paper = _Switch("paper")
    cover_open = _Switch("cover_open")
    printer_fault = _Switch("printer_fault")
    drawer_open = _Switch("drawer_open")

    @property
    def ofd_online(self) -> bool:
        """The ОФД takes every document at once; switched off, documents stay unsent until it is on again."""
        return self.state.ofd_online

    @ofd_online.setter
    def ofd_online(self, online: bool) -> None:
        with self.lock:
            self.state.ofd_online = online
            if online:
                self.state.acknowledged, self.state.unsent_since = self.archive.last_fd, ""
            self.save()

    # Clock

    @property
    def now(self) -> datetime.datetime:
        """The device's clock, whole seconds, local, without a zone."""
        return (self._clock() + datetime.timedelta(seconds=self.state.clock_offset)).replace(microsecond=0)

    def set_clock(self, at: datetime.datetime) -> None:
        self.state.clock_offset = (at - self._clock()).total_seconds()

    @property
    def shift_expired(self) -> bool:
        return self.state.shift_expired(self.now)

    # Commands

    def execute(self, message: bytes, *, interface: int = 1) -> bytes:
        """
        Execute *message* and answer. *interface* is what 3Fh tells: 1 RS-232, 4 USB, 6 Ethernet.

        Raises PowerLoss when a fault says so; nothing else.
        """
        with self.lock:
            self.interface = interface
            answer = self.faults.before_command(message)
            if answer is None:
                answer = self.faults.after_command(message, self._answer(message))
            return answer

    def answer_another(self, message: bytes) -> bytes:
        """Execute *message* of another program, which no fault can touch."""
        with self.lock:
            return self._answer(message)

    def _answer(self, message: bytes) -> bytes:
        if len(message) < 3:
            return bytes((0x55, Code.BAD_LENGTH, 0))
        if message[:2] != tables.setting(self.options, self.state, tables.ACCESS_PASSWORD):
            return bytes((0x55, Code.WRONG_PASSWORD, 0))
        row = COMMANDS.get(message[2])
        if row is None:
            return bytes((0x55, Code.NOT_SUPPORTED, 0))
        try:
            if self.state.z_interrupted and row.code not in _WHILE_Z_INTERRUPTED:
                raise Refusal(Code.Z_INTERRUPTED)
            if row.modes is not None and self.state.mode not in row.modes:
                raise Refusal(Code.WRONG_MODE)
            if row.writes and self.report:
                self.pace.wait_for_paper()
            answer = row.handler(self, message[3:])
            if row.writes:
                self.extended = (0, 0, b"")
        except Refusal as refusal:
            if refusal.extended is not None:
                self.extended = (row.code, refusal.extended, refusal.data)
            answer = bytes((0x55, refusal.code, 0))
        if row.writes:
            self.save()
        return answer

    @property
    def mode_byte(self) -> int:
        """Submode and mode as 45h tells them (4.1)."""
        state = self.state
        if self.report:
            if self.pace.printing:
                return {"x": 0x22, "z": 0x23}[self.report]
            if self.report == "z" and self.pace.real and time.monotonic() < self.pace.busy_until + _CLEARING_SECONDS:
                return 0x17
            self.report = ""
        if state.mode == 1 and state.receipt and state.receipt.payments:
            return 0x41
        return state.mode

    # Fiscal storage

    @property
    def documents(self) -> list[Document]:
        """Everything in the fiscal storage, oldest first."""
        with self.lock:
            found = (self.archive.get(fd) for fd in range(1, self.archive.last_fd + 1))
            return [document for document in found if document is not None]

    def register_first(self) -> None:
        """The registration report: what makes a fresh ФН fiscal. Not printed: it was handed over with the device."""
        body = documents.registration(self.options, documents.cashier([], "Иванов И.И."))
        self.register(DocumentType.REGISTRATION, body, lambda fd, fpd, at: [])

    def register(
        self,
        kind: DocumentType,
        body: bytes,
        tail: Callable[[int, int, datetime.datetime], list[str]],
        **meta: Any,
    ) -> Document:
        """
        Put a document into the fiscal storage: from here on it exists, whatever happens.

        *tail* gives the lines that are left to print once number, sign and time are known. Its effects are applied;
        nothing is printed yet.

        Raises Refusal: the ФН is not in its fiscal mode, or the clock is behind its last document; nothing is
        registered then.
        """
        now, fd = self.now, self.archive.last_fd + 1
        if kind != DocumentType.REGISTRATION and self.state.phase != 3:
            raise Refusal(Code.FN_WRONG_STATE)
        condition.check(self, kind)
        if self.state.last_document_at and now.isoformat()[:16] < self.state.last_document_at[:16]:
            raise Refusal(Code.CLOCK_BEHIND)
        sealed = documents.sealed(self.options, fd, now, body)
        if len(sealed.tlv) > 32768:
            raise Refusal(Code.FN_TLV_TOO_LARGE)
        lines = tail(fd, sealed.fpd, now)
        fields: dict[str, Any] = {
            "type": int(kind),
            "fd": fd,
            "fpd": sealed.fpd,
            "at": now.isoformat(),
            "lines": lines,
            **meta,
        }
        document = Document(Meta(**fields), sealed.tlv)
        self.faults.before_record(kind, fd)
        self.pace.fiscal_storage()
        self.archive.append(document)
        self.faults.after_record(kind, fd)
        self.state.apply(document)
        return document

    def cashier(self) -> tuple[str, str]:
        """Name and ИНН for the next document, as they will be printed."""
        given = {row[0]: decode(bytes.fromhex(row[1])).strip() for row in self.state.requisites}
        row = self.state.operator or 30
        name = decode(tables.setting(self.options, self.state, f"3/{row}/2")).strip()
        return given.get(Tag.CASHIER, name), given.get(Tag.CASHIER_INN, "")

    def cashier_part(self) -> bytes:
        return documents.cashier(self.state.requisites, self.cashier()[0])

    @property
    def first_unsent(self) -> Document | None:
        return self.archive.get(self.state.acknowledged + 1)

    @property
    def unsent_count(self) -> int:
        return self.archive.last_fd - self.state.acknowledged

    def payment_names(self) -> dict[int, str]:
        """What the paper calls payment types 1..10 (table 12)."""
        names = {1: render.FORMS[1]}
        for kind in range(2, 11):
            names[kind] = decode(tables.setting(self.options, self.state, f"12/{kind - 1}/1")).strip()
        return names

    def payment_form(self, kind: int) -> int:
        """Form of payment 1..5 of a payment type 1..10 (table 12 field 2)."""
        return 1 if kind == 1 else int(tables.setting(self.options, self.state, f"12/{kind - 1}/2").hex())


def _claim(directory: Path) -> int:
    handle = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise DirectoryInUse(f"another process keeps a device in {directory}") from None
    return handle
