"""
The two generations of the server: where their calls are and how they say what they say.

Elements of `results` are read in both forms, since servers mix them (1.3). Source: atol-driver10-json.md 1.1 to 1.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from devices.drivers.atol_web.http import Answer, Client, NoAnswer, Unreachable
from devices.drivers.driver10.channel import Json
from devices.drivers.driver10.values import inner, text, whole
from devices.errors import ErrorCode, LinkError

OPERATIONS = {
    "getDeviceStatus": "queryDeviceStatus",
    "getShiftStatus": "queryShiftStatus",
    "getFnStatus": "queryFnStatus",
    "getFnInfo": "queryFnInfo",
    "ofdExchangeStatus": "queryOfdExchangeStatus",
    "getCashDrawerStatus": "queryShiftTotals",
}
"""Tasks that the second generation also does at once, past the queue (1.6)."""


class Status(StrEnum):
    """How a sub-task stands (1.7)."""

    WAIT = "wait"
    IN_PROGRESS = "inProgress"
    READY = "ready"
    ERROR = "error"
    INTERRUPTED = "interrupted"
    BLOCKED = "blocked"
    CANCELED = "canceled"

    @property
    def is_final(self) -> bool:
        return self in (Status.READY, Status.ERROR, Status.INTERRUPTED, Status.CANCELED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubTask:
    """One element of `results`; *number* and *words* are of its error."""

    status: Status
    number: int
    words: str
    result: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """
    *uuid* is the request that blocks it. *reason* is empty in the first generation. *unfinished* requests wait or are
    under way (not_ready_count [A], number [B]).
    """

    is_blocked: bool
    uuid: str = ""
    reason: str = ""
    unfinished: int = 0


def sub_tasks(answer: Answer) -> list[SubTask]:
    """Raises LinkError: this is no list of results."""
    found = answer.data.get("results") if isinstance(answer.data, dict) else None
    if not isinstance(found, list) or not found:
        raise LinkError(ErrorCode.LINK_LOST, "an answer without results")
    return [_sub_task(each) for each in found]


def _sub_task(data: Any) -> SubTask:
    status = text(inner({"": data}, "").get("status"))
    if status not in set(Status):
        raise LinkError(ErrorCode.LINK_LOST, f"a sub-task of status {status!r}")
    error = inner(data, "error")
    return SubTask(
        status=Status(status),
        number=whole(error.get("code", data.get("errorCode"))),
        words=text(error.get("description")) or text(data.get("errorDescription")),
        result=inner(data, "result"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """Paths; *device* is what a path ends with to name the device."""

    number: int
    home: str
    queue: str
    device: str = ""

    def post(self) -> str:
        return f"{self.home}{self.device}"

    def of(self, uuid: str) -> str:
        return f"{self.home}/{uuid}{self.device}"

    def at(self, path: str) -> str:
        return f"{path}{self.device}"

    def queue_state(self, answer: Answer) -> QueueState:
        told = answer.data if isinstance(answer.data, dict) else {}
        if self.number == 1:
            blocked = told.get("is_blocked") is True
            waiting = whole(told.get("not_ready_count"))
            return QueueState(is_blocked=blocked, uuid=text(told.get("block_request_uuid")), unfinished=waiting)
        return QueueState(
            is_blocked=told.get("isBlocked") is True,
            uuid=text(told.get("blockedUUID")),
            reason=text(told.get("blockReason")),
            unfinished=whole(told.get("number")),
        )


def first() -> Generation:
    return Generation(number=1, home="/requests", queue="/stat/requests")


def second(device: str) -> Generation:
    named = f"?deviceID={quote(device)}" if device else ""
    home = "/api/v2"
    return Generation(number=2, home=f"{home}/requests", queue=f"{home}/getRequestsQueueStatus", device=named)


def find(client: Client) -> Generation:
    """
    The generation of the server: the second one says who it is, the first one only counts.

    Raises LinkError: there is no server, or it is none of driver 10.
    """
    try:
        about = client.ask("GET", "/api/v2/serverInfo")
        if about.status == 200 and {"serverVersion", "driverVersion"} & set(inner({"": about.data}, "")):
            return second(client.device)
        counts = client.ask("GET", "/stat/requests")
    except Unreachable as error:
        raise LinkError(ErrorCode.DEVICE_OFFLINE, f"no web server: {error}") from error
    except NoAnswer as error:
        raise LinkError(ErrorCode.DEVICE_OFFLINE, f"the web server says nothing: {error}") from error
    if counts.status == 200 and "ready_count" in inner({"": counts.data}, ""):
        return first()
    if 401 in (about.status, counts.status):
        raise LinkError(ErrorCode.DEVICE_OFFLINE, "the web server wants another login or password")
    raise LinkError(ErrorCode.DEVICE_OFFLINE, f"no web server of driver 10: {about.status}, {counts.status}")
