"""A virtual device on a socket in this process, on a clock of the test's, and a host at the other end."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.simulator.device import VirtualDevice
from devices.simulator.running import serve_tcp
from tests.unit.simulator.client import Host3
from tests.unit.simulator.messages import MODE, Wall


@pytest.fixture
def wall() -> Wall:
    return Wall(datetime.datetime(2026, 11, 20, 9, 0, 0))


@pytest.fixture
def device(tmp_path: Path, wall: Wall) -> Iterator[VirtualDevice]:
    with VirtualDevice(tmp_path / "device", clock=wall) as device:
        yield device


@pytest.fixture
def host(device: VirtualDevice) -> Iterator[Host3]:
    with serve_tcp(device) as line, Host3(line.url) as host:
        yield host


@pytest.fixture
def till(host: Host3) -> Host3:
    """A host in mode 1 with an open shift."""
    host.ok(MODE[1])
    host.ok("9A 00")
    return host
