"""
The ring: a job of ours, driver atol_web, the web server on the virtual device, and the archive of its fiscal storage.

At each request of a job an answer is lost, the server dies, or its device does: registered exactly once, cash moved
once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from devices import ports, resolve
from devices.commands import CashIn, CloseShift, Command, OpenShift
from devices.drivers.atol_web.channel import WebChannel
from devices.ffd import DocumentType
from devices.models import Device, FiscalDocument, Job, JobEvent, JournalEntry, Site
from devices.simulator.device import VirtualDevice
from devices.simulator.trouble.fault import Rig
from devices.simulator.trouble.troubles import Troubles
from devices.simulator.web.http import WebFront
from devices.states import JobStatus
from tests.devices.asking import sale
from tests.integration.settling import ask, settle

GENERATIONS = pytest.mark.parametrize("api", ["1", "2"])
STEPS = 26  # more requests than any job makes


@dataclass
class Ring:
    row: Device
    device: VirtualDevice
    front: WebFront | None
    troubles: Troubles

    def ask(self, command: Command) -> Job:
        return ask(self.row, command)

    def settle(self, job: Job, *, rounds: int = 30) -> JobStatus:
        return settle(job, rounds=rounds)

    def kinds(self, kind: DocumentType) -> int:
        return sum(document.meta.type == kind for document in self.device.documents)


OpenRing = Callable[[str], Ring]


@pytest.fixture
def open_ring(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenRing]:
    monkeypatch.setattr(resolve, "SECOND_LOOK_SECONDS", 0.02)
    monkeypatch.setattr(WebChannel, "patience", 0.3)
    monkeypatch.setattr(WebChannel, "pause", 0.01)
    with ExitStack() as stack:

        def build(api: str) -> Ring:
            troubles = Troubles()
            device = stack.enter_context(VirtualDevice(tmp_path / "device", faults=troubles))
            troubles.rig = Rig(device)
            front = stack.enter_context(WebFront(device, api=api, retry=0.02))
            site = Site.objects.create(code="shop", name="Магазин")
            row = Device.objects.create(site=site, name="till", driver="atol_web", url=front.url)
            return Ring(row, device, front, troubles)

        yield build
        ports.close()
        ports.forget()


@GENERATIONS
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("command", [sale(), CashIn(sum=700), CloseShift()], ids=lambda command: str(command.kind))
def test_a_job_is_done_once_whichever_answer_is_lost(
    open_ring: OpenRing, api: str, when: str, command: Command
) -> None:
    ring = open_ring(api)
    assert JobStatus.DONE == ring.settle(ring.ask(OpenShift()))
    struck = 0
    for nth in range(1, STEPS, 2 if isinstance(command, CloseShift) else 1):
        if not ring.device.state.shift_open:
            assert JobStatus.DONE == ring.settle(ring.ask(OpenShift()))
        before = happened(ring, command)
        job = ring.ask(command)
        number = ring.troubles.set(f"web:when={when},nth={nth}")

        assert JobStatus.DONE == ring.settle(job), (nth, job.error_code, job.error_detail)
        struck += bool(ring.troubles.report()[0]["hits"])
        ring.troubles.clear(number)
        assert before + 1 == happened(ring, command), nth
        assert int(command.fiscal) == FiscalDocument.objects.filter(job=job).count()

    doubts = JobEvent.objects.filter(to_status=JobStatus.UNKNOWN).count()
    print(f"{struck} answers lost, {doubts} outcomes in doubt")
    assert 4 <= struck


def happened(ring: Ring, command: Command) -> int:
    """How many times the device did it."""
    if isinstance(command, CashIn):
        return ring.device.state.shift.cash_ins
    return ring.kinds(DocumentType.SHIFT_CLOSE if isinstance(command, CloseShift) else DocumentType.RECEIPT)


@GENERATIONS
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("code", ["92", "EA", "99", "4A"])
def test_a_sale_is_done_once_wherever_the_server_loses_its_device(
    open_ring: OpenRing, api: str, when: str, code: str
) -> None:
    ring = open_ring(api)
    assert JobStatus.DONE == ring.settle(ring.ask(OpenShift()))
    number = ring.troubles.set(f"web_link:command={code},when={when}")
    job = ring.ask(sale())

    assert JobStatus.UNKNOWN == ring.settle(job, rounds=2)
    ring.troubles.clear(number)
    assert JobStatus.DONE == ring.settle(job), (job.error_code, job.error_detail)
    assert 1 == ring.kinds(DocumentType.RECEIPT)
    assert ring.device.state.receipt is None


@GENERATIONS
def test_a_server_that_dies_in_the_middle_and_comes_back_registers_once(open_ring: OpenRing, api: str) -> None:
    ring = open_ring(api)
    assert JobStatus.DONE == ring.settle(ring.ask(OpenShift()))
    ring.troubles.set("slow:command=4A,when=before,seconds=0.2")
    ring.troubles.set("web:method=GET,path=requests/,nth=4,times=0")  # what comes after the sale was put in line
    job = ring.ask(sale())

    assert ring.front is not None
    assert JobStatus.UNKNOWN == ring.settle(job, rounds=1)
    ring.front.__exit__(None, None, None)
    ring.troubles.clear()
    assert JobStatus.UNKNOWN == ring.settle(job, rounds=1)
    with WebFront(ring.device, api=api, port=ring.front.address[1], retry=0.02) as again:
        assert again.url == ring.row.url
        assert JobStatus.DONE == ring.settle(job), (job.error_code, job.error_detail)
        ports.close()
    ring.front.__init__(ring.device)  # type: ignore[misc]
    ring.front.__enter__()

    assert 1 == ring.kinds(DocumentType.RECEIPT)


def test_two_equal_sales_are_two_receipts(open_ring: OpenRing) -> None:
    ring = open_ring("2")
    Device.objects.update(mark_receipts=False)
    ring.row.refresh_from_db()

    jobs = [ring.ask(sale()) for _ in range(3)]

    assert [JobStatus.DONE] * 3 == [ring.settle(job) for job in jobs]
    assert 3 == ring.kinds(DocumentType.RECEIPT)


def test_paper_that_ends_is_waited_for_and_the_receipt_is_registered_once(open_ring: OpenRing) -> None:
    ring = open_ring("2")
    assert JobStatus.DONE == ring.settle(ring.ask(OpenShift()))
    ring.device.paper = False
    job = ring.ask(sale())

    assert JobStatus.QUEUED == ring.settle(job, rounds=3)
    ring.device.paper = True
    assert JobStatus.DONE == ring.settle(job)
    assert 1 == ring.kinds(DocumentType.RECEIPT)


def test_the_journal_keeps_the_talk_without_the_buyers_contact(open_ring: OpenRing) -> None:
    ring = open_ring("2")
    job = ring.ask(sale(contact="ivanova@example.ru"))

    assert JobStatus.DONE == ring.settle(job)

    kept = str(list(JournalEntry.objects.values()))
    assert b'"type":"sell"'.hex(" ") in kept
    assert b"ivanova@".hex(" ") not in kept
