"""
callbacks.resultUrl: once every task of a request is final, its results go to the address that the client gave.

The delivery is a row that receipts/callbacks.py posts, with its rules about addresses, its repeats and its signature
(the driver's own server signs nothing; nobody has to look). Source: atol-driver10-json.md 1.5.
"""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from devices import journal, rows
from devices.models import Job
from devices.signals import job_finished
from receipts.api.driver10.results import are_final, elements, whole_requests
from receipts.models import CallbackDelivery, Task, TaskRequest


@receiver(job_finished)
def note_task(sender: object, job: Job, **kwargs: Any) -> None:
    """Writes a row and returns."""
    if not rows.number(Task, job=job.pk):
        return
    request = TaskRequest.objects.filter(tasks__job=job, told_at=None).exclude(result_url="").first()
    if request is not None:
        note_if_final(request)


def note_if_final(request: TaskRequest) -> None:
    """Put the results down for delivery, once."""
    if not request.result_url:
        return
    whole = whole_requests(TaskRequest.objects.filter(pk=request.pk)).get()
    results = elements(whole)
    if not are_final(results):
        return
    now = timezone.now()
    with journal.atomic():
        if TaskRequest.objects.filter(pk=request.pk, told_at=None).update(told_at=now):
            CallbackDelivery.objects.create(
                task_request=whole,
                url=whole.result_url,
                body={"uuid": whole.uuid, "results": results},
                next_try_at=now,
            )
