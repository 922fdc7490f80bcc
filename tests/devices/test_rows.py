"""devices.rows reads and writes what query sets would, on both databases."""

from __future__ import annotations

import pytest
from django.core.exceptions import ObjectDoesNotExist

from devices import rows
from devices.commands import PrintText, TextLine
from devices.models import Device, FiscalDocument, Job, JobEvent, Shift
from devices.services import enqueue
from devices.states import JobStatus
from tests.factories import make_device

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> Job:
    command = PrintText(lines=(TextLine(text="строка «с кавычками»"),))
    return enqueue(device=make_device(), command=command, source="system", key="one")[0]


def test_a_row_is_read_as_a_query_set_reads_it(job: Job) -> None:
    expected = Job.objects.filter(pk=job.pk).values().get()

    assert expected == Job.objects.filter(pk=rows.get(Job, job.pk).pk).values().get()
    assert expected == {name: getattr(rows.get(Job, job.pk), name) for name in expected}


def test_a_row_that_was_read_can_be_saved(job: Job) -> None:
    device = rows.get(Device, job.device_id)
    device.name = "Касса у входа"
    device.save(update_fields=["name"])

    assert "Касса у входа" == Device.objects.get(pk=device.pk).name


def test_a_number_that_is_not_there_raises() -> None:
    with pytest.raises(ObjectDoesNotExist):
        rows.get(Job, 10**9)


def test_a_new_row_gets_its_number_and_its_time(job: Job) -> None:
    event = JobEvent(job=job, to_status=JobStatus.DONE)

    assert rows.insert(event)
    assert (event.pk, "done") == (JobEvent.objects.order_by("-pk")[0].pk, JobEvent.objects.get(pk=event.pk).to_status)
    assert event.at == JobEvent.objects.get(pk=event.pk).at


def test_a_row_that_is_there_already_is_told_and_the_transaction_goes_on(job: Job) -> None:
    first = Shift.objects.create(device=job.device, fn_number="9999078902011234", number=7)

    assert not rows.insert(Shift(device=job.device, fn_number="9999078902011234", number=7))
    assert first.pk == rows.number(Shift, fn_number="9999078902011234", number=7)
    assert rows.number(FiscalDocument, fn_number="9999078902011234", fd_number=7) is None


def test_a_row_is_changed_only_while_all_that_was_known_holds(job: Job) -> None:
    known = {"id": job.pk, "status": JobStatus.QUEUED.value, "attempts": 0}

    assert 1 == rows.update(Job, known, {"status": JobStatus.RUNNING.value, "attempts": 1, "baseline": {"last_fd": 3}})
    assert 0 == rows.update(Job, known, {"status": JobStatus.FAILED.value})
    assert ("running", 1, {"last_fd": 3}) == Job.objects.values_list("status", "attempts", "baseline").get(pk=job.pk)


def test_a_further_condition_in_sql_takes_its_values(job: Job) -> None:
    owned = "site_id IN (SELECT id FROM devices_site WHERE lease_owner = %s)"

    assert 0 == rows.update(Job, {"id": job.pk}, {"worker": "me"}, also=owned, values=["somebody else"])
