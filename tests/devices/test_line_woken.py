"""A worker that slept past its lease and wakes up in the middle of a job that another one has settled meanwhile."""

from __future__ import annotations

import pytest
from django.db.models import F

from devices.commands import Command
from devices.errors import DeviceError, ErrorCode, LinkError, OutcomeUnknown, Refused
from devices.models import Device, Job
from devices.states import JobStatus
from tests.devices.asking import queued
from tests.devices.memory_device import MemoryDevice, Step
from tests.devices.test_line import run


@pytest.mark.parametrize(
    "error",
    [
        OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, "silence"),
        Refused(ErrorCode.WRONG_DEVICE, "another one"),
        Refused(ErrorCode.TOTAL_DIFFERS, "other sum"),
        Refused(ErrorCode.BAD_REQUISITE, "1008"),
        LinkError(ErrorCode.LINK_LOST, "gone"),
        ZeroDivisionError(),
    ],
    ids=repr,
)
def test_it_has_no_say_about_job_or_device(device: Device, memory: MemoryDevice, error: DeviceError) -> None:
    def slept(command: Command | None) -> None:
        if command is not None and command.kind == "receipt":
            Job.objects.update(status=JobStatus.DONE, attempts=F("attempts") + 1)
            raise error

    memory.faults[Step.SENT] = slept
    job = queued(device)

    run(job)

    device.refresh_from_db()
    assert JobStatus.DONE == job.status
    assert ("", "online") == (device.hold_code, device.link)
