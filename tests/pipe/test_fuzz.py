"""Whatever is sent: an answer of the protocol, never a 500, nothing in line from what was refused, memory bounded."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.models import Device, Job, Site
from devices.pipe_models import PipeMessage, PipeSegment
from receipts.api.limits import KeyThrottle
from receipts.api.pipe import comands, segments
from receipts.keys import Scope
from receipts.models import Receipt
from tests.pipe.shop import message, sale
from tests.receipts.conftest import new_client

pytestmark = pytest.mark.django_db
QUICK = settings(
    max_examples=120, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8") | st.sampled_from("\x00\ud800\udfff\u202e\r\n"), max_size=20)
    | st.sampled_from(
        ["0.70", "1", "1,5", "1e5", "nds10", "NDSNO", "tcCash", "tc6", "INCOME", "segment", "", 1e22, -0.0]
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
COMANDS = st.sampled_from([*comands.ROWS, "SEGMENT", "MAKE_TEA"])


@pytest.fixture
def ask(quick: None, settings: Any) -> Any:
    """Sends bytes and returns the answer; nobody works, so a command in line is taken back at once."""
    settings.KKT_PIPE_SECONDS = 0
    site = Site.objects.create(code="shop", name="shop")
    Device.objects.create(site=site, name="till", url="/dev/null", number=1)
    key = new_client("Касса", *Scope)[1]

    def send(body: bytes) -> dict[str, Any]:
        KeyThrottle._buckets.clear()
        answer = Client(raise_request_exception=True).post(
            "/atol/", data=body, content_type="application/json", headers={"Authorization": f"Bearer {key}"}
        )
        assert answer.status_code in (200, 413)
        try:
            told: dict[str, Any] = json.loads(answer.content)
        except UnicodeDecodeError:
            told = json.loads(answer.content.decode("cp1251"))
        assert ["response", "error", "error_code"] == list(told)
        assert (told["error_code"] == 0) == (told["error"] == "")
        return told

    return send


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, part in inside for place in places(part, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    changed = copy.copy(value)
    changed[path[0]] = replaced(value[path[0]], path[1:], new)
    return changed


FULL = json.loads(
    message(
        "INCOME",
        sale(
            header_text=[{"text": "a", "font": {"b": True, "a": 1, "w": 0}}],
            footer_text=[{"text": "b", "font": {}}],
            check_discount_sm=0.1,
            check_sm=1.3,
            tr_id=5,
        ),
    )
)


def test_any_bytes_are_answered(ask: Any) -> None:
    @QUICK
    @given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
    def run(body: bytes) -> None:
        assert ask(body)["error_code"] != 0

    run()
    assert not Job.objects.exists()


def test_any_data_of_any_command_is_answered(ask: Any) -> None:
    @QUICK
    @given(COMANDS, JSON)
    def run(comand: str, data: Any) -> None:
        before = Job.objects.count()
        told = ask(json.dumps({"atol_device_data": {"atol_device_number": 1}, "comand": comand, "data": data}).encode())

        assert told["error_code"] != 0 or comand == "SEGMENT"
        assert told["error_code"] == -20002 or before == Job.objects.count()

    run()
    assert {"cancelled"} >= set(Job.objects.values_list("status", flat=True))


def test_one_part_of_a_good_receipt_replaced_by_anything_is_queued_whole_or_not_at_all(ask: Any) -> None:
    @QUICK
    @given(st.sampled_from(places(FULL)), JSON)
    def run(place: tuple[Any, ...], new: Any) -> None:
        before = Receipt.objects.count()
        told = ask(json.dumps(replaced(FULL, place, new)).encode())

        # -20002: it was in line and was taken back in time; everything else was refused before.
        assert before + (told["error_code"] == -20002) == Receipt.objects.count() or place[:1] == ("comand",)

    run()
    assert {"cancelled"} >= set(Job.objects.values_list("status", flat=True))


def test_pieces_of_anything_are_bounded(ask: Any) -> None:
    text = st.text("AbZ9+/=", max_size=40) | JSON
    numbers = st.integers(-2, 5) | JSON

    @QUICK
    @given(st.sampled_from(["a", "b", "{C}"]) | JSON, numbers, numbers, text)
    def run(guid: Any, number: Any, count: Any, text: Any) -> None:
        ask(message("SEGMENT", {"segment_guid": guid, "segment_num": number, "segment_count": count, "text": text}))

    run()
    assert PipeMessage.objects.count() <= segments.MOST_MESSAGES
    assert PipeSegment.objects.count() <= segments.MOST_MESSAGES * segments.MOST_PIECES
