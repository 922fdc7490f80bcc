"""
The worked receipts from the API over a real line into the archive of a virtual device, and back: document,
database and paper say the same, to the kopeck. The requisites are read here by a reader of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from devices.ffd import VAT_RATES, Operation, Tag, Vat
from devices.line import run_line
from devices.models import Device, FiscalDocument, Job, Site
from devices.simulator.device import VirtualDevice
from devices.simulator.paper import Qr, Text
from devices.simulator.running import serve_pty
from devices.units import roubles
from receipts.api.v1.examples import PHARMACY
from tests.receipts.archived import requisites, text, told
from tests.receipts.conftest import Send, new_client, sender
from tests.receipts.worked import GOODS, ORACLES, body, payments, positions, vat

pytestmark = pytest.mark.django_db(transaction=True)
PAYMENT_TAGS = {"cash": 1031, "electronically": 1081, "prepaid": 1215, "credit": 1216, "other": 1217}
VAT_TAGS = {rate.sum_tag: rate.code for rate in VAT_RATES.values() if rate.sum_tag is not Tag.VAT_BLOCK}


def number(value: bytes) -> int:
    return int.from_bytes(value, "little")


def money(value: bytes) -> str:
    return roubles(number(value))


def decimal(value: bytes) -> Decimal:
    return Decimal(number(value[1:])).scaleb(-value[0])


@contextmanager
def shop_with(folder: Path, *, transport: int, ffd: str = "1.2", mode: str = "positions") -> Iterator[Shop]:
    """A register that is registered for ОСН and УСН доход, on a pseudo-terminal."""
    with (
        VirtualDevice(folder / "kkt", ffd=ffd, vat_mode=mode, taxations=3) as kkt,
        serve_pty(kkt, folder / "tty", transport=transport) as line,
    ):
        site = Site.objects.create(code="main", name="Магазин")
        device = Device.objects.create(site=site, name="Касса", url=line.url, default_cashier="Иванова А. А.")
        _, key = new_client("Магазин")
        yield Shop(kkt, device, sender(key), mode)


@pytest.fixture(params=[(3, "positions"), (2, "rate_total")], ids=["v3-positions", "v2-rate-total"])
def shop(request: pytest.FixtureRequest, tmp_path: Path, db: None) -> Iterator[Shop]:
    transport, mode = request.param
    with shop_with(tmp_path, transport=transport, mode=mode) as made:
        yield made


@pytest.fixture
def old_shop(tmp_path: Path, db: None) -> Iterator[Shop]:
    """A register of ФФД 1.05."""
    with shop_with(tmp_path, transport=2, ffd="1.05") as made:
        yield made


class Shop:
    """A register at the end of a line, and a client of the API."""

    def __init__(self, kkt: VirtualDevice, device: Device, send: Send, mode: str) -> None:
        self.kkt, self.device, self.send, self.mode = kkt, device, send, mode

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """What the API tells once the line is empty."""
        made = self.send("POST", "receipts/", request | {"device": self.device.pk})
        assert 202 == made.status_code, made.json()
        run_line("main")
        told: dict[str, Any] = self.send("GET", made["Location"]).json()
        return told

    def sell(self, request: dict[str, Any]) -> tuple[dict[str, Any], dict[int, bytes], list[dict[int, bytes]]]:
        """What the API tells in the end, the document's requisites, and those of its positions."""
        told = self.ask(request)
        assert "done" == told["status"], told
        document = self.kkt.documents[-1]
        whole = requisites(document.tlv)
        return told, dict(whole), [dict(requisites(value)) for tag, value in whole if tag == Tag.POSITION]


