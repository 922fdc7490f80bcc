"""A whole day in the browser, nothing in between left out: API, queue, worker, serial line, fiscal storage, page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from devices.models import Device, FiscalDocument, Site
from kktoffice.processes import Child
from receipts.keys import USUAL_SCOPES, renew
from receipts.models import ApiClient
from tests.browser.conftest import sign_in
from tests.factories import make_user
from tests.plugins.services import RunningDevice

pytestmark = pytest.mark.worker
SOON = 40_000  # ms; the cards are asked every two seconds, the device is polled every five
SALE = {
    "tr_id": "order-10518",
    "type": "sell",
    "items": [{"name": "Кофе зерновой «Бразилия»", "price": "625.25", "quantity": "2", "vat": "general"}],
    "payments": [{"type": "cash", "sum": "2000.00"}],
}


@pytest.mark.timeout(180)
def test_a_day_from_the_first_look_to_the_closed_shift(
    new_context: Any,
    live_server: Any,
    transactional_db: None,
    virtual_device: Callable[..., RunningDevice],
    site_worker: Callable[..., Child],
    complaints: list[str],
) -> None:
    make_user()
    site = Site.objects.create(code="shop", name="Магазин")
    device = Device.objects.create(site=site, name="Зал", url=virtual_device().url)
    shop = ApiClient(name="Сайт", scopes=[scope.value for scope in USUAL_SCOPES])
    key = renew(shop)
    shop.save()
    page: Page = new_context().new_page()
    sign_in(page, live_server.url)
    card = page.locator(f"#device-{device.pk}")
    sign = card.locator(".till__head .state")
    expect(sign).to_have_text("Нет службы")  # its worker never ran
    expect(page.locator("#attention")).to_contain_text("не работает")

    site_worker("shop")
    expect(sign).to_have_text("Готова", timeout=SOON)
    expect(page.locator("#attention")).to_be_hidden(timeout=SOON)
    card.locator("text=Открыть смену").click()
    expect(card).to_contain_text("Закрыть смену…", timeout=SOON)

    answer = page.request.post(
        f"{live_server.url}/api/v1/receipts/?wait=20",
        data={**SALE, "device": device.pk},
        headers={"Authorization": f"Bearer {key}"},
    )
    row = page.locator("#recent tr").first
    expect(row).to_contain_text("1 250,50", timeout=SOON)
    expect(row).to_contain_text("Пробит", timeout=SOON)
    expect(card).to_contain_text("1 на 1 250,50", timeout=SOON)
    assert "done" == answer.json()["status"]

    row.locator("a.key").click()
    document = FiscalDocument.objects.get(document_type=3)
    expect(page.locator("h1")).to_contain_text("Чек прихода на 1 250,50")
    expect(page.locator(".tape")).to_contain_text(f"ФД {document.fd_number}")
    expect(page.locator(".tape")).to_contain_text("СДАЧА")
    expect(page.locator(".tape__qr")).to_be_visible()
    expect(page.locator("code", has_text=document.qr)).to_be_visible()

    page.goto(f"{live_server.url}/devices/{device.pk}/cash-out/")
    page.fill("[name=sum]", "1000")
    page.click("button:has-text('Изъять')")
    expect(card).to_contain_text("250,50", timeout=SOON)

    card.locator("text=Закрыть смену…").click()
    page.click("button:has-text('Закрыть смену № 1')")
    expect(card).to_contain_text("закрыта в", timeout=SOON)
    expect(card).to_contain_text("Открыть смену")
    assert [] == complaints
