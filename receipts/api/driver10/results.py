"""
What became of a request: one element per task, with both forms of errors in each (programs mix the generations).

Nothing here is remembered: a task is where its job is. While tasks are not final the first generation says `wait` and
the later ones `inProgress`, since programs of each stop at the other word. Source: atol-driver10-json.md 1.3, 1.7, 5.5.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from devices import jobs
from devices.errors import ErrorCode
from devices.messages import explain_code
from devices.models import FiscalDocument, Job
from devices.states import JobStatus
from receipts.api.driver10 import marking
from receipts.api.driver10.blocks import answer_of
from receipts.api.driver10.codes import CANCELED, INTERRUPTED, NO_CHECK, NO_ERROR, OK, number_of
from receipts.models import Task, TaskRequest


class Status(StrEnum):
    WAIT = "wait"
    IN_PROGRESS = "inProgress"
    READY = "ready"
    ERROR = "error"
    INTERRUPTED = "interrupted"
    BLOCKED = "blocked"  # not final: the fiscal storage is asked
    CANCELED = "canceled"


FINAL = frozenset({Status.READY, Status.ERROR, Status.INTERRUPTED, Status.CANCELED})
_STATUSES = {
    JobStatus.QUEUED: Status.WAIT,
    JobStatus.RUNNING: Status.WAIT,
    JobStatus.DONE: Status.READY,
    JobStatus.FAILED: Status.ERROR,
    JobStatus.UNKNOWN: Status.BLOCKED,
    JobStatus.CANCELLED: Status.CANCELED,
    JobStatus.EXPIRED: Status.ERROR,
}

Element = dict[str, Any]


def whole_requests(requests: QuerySet[TaskRequest]) -> QuerySet[TaskRequest]:
    """*requests* with all that their results need."""
    tasks = Task.objects.select_related("job__device__site").prefetch_related(
        Prefetch("job__documents", FiscalDocument.objects.order_by("fd_number"))
    )
    return requests.select_related("device__site", "client").prefetch_related(Prefetch("tasks", tasks))


def elements(request: TaskRequest, *, pending: Status = Status.WAIT) -> list[Element]:
    """
    The `results` of *request* (`whole_requests`); *pending* is what a task that is not final is called.

    A task whose time is over is given up here if its worker has not done so, and so is what stands behind a failure:
    what was told as an error never prints.
    """
    tasks = list(request.tasks.all())
    if request.is_refused:
        return [_own_error(task) if task.error_code else _interrupted() for task in tasks]
    found: list[Element] = []
    after: Callable[[], Element] | None = None  # what the tasks behind one that ended badly are
    for task in tasks:
        element = after() if after and _never_runs(task.job) else _element(task, found)
        if element["status"] in (Status.ERROR, Status.INTERRUPTED):
            after = _interrupted
        elif element["status"] == Status.CANCELED:
            after = _interrupted if found else _canceled  # whole requests are taken back by programs
        found.append(element)
    for element in found:
        if element["status"] == Status.WAIT:
            element["status"] = pending
    return found


def are_final(found: list[Element]) -> bool:
    return all(element["status"] in FINAL for element in found)


def _element(task: Task, before: list[Element]) -> Element:
    """Of a task whose predecessors have not failed."""
    if task.job is not None:
        return _of_job(task, task.job)
    if not are_final(before):
        return _element_of(Status.WAIT, OK, "")
    return _own_error(task) if task.error_code else _marking(task)


def _of_job(task: Task, job: Job) -> Element:
    while job.status == JobStatus.EXPIRED or (job.status == JobStatus.QUEUED and job.deadline <= timezone.now()):
        _give_up(job)
    status = _STATUSES[JobStatus(job.status)]
    if status is Status.CANCELED and job.error_code == ErrorCode.DEADLINE_PASSED:
        status = Status.ERROR
    if status is Status.READY:
        return _element_of(status, OK, NO_ERROR, answer_of(task, job))
    if status is Status.WAIT:
        return _element_of(status, OK, "")
    if job.error_code == ErrorCode.EARLIER_FAILED:
        return _interrupted()
    if status is Status.CANCELED:
        return _canceled()
    code = job.error_code or ErrorCode.OTHER
    return _element_of(status, number_of(code), str(explain_code(code, job=job)))


def _give_up(job: Job) -> None:
    """Its program is told an error and sells anew: people are asked only about what nobody was told of."""
    if not jobs.move(job, JobStatus.CANCELLED, code=ErrorCode.DEADLINE_PASSED, detail="its program was told so"):
        job.refresh_from_db()  # a worker was quicker


def _never_runs(job: Job | None) -> bool:
    """Of a task behind one that failed: it is taken out of the line here and now. False: a worker has begun it."""
    if job is None:
        return True
    while job.status in (JobStatus.QUEUED, JobStatus.EXPIRED):
        if not jobs.move(job, JobStatus.CANCELLED, code=ErrorCode.EARLIER_FAILED):
            job.refresh_from_db()
    return job.status == JobStatus.CANCELLED


def checks_of(request: TaskRequest) -> QuerySet[Task]:
    """The checks of marking codes by the same client at the same device: the last one tells."""
    checks = Task.objects.filter(type="beginMarkingCodeValidation", job__isnull=False)
    return checks.filter(request__client=request.client_id, request__device=request.device_id)


def _marking(task: Task) -> Element:
    last = checks_of(task.request).filter(pk__lt=task.pk).select_related("job").order_by("-pk").first()
    if last is None or last.job is None:
        return _element_of(Status.ERROR, NO_CHECK, _("No marking code is being checked"))
    return _element_of(Status.READY, OK, NO_ERROR, marking.answer_of(task.type, last.job))


def _interrupted() -> Element:
    return _element_of(Status.INTERRUPTED, INTERRUPTED, _("Not done: a task before it failed"))


def _canceled() -> Element:
    return _element_of(Status.CANCELED, CANCELED, _("The task was taken back"))


def _own_error(task: Task) -> Element:
    return _element_of(Status.ERROR, task.error_code, task.error_text)


def _element_of(status: Status, code: int, text: str, result: dict[str, Any] | None = None) -> Element:
    return {
        "status": status.value,
        "errorCode": code,
        "errorDescription": text,
        "error": {"code": code, "description": text},
        "result": result,
    }
