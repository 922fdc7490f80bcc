"""The first generation: /requests and /stat/requests, flat error fields. Source: atol-driver10-json.md 1.1, 1.2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devices.simulator.web import tasks
from devices.simulator.web.asked import Asked, Told
from devices.simulator.web.fields import lenient
from devices.simulator.web.store import Known

if TYPE_CHECKING:
    from devices.simulator.web.queue import Queue

_HOME = "/requests"


def page(status: int, words: str) -> str:
    """What such a server says of an error: a page, never an empty body."""
    return f"<html><head><title>Error {status}</title></head><body><h2>HTTP ERROR {status}</h2>{words}</body></html>"


def element(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "status": row["status"],
        "errorCode": row["code"],
        "errorDescription": row["words"],
        "result": row["result"],
    }


def answer(queue: Queue, asked: Asked) -> Told | None:
    """None: the path belongs to somebody else."""
    if asked.path == "/stat/requests" and asked.method == "GET":
        return _told(200, _counts(queue))
    if asked.path != _HOME and not asked.path.startswith(f"{_HOME}/"):
        return None
    uuid = asked.path[len(_HOME) + 1 :]
    match asked.method, bool(uuid):
        case "POST", False:
            return _add(queue, asked)
        case "GET", True:
            return _get(queue, uuid)
        case "DELETE", True:
            return _cancel(queue, uuid)
    return _page(405, "Method Not Allowed")


def _told(status: int, data: Any = None) -> Told:
    return Told(status=status, data=data)


def _page(status: int, words: str) -> Told:
    return _told(status, page(status, words))


def _counts(queue: Queue) -> dict[str, Any]:
    counts = queue.store.counts()
    return {
        "ready_count": counts["over"],
        "not_ready_count": counts["open"],
        "canceled_count": counts["canceled"],
        "is_blocked": queue.blocked is not None,
        "block_request_uuid": queue.blocked[0] if queue.blocked else "",
    }


def _add(queue: Queue, asked: Asked) -> Told:
    try:
        data = lenient(asked.body)
    except ValueError:
        return _page(400, "Broken JSON")
    uuid, request = (data.get("uuid"), data.get("request")) if isinstance(data, dict) else (None, None)
    if not uuid or not isinstance(uuid, str) or not request:
        return _page(400, '"uuid" and/or "request" not found')
    wanted = request if isinstance(request, list) else [request]
    fiscal = sum(tasks.is_fiscal(task) for task in wanted)
    if fiscal > 1:
        return _page(400, f"Too many fiscal sub-tasks - {fiscal}")
    callbacks = data.get("callbacks") or {}
    try:
        queue.store.add(uuid, wanted, str(callbacks.get("resultUrl") or ""))
    except Known:
        return _page(409, "Conflict")
    queue.ring()
    return _told(201)


def _get(queue: Queue, uuid: str) -> Told:
    found = queue.store.get(uuid)
    return _told(200, {"results": [element(each) for each in found.results]}) if found else _page(404, "Not Found")


def _cancel(queue: Queue, uuid: str) -> Told:
    if queue.store.get(uuid) is None:
        return _page(404, "Not Found")
    return _told(200) if queue.store.cancel(uuid) else _page(405, "Task in progress or done")
