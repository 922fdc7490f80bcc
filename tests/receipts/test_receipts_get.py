"""GET /api/v1/receipts/ and GET /api/v1/receipts/<id>/"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from devices.ffd import DocumentType
from devices.models import Device, Job, Site
from receipts.keys import Scope
from receipts.models import Receipt
from tests.receipts.conftest import Send, new_client, sale, sender
from tests.receipts.documents import registered

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(send: Send, device: Device) -> dict[str, Any]:
    answer: dict[str, Any] = send("POST", "receipts/", sale(device)).json()
    return answer


def test_a_registered_receipt_shows_everything_fiscal(send: Send, made: dict[str, Any]) -> None:
    job = Job.objects.get()
    registered(job, fd_number=4710, document_type=DocumentType.SHIFT_OPEN, fpd=1)
    registered(job)
    answer = send("GET", made["links"]["self"])
    fiscal = answer.json()["fiscal"]

    assert (200, "done", True) == (answer.status_code, answer.json()["status"], answer.json()["printed"])
    assert ("9999078900004312", 4711, "1203456789", 118, 1) == (
        fiscal["fn_number"],
        fiscal["fd_number"],
        fiscal["fpd"],
        fiscal["shift_number"],
        fiscal["receipt_number"],
    )
    assert ("1234567890043947", "0404", "1.40") == (fiscal["rnm"], fiscal["tlv"], fiscal["total"])
    assert fiscal["qr"].startswith("t=20261120T0905&s=1.40")
    assert fiscal["at"].endswith("+03:00")


@pytest.mark.parametrize("what", [uuid.uuid4(), "1", "%00", "x" * 300, "..", "é"])
def test_what_is_not_there_is_not_found(send: Send, made: dict[str, Any], what: object) -> None:
    answer = send("GET", f"/api/v1/receipts/{what}/")

    assert (404, "not_found") == (answer.status_code, answer.json()["code"])


def test_another_client_does_not_see_it_unless_its_key_may(made: dict[str, Any], site: Site) -> None:
    other = Site.objects.create(code="other", name="Другой")
    _, stranger = new_client("Чужой", Scope.RECEIPTS_READ)
    _, office = new_client("Бухгалтерия", Scope.RECEIPTS_READ, Scope.RECEIPTS_READ_ALL, sites=(site,))
    _, elsewhere = new_client("Другая", Scope.RECEIPTS_READ, Scope.RECEIPTS_READ_ALL, sites=(other,))

    assert [404, 200, 404] == [
        sender(key)("GET", made["links"]["self"]).status_code for key in (stranger, office, elsewhere)
    ]
    assert [0, 1, 0] == [
        len(sender(key)("GET", "receipts/").json()["results"]) for key in (stranger, office, elsewhere)
    ]


def test_pages_go_through_all_newest_first(send: Send, device: Device) -> None:
    for each in range(5):
        send("POST", "receipts/", sale(device, tr_id=str(each)))
    seen, where = [], "/api/v1/receipts/?limit=2"
    while where:
        page = send("GET", where).json()
        seen += [row["tr_id"] for row in page["results"]]
        where = (page["next"] or "").removeprefix("http://testserver")

    assert ["4", "3", "2", "1", "0"] == seen


def test_a_page_costs_the_same_whatever_its_size(
    send: Send, device: Device, django_assert_num_queries: Callable[..., Any]
) -> None:
    for each in range(3):
        send("POST", "receipts/", sale(device, tr_id=str(each)))
    send("GET", "receipts/")

    # key, sites of the key, receipts with job and device, lines, payments, documents
    with django_assert_num_queries(7):
        assert 3 == len(send("GET", "receipts/").json()["results"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tr_id=a", ["a"]),
        ("tr_id=nobody", []),
        ("status=queued", ["b"]),
        ("status=done", ["a"]),
        ("type=sell_return", ["b"]),
        ("type=sell", ["a"]),
        ("site=main", ["b", "a"]),
        ("site=other", []),
        ("device=999", []),
        ("fd_number=4711", ["a"]),
        ("fd_number=4712", []),
        ("shift=118", ["a"]),
        ("shift=119", []),
        ("total_from=1.40&total_to=1.40", ["b", "a"]),
        ("total_from=1.41", []),
        ("created_from=2020-01-01&created_to=2099-01-01T00:00:00%2B03:00", ["b", "a"]),
        ("created_to=2020-01-01T00:00:00+03:00", []),
        ("created_from=2099-01-01", []),
    ],
)
def test_filters(send: Send, device: Device, query: str, expected: list[str]) -> None:
    send("POST", "receipts/", sale(device, tr_id="a"))
    registered(Job.objects.get())
    send("POST", "receipts/", sale(device, tr_id="b", type="sell_return"))

    assert expected == [row["tr_id"] for row in send("GET", f"receipts/?{query}").json()["results"]]


@pytest.mark.parametrize(
    "query",
    [
        "status=sold",
        "type=x",
        "device=x",
        "device=99999999999",
        "device=-1",
        "fd_number=1e3",
        "total_from=1,5",
        "created_from=yesterday",
        "created_from=0001-01-01T00:00:00%2B14:00",
        "created_to=9999-12-31T23:59:59-14:00",
        "limit=0",
        "limit=201",
        "limit=x",
        "cursor=x",
        "cursor=" + quote("cD1hYmM="),
        "cursor=" + quote("cD0xJTAw"),
        "cursor=%ff%fe",
        "cursor=%00",
        "tr_id=%00",
        "trid=1",
        "tr_id=",
        "total_from=",
        "cursor=",
        "%ff=1",
        "a%00=1",
    ],
)
def test_a_wrong_parameter_is_named(send: Send, made: dict[str, Any], query: str) -> None:
    answer = send("GET", f"receipts/?{query}")

    assert (422, "validation_failed") == (answer.status_code, answer.json()["code"])
    assert 1 == len(answer.json()["errors"])


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_are_not_allowed(send: Send, made: dict[str, Any], method: str) -> None:
    answer = send(method, "receipts/", {})

    assert (405, "method_not_allowed") == (answer.status_code, answer.json()["code"])
    assert "GET" in answer["Allow"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "POST", "OPTIONS"])
def test_other_methods_are_not_allowed_on_one(send: Send, made: dict[str, Any], method: str) -> None:
    assert 405 == send(method, made["links"]["self"], {}).status_code


def test_a_receipt_made_by_people_has_no_client(send: Send, device: Device, made: dict[str, Any]) -> None:
    Receipt.objects.update(client=None)

    assert 404 == send("GET", made["links"]["self"]).status_code
