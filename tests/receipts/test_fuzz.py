"""Whatever is sent: never a 500, never an undocumented answer, and nothing queued from a request that was refused."""

from __future__ import annotations

import copy
import datetime
import json
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema
import pytest
import schemathesis
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core import NOT_SET

from devices.models import Device, Job
from receipts.api.schema import document_in
from tests.receipts.conftest import Send, sale

pytestmark = pytest.mark.django_db

DOCUMENT = document_in("en")
OPERATIONS: dict[str, Any] = {
    f"{operation.method.upper()} {operation.path}": operation
    for operation in (found.ok() for found in schemathesis.openapi.from_dict(DOCUMENT).get_all_operations())  # type: ignore[union-attr]
}
QUICK = settings(
    max_examples=25, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def documented(case: Case[Any], answer: Any) -> None:
    """Raises where *answer* is not one that the schema promises for this operation."""
    promised = DOCUMENT["paths"][case.path][case.method.lower()]["responses"][str(answer.status_code)]
    shape = promised["content"][answer["Content-Type"]]["schema"]
    jsonschema.Draft202012Validator({**shape, "components": DOCUMENT["components"]}).validate(answer.json())


def ask(send: Send, case: Case[Any]) -> Any:
    path = case.path
    for name, value in (case.path_parameters or {}).items():
        path = path.replace("{" + name + "}", quote(str(value), safe=""))
    query = urlencode(case.query or {}, doseq=True, errors="replace").replace("wait=", "wait=0&unknown=")
    body = None if case.body is NOT_SET else case.body if isinstance(case.body, bytes) else json.dumps(case.body)
    return send(case.method, f"{path}?{query}", body)


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("mode", GenerationMode)
def test_answers_keep_to_the_schema(send: Send, device: Device, name: str, mode: GenerationMode) -> None:
    @QUICK
    @given(OPERATIONS[name].as_strategy(generation_mode=mode))
    def run(case: Case[Any]) -> None:
        before = Job.objects.count()
        answer = ask(send, case)
        if answer.status_code not in (404, 405):  # an address that is none, a method that is none
            documented(case, answer)

        assert answer.status_code < 500
        assert answer.status_code in (201, 202) or before == Job.objects.count()

    run()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8") | st.sampled_from("\x00\ud800\udfff\u202e"), max_size=20)
    | st.sampled_from(["0.70", "1", "1e5", "vat10", "general", "cash", "sell", "main"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything inside *value*."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, part in inside for place in places(part, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    changed = copy.copy(value)
    changed[path[0]] = replaced(value[path[0]], path[1:], new)
    return changed


def test_one_part_of_a_good_sale_replaced_by_anything_is_accepted_or_refused_whole(send: Send, device: Device) -> None:
    full = sale(
        device,
        customer={"email": "buyer@example.com", "name": "Петров", "inn": "7700001235"},
        cashier={"name": "Иванова", "inn": "770123456703"},
        taxation="osn",
        total="1.40",
        discount="0.00",
        electronic=False,
        header=["a", {"text": "b", "align": "left"}],
        deadline=(timezone.now() + datetime.timedelta(hours=1)).isoformat(),
        callback_url="https://shop.example.com/x",
    )
    full["items"][0] |= {"supplier": {"inn": "7700001235"}, "agent": "attorney", "discount": "0", "measure": "piece"}

    @settings(QUICK, max_examples=200)
    @given(st.sampled_from(places(full)), JSON)
    def run(place: tuple[Any, ...], new: Any) -> None:
        before = Job.objects.count()
        full["tr_id"] = str(before)
        answer = send("POST", "receipts/", json.dumps(replaced(full, place, new)))

        assert answer.status_code in (200, 202, 404, 409, 422), answer.content
        assert before + (answer.status_code == 202) == Job.objects.count()
        if answer.status_code == 422:
            assert answer.json()["errors"]

    run()


def test_any_bytes_are_refused(send: Send, device: Device) -> None:
    @settings(QUICK, max_examples=100)
    @given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
    def run(body: bytes) -> None:
        answer = send("POST", "receipts/", body)

        assert answer.status_code in (400, 404, 422), answer.content

    run()
    assert not Job.objects.exists()
