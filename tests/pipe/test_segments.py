"""A message in pieces: any order, repeats, many of them, lost answers, and bounds on what is kept."""

from __future__ import annotations

import base64
import datetime
import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.utils import timezone

from devices.models import Device, Site
from devices.pipe_models import PipeMessage, PipeSegment, PipeSettings
from receipts.api.pipe import segments, serving
from receipts.keys import Scope
from receipts.models import ApiClient
from tests.pipe.shop import Till, message, sale
from tests.receipts.conftest import new_client

GUID = "{F0A21076-1A6B-42BA-B8FE-6C0D5C122F42}"
READY = {"response": "готово", "error": "", "error_code": 0}
Send = Callable[..., dict[str, Any]]


@pytest.fixture
def device(db: None) -> Device:
    """A device that answers without being there."""
    device = Device.objects.create(site=Site.objects.create(code="shop"), name="till", url="/dev/null", number=1)
    PipeSettings.objects.create(device=device, dry_run=True)
    return device


@pytest.fixture
def client(device: Device) -> ApiClient:
    return new_client("Касса", *Scope)[0]


@pytest.fixture
def send(client: ApiClient) -> Send:
    def one(number: Any, text: str, count: Any, guid: Any = GUID, who: ApiClient = client) -> dict[str, Any]:
        data = {"segment_guid": guid, "segment_num": number, "segment_count": count, "text": text}
        told: dict[str, Any] = json.loads(serving.serve(who, message("SEGMENT", data)))
        return told

    return one


