"""The wire is cut at byte after byte of a job: each receipt is registered once, each sum of cash moved once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from devices import ports, resolve
from devices.commands import Baseline, CashIn, CloseShift, Command, OpenShift
from devices.drivers.base import Driver
from devices.ffd import DocumentType
from devices.models import Device, FiscalDocument, JobEvent, Site
from devices.states import JobStatus
from tests.devices.asking import sale
from tests.integration.cutter import Cutter
from tests.integration.settling import ask, settle
from tests.plugins.services import RunningDevice

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wire(virtual_device: Callable[..., RunningDevice], monkeypatch: pytest.MonkeyPatch) -> Iterator[Cutter]:
    monkeypatch.setattr(resolve, "SECOND_LOOK_SECONDS", 0.05)
    with Cutter(int(virtual_device(tcp=True).url.rpartition(":")[2])) as cutter:
        yield cutter
        ports.close()
        ports.forget()


@pytest.fixture
def device(transactional_db: None, wire: Cutter) -> Device:
    site = Site.objects.create(code="shop", name="Магазин")
    return Device.objects.create(site=site, name="till", url=wire.url)


@pytest.mark.parametrize("answer", [False, True], ids=["to the device", "to the host"])
@pytest.mark.parametrize(
    ("command", "length", "step"),
    [(sale(), (1300, 2000), 90), (CashIn(sum=700), (560, 850), 90), (CloseShift(), (1400, 3000), 230)],
    ids=["sale", "cash in", "shift"],
)
def test_a_job_is_done_once_wherever_the_wire_is_cut(
    device: Device, wire: Cutter, command: Command, length: tuple[int, int], step: int, answer: bool
) -> None:
    for after in range(7, length[answer], step):
        assert JobStatus.DONE == settle(ask(device, OpenShift()))
        before = seen_by(device, lambda driver: driver.baseline())
        job = ask(device, command)
        wire.cut(after, answer=answer)

        assert JobStatus.DONE == settle(job), (after, job.error_code, job.error_detail)
        wire.left = None
        assert 1 == seen_by(device, partial(happened, command=command, before=before)), after
        assert int(command.fiscal) == FiscalDocument.objects.filter(job=job).count()

    print(f"{wire.cuts} cuts, {JobEvent.objects.filter(to_status=JobStatus.UNKNOWN).count()} outcomes in doubt")
    assert 0 < wire.cuts


def seen_by(device: Device, look: Callable[[Driver], Any]) -> Any:
    """What the device itself says, over a connection of its own."""
    ports.close()
    with ports.take(device) as driver:
        return look(driver)


def happened(driver: Driver, command: Command, before: Baseline) -> int:
    """How many times the device did *command* since *before*."""
    if isinstance(command, CashIn):
        return driver.baseline().cash_ins - before.cash_ins
    kind = DocumentType.SHIFT_CLOSE if isinstance(command, CloseShift) else DocumentType.RECEIPT
    documents = [
        driver.read_document(number) for number in range(before.last_fd + 1, driver.last_document_number() + 1)
    ]
    return sum(data.document_type == kind for data in documents)
