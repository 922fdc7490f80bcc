"""
A fiscal task on its way: handed over once, under a name that can be asked for.

The server takes a uuid once and for all, so a 409 means that ours arrived, and the same POST again after a lost answer
does no harm, unless the server lost its database after doing it: so the fiscal storage is asked before. Another uuid is
taken only when everything under the last one is over; what it left, if anything, is told
with the attempt. Source: atol-driver10-json.md 5.4.
"""

from __future__ import annotations

import time
import uuid as uuids
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devices.drivers.atol_web.generations import Status, SubTask
from devices.drivers.atol_web.http import NoAnswer, Unreachable
from devices.drivers.driver10.channel import IsAbsent, Json, unproved
from devices.drivers.driver10.errors import NOT_RUN, TaskFailed
from devices.errors import DeviceError, ErrorCode, LinkError, OutcomeUnknown, Refused

if TYPE_CHECKING:
    from devices.drivers.atol_web.channel import WebChannel

_NAMES = uuids.UUID("6a0b5d3e-7f0c-5a57-9c1a-0d5c1f7e2b10")
_LAST = 1 << 20  # tries under one name; the search below takes some twenty questions for so many


def uuid_of(name: str, turn: int) -> str:
    """The uuid of try *turn* of the attempt *name*, the same in every process for ever."""
    return str(uuids.uuid5(_NAMES, f"{name}/{turn}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """
    The uuid to use. *is_known*: the server has it, and it is not over. *earlier* is the result of the last request of
    the name where that went well.
    """

    uuid: str
    is_known: bool = False
    earlier: Json = field(default_factory=dict)


def next_turn(channel: WebChannel, name: str) -> Turn:
    """
    The first uuid that the server does not know, or the last one it knows if that is not over.

    Uuids of one name are taken in order, so the number of the last known one is found by halving. Old ones that the
    server has forgotten are free again (1.2).
    """
    low, high = -1, 0  # known, perhaps not known
    while high < _LAST and channel.results(uuid_of(name, high)) is not None:
        low, high = high, high * 2 + 1
    while high - low > 1:
        middle = (low + high) // 2
        if channel.results(uuid_of(name, middle)) is not None:
            low = middle
        else:
            high = middle
    if low < 0:
        return Turn(uuid=uuid_of(name, high))
    last = uuid_of(name, low)
    found = channel.results(last)
    if found is None or not all(each.status.is_final for each in found):
        return Turn(uuid=last, is_known=True)
    is_well = found[0].status is Status.READY
    return Turn(uuid=uuid_of(name, high), earlier=found[0].result if is_well else {})


class Patience:
    """How long a server may go on saying nothing of use."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end: float | None = None

    def spend(self, why: str) -> None:
        """Raises OutcomeUnknown: it is at its end."""
        now = time.monotonic()
        self._end = self._end or now + self._seconds
        if now >= self._end:
            raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, why)

    def rest(self) -> None:
        self._end = None


class WebAttempt:
    """*task* in its *turn*."""

    def __init__(self, channel: WebChannel, task: Json, turn: Turn) -> None:
        self.earlier = turn.earlier
        self._channel = channel
        self._task = task
        self._uuid = turn.uuid
        self._known = turn.is_known

    def run(self, timeout: float, *, is_absent: IsAbsent = unproved) -> Json:
        """As Attempt.run."""
        if not self._known:
            self._hand_over(is_absent)
        return self._wait(timeout)

    def _hand_over(self, is_absent: IsAbsent) -> None:
        """
        Until the server has the task. Raises LinkError, Refused: it never got it, or says that it does not take it;
        OutcomeUnknown.
        """
        try:
            self._channel.post(self._uuid, [self._task])
        except Unreachable as error:
            raise LinkError(ErrorCode.DEVICE_OFFLINE, f"no web server: {error}") from error
        except NoAnswer as error:
            self._find_out(error, is_absent)

    def _find_out(self, lost: Exception, is_absent: IsAbsent) -> None:
        """
        Does the server have it? If not, and the device did nothing, it gets the same uuid again. Raises OutcomeUnknown:
        nobody says.
        """
        end = time.monotonic() + self._channel.patience
        while True:
            try:
                if self._channel.results(self._uuid) is None:
                    if not is_absent():
                        raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"the server forgot {self._uuid}")
                    self._channel.post(self._uuid, [self._task])
                return
            except (LinkError, Refused, Unreachable, NoAnswer) as error:
                lost = error
            if time.monotonic() >= end:
                raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"{self._uuid}: {lost}") from lost
            time.sleep(self._channel.pause)

    def _wait(self, timeout: float) -> Json:
        """Poll to the end. Raises TaskFailed; LinkError: cancelled before it began; OutcomeUnknown."""
        patience = Patience(self._channel.patience)
        end = time.monotonic() + timeout
        may_take_back = True
        while True:
            each = self._look(patience)
            if each is not None and each.status.is_final:
                return self._end(each)
            if each is not None and each.status is Status.BLOCKED:
                patience.spend(f"{self._uuid} is blocked: {each.words}")
            elif each is not None:
                patience.rest()
                if time.monotonic() >= end:
                    self._give_up(each, may_take_back=may_take_back)
                    may_take_back, end = False, time.monotonic() + timeout  # it has just begun
            time.sleep(self._channel.pause)

    def _look(self, patience: Patience) -> SubTask | None:
        """How it stands; None: the server does not say. Raises OutcomeUnknown."""
        try:
            found = self._channel.results(self._uuid)
        except (LinkError, Refused) as error:
            patience.spend(f"{self._uuid}: {error}")
            return None
        if found is None:  # it had it: the archive has to say what became of it
            raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"the server forgot {self._uuid}")
        return found[0]

    def _end(self, each: SubTask) -> Json:
        if each.status is Status.READY:
            return each.result
        number = NOT_RUN if each.status is Status.INTERRUPTED else each.number
        if each.status is Status.CANCELED:
            raise Refused(ErrorCode.CANCELLED_BY_PERSON, f"{self._uuid} was deleted on the server")
        raise TaskFailed(number, each.words, task=str(self._task.get("type")))

    def _give_up(self, each: SubTask, *, may_take_back: bool) -> None:
        """
        Take back what has not begun; once it may turn out that it has. Raises LinkError: it never will; OutcomeUnknown.
        """
        if not may_take_back or each.status is not Status.WAIT:
            raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"{self._uuid} is still {each.status}")
        try:
            is_gone = self._channel.cancel(self._uuid)
        except DeviceError:
            return
        if is_gone:
            raise LinkError(ErrorCode.DEVICE_SLOW, f"{self._uuid} waited in the server's queue and was taken back")