@pytest.mark.parametrize("name", ORACLES)
def test_a_worked_receipt_is_the_same_in_archive_database_and_answer(shop: Shop, name: str) -> None:
    oracle = ORACLES[name]
    told, document, lines = shop.sell(body(name))
    kept = FiscalDocument.objects.get(job__isnull=False, document_type=oracle["doc"])

    assert positions(name) == [
        (
            text(line[Tag.NAME]),
            money(line[Tag.PRICE]),
            format(decimal(line[Tag.QUANTITY]).normalize(), "f"),
            money(line[Tag.POSITION_SUM]),
            number(line[Tag.VAT]),
            money(line.get(Tag.POSITION_VAT_SUM, b"")) if number(line[Tag.VAT]) != 6 else "0.00",
            number(line[Tag.PAYMENT_METHOD]),
            number(line[Tag.PAYMENT_OBJECT]),
        )
        for line in lines
    ]
    assert (oracle["1054"], oracle["1055"]) == (number(document[Tag.OPERATION]), number(document[Tag.TAXATION]))
    assert oracle["1020"] == money(document[Tag.TOTAL]) == roubles(kept.total) == told["fiscal"]["total"]
    assert payments(name) == {
        kind: money(document[tag]) for kind, tag in PAYMENT_TAGS.items() if number(document.get(tag, b""))
    }
    assert vat(name, variant=f"vat_{shop.mode}") == vat_of(document)
    assert oracle.get("change", "0.00") == told["change"]
    assert told["fiscal"]["qr"] == (
        f"t={kept.local_time.replace('-', '').replace(':', '')[:13]}&s={oracle['1020']}&fn={kept.fn_number}"
        f"&i={kept.fd_number}&fp={kept.fpd}&n={oracle['1054']}"
    )
    mark = oracle.get("1192") or Job.objects.get(kind="receipt").payload["mark"]
    assert mark == text(document[Tag.RECEIPT_REQUISITE])
    assert Operation(oracle["1054"]) == kept.operation


@pytest.mark.parametrize("name", ORACLES)
def test_a_worked_receipt_is_on_paper_to_the_kopeck(shop: Shop, name: str) -> None:
    oracle = ORACLES[name]
    told, _, _ = shop.sell(body(name))
    roll = shop.kkt.roll.last()
    tape = [" ".join(line.text.split()) for line in roll if isinstance(line, Text)]
    paper = " ".join(tape)

    for title, price, quantity, amount, *_ in positions(name):
        assert title in paper
        assert any(line.startswith(f"{price} x {quantity}") and line.endswith(f" ={amount}") for line in tape), tape
    assert f"ИТОГ ={oracle['1020']}" in tape
    for kind, paid in payments(name).items():
        shown = oracle.get("tendered", paid) if kind == "cash" else paid
        assert any(line.endswith(f" ={shown}") for line in tape), (kind, shown, tape)
    if oracle.get("change", "0.00") != "0.00":
        assert f"СДАЧА ={oracle['change']}" in tape
    for tax in vat(name, variant=f"vat_{shop.mode}").values():
        assert any(line.startswith("СУММА ") and line.endswith(f" ={tax}") for line in tape), (tax, tape)
    assert told["fiscal"]["qr"] in [line.text for line in roll if isinstance(line, Qr)]


IN_CHECK_ONLY = {"2000"}
"""Belongs to the check of a code and to the notice about it, and to no receipt (ffd.md 2.2)."""
OF_DOCUMENT = ("1009", "1036", "1084", "1173", "1174", "1187", "1227", "1228", "1256", "1261", "1270", "2107")


