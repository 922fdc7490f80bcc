"""The worker and the disk: nothing is begun that could not be kept (Q13)."""

from __future__ import annotations

from typing import Any

import pytest

from devices import line, monitor, watch
from devices.errors import ErrorCode
from devices.models import Device, Job
from devices.states import JobStatus
from tests.devices.asking import queued
from tests.devices.memory_device import MemoryDevice

pytestmark = pytest.mark.django_db


def test_a_receipt_that_was_accepted_waits_until_there_is_room(
    device: Device, memory: MemoryDevice, settings: Any
) -> None:
    job, reserve = queued(device), settings.KKT_DISK_RESERVE_MB
    settings.KKT_DISK_RESERVE_MB = 10**9
    line.run_line("shop")
    job.refresh_from_db()
    device.refresh_from_db()
    assert (JobStatus.QUEUED, "disk_full", "disk_full") == (job.status, job.error_code, device.hold_code)
    assert 0 == memory.connects

    settings.KKT_DISK_RESERVE_MB = reserve
    watch.poll(device)
    Job.objects.update(not_before=None)
    line.run_line("shop")
    job.refresh_from_db()
    device.refresh_from_db()

    assert (JobStatus.DONE, "") == (job.status, device.hold_code)


def test_the_hold_stays_while_there_is_no_room(device: Device, memory: MemoryDevice, settings: Any) -> None:
    settings.KKT_DISK_RESERVE_MB = 10**9
    monitor.hold(device, ErrorCode.DISK_FULL)
    watch.poll(device)
    device.refresh_from_db()

    assert "disk_full" == device.hold_code
