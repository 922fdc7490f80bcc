"""GET /api/v1/shifts/ and GET /api/v1/shifts/<id>/"""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from devices.commands import OperationTotals, ShiftTotals
from devices.models import Device, Shift, Site
from tests.receipts.conftest import Send, new_client, sender
from tests.receipts.documents import FN

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(device: Device) -> Shift:
    totals = ShiftTotals(sell=OperationTotals(count=10, sum=2550295, cash=208649), cash=208749)
    now = timezone.now()
    return Shift.objects.create(
        device=device,
        fn_number=FN,
        number=118,
        opened_at=now - datetime.timedelta(hours=9),
        closed_at=now,
        totals=totals.dump(),
        device_totals=totals.dump(),
    )


def test_a_closed_shift_has_its_totals(send: Send, closed: Shift) -> None:
    answer = send("GET", f"shifts/{closed.pk}/").json()

    assert ("closed", 118, FN) == (answer["state"], answer["number"], answer["fn_number"])
    assert (10, "25502.95", "2086.49", "2087.49") == (
        answer["totals"]["sell"]["count"],
        answer["totals"]["sell"]["sum"],
        answer["totals"]["sell"]["cash"],
        answer["device_totals"]["cash"],
    )


def test_filters(send: Send, device: Device, closed: Shift) -> None:
    Shift.objects.create(device=device, fn_number=FN, number=119, opened_at=timezone.now())

    for query, expected in (
        ("", [119, 118]),
        ("state=open", [119]),
        ("state=closed", [118]),
        ("number=118", [118]),
        (f"device={device.pk}", [119, 118]),
        ("site=nowhere", []),
        ("opened_from=2099-01-01", []),
    ):
        assert expected == [row["number"] for row in send("GET", f"shifts/?{query}").json()["results"]]
    assert 422 == send("GET", "shifts/?state=half").status_code


def test_a_key_sees_the_shifts_of_its_sites(closed: Shift) -> None:
    other = Site.objects.create(code="other", name="Другой")
    _, key = new_client("Другая", sites=(other,))

    assert 404 == sender(key)("GET", f"shifts/{closed.pk}/").status_code
    assert [] == sender(key)("GET", "shifts/").json()["results"]


@pytest.mark.parametrize("what", ["999", "x", "9" * 40])
def test_what_is_not_there_is_not_found(send: Send, closed: Shift, what: str) -> None:
    assert 404 == send("GET", f"shifts/{what}/").status_code


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_shifts_are_read_only(send: Send, closed: Shift, method: str) -> None:
    assert [405, 405] == [send(method, path, {}).status_code for path in ("shifts/", f"shifts/{closed.pk}/")]