@pytest.mark.parametrize("name", GOODS)
def test_everything_in_a_receipt_is_in_the_archive_as_it_was_worked_out(name: str, tmp_path: Path, db: None) -> None:
    oracle = GOODS[name]
    with shop_with(tmp_path, transport=3, ffd=oracle.get("ffd", "1.2")) as shop:
        answer, document, _ = shop.sell(body(name))
        raw = shop.kkt.documents[-1].tlv
        kept = FiscalDocument.objects.get(job__isnull=False, document_type=oracle["doc"])

    archived = told(raw)
    lines = archived.get("1059", [])
    lines = lines if isinstance(lines, list) else [lines]
    expected = [{tag: each[tag] for tag in each if tag not in IN_CHECK_ONLY} for each in oracle["1059"]]
    assert expected == [{tag: line.get(tag) for tag in each} for each, line in zip(expected, lines, strict=True)]
    assert {tag: oracle[tag] for tag in OF_DOCUMENT if tag in oracle} == {
        tag: archived.get(tag) for tag in OF_DOCUMENT if tag in oracle
    }
    assert (oracle["1054"], oracle["1055"]) == (archived["1054"], archived["1055"])
    assert oracle["1020"] == archived["1020"] == roubles(kept.total) == answer["fiscal"]["total"]
    assert payments(name) == {
        kind: archived[str(tag)] for kind, tag in PAYMENT_TAGS.items() if archived.get(str(tag)) != "0.00"
    }
    assert vat(name) == vat_of(document)
    assert raw == bytes(kept.tlv)
    assert oracle.get("change", "0.00") == answer["change"]
    for item, each in zip(answer["items"], oracle["1059"], strict=False):
        assert (each["1043"], each.get("1229"), each.get("1230", "")) == (item["sum"], item["excise"], item["country"])
        bits = (item["mark"] or {}).get("check") or {}
        assert (each.get("2106") == 15) == (bool(bits) and all(bits[word] for word in bits if word != "offline"))


@pytest.mark.parametrize("name", [name for name in GOODS if "ffd" not in GOODS[name]])
def test_a_notice_tells_the_marking_system_of_every_code(name: str, tmp_path: Path, db: None) -> None:
    with shop_with(tmp_path, transport=3) as shop:
        shop.sell(body(name))
        raw = bytes.fromhex(shop.kkt.documents[-1].meta.notice)

    goods = told(raw).get("2007", []) if raw else []
    goods = goods if isinstance(goods, list) else [goods]
    status = {1: {"1291": 2}, 2: {"1291": 4}}.get(GOODS[name]["1054"], {})
    assert [
        (each["2000"], each["1163"]["1305"], 15, status.get("1291") if "1291" in each else 2 * GOODS[name]["1054"] - 1)
        for each in GOODS[name]["1059"]
        if "2000" in each
    ] == [(each["2000"], each["2101"], each["2106"], each["2110"]) for each in goods]


def vat_of(document: dict[int, bytes]) -> dict[int, str]:
    """Tag 1199 to the receipt's tax of it, zeros left out."""
    flat = {code: money(document[tag]) for tag, code in VAT_TAGS.items() if number(document.get(tag, b""))}
    for tag, value in requisites(document.get(Tag.VAT_BLOCK, b"")):
        if tag == Tag.VAT_BLOCK_ITEM:
            inner = dict(requisites(value))
            flat[number(inner[Tag.VAT])] = money(inner[Tag.VAT_BLOCK_SUM])
    return flat


def test_the_sale_of_the_pharmacy_reaches_archive_and_paper_unchanged(shop: Shop) -> None:
    told, document, lines = shop.sell(PHARMACY)
    printed = " ".join(line.text for line in shop.kkt.roll.last() if isinstance(line, Text))
    paper = " ".join(printed.split())

    assert [item["name"] for item in PHARMACY["items"]] == [text(line[Tag.NAME]) for line in lines]
    assert "2012.00" == money(document[Tag.TOTAL]) == told["total"]
    # By positions 33.36 + 22.73 + 5.45 + 59.36 and 70.15 + 52.84; by the rate's total 1330.00 and 682.00.
    expected = {"positions": {2: "120.90", 11: "122.99"}, "rate_total": {2: "120.91", 11: "122.98"}}
    assert expected[shop.mode] == vat_of(document)
    for words in ("ЗАО Рога и Копыта", "ИНН 6600023456", "Спасибо!", "Аллохол (таб; №10)"):
        assert words in paper


def test_an_internet_sale_carries_its_requisites(shop: Shop) -> None:
    _, document, _ = shop.sell(body("R10"))

    assert ("buyer@example.com", "shop@example.com", "shop.example.com") == tuple(
        text(document[tag]) for tag in (Tag.CUSTOMER_CONTACT, Tag.SENDER_EMAIL, Tag.SETTLEMENT_PLACE)
    )


