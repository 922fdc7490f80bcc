"""
A real driver 10 web server as a channel: requests of its queue, and what its queue says.

The queue is first in first out, so a read that comes back proves that whatever was handed over before it is over. What
decides is therefore read through the queue; only what people see is asked past it. Source: atol-driver10-json.md 1.2,
1.4, 1.6, 5.4.
"""

from __future__ import annotations

import time
import uuid as uuids
from typing import Any

from devices.drivers.atol_web import generations
from devices.drivers.atol_web.attempt import WebAttempt, next_turn
from devices.drivers.atol_web.generations import OPERATIONS, QueueState, Status, SubTask
from devices.drivers.atol_web.http import Answer, Client, NoAnswer, Unreachable
from devices.drivers.base import Endpoint
from devices.drivers.driver10.channel import READ, Attempt, Json
from devices.drivers.driver10.errors import TaskFailed, of_reading
from devices.drivers.driver10.values import inner, text, whole
from devices.errors import ErrorCode, LinkError, Refused
from devices.protocol.exchange import Observer

_BUSY = 5.0  # seconds that another program's requests are waited for; the site's other devices wait too
_STALE = 3.0  # seconds in `wait` after which the queue is asked why


class WebChannel:
    """
    One device of a web server.

    *patience* is for how many seconds a server may say nothing, or a request be blocked, before the outcome counts as
    unknown; *pause* stands between two looks at a request.
    """

    patience, pause = 12.0, 0.1

    def __init__(self, endpoint: Endpoint) -> None:
        """Raises LinkError: no server there, or none of driver 10; Refused: no address."""
        self._client = Client(endpoint.url, login=endpoint.login, password=endpoint.password)
        self._generation = generations.find(self._client)
        self._has_operations = self._generation.number == 2
        self._free_queue()

    # Channel

    def ask(self, *tasks: Json, timeout: float = READ, optional: int = 0) -> list[Json]:
        uuid = str(uuids.uuid4())
        try:
            self._post_twice(uuid, list(tasks))
            found = self._wait(uuid, timeout)
        except (Unreachable, NoAnswer) as error:
            raise LinkError(ErrorCode.DEVICE_OFFLINE, f"web server: {error}") from error
        if len(found) != len(tasks):
            raise LinkError(ErrorCode.LINK_LOST, f"{len(found)} results of {len(tasks)} tasks")
        told: list[Json] = []
        for at, (task, each) in enumerate(zip(tasks, found, strict=True)):
            if each.status is Status.READY:
                told.append(each.result)
            elif at >= len(tasks) - optional:
                told.append({})
            else:
                raise of_reading(TaskFailed(each.number, each.words, task=str(task.get("type"))))
        return told

    def look(self, *tasks: Json, optional: int = 0) -> list[Json]:
        if not self._has_operations:
            return self.ask(*tasks, optional=optional)
        told = []
        for at, task in enumerate(tasks):
            answer = self._operate(task)
            if answer is None:
                return self.ask(*tasks, optional=optional)
            try:
                told.append(self._told(task, answer))
            except Refused:
                if at < len(tasks) - optional:
                    raise
                told.append({})
        return told

    def begin(self, task: Json, name: str) -> Attempt:
        self._free_queue()
        return WebAttempt(self, task, next_turn(self, name))

    def quiet(self) -> None:
        """
        Not every server takes turns: one that is a kktoffice itself lets reads pass. So nothing may be under way there.
        """
        end = time.monotonic() + min(self.patience, _BUSY)
        while (state := self._queue()).unfinished:
            if state.is_blocked:
                raise _blocked(state)
            if time.monotonic() >= end:
                raise LinkError(ErrorCode.DEVICE_SLOW, f"{state.unfinished} requests of the server are not over")
            time.sleep(self.pause)

    def recover(self) -> None:
        """The server itself looks for its device."""

    def observe(self, observer: Observer | None) -> None:
        self._client.observe(observer)

    def close(self) -> None:
        """Nothing is kept open."""

    # Requests

    def post(self, uuid: str, tasks: list[Json]) -> None:
        """
        Put a request in line; one that the server knows already is ours.

        Raises Unreachable; NoAnswer, a server's own failure too; LinkError, Refused: it does not take it.
        """
        data = {"uuid": uuid, "request": tasks}
        answer = self._client.ask("POST", self._generation.post(), data)
        if answer.status == 403 and self._generation.number == 2:
            self._client.ask("POST", self._generation.at("/api/v2/activateDevice"), {"id": self._client.device})
            answer = self._client.ask("POST", self._generation.post(), data)
        if answer.status in (200, 201, 409):
            return
        if answer.status >= 500:
            raise NoAnswer(f"status {answer.status}")
        raise _refused(answer)

    def results(self, uuid: str) -> list[SubTask] | None:
        """How a request stands; None: the server does not know it. Raises LinkError; Refused."""
        try:
            answer = self._client.ask("GET", self._generation.of(uuid))
        except (Unreachable, NoAnswer) as error:
            raise LinkError(ErrorCode.DEVICE_OFFLINE, f"web server: {error}") from error
        if answer.status == 200:
            return generations.sub_tasks(answer)
        if answer.status == 404 and not _names_device(answer, self._client.device):
            return None
        raise _refused(answer)

    def cancel(self, uuid: str) -> bool:
        """Take a request back; False: it has begun, or is over. Raises LinkError; Refused."""
        try:
            answer = self._client.ask("DELETE", self._generation.of(uuid))
        except (Unreachable, NoAnswer) as error:
            raise LinkError(ErrorCode.DEVICE_OFFLINE, f"web server: {error}") from error
        if answer.status in (404, 405, 409):
            return False
        if answer.status == 200:
            return True
        raise _refused(answer)

    def _post_twice(self, uuid: str, tasks: list[Json]) -> None:
        try:
            self.post(uuid, tasks)
        except NoAnswer:
            self.post(uuid, tasks)

    def _wait(self, uuid: str, timeout: float) -> list[SubTask]:
        """
        Until every sub-task is over. Raises LinkError: it takes too long, and was taken back so that nothing is printed
        later; Refused.
        """
        begun = time.monotonic()
        looked = False
        while True:
            found = self.results(uuid)
            if found is None:
                raise LinkError(ErrorCode.LINK_LOST, f"the server forgot {uuid}")
            if all(each.status.is_final for each in found):
                return found
            waited = time.monotonic() - begun
            is_waiting = all(each.status is Status.WAIT for each in found)
            try:
                if is_waiting and waited >= _STALE and not looked:
                    looked = True
                    self._free_queue()
            except (LinkError, Refused):
                self.cancel(uuid)
                raise
            if waited >= timeout:
                self.cancel(uuid)
                raise LinkError(ErrorCode.DEVICE_SLOW, f"{uuid} is still {found[0].status}")
            time.sleep(self.pause)

    # The queue

    def _free_queue(self) -> None:
        """Raises LinkError, Refused: the queue is blocked, nobody may use it, or there is no such device."""
        state = self._queue()
        if state.is_blocked:
            raise _blocked(state)

    def _queue(self) -> QueueState:
        try:
            answer = self._client.ask("GET", self._generation.at(self._generation.queue))
        except (Unreachable, NoAnswer) as error:
            raise LinkError(ErrorCode.DEVICE_OFFLINE, f"web server: {error}") from error
        if answer.status != 200:
            raise _refused(answer)
        return self._generation.queue_state(answer)

    # Operations

    def _operate(self, task: Json) -> Answer | None:
        """The answer of an operation; None: this server has no operations, tasks have to do."""
        name = OPERATIONS.get(str(task.get("type")))
        if name is None:
            return Answer(status=0)
        try:
            answer = self._client.ask("POST", self._generation.at(f"/api/v2/operations/{name}"), {})
        except (Unreachable, NoAnswer) as error:
            raise LinkError(ErrorCode.DEVICE_OFFLINE, f"web server: {error}") from error
        if answer.status in (404, 405, 501):
            self._has_operations = False
            return None
        return answer

    def _told(self, task: Json, answer: Answer) -> Json:
        """An operation's answer in the words of its task. Raises LinkError; Refused."""
        if answer.status == 0:
            return self.ask(task)[0]
        if answer.status != 200:
            raise _refused(answer)
        told: dict[str, Any] = inner({"": answer.data}, "")
        if shift := inner(told, "shiftStatus"):
            return {"shiftStatus": {**shift, "expiredTime": shift.get("expiredAt", shift.get("expiredTime"))}}
        if totals := inner(told, "shiftTotals"):
            return {"counters": {"cashSum": inner(totals, "cashDrawerTotals").get("sum")}}
        if "ofdExchangeStatus" in told:
            return {"status": told["ofdExchangeStatus"], "errors": told.get("ofdExchangeErrors")}
        return told


