"""A site with a device in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from devices import drivers, ports, resolve
from devices.models import Device, Site
from tests.devices import memory_device
from tests.devices.memory_device import DEVICES, MemoryDevice


@pytest.fixture
def site(db: None) -> Site:
    return Site.objects.create(code="shop", name="Магазин")


@pytest.fixture
def add_device(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Device]]:
    """`add_device("till 2", shift_policy="staffed")` adds a row and the device in memory behind it."""
    monkeypatch.setitem(drivers.DRIVERS, "memory", memory_device.connect)
    monkeypatch.setattr(resolve, "SECOND_LOOK_SECONDS", 0.0)

    def add(name: str, **fields: object) -> Device:
        number = len(DEVICES) + 1
        DEVICES[name] = MemoryDevice(serial_number=f"0010690000{number:04}", fn_number=f"999907890000{number:04}")
        return Device.objects.create(site=site, name=name, driver="memory", url=name, **fields)

    yield add
    ports.close()
    ports.forget()
    DEVICES.clear()


@pytest.fixture
def device(add_device: Callable[..., Device]) -> Device:
    return add_device("till")


@pytest.fixture
def memory(device: Device) -> MemoryDevice:
    """The far end of *device*."""
    return DEVICES[device.url]
