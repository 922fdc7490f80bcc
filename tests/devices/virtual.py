"""A row of a device and the virtual device behind it, on a real line in this process."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from devices import ports, resolve, watch
from devices.commands import Command
from devices.models import Device, Job, Site
from devices.services import enqueue
from devices.simulator.device import VirtualDevice
from devices.simulator.faults import Faults
from devices.simulator.lines import Line
from devices.simulator.running import serve_pty, serve_tcp
from tests.devices.memory_device import MOSCOW


@dataclass
class Shop:
    """*offset* moves the device's clock."""

    row: Device
    device: VirtualDevice
    line: Line
    plug: ExitStack
    offset: datetime.timedelta = field(default_factory=datetime.timedelta)

    def unplug(self) -> None:
        """The line is gone; the device lives on."""
        self.plug.close()

    def poll(self) -> Device:
        ports.port_of(self.row).due_at = 0.0
        watch.poll(self.row)
        self.row.refresh_from_db()
        return self.row

    def run(self, command: Command) -> Job:
        job, _ = enqueue(device=self.row, command=command, source="test")
        Job.objects.update(not_before=None)
        watch.look(self.row.site.code)
        job.refresh_from_db()
        self.row.refresh_from_db()
        return job

    def paper(self) -> str:
        self.device.roll._tape.flush()
        return (self.device.directory / "paper" / "paper.txt").read_text(encoding="utf-8")


OpenShop = Callable[..., Shop]


@pytest.fixture
def open_shop(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenShop]:
    """`open_shop(tcp=True, faults=…, row={"sets_clock": False}, …)`; everything is closed at the end."""
    monkeypatch.setattr(resolve, "SECOND_LOOK_SECONDS", 0.02)
    with ExitStack() as stack:

        def build(
            *, tcp: bool = False, faults: Faults | None = None, row: dict[str, Any] | None = None, **wanted: Any
        ) -> Shop:
            shop: list[Shop] = []

            def clock() -> datetime.datetime:
                now = datetime.datetime.now(MOSCOW).replace(tzinfo=None)
                return now + shop[0].offset if shop else now

            folder = tmp_path / f"device{Device.objects.count()}"
            device = stack.enter_context(VirtualDevice(folder, clock=clock, faults=faults, **wanted))
            plug = stack.enter_context(ExitStack())
            line = plug.enter_context(serve_tcp(device) if tcp else serve_pty(device, folder / "tty"))
            site, _ = Site.objects.get_or_create(code="shop", defaults={"name": "Магазин"})
            kept = Device.objects.create(site=site, name=folder.name, **{"url": line.url, **(row or {})})
            shop.append(Shop(kept, device, line, plug))
            return shop[0]

        yield build
        ports.close()
        ports.forget()


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    return open_shop()
