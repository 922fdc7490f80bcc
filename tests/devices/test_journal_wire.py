"""The device's bytes in the journal: from the baseline to the end of the job, and no buyer in any of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices import line, ports, resolve
from devices.commands import CashIn, Command, TextLine, XReport
from devices.journal import wire
from devices.journal.verifying import Reading
from devices.models import Device, FiscalDocument, Job, JournalEntry, Site
from devices.protocol.atol import charset
from devices.protocol.exchange import Exchange
from devices.services import enqueue
from devices.simulator.faults import Faults, LinkCut
from devices.simulator.running import running_device
from devices.states import JobStatus
from tests.devices.asking import sale

LINE = re.compile(r"\d+\.\d{3} (> 2a 2a( [0-9a-f]{2})+|<( [0-9a-f]{2})+|! .+)")
MAIL, PHONE, NAME, INN = "canary.buyer@example.com", "+79161234567", "Канарейкин Пётр " * 9, "500100732259"
CLOSE_RECEIPT = 0x4A


class Trouble(Faults):
    """Cuts the link instead of answering the next closing command, when it is told to."""

    def __init__(self) -> None:
        self.is_due = False

    def after_command(self, message: bytes, answer: bytes) -> bytes:
        if self.is_due and message[2] == CLOSE_RECEIPT:
            self.is_due = False
            raise LinkCut
        return answer


@pytest.fixture
def trouble() -> Trouble:
    return Trouble()


@pytest.fixture(params=[2, 3])
def till(site: Site, request: pytest.FixtureRequest, tmp_path: Path, trouble: Trouble) -> Iterator[Device]:
    with running_device(tmp_path, transport=request.param, tcp=True, faults=trouble) as url:
        yield Device.objects.create(site=site, name="till", url=url, transport=request.param)
        ports.close()
        ports.forget()


def asked(device: Device, command: Command) -> Job:
    """*command* after one run of the line."""
    job = enqueue(device=device, command=command, source="test")[0]
    line.run_line(device.site.code)
    job.refresh_from_db()
    return job


def wire_of(job: Job, kind: str = "job.done") -> list[str]:
    return JournalEntry.objects.get(subject=f"job:{job.pk}", kind=kind).wire.splitlines()


def codes(lines: list[str]) -> list[str]:
    """Command codes of the messages to the device."""
    return [words[4] for words in map(str.split, lines) if words[1] == ">"]


def test_every_exchange_of_a_receipt_is_kept_from_its_baseline_to_its_end(till: Device) -> None:
    asked(till, sale())
    job = asked(till, sale())
    lines = wire_of(job)

    assert JobStatus.DONE == job.status
    assert [] == [text for text in lines if not LINE.fullmatch(text)]
    assert "92" == codes(lines)[0]  # the receipt is opened right after the baseline
    assert {"92", "e8", "ea", "eb", "99", "4a", "a4"} <= set(codes(lines))
    assert len(codes(lines)) == sum(text.split()[1] == "<" for text in lines)


def test_cash_is_kept_and_a_report_that_changes_nothing_is_not(till: Device) -> None:
    asked(till, sale())
    cash, report = asked(till, CashIn(sum=10000)), asked(till, XReport())

    assert "49" == codes(wire_of(cash))[0]
    assert [] == wire_of(report)


def test_a_doubtful_exchange_is_kept_as_far_as_it_came_and_so_is_what_settled_it(
    till: Device, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolve, "SECOND_LOOK_SECONDS", 0.0)
    asked(till, sale())
    trouble.is_due = True
    job = asked(till, sale())
    doubt = wire_of(job, "job.unknown")
    while not resolve.resolve(job):
        job.refresh_from_db()

    assert "4a" in codes(doubt)
    assert " ! " in doubt[-1]
    assert {"a4"} <= set(codes(wire_of(job)))
    assert "4a" not in codes(wire_of(job))


@pytest.mark.parametrize("contact", [MAIL, PHONE])
def test_no_buyer_is_in_the_journal_though_the_fiscal_storage_has_him(till: Device, contact: str) -> None:
    job = asked(
        till,
        sale(
            contact=contact,
            customer_name=NAME,
            customer_inn=INN,
            footer=(TextLine(text=f"Чек отправлен: {contact}"),),
            header=(TextLine(text=contact),),
        ),
    )
    stored = bytes(FiscalDocument.objects.get(job=job, document_type=3).tlv)
    journal = "\n".join(
        " ".join((row.actor, row.subject, row.before, row.after, row.wire)) for row in JournalEntry.objects.all()
    ).lower()
    tight = journal.replace(" ", "")
    shown = "c***@e***.com" if contact == MAIL else "+7***4567"

    assert JobStatus.DONE == job.status
    assert contact.encode() in stored
    assert shown in journal
    for canary in (contact, NAME[:10], INN, contact.lstrip("+")[:8]):
        assert canary.lower() not in journal
        assert charset.encode(canary).hex() not in tight
        assert canary.encode().hex() not in tight
    assert "e8010100f003" in tight  # 1008 was written, its head is shown
    assert [] == list(Reading())


def test_passwords_of_the_device_are_in_no_message(till: Device) -> None:
    said: list[Exchange] = []
    with ports.take(till, said.append) as driver:
        driver.run(XReport())
        driver.observe(None)
        driver.run(XReport())

    assert {b"**"} == {exchange.sent[:2] for exchange in said}
    assert [b"V\x02****"] == [exchange.sent[2:] for exchange in said if exchange.sent[2] == 0x56]


def test_a_very_long_exchange_loses_its_middle_and_says_so() -> None:
    exchanges = [Exchange(sent=bytes(100), received=bytes(100), at=1.0) for _ in range(1000)]
    text = wire.dump(exchanges)

    assert len(text) <= wire.LONGEST + 100
    assert "… left out …" in text.splitlines()
    assert 200 < text.count("0.000 > 00")


def test_no_exchange_is_no_text() -> None:
    assert "" == wire.dump([])
