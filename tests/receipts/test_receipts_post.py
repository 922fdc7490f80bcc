"""POST /api/v1/receipts/"""

from __future__ import annotations

import json
from typing import Any

import pytest

from devices.models import Device, Job, Site
from receipts.models import ApiClient, Receipt
from tests.receipts.conftest import Send, sale

pytestmark = pytest.mark.django_db


def test_a_sale_is_accepted_and_stands_in_line(send: Send, device: Device, shop: ApiClient) -> None:
    answer = send("POST", "receipts/", sale(device))
    job = Job.objects.get()

    assert 202 == answer.status_code
    assert ("queued", "1.40", "0.00") == (answer.json()["status"], answer.json()["total"], answer.json()["change"])
    assert str(job.public_id) == answer.json()["id"]
    assert answer["Location"] == f"/api/v1/receipts/{job.public_id}/"
    assert (shop.source, "order-10518", 140) == (job.source, job.key, job.payload["total"])
