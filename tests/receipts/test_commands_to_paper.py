"""Commands of the API on a virtual device at the end of a real line: from the request to the paper and back."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from devices import watch
from devices.commands import BarcodeType
from devices.models import JournalEntry
from devices.simulator.paper import Dots, Look, Qr, Text
from receipts.keys import Scope
from tests.devices.virtual import Shop, open_shop, shop
from tests.receipts.conftest import new_client, sale, sender
from tests.unit.drivers.scanner import scan

__all__ = ["open_shop", "shop"]

Do = Callable[..., dict[str, Any]]


@pytest.fixture
def do(shop: Shop) -> Do:
    """`do("open_drawer", …)` asks, lets the site's worker look once, and gives the answer."""
    _, key = new_client("Магазин", *Scope)
    send = sender(key)

    def ask(kind: str, **fields: Any) -> dict[str, Any]:
        made = send("POST", f"devices/{shop.row.pk}/commands/", {"type": kind, **fields})
        assert 202 == made.status_code, made.json()
        watch.look(shop.row.site.code)
        answer: dict[str, Any] = send("GET", made["Location"]).json()
        return answer

    return ask


def sell(shop: Shop, **fields: Any) -> dict[str, Any]:
    _, key = new_client("Касса", *Scope)
    made = sender(key)("POST", "receipts/", sale(shop.row, tr_id="sale-1", **fields)).json()
    watch.look(shop.row.site.code)
    answer: dict[str, Any] = sender(key)("GET", made["links"]["self"]).json()
    assert "done" == answer["status"], answer
    return answer


def text(shop: Shop) -> str:
    return "\n".join(part.text for part in shop.device.roll.last() if isinstance(part, Text))


def test_text_with_looks_a_barcode_and_a_qr(do: Do, shop: Shop) -> None:
    lines = [
        {"text": "Мы переехали", "align": "center", "bold": True, "double_height": True},
        "ул. Новая, 5",
        {"barcode": "460123456789", "type": "EAN13", "align": "center", "print_text": True},
        {"barcode": "https://shop.example.com/new", "scale": 6},
    ]

    answer = do("print_text", lines=lines)
    headline, plain, bars, digits, code, *_ = shop.device.roll.last()

    assert ("done", True, None) == (answer["status"], answer["printed"], answer["error"])
    assert Text(" " * 10 + "Мы переехали", Look.BOLD | Look.DOUBLE_HEIGHT) == headline
    assert Text("ул. Новая, 5") == plain
    assert isinstance(bars, Dots)
    assert isinstance(digits, Text)
    assert "4601234567893" == scan(bars.row, BarcodeType.EAN13) == digits.text.strip()
    assert Qr("https://shop.example.com/new") == code


def test_a_report_on_settlements(do: Do, shop: Shop) -> None:
    answer = do("ofd_report", cashier={"name": "Иванова А. А."})

    assert ("done", 21) == (answer["status"], answer["fiscal"]["document_type"])
    assert answer["document"] == answer["fiscal"]
    assert answer["fiscal"]["fd_number"] == shop.device.archive.last_fd
    assert "НЕПЕРЕДАННЫХ ФД" in text(shop)


def test_a_document_read_and_printed_again(do: Do, shop: Shop) -> None:
    sold = sell(shop)["fiscal"]

    read = do("read_document", fd_number=sold["fd_number"])
    printed = do("print_document", fd_number=sold["fd_number"])
    missing = do("read_document", fd_number=99)

    assert sold == read["document"]
    assert read["fiscal"] is None
    assert "done" == printed["status"]
    assert "ДОКУМЕНТ ИЗ ФН" in text(shop)
    assert ("failed", "no_document") == (missing["status"], missing["error"]["code"])


def test_copy_and_rest_of_a_document(do: Do, shop: Shop) -> None:
    sell(shop)
    copied = do("copy_last")

    assert "done" == copied["status"] == do("finish_print")["status"]
    assert "КОПИЯ ДОКУМЕНТА" in text(shop)


def test_knife_drawer_and_sound(do: Do, shop: Shop) -> None:
    do("print_text", lines=["до"], footer=False)
    answers = [do("cut_paper", full=True), do("open_drawer"), do("beep", hertz=1024, milliseconds=300)]

    assert ["done"] * 3 == [answer["status"] for answer in answers]
    assert not shop.device.roll.begun
    assert shop.device.drawer_open
    assert [(1024, 300)] == shop.device.sounds


def test_the_clock_of_the_site(do: Do, shop: Shop) -> None:
    shop.device.state.clock_offset = 7200.0

    answer = do("set_clock")
    now = timezone.now().astimezone(ZoneInfo(shop.row.site.time_zone)).replace(tzinfo=None)

    assert abs(shop.device.now - now) < datetime.timedelta(seconds=10)
    assert abs(datetime.datetime.fromisoformat(answer["state"]["clock"]) - timezone.now()) < datetime.timedelta(
        seconds=10
    )


def test_a_setting_written_and_read(do: Do, shop: Shop) -> None:
    place = {"table": 6, "row": 3, "field": 1}

    assert "Аптека №1" == do("write_table", **place, value="Аптека №1")["value"] == do("read_table", **place)["value"]
    assert "not_supported" == do("read_table", table=3, row=30, field=1)["error"]["code"]


def test_counters_before_and_after_they_are_reset(do: Do, shop: Shop) -> None:
    sell(shop)
    shift, overall = do("read_totals"), do("read_totals", overall=True)
    do("close_shift")
    reset = do("reset_totals")
    after = do("read_totals", overall=True)

    assert (1, 0) == (shift["totals"]["sell"]["count"], overall["totals"]["sell"]["count"])
    assert shift["totals"]["sell"]["sum"] == overall["totals"]["sell"]["sum"] != "0.00"
    assert ("done", "0.00") == (reset["status"], after["totals"]["sell"]["sum"])


def test_a_technical_reset(do: Do, shop: Shop) -> None:
    do("write_table", table=2, row=1, field=32, value="3")

    assert "done" == do("tech_reset")["status"]
    assert "1" == do("read_table", table=2, row=1, field=32)["value"]


def test_what_the_device_tells_of_itself(do: Do, shop: Shop) -> None:
    state, storage, registration = do("read_state"), do("read_storage"), do("read_registration")

    assert ("00106900000042", "closed") == (state["identity"]["serial_number"], state["state"]["shift"])
    assert ("9999078900004312", 3, "1.2") == (
        storage["storage"]["fn_number"],
        storage["storage"]["phase"],
        storage["storage"]["ffd"],
    )
    assert ("7700001235", ["osn"]) == (
        registration["registration"]["inn"],
        registration["registration"]["taxations"],
    )


def test_a_buyers_contact_in_texts_and_codes_is_nowhere_in_the_journal(do: Do, shop: Shop) -> None:
    long = "https://shop.example.com/?order=10518&for=" + "x" * 50 + "&mail=buyer@example.com"

    do("print_text", lines=["Ждём вас, buyer@example.com", {"barcode": "mail:buyer@example.com"}, {"barcode": long}])
    sell(shop, customer={"email": "buyer@example.com"}, header=["+79123456789"])
    do("read_document")

    rows = list(JournalEntry.objects.all())
    kept = "".join(f"{row.before}{row.after}{row.wire}" for row in rows).replace(" ", "").lower()

    assert any(row.wire for row in rows)
    for contact in ("buyer@example", "79123456789"):
        assert contact not in kept
        assert contact.encode().hex() not in kept