def pieces(whole: bytes, count: int) -> list[tuple[int, str]]:
    """*whole* as *count* numbered pieces of its base64."""
    text = base64.b64encode(whole).decode()
    size = -(-len(text) // count)
    return [(number + 1, text[number * size : (number + 1) * size]) for number in range(count)]


def wrong() -> bytes:
    """A receipt whose own answer is told from a piece's."""
    return message("INCOME", sale(cash_sm=1, header_text=[{"text": "я" * 400}] * 20))


@pytest.mark.parametrize("seed", range(3))
def test_88_pieces_in_any_order_with_repeats_are_the_message(send: Send, seed: int) -> None:
    order = pieces(wrong(), 88)
    random.Random(seed).shuffle(order)
    last = order[-1]
    told = [send(number, text, 88) for number, text in order[:-1] + order[:40]]
    end = send(*last, 88)

    assert [READY] * (87 + 40) == told
    assert "не хватает денег у покупателя" in end["error"]


@pytest.mark.django_db(transaction=True)
def test_a_message_in_pieces_reaches_the_device(till: Till) -> None:
    whole = message("INCOME", sale(header_text=[{"text": "Длинная строка " * 20}] * 300))
    told = []
    for (number, text), way in zip(pieces(whole, 8), list(till.ways.values()) * 2, strict=False):
        data = {"segment_guid": GUID, "segment_num": number, "segment_count": 8, "text": text}
        told.append(json.loads(way(message("SEGMENT", data))))

    assert len(whole) > 65535
    assert [READY] * 8 == told
    assert 3 == len(till.shop.device.documents)


@pytest.mark.django_db(transaction=True)
def test_two_last_pieces_at_once_are_one_message(till: Till) -> None:
    whole = message("INCOME", sale())
    for attempt in range(5):
        bodies = [
            message("SEGMENT", {"segment_guid": f"{attempt}", "segment_num": n, "segment_count": 4, "text": text})
            for n, text in pieces(whole, 4)
        ]
        with ThreadPoolExecutor(4) as pool:
            told = list(pool.map(till.ways["http"], bodies))
        assert [READY] * 4 == [json.loads(each) for each in told]

    assert 2 + 5 == len(till.shop.device.documents)


def test_a_lost_answer_of_the_last_piece_is_had_again(send: Send) -> None:
    first = [send(number, text, 3) for number, text in pieces(wrong(), 3)]
    again = [send(number, text, 3) for number, text in pieces(wrong(), 3)]

    assert -1 == first[-1]["error_code"]
    assert [first[-1]] * 3 == again
    assert {65} == {len(piece.text) for piece in PipeSegment.objects.all()}


def test_another_message_under_the_same_guid_is_not_answered_with_the_first_ones_success(send: Send) -> None:
    first = [send(number, text, 2) for number, text in pieces(message("XREPORT"), 2)]
    other = [send(number, text, 2) for number, text in pieces(message("ZREPORT"), 2)]

    assert [READY, READY] == first
    assert -1 == other[-1]["error_code"]
    assert "с разным текстом" in other[-1]["error"]


def test_a_message_that_was_begun_and_never_answered_is_of_unknown_outcome(send: Send) -> None:
    send(1, "e30=", 2)
    PipeMessage.objects.update(started_at=timezone.now())
    told = send(2, "e30=", 2)

    assert -20001 == told["error_code"]


def test_numbers_from_zero_are_an_order_too(send: Send) -> None:
    told = [send(number - 1, text, 4) for number, text in reversed(pieces(wrong(), 4))]

    assert "не хватает денег" in told[-1]["error"]


def test_two_clients_may_have_the_same_guid(send: Send) -> None:
    other = new_client("Другая касса", *Scope)[0]
    told = [send(1, "e30=", 2), send(1, "W10=", 2, who=other)]

    assert [READY, READY] == told
    assert 2 == PipeMessage.objects.count()


def test_windows_1251_inside_is_answered_in_it(client: ApiClient) -> None:
    [(number, text)] = pieces(wrong().decode().encode("cp1251"), 1)
    data = {"segment_guid": GUID, "segment_num": number, "segment_count": 1, "text": text}
    told = serving.serve(client, message("SEGMENT", data)), serving.serve(client, message("SEGMENT", data))

    assert told[0] == told[1]
    assert "не хватает денег" in told[0].decode("cp1251")


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ([(1, "e30=", 2), (1, "W10=", 2)], "Часть 1 пришла дважды с разным текстом."),
        ([(1, "e30=", 2), (2, "W10=", 3)], "У частей одного сообщения разный «segment_count»."),
        ([(1, "***", 1)], "Части не складываются в base64 сообщения."),
        ([(1, "я", 1)], "Части не складываются в base64 сообщения."),
        ([(0, "e30=", 0)], "«segment_count»: нужно целое число от 1 до 1000."),
        ([(1, "e30=", 1001)], "«segment_count»: нужно целое число от 1 до 1000."),
        ([("x", "e30=", 2)], "«segment_num»: нужно число."),
        ([(1, base64.b64encode(message("SEGMENT", {})).decode(), 1)], "Внутри частей снова части."),
        ([(1, "e30=", 1)], "Неизвестная команда"),
    ],
)
def test_what_fits_nothing_is_refused(send: Send, sent: list[tuple[Any, str, int]], error: str) -> None:
    told = [send(*each) for each in sent]

    assert {"response": "", "error": error, "error_code": -1} == told[-1]


def test_what_is_too_much_is_dropped_whole(send: Send) -> None:
    half = "A" * (segments.LONGEST // 2 + 1)
    told = [send(1, half, 3), send(2, half, 3)]

    assert [READY, -1] == [told[0], told[1]["error_code"]]
    assert not PipeSegment.objects.exists()


def test_only_so_many_messages_of_a_client_are_kept(send: Send) -> None:
    told = [send(1, "e30=", 2, guid=f"guid {number}") for number in range(segments.MOST_MESSAGES + 1)]

    assert [READY] * segments.MOST_MESSAGES == told[:-1]
    assert -20004 == told[-1]["error_code"]


def test_what_is_never_finished_is_forgotten(send: Send) -> None:
    send(1, "e30=", 2)
    PipeMessage.objects.update(touched_at=timezone.now() - segments.FORGOTTEN_AFTER - datetime.timedelta(seconds=1))
    send(1, "e30=", 2, guid="another")

    assert ["another"] == list(PipeMessage.objects.values_list("guid", flat=True))
    assert 1 == PipeSegment.objects.count()


@pytest.mark.parametrize("guid", ["", None, 5, "a" * 65, "\u202e", "a\x00b"])
def test_a_guid_that_names_nothing_is_refused(send: Send, guid: Any) -> None:
    told = send(1, "e30=", 2, guid=guid)

    assert (-1 if guid != 5 else 0) == told["error_code"]