def _names_device(answer: Answer, device: str) -> bool:
    """A 404 that is about the device, not about the request."""
    said = text(inner({"": answer.data}, "", "error").get("description"))
    return "Устройство" in said or bool(device and said and device in said and "UUID" not in said)


def _refused(answer: Answer) -> LinkError | Refused:
    """What a status means that is neither yes nor «already»: nothing was taken."""
    error = inner({"": answer.data}, "", "error")
    number, said = whole(error.get("code")), text(error.get("description")) or answer.words
    detail = f"web server, status {answer.status}: {said}"
    match answer.status:
        case 401:
            return LinkError(ErrorCode.DEVICE_OFFLINE, f"{detail} (login or password)")
        case 403:
            return LinkError(ErrorCode.DEVICE_OFFLINE, f"{detail} (the device is not activated)")
        case 408:
            return Refused(ErrorCode.DEVICE_BUSY, detail)
    if number and number != 505:
        return of_reading(TaskFailed(number, said, task=f"status {answer.status}"))
    if answer.status in (400, 420):
        return Refused(ErrorCode.BAD_REQUISITE, detail)
    return LinkError(ErrorCode.DEVICE_OFFLINE, detail)


def _blocked(state: QueueState) -> LinkError | Refused:
    """The server does not reach its device, or its ФН; a missing paper is told by its name."""
    detail = f"the server's queue is blocked by {state.uuid or 'a request'}: {state.reason or 'no reason told'}"
    if state.reason == "paperError":
        return Refused(ErrorCode.PAPER_OUT, detail)
    return LinkError(ErrorCode.DEVICE_OFFLINE, detail)
