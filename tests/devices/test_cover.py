"""An open cover: devices refuse as if paper were missing, their flag says what it is (R04)."""

from __future__ import annotations

import dataclasses

import pytest

from devices import line, monitor, ports
from devices.errors import ErrorCode, Refused
from devices.messages import explain_hold
from devices.models import Device
from devices.states import JobStatus
from tests.devices.asking import queued
from tests.devices.memory_device import MemoryDevice, Step

pytestmark = pytest.mark.django_db


def refuse(_: object) -> None:
    raise Refused(ErrorCode.PAPER_OUT, "atol 0x67")


def test_the_flag_tells_what_the_refusal_does_not(device: Device, memory: MemoryDevice) -> None:
    memory.faults[Step.START] = refuse
    job = queued(device)
    line.run_line("shop")
    device.refresh_from_db()
    assert "paper_out" == device.hold_code

    with ports.take(device) as driver:
        state = driver.state()
    monitor.seen(device, dataclasses.replace(state, cover_open=True))
    assert "cover_open" == device.hold_code
    words = explain_hold(device)
    assert words is not None
    assert "Открыта крышка кассы." == words.title

    monitor.seen(device, state)
    memory.faults.clear()
    job.refresh_from_db()
    assert ("", JobStatus.QUEUED) == (device.hold_code, job.status)
