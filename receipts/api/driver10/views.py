"""
The queue of tasks over HTTP, both generations. Source: atol-driver10-json.md 1.1, 1.4.

The first one answers a POST with 201 and nothing else, and 405 where a request cannot be taken back any more; the later
ones say what they think of the queue, and 409.
"""

from __future__ import annotations

from enum import Enum

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from devices.models import Device
from devices.states import JobStatus
from receipts.api.driver10 import choosing
from receipts.api.driver10.accepting import (
    BadRequest,
    ScopeMissing,
    Taken,
    accept,
    fiscal_tasks,
    open_envelope,
)
from receipts.api.driver10.access import Refusal, body_of, face, json_answer, require
from receipts.api.driver10.codes import NOT_FOUND, TAKEN
from receipts.api.driver10.queue import NotWaiting, block_of, counts_of, take_back
from receipts.api.driver10.results import Status, elements, whole_requests
from receipts.api.driver10.telling import note_if_final
from receipts.api.limits import wait_until_settled
from receipts.models import ApiClient, TaskRequest

PATIENCE = 1.0
"""Seconds that a look at a request waits for its end: most programs look once a second, and some only once."""


class Generation(Enum):
    FIRST = Status.WAIT
    LATER = Status.IN_PROGRESS


def _device(request: HttpRequest, client: ApiClient, named: str = "") -> Device:
    """Which the query says; else the body; else the default one."""
    return choosing.find(client, request.GET.get("deviceID", "") or named)


@face("POST")
def requests(request: HttpRequest, client: ApiClient, *, generation: Generation) -> HttpResponse:
    try:
        envelope = open_envelope(body_of(request))
    except BadRequest as error:
        raise Refusal(400, str(error)) from error
    fiscal = fiscal_tasks(envelope.tasks)
    if generation is Generation.FIRST and fiscal > 1:
        raise Refusal(400, _("Too many fiscal sub-tasks - %(count)s") % {"count": fiscal})
    device = _device(request, client, envelope.device_id)
    known = TaskRequest.objects.filter(client=client, uuid=envelope.uuid).exists()
    try:
        if known:
            raise Taken
        accepted = accept(envelope, client=client, device=choosing.in_use(device))
    except Taken as error:
        raise Refusal(409, TAKEN.format(uuid=envelope.uuid)) from error
    except ScopeMissing as error:
        require(client, error.scope)
        raise
    note_if_final(accepted)
    if generation is Generation.FIRST:
        return HttpResponse(status=201)
    block = block_of(device, client)
    return json_answer(
        {
            "number": accepted.pk,
            "uuid": accepted.uuid,
            "isBlocked": bool(block.reason),
            "blockedUUID": block.uuid,
            "blockReason": block.reason,
        },
        status=201,
    )


@face("GET", "DELETE")
def one_request(request: HttpRequest, client: ApiClient, *, uuid: str, generation: Generation) -> HttpResponse:
    found = _found(request, client, uuid)
    if request.method == "DELETE":
        try:
            take_back(found, actor=client.name)
        except NotWaiting as error:
            text = _("The request [%(uuid)s] cannot be taken back: it is running, done, or taken back already")
            raise Refusal(
                405 if generation is Generation.FIRST else 409, text % {"uuid": found.uuid}, headers=_allow(generation)
            ) from error
        return HttpResponse() if generation is Generation.FIRST else json_answer({})
    _wait(found)
    whole = whole_requests(TaskRequest.objects.filter(pk=found.pk)).get()
    return json_answer({"results": elements(whole, pending=generation.value)})


def _allow(generation: Generation) -> dict[str, str]:
    return {"Allow": "GET"} if generation is Generation.FIRST else {}


def _found(request: HttpRequest, client: ApiClient, uuid: str) -> TaskRequest:
    """Raises Refusal: 404. Slashes around a uuid are the program's habit unless the uuid has them itself."""
    named = request.GET.get("deviceID", "")
    device = choosing.find(client, named) if named else None
    if uuid.isprintable():
        names = {uuid, uuid.rstrip("/")}
        if found := TaskRequest.objects.filter(client=client, uuid__in=names).order_by("-uuid").first():
            return found
    raise Refusal(
        404, NOT_FOUND.format(uuid=uuid[:128], device=choosing.id_of(device) if device else named or "default")
    )


def _wait(found: TaskRequest) -> None:
    """Let the last task come to its end, if it is about to."""
    tasks = found.tasks.filter(job__status__in=[JobStatus.QUEUED, JobStatus.RUNNING])
    last = tasks.select_related("job__site").order_by("position").last()
    if last is not None and last.job is not None:
        wait_until_settled(last.job, PATIENCE)


@face("GET")
def queue_of_first(request: HttpRequest, client: ApiClient) -> HttpResponse:
    device = _device(request, client)
    block, counts = block_of(device, client), counts_of(device, client)
    return json_answer(
        {
            "ready_count": counts.ready,
            "not_ready_count": counts.waiting,
            "canceled_count": counts.canceled,
            "is_blocked": bool(block.reason),
            "block_request_uuid": block.uuid,
        }
    )


@face("GET")
def queue_of_later(request: HttpRequest, client: ApiClient) -> HttpResponse:
    device = choosing.in_use(_device(request, client))
    block, counts = block_of(device, client), counts_of(device, client)
    return json_answer(
        {
            "number": counts.waiting,
            "ready": counts.ready,
            "canceled": counts.canceled,
            "isBlocked": bool(block.reason),
            "blockReason": block.reason,
            "blockedUUID": block.uuid,
        }
    )


@face("GET", "POST", "PUT", "DELETE")
def unknown(request: HttpRequest, client: ApiClient, **words: str) -> HttpResponse:
    """Addresses from hearsay."""
    raise Refusal(404, _("There is no such address here"))