def test_an_agents_position_names_its_supplier(shop: Shop) -> None:
    _, _, lines = shop.sell(body("R11"))
    consigned = lines[1]

    assert (32, "7800004568") == (number(consigned[Tag.POSITION_AGENT]), text(consigned[Tag.SUPPLIER_INN]))
    supplier = dict(requisites(consigned[Tag.SUPPLIER_DATA]))
    assert ("ИП Петров", "+79990000000") == (text(supplier[Tag.SUPPLIER_NAME]), text(supplier[Tag.SUPPLIER_PHONE]))


@pytest.mark.parametrize("rate", [vat for vat in Vat if vat not in (Vat.VAT20, Vat.VAT120)])
def test_every_current_rate_is_registered_as_itself(shop: Shop, rate: Vat) -> None:
    request = {
        "tr_id": rate.value,
        "type": "sell",
        "taxation": "usn_income",
        "items": [{"name": "Товар", "price": "100.00", "quantity": "1", "vat": rate.value}],
        "payments": [{"type": "electronically", "sum": "100.00"}],
    }
    told, document, lines = shop.sell(request)

    assert VAT_RATES[rate].code == number(lines[0][Tag.VAT])
    assert {VAT_RATES[rate].code: told["vats"][0]["sum" if VAT_RATES[rate].numerator else "turnover"]} == vat_of(
        document
    )


@pytest.mark.parametrize("name", ["R3", "R9"])
def test_an_older_register_takes_what_it_knows(old_shop: Shop, name: str) -> None:
    _, document, _ = old_shop.sell(body(name))

    assert ORACLES[name]["1020"] == money(document[Tag.TOTAL])
    assert vat(name) == vat_of(document)


def test_an_older_register_refuses_newer_rates_and_registers_nothing(old_shop: Shop) -> None:
    told = old_shop.ask(body("R1"))

    assert ("failed", "tax_mismatch", None) == (told["status"], told["error"]["code"], told["fiscal"])
    assert not FiscalDocument.objects.filter(document_type=3).exists()


def test_a_correction_for_an_older_register_is_refused_before_the_line(old_shop: Shop) -> None:
    old_shop.sell(body("R3"))
    answer = old_shop.send("POST", "receipts/", body("R13") | {"device": old_shop.device.pk})

    assert [("type", "ffd_too_old")] == [(error["path"], error["code"]) for error in answer.json()["errors"]]


def test_a_day_of_worked_receipts_adds_up_in_shift_and_drawer(shop: Shop) -> None:
    """ffd.md 9.1: seller A, with 500.00 put in and 300.00 taken out on the way; the drawer began empty."""
    where = f"devices/{shop.device.pk}/commands/"
    for name in (name for name in ORACLES if name not in ("R10", "R13")):
        shop.sell(body(name))
        if name == "R4":
            shop.send("POST", where, {"type": "cash_in", "sum": "500.00"})
            shop.send("POST", where, {"type": "cash_out", "sum": "300.00"})
    running = shop.send("GET", "shifts/?state=open").json()["results"][0]["totals"]
    x_report = shop.send("POST", where, {"type": "x_report"}).json()
    shop.send("POST", where, {"type": "close_shift"})
    run_line("main")
    shift = shop.send("GET", "shifts/?state=closed").json()["results"][0]

    expected = {
        "sell": ("25502.95", "2086.49", "16070.79", "5000.00", "2345.67"),
        "sell_return": ("1199.00", "1199.00", "0.00", "0.00", "0.00"),
    }
    for totals in (running, shift["totals"], shift["device_totals"]):
        for operation, sums in expected.items():
            assert sums == tuple(
                totals[operation][name] for name in ("sum", "cash", "electronically", "prepaid", "credit")
            )
        assert [10, 1] == [totals["sell"]["count"], totals["sell_return"]["count"]]
        assert ("500.00", "300.00") == (totals["cash_in"]["sum"], totals["cash_out"]["sum"])
        # 2087.49 with an opening of 1000.00
        assert "1087.49" == totals["cash"]
    assert "1087.49" == shop.send("GET", x_report["links"]["self"]).json()["cash"]
