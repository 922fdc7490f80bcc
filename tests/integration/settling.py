"""A job and the rounds of the watch that settle it, in this process."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from devices import ports, watch
from devices.commands import Command
from devices.models import Device, Job
from devices.services import enqueue
from devices.states import FINAL, JobStatus


def ask(device: Device, command: Command) -> Job:
    return enqueue(device=device, command=command, source="test")[0]


def settle(job: Job, *, rounds: int = 20) -> JobStatus:
    """Let the watch work without its pauses until the job is final: the next start of the worker."""
    for _ in range(rounds):
        Job.objects.update(not_before=None)
        Device.objects.exclude(hold_since=None).update(hold_since=timezone.now() - timedelta(hours=1))
        ports.port_of(job.device).due_at = 0.0
        watch.look("shop")
        job.refresh_from_db()
        if JobStatus(job.status) in FINAL:
            break
    return JobStatus(job.status)
