"""
Marking codes of FFD 1.2: checked one after another before a receipt is handed over, then written into its positions.

A check is begun, its answer waited for, accepted or declined; nothing of it leaves a document, so all of it may be done
again. What follows from each answer: failure-modes.md 6. Source: atol-driver10-json.md 2.8, 3.4; nobody has seen a real
marking system answer here [C].
"""

from __future__ import annotations

import dataclasses
import time

from devices.commands import CheckMark, Mark, MarkCheck, Position, RegisterReceipt, Result
from devices.drivers.driver10 import results, tasks
from devices.drivers.driver10.channel import Channel
from devices.drivers.driver10.values import inner, whole
from devices.errors import DeviceError, ErrorCode, Refused
from devices.ffd import FfdVersion

TIMEOUT, PAUSE = 60.0, 0.5
TRIES = 2
"""How often a code is sent on when nobody answers, and when an earlier check is in the way."""


class Silent(Exception):
    """The marking system did not answer."""


class Marking:
    """Checks codes behind *channel*."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def run(self, command: CheckMark, ffd: int) -> Result:
        """Raises LinkError; Refused: NOT_SUPPORTED before FFD 1.2, MARK_TIMEOUT, what the driver says of the code."""
        if ffd < FfdVersion.V1_2:
            raise Refused(ErrorCode.NOT_SUPPORTED, "marking codes are checked from FFD 1.2 on")
        return Result(check=self._patiently(command.mark, "", unchecked=False))

    def prepare(self, command: RegisterReceipt, ffd: int) -> RegisterReceipt:
        """
        *command* with every code checked; where all were checked earlier, or nothing is to check, as it was.

        Raises LinkError; Refused: MARK_REFUSED names the goods. Nothing was opened.
        """
        marks = [position.mark for position in command.positions if position.mark]
        if ffd < FfdVersion.V1_2 or all(mark.check for mark in marks):
            return command
        self._channel.ask(tasks.CLEAR_MARKS)
        positions = tuple(self._checked(position, unchecked=command.unchecked_marks) for position in command.positions)
        return dataclasses.replace(command, positions=positions)

    def _checked(self, position: Position, *, unchecked: bool) -> Position:
        if position.mark is None:
            return position
        mark = dataclasses.replace(position.mark, quantity=position.quantity, measure=position.measure or 0)
        check = self._patiently(mark, position.name, unchecked=unchecked)
        if check.is_bad:
            raise Refused(ErrorCode.MARK_REFUSED, f"goods «{position.name}»: 2106 is {check.bits:04b}")
        return dataclasses.replace(position, mark=dataclasses.replace(position.mark, check=check))

    def _patiently(self, mark: Mark, goods: str, *, unchecked: bool) -> MarkCheck:
        """
        One check, with a second try where the first one says nothing about the code. *unchecked*: nobody's answer is an
        answer. Raises LinkError; Refused.
        """
        for attempt in range(1, TRIES + 1):
            try:
                return self._check(mark, unchecked=unchecked and attempt == TRIES)
            except Silent:
                continue
            except Refused as error:
                self._forget()
                if error.code is not ErrorCode.MARK_BUSY or attempt == TRIES:
                    raise
        raise Refused(ErrorCode.MARK_TIMEOUT, f"goods «{goods}»: no answer of the marking system")

    def _check(self, mark: Mark, *, unchecked: bool) -> MarkCheck:
        self._channel.ask(tasks.begin_mark(mark))
        if self._failed() and not unchecked:
            self._channel.ask(tasks.DECLINE_MARK)
            raise Silent
        return results.mark_check(self._channel.ask(tasks.ACCEPT_MARK)[0])

    def _failed(self) -> int:
        """Wait for the marking system; the driver's number of what stood in its way, 0 where nothing did."""
        end = time.monotonic() + TIMEOUT
        while True:
            told = self._channel.ask(tasks.MARK_STATUS)[0]
            if told.get("ready") is True:
                return whole(inner(told, "driverError").get("code"))
            if time.monotonic() >= end:
                raise Refused(ErrorCode.MARK_TIMEOUT, f"the device asks the marking system for {TIMEOUT:g} s")
            time.sleep(PAUSE)

    def _forget(self) -> None:
        """Leave no check half done: the next one shall begin."""
        try:
            self._channel.ask(tasks.CANCEL_MARK)
        except DeviceError:
            return  # it is told when the next check begins
