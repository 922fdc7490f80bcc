"""The second generation: /api/v2, devices by name, nested error fields. Source: atol-driver10-json.md 1.4, 1.6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devices.simulator.web.asked import Asked, Told
from devices.simulator.web.document import iso
from devices.simulator.web.errors import SERVER, TaskError
from devices.simulator.web.fields import lenient
from devices.simulator.web.store import Known

if TYPE_CHECKING:
    from devices.simulator.web.queue import Queue

HOME = "/api/v2"
DEVICE = "kkt"  # deviceID of the only device
_OPEN = (f"{HOME}/serverInfo", f"{HOME}/utils")


def is_open(path: str) -> bool:
    """Paths that ask for no password."""
    return path.startswith(_OPEN)


def element(row: dict[str, Any]) -> dict[str, Any]:
    """A sub-task that waits has no result at all (1.4)."""
    told = {"status": row["status"], "error": {"code": row["code"], "description": row["words"]}}
    return told if row["status"] == "wait" else {**told, "result": row["result"]}


def answer(queue: Queue, asked: Asked) -> Told | None:
    """None: the path belongs to somebody else."""
    if not asked.path.startswith(f"{HOME}/"):
        return None
    path = asked.path[len(HOME) + 1 :]
    if asked.method == "GET" and path == "serverInfo":
        told = {"serverVersion": "1.0.4.0", "driverVersion": "10.10.8.0", "os": "linux"}
        return _told(200, {**told, "currentDateTime": iso(queue.host.device.now)})
    if asked.method == "GET" and path == "settings":
        return _told(200, _SETTINGS)
    if asked.method == "GET" and path == "devices":
        return _told(200, [_device(queue)])
    name, data = _body(asked)
    device = asked.device or (str(data.get("deviceID") or data.get("id") or "") if isinstance(data, dict) else "")
    if path.startswith("devices/"):
        device = path.removeprefix("devices/")
    if device not in ("", "default", DEVICE):
        return _error(404, f"Устройство с ID [{device}] не найдено")
    return _of_device(queue, asked, path, None if name else data)


_SETTINGS = {
    "scriptsPath": "",
    "invertCashDrawerStatus": False,
    "additionalHeaderLines": "",
    "additionalFooterLines": "",
    "blockQueueOnPrintErrors": False,
    "deleteRequestsAfter": 43200,
    "validateRequestsOnAdd": False,
}


def _body(asked: Asked) -> tuple[str, Any]:
    """Why the body is no JSON, and what it holds."""
    try:
        return "", lenient(asked.body) if asked.body.strip() else {}
    except ValueError as error:
        return str(error), {}


def _device(queue: Queue) -> dict[str, Any]:
    return {
        "id": DEVICE,
        "name": queue.host.device.options.profile.name,
        "connectionSettings": {"model": 500, "port": "tcp"},
        "otherSettings": {},
        "isActive": queue.is_active,
        "isDefault": True,
        "isLock": queue.blocked is not None,
    }


def _of_device(queue: Queue, asked: Asked, path: str, data: Any) -> Told:
    head, _, rest = path.partition("/")
    match asked.method, head, bool(rest):
        case "POST", "requests", False:
            return _add(queue, data)
        case "GET", "requests", True:
            return _get(queue, rest)
        case "DELETE", "requests", True:
            return _cancel(queue, rest)
        case "GET", "getRequestsQueueStatus", False:
            return _told(200, _status(queue))
        case "POST", "operations", True:
            return _operate(queue, rest)
        case "GET", "devices", True:
            return _told(200, _device(queue))
        case "POST", "activateDevice" | "deactivateDevice" | "setDefaultDevice", False:
            queue.is_active = head != "deactivateDevice"
            queue.ring()
            return _told(200, _device(queue))
    return _error(404, "Нет такого адреса")


def _told(status: int, data: Any = None) -> Told:
    return Told(status=status, data=data)


def _error(status: int, words: str, code: int = SERVER) -> Told:
    return _told(status, {"error": {"code": code, "description": words}})


def _add(queue: Queue, data: Any) -> Told:
    if not isinstance(data, dict):
        return _error(400, "Тело запроса не разобрано")
    request, uuid = data.get("request"), data.get("uuid")
    if not request or not isinstance(request, list | dict):
        return _error(400, "Поле 'request' не задано или пустое")
    if not uuid or not isinstance(uuid, str):
        return _error(400, "Поле 'uuid' не задано")
    if not queue.is_active:
        return _error(403, "Устройство не активно")
    callbacks = data.get("callbacks") or {}
    wanted = request if isinstance(request, list) else [request]
    try:
        made = queue.store.add(uuid, wanted, str(callbacks.get("resultUrl") or ""))
    except Known:
        return _error(409, f"Не удалось добавить задание с UUID [{uuid}], задание с таким UUID уже есть")
    queue.ring()
    blocked = queue.blocked
    told = {"number": made.number, "uuid": uuid, "isBlocked": blocked is not None}
    return _told(201, {**told, "blockedUUID": blocked[0] if blocked else "", "blockReason": queue.block_reason})


def _get(queue: Queue, uuid: str) -> Told:
    found = queue.store.get(uuid)
    if found is None:
        return _error(404, f"Задание с UUID [{uuid}] для устройства [{DEVICE}] не найдено")
    return _told(200, {"results": [element(each) for each in found.results]})


def _cancel(queue: Queue, uuid: str) -> Told:
    if queue.store.get(uuid) is None:
        return _error(404, f"Задание с UUID [{uuid}] для устройства [{DEVICE}] не найдено")
    if not queue.store.cancel(uuid):
        return _error(409, f"Задание с UUID [{uuid}] нельзя отменить (выполнено, выполняется или уже отменено)")
    return _told(200, {})


def _status(queue: Queue) -> dict[str, Any]:
    counts = queue.store.counts()
    return {
        "number": counts["open"],
        "ready": counts["over"],
        "canceled": counts["canceled"],
        "isBlocked": queue.blocked is not None,
        "blockReason": queue.block_reason,
        "blockedUUID": queue.blocked[0] if queue.blocked else "",
    }


def _operate(queue: Queue, name: str) -> Told:
    try:
        return _told(200, queue.operate(name))
    except KeyError:
        return _error(404, f"Нет операции [{name}]")
    except TaskError as error:
        return _error(420, error.words, error.code)
