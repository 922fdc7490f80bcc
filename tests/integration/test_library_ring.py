"""
The ring through a library: a job of ours, driver fptr10, a library with the vendor's C interface, and the archive.

Wherever the library loses its device the job ends once: by the library's word, or by the archive's.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devices import ports, resolve
from devices.commands import CashIn, CloseShift, Command, OpenShift
from devices.drivers.fptr10.channel import LibraryChannel
from devices.ffd import DocumentType
from devices.models import Device, FiscalDocument, Site
from devices.simulator.device import VirtualDevice
from devices.simulator.trouble.fault import Rig
from devices.simulator.trouble.troubles import Troubles
from devices.states import JobStatus
from tests.devices.asking import sale
from tests.integration.test_web_ring import Ring, happened
from tests.unit.drivers.fptr10.conftest import Behind, library  # noqa: F401 a fixture


@pytest.fixture
def ring(
    transactional_db: None,
    tmp_path: Path,
    library: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> Iterator[Ring]:
    monkeypatch.setattr(resolve, "SECOND_LOOK_SECONDS", 0.02)
    monkeypatch.setattr(LibraryChannel, "patience", 0.2)
    monkeypatch.setattr(LibraryChannel, "pause", 0.02)
    settings.KKT_FPTR10_LIBRARY = str(library)
    troubles = Troubles()
    with VirtualDevice(tmp_path / "device", faults=troubles) as device, Behind(device) as behind:
        troubles.rig = Rig(device)
        site = Site.objects.create(code="shop", name="Магазин")
        url = f"socket://{behind.address[0]}:{behind.address[1]}"
        row = Device.objects.create(site=site, name="till", driver="fptr10", url=url)
        yield Ring(row, device, None, troubles)
        ports.close()
        ports.forget()


@pytest.mark.parametrize("seconds", ["0.05", "0"], ids=["shortly", "for long"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("command", "codes"),
    [(sale(), ("92", "4A")), (CashIn(sum=700), ("49",)), (CloseShift(), ("5A",))],
    ids=["sale", "cash in", "shift"],
)
def test_a_job_is_done_once_wherever_the_library_loses_its_device(
    ring: Ring, command: Command, codes: tuple[str, ...], when: str, seconds: str
) -> None:
    for code in codes:
        assert JobStatus.DONE == ring.settle(ring.ask(OpenShift())) or ring.device.state.shift_open
        before = happened(ring, command)
        number = ring.troubles.set(f"web_link:command={code},when={when},seconds={seconds}")
        job = ring.ask(command)
        ring.settle(job, rounds=2)
        ring.troubles.clear(number)

        assert JobStatus.DONE == ring.settle(job), (code, job.error_code, job.error_detail)
        assert before + 1 == happened(ring, command), code
        assert int(command.fiscal) == FiscalDocument.objects.filter(job=job).count()
        assert ring.device.state.receipt is None


def test_without_the_library_the_job_fails_and_says_why(ring: Ring, settings: Any) -> None:
    settings.KKT_FPTR10_LIBRARY = ""
    job = ring.ask(sale())

    assert JobStatus.FAILED == ring.settle(job)
    assert "KKT_FPTR10_LIBRARY" in job.error_detail
    assert 0 == ring.kinds(DocumentType.RECEIPT)
