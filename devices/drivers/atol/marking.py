"""
Marking codes of FFD 1.2: checked one after another before a receipt is opened, then written into its positions.

A check: the fiscal storage looks at the code (A4 B1), the device asks the marking system (B5) and tells what came (B6),
the host keeps the code for its receipt or drops it (B2). Nothing of it leaves a document, so that all of it may be
done again. Bytes are guesses, see protocol/atol/tables_marking.py [C]; the order of the steps is the vendor's driver's
(atol-driver10-json.md 2.8), what follows from each answer failure-modes.md 6.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from devices.commands import CheckMark, Mark, MarkCheck, Position, RegisterReceipt, Result
from devices.errors import ErrorCode, Refused
from devices.ffd import FfdVersion, MarkStatus, Tag
from devices.protocol.atol import tlv, wire
from devices.protocol.atol.client import Client
from devices.protocol.atol.errors import ABSENT, DeviceRefused
from devices.protocol.atol.tables_marking import DROP, KEEP, LONGEST_CODE, MarkStage

log = logging.getLogger(__name__)

TIMEOUT = 60.0
"""Seconds for the marking system: longer than the device's own patience (M01)."""
BAD_PARAMETERS = 0xE7  # of a storage that does not know the command
FIRST_LOOK, LAST_LOOK = 0.05, 0.5
TRIES = 2
"""How often a code is sent on when nobody answers, and when the device is still at another one (M01, M02)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A code with what the marking system is told of the goods; *name* is theirs, for people."""

    mark: Mark
    quantity: Decimal
    measure: int
    name: str = ""


class Silent(Exception):
    """The marking system did not answer in time."""


class Marking:
    """Checks codes on the device behind *client*."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def run(self, command: CheckMark, ffd: int) -> Result:
        """
        Check one code and keep it for its receipt unless it is bad. Raises LinkError; Refused: NOT_SUPPORTED before FFD
        1.2, MARK_INVALID, MARK_BLOCKED, MARK_BUSY, MARK_TIMEOUT.
        """
        if ffd < FfdVersion.V1_2:
            raise Refused(ErrorCode.NOT_SUPPORTED, "marking codes are checked from FFD 1.2 on")
        mark = command.mark
        check = self._patiently(Asked(mark=mark, quantity=mark.quantity, measure=mark.measure))
        return Result(check=check)

    def prepare(self, asked: Sequence[Asked], *, unchecked: bool) -> None:
        """
        Have every code in the device's table. Where all were checked earlier they are not checked again: the device has
        them, or says MARK_NOT_CHECKED when they are written.

        Raises LinkError; Refused: nothing was opened. MARK_REFUSED names the goods.
        """
        if not all(each.mark.check for each in asked):
            self.check_all(asked, unchecked=unchecked)

    def check_all(self, asked: Sequence[Asked], *, unchecked: bool) -> None:
        """The table emptied, then every code anew. Raises as `prepare`; NOT_SUPPORTED: the device checks no codes."""
        self._clear()
        for each in asked:
            check = self._patiently(each, unchecked=unchecked)
            if check.is_bad:
                raise Refused(ErrorCode.MARK_REFUSED, f"goods «{each.name}»: 2106 is {check.bits:04b}")

    def _patiently(self, asked: Asked, *, unchecked: bool = False) -> MarkCheck:
        """
        One check, with a second try where the first one says nothing about the code. *unchecked*: nobody's answer is
        an answer. Raises LinkError; Refused.
        """
        for attempt in range(1, TRIES + 1):
            try:
                return self._check(asked, unchecked=unchecked and attempt == TRIES)
            except DeviceRefused as error:
                if error.code not in (ErrorCode.MARK_BUSY, ErrorCode.MARK_NOT_CHECKED) or attempt == TRIES:
                    raise
                log.info("a marking check is in the way: %s", error.detail)
                self._clear()  # a check that nobody ended, or a full table
            except Silent:
                log.info("the marking system is silent, try %s", attempt)
        raise Refused(ErrorCode.MARK_TIMEOUT, f"goods «{asked.name}»: no answer of the marking system")

    def _check(self, asked: Asked, *, unchecked: bool) -> MarkCheck:
        code = asked.mark.code.encode("ascii", "replace")
        if len(code) > LONGEST_CODE:
            raise Refused(ErrorCode.MARK_INVALID, f"a marking code of {len(code)} bytes")
        goods = [tlv.byte(Tag.MEASURE, asked.measure), tlv.quantity(Tag.QUANTITY, asked.quantity)]
        if asked.mark.denominator:
            goods.append(fraction(asked.mark))
        self._client.ask(
            wire.MARK_CHECK,
            status=asked.mark.status or MarkStatus.PIECE_SOLD,
            mode=asked.mark.mode,
            size=len(code),
            data=code + b"".join(goods),
        )
        self._client.ask(wire.MARK_REQUEST)
        try:
            stage, told = self._wait()
        except Refused:
            self._clear()
            raise
        if stage is MarkStage.SILENT and not unchecked:
            self._client.ask(wire.MARK_KEEP, keep=DROP)
            raise Silent
        bad = MarkCheck.of_bits(told).is_bad
        return MarkCheck.of_bits(self._client.ask(wire.MARK_KEEP, keep=DROP if bad else KEEP).result)

    def _clear(self) -> None:
        try:
            self._client.ask(wire.MARK_CLEAR)
        except DeviceRefused as error:
            if error.device_code in ABSENT or error.device_code == BAD_PARAMETERS:
                raise Refused(ErrorCode.NOT_SUPPORTED, f"no marking codes here: {error.detail}") from error
            raise

    def _wait(self) -> tuple[MarkStage, int]:
        """Until the marking system has answered or the device gives it up. Raises Refused(MARK_TIMEOUT)."""
        deadline, pause = time.monotonic() + TIMEOUT, FIRST_LOOK
        while True:
            answer = self._client.ask(wire.MARK_ANSWER)
            if answer.stage != MarkStage.WAITING:
                return _stage(answer.stage), answer.result
            if time.monotonic() > deadline:
                raise Refused(ErrorCode.MARK_TIMEOUT, f"the device asks the marking system for {TIMEOUT:g} s")
            time.sleep(pause)
            pause = min(LAST_LOOK, pause * 2)


def _stage(value: int) -> MarkStage:
    return MarkStage(value) if value in set(MarkStage) else MarkStage.SILENT


def marks_of(command: RegisterReceipt, ffd: int) -> list[Asked]:
    """The codes of *command* that this format checks; none before FFD 1.2, where they are 1162."""
    if ffd < FfdVersion.V1_2:
        return []
    return [_asked(position, position.mark) for position in command.positions if position.mark]


def _asked(position: Position, mark: Mark) -> Asked:
    return Asked(mark=mark, quantity=position.quantity, measure=position.measure or 0, name=position.name)


def fraction(mark: Mark) -> bytes:
    """1291: a part of a package. Source: ffd.md 2.5."""
    parts = (
        tlv.text(Tag.FRACTION_TEXT, f"{mark.numerator}/{mark.denominator}"),
        tlv.number(Tag.NUMERATOR, mark.numerator),
        tlv.number(Tag.DENOMINATOR, mark.denominator),
    )
    return tlv.group(Tag.FRACTION, parts)


def of_position(mark: Mark) -> list[bytes]:
    """What stands between EAh and EBh: the code, which the device finds in its table, and a part of a package."""
    code = tlv.element(Tag.MARK, mark.code.encode("ascii", "replace"))
    return [code, fraction(mark)] if mark.denominator else [code]
