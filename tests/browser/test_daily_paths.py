"""What a manager does every day, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from devices import jobs
from devices.commands import XReport
from devices.models import Device, Job, Link
from devices.states import JobStatus
from tests.factories import make_receipt, state
from tests.pages.scene import Scene

NOTHING: list[str] = []


def top_of(locator: Locator) -> float:
    """Where it stands on the screen, pixels from the top."""
    box = locator.bounding_box()
    assert box is not None
    return box["y"]


def test_signing_in_shows_the_day(desk: Page, complaints: list[str]) -> None:
    expect(desk.locator("h1")).to_contain_text("Сегодня")
    expect(desk.locator(".till")).to_have_count(4)

    assert NOTHING == complaints


def test_a_card_changes_by_itself_and_says_so(desk: Page, scene: Scene, complaints: list[str]) -> None:
    card = desk.locator(f"#device-{scene.pickup.pk}")
    expect(card.locator(".state").first).to_have_text("Готова")
    Device.objects.filter(pk=scene.pickup.pk).update(state=state(cover_open=True, shift_number=98).dump())

    expect(card.locator(".state").first).to_have_text("Открыта крышка", timeout=6000)
    expect(desk.locator("#said")).to_contain_text("Самовывоз: Открыта крышка")
    assert NOTHING == complaints


def test_focus_scroll_and_an_open_menu_stay_when_a_card_changes(desk: Page, scene: Scene) -> None:
    card = desk.locator(f"#device-{scene.coffee.pk}")
    card.locator("summary").click()
    card.locator("summary").focus()
    name = card.locator("h3 a")
    desk.wait_for_timeout(300)
    before = top_of(name)
    Device.objects.filter(pk=scene.coffee.pk).update(link=Link.OFFLINE, link_changed_at=timezone.now())

    expect(card.locator(".state").first).to_contain_text("Нет связи", timeout=6000)
    expect(card.locator("details")).to_have_attribute("open", "")
    assert f"device-{scene.coffee.pk}-menu" == desk.evaluate("document.activeElement.id")
    assert before == pytest.approx(top_of(name), abs=2)


def test_a_row_lights_up_when_its_receipt_moves_on(desk: Page, scene: Scene) -> None:
    desk.mouse.move(1, 1)
    row = desk.locator(f"#row-{scene.queued.pk}")
    expect(row).to_contain_text("В очереди")
    Job.objects.filter(pk=scene.unknown.job_id).update(status=JobStatus.DONE)
    jobs.move(scene.queued.job, JobStatus.RUNNING)

    expect(row).to_contain_text("Пробивается", timeout=6000)
    assert "is-fresh" in (row.get_attribute("class") or "")


def test_a_new_receipt_comes_to_the_list_but_not_under_the_pointer(desk: Page, scene: Scene) -> None:
    last = desk.locator("#recent tr").first
    last.hover()
    new = make_receipt(scene.pickup, total=777700)
    desk.wait_for_timeout(3000)
    expect(desk.locator(f"#row-{new.pk}")).to_have_count(0)
    desk.mouse.move(1, 1)

    expect(desk.locator(f"#row-{new.pk}")).to_be_visible(timeout=6000)


def test_a_silent_server_is_told_and_the_buttons_rest(desk: Page, scene: Scene) -> None:
    desk.evaluate("window.setInterval = window.setInterval")
    desk.route("**/live/**", lambda route: route.abort())
    desk.clock.install()
    desk.reload()
    desk.clock.run_for(40_000)

    expect(desk.locator("#stale")).to_be_visible()
    expect(desk.locator("#stale")).to_contain_text("Данные могли устареть.")
    expect(desk.locator(f"#device-{scene.pickup.pk}-x_report")).to_be_disabled()
    desk.unroute("**/live/**")
    desk.clock.run_for(4_000)
    expect(desk.locator("#stale")).to_be_hidden()
    expect(desk.locator(f"#device-{scene.pickup.pk}-x_report")).to_be_enabled()


def test_filtering_the_list_and_opening_a_receipt(desk: Page, scene: Scene, complaints: list[str]) -> None:
    desk.click("nav >> text=Чеки")
    desk.select_option("#id_payment", "cash")
    desk.click("text=Показать")
    expect(desk.locator("tbody tr")).to_have_count(3)
    desk.fill("#rq", "320")
    desk.press("#rq", "Enter")
    expect(desk.locator("tbody tr")).to_have_count(1)
    desk.click("tbody a.key")

    expect(desk.locator("h1")).to_contain_text("Чек прихода на 320,00")
    expect(desk.locator(".tape pre").first).to_contain_text("КАССОВЫЙ ЧЕК")
    assert NOTHING == complaints


def test_the_slash_key_finds_an_order(desk: Page, scene: Scene) -> None:
    desk.keyboard.press("/")
    desk.keyboard.type("10518")
    desk.keyboard.press("Enter")

    expect(desk.locator("tbody tr")).to_have_count(1)
    expect(desk.locator("tbody")).to_contain_text("10518")


def test_taking_a_queued_receipt_back(desk: Page, live_server: Any, scene: Scene) -> None:
    desk.goto(f"{live_server.url}/receipts/{scene.queued.pk}/")
    desk.click("text=Отменить чек…")
    expect(desk.locator("h1")).to_contain_text("Отменить чек на 1 120,00")
    desk.click("button:has-text('Отменить чек')")

    expect(desk.locator(".flash")).to_contain_text("Чек отменён, ничего не пробито.")
    expect(desk.locator("h1")).to_contain_text("Отменён")


def test_a_receipts_page_follows_the_job(desk: Page, live_server: Any, scene: Scene) -> None:
    desk.goto(f"{live_server.url}/receipts/{scene.queued.pk}/")
    jobs.move(scene.queued.job, JobStatus.CANCELLED)

    expect(desk.locator("h1")).to_contain_text("Отменён", timeout=6000)


def test_a_report_is_one_press_and_closing_asks_first(desk: Page, scene: Scene) -> None:
    before = Job.objects.filter(kind=XReport.kind).count()
    desk.click(f"#device-{scene.pickup.pk}-x_report")
    expect(desk.locator(".flash")).to_contain_text("X-отчёт: отправлено на кассу «Самовывоз».")
    assert before + 1 == Job.objects.filter(kind=XReport.kind).count()

    desk.click(f"#device-{scene.pickup.pk}-close")
    expect(desk.locator("h1")).to_contain_text("Закрыть смену № 98?")
    desk.click("button:has-text('Закрыть смену № 98')")
    expect(desk.locator(".flash")).to_be_visible()
    assert 1 == Job.objects.filter(kind="close_shift").count()


def test_everything_works_without_script(new_context: Any, live_server: Any, scene: Scene) -> None:
    from tests.browser.conftest import sign_in

    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, live_server.url)
    page.click(f"#device-{scene.pickup.pk}-x_report")

    expect(page.locator(".flash")).to_contain_text("отправлено на кассу")
    assert re.search(r"\d\d:\d\d:\d\d", page.inner_text(".stamp"))


def test_the_keyboard_alone_reaches_every_button_of_a_card(desk: Page, scene: Scene) -> None:
    card = desk.locator(f"#device-{scene.pickup.pk}")
    card.locator("h3 a").focus()
    reached = []
    for _ in range(6):
        desk.keyboard.press("Tab")
        reached.append(desk.evaluate("document.activeElement.id"))

    expected = [f"device-{scene.pickup.pk}-{name}" for name in ("slip", "close", "x_report", "menu")]
    assert expected == reached[:4]


def test_choosing_the_dark_theme_keeps_it(desk: Page, live_server: Any) -> None:
    desk.click("#me summary")
    desk.click("button:has-text('Тёмная')")
    expect(desk.locator("html")).to_have_attribute("data-theme", "dark")
    desk.goto(f"{live_server.url}/receipts/")

    expect(desk.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_language_is_switched_at_the_sign_in(
    new_context: Any, live_server: Any, scene: Scene, language: str
) -> None:
    page = new_context().new_page()
    page.goto(f"{live_server.url}/login/")
    page.click(f"button[value={language}]")

    expect(page.locator("form .btn--main")).to_have_text({"ru": "Войти", "en": "Sign in"}[language])
