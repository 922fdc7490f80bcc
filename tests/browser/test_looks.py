"""Every page at every width in both themes: nothing sticks out or comes from elsewhere, the console is silent."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from playwright.sync_api import Page

from devices.states import JobStatus
from tests.browser.conftest import sign_in
from tests.factories import (
    identity,
    make_client,
    make_device,
    make_receipt,
    make_shift,
    make_site,
    make_user,
    position,
    state,
)
from tests.pages.scene import Scene

PAGES = {
    "login": "/login/",
    "today": "/",
    "receipts": "/receipts/",
    "nothing": "/receipts/?q=no-such-order",
    "receipt": "/receipts/{full}/",
    "unknown": "/receipts/{unknown}/",
    "rejected": "/receipts/{rejected}/",
    "cancel": "/receipts/{queued}/cancel/",
    "device": "/devices/{hall}/",
    "close": "/devices/{hall}/close-shift/",
    "overdue": "/devices/{web}/overdue/",
    "docs": "/api/docs/",
    "cash": "/devices/{hall}/cash-out/",
    "text": "/devices/{hall}/print/",
    "missing": "/no-such-page/",
}
# Boxes that a reader would have to scroll to; tables may scroll inside their own frame.
STICKS_OUT = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.checkVisibility() && !e.closest('.scroll, .seg, .vh, .skip, pre')
    && e.getBoundingClientRect().width > 0
    && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(e => e.tagName + '.' + e.className)"""
# Anything that one presses is at least 24 px; at the counter, with a finger, 44.
TOO_SMALL = """least => [...document.querySelectorAll('main a.btn, main button, main summary.btn, .nav')]
  .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < least)
  .map(e => e.textContent.trim())"""


@pytest.mark.parametrize(
    ("width", "theme", "language"),
    [
        (360, "light", "ru"),
        (360, "dark", "ru"),
        (768, "light", "ru"),
        (768, "dark", "ru"),
        (1280, "light", "ru"),
        (1280, "dark", "ru"),
        (360, "light", "en"),
        (768, "dark", "en"),
        (1280, "light", "en"),
    ],
)
@pytest.mark.timeout(180)
def test_pages_fit(
    new_context: Any,
    live_server: Any,
    scene: Scene,
    complaints: list[str],
    tmp_path: Path,
    width: int,
    theme: str,
    language: str,
) -> None:
    names = ("full", "unknown", "rejected", "queued", "hall", "web")
    ids = {name: getattr(scene, name).pk for name in names}
    User.objects.get().user_permissions.add(Permission.objects.get(codename="decide_unknown"))
    page: Page = new_context(width=width, theme=theme, reduced_motion="reduce").new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, live_server.url)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    wrong: dict[str, object] = {}
    for name, path in PAGES.items():
        page.goto(live_server.url + path.format(**ids))
        before = len(wrong)
        if out := page.evaluate(STICKS_OUT):
            wrong[name] = out
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong[f"{name} scrolls"] = width
        if small := page.evaluate(TOO_SMALL, 43 if width < 700 else 31):
            wrong[f"{name} small"] = small
        if len(wrong) > before:
            page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
    noise = [word for word in complaints if "404" not in word]

    assert {} == wrong
    assert [] == noise
    assert [] == [url for url in asked if not url.startswith((live_server.url, "data:"))]


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_extreme_values_stay_inside(new_context: Any, live_server: Any, transactional_db: None, width: int) -> None:
    """The longest names, orders and sums that the rows can hold, without a space to break at."""
    make_user(first_name="Константинопольская-Рождественская", last_name="Ё" * 60)
    site = make_site("long", name="Ж" * 120)
    device = make_device(site, name="Щ" * 80, state=state(cash=99_999_999_999, paper=False))
    far = make_device(site, name="W" * 80, identity=identity(organisation="Ш" * 250, address="Ы" * 250))
    shift = make_shift(device, age=datetime.timedelta(hours=26))
    client = make_client("Ю" * 120)
    long = position("Ф" * 128, price=9_999_999_999, quantity="99.999999")
    for where in (device, far):
        is_near = where is device
        receipt = make_receipt(
            where,
            positions=(long,),
            tr_id=("Q" if is_near else "Z") * 128,
            client=client,
            shift=shift if is_near else None,
            status=JobStatus.DONE if is_near else JobStatus.UNKNOWN,
            cashier="Ц" * 64,
            error_detail="atol " + "x" * 240,
        )
    page: Page = new_context(width=width).new_page()
    sign_in(page, live_server.url)
    wrong: dict[str, object] = {}
    for path in ("/", "/receipts/", f"/receipts/{receipt.pk}/", f"/devices/{far.pk}/", f"/devices/{far.pk}/cash-in/"):
        page.goto(live_server.url + path)
        if out := page.evaluate(STICKS_OUT):
            wrong[path] = out[:5]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong[f"{path} scrolls"] = width

    assert {} == wrong


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_enough_contrast(new_context: Any, live_server: Any, scene: Scene, theme: str) -> None:
    """4.5 to 1 for every text that one sees (WCAG 2.2 AA); disabled buttons are left out."""
    page: Page = new_context(theme=theme, reduced_motion="reduce").new_page()
    sign_in(page, live_server.url)
    poor: set[str] = set()
    for path in ("/", "/receipts/", f"/receipts/{scene.unknown.pk}/"):
        page.goto(live_server.url + path)
        poor |= set(page.evaluate(CONTRAST))

    assert set() == poor


CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const linear = (x) => x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4;
  const light = (c) => { const v = c.map((x) => linear(x / 255));
    return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
  const ground = (e) => { for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor);
    if (c[3] > 250) return c; } return rgba('Canvas'); };
  const poor = [];
  for (const e of document.querySelectorAll('body *')) {
    if (e.closest('.vh, [hidden], [aria-disabled=true], .tape__stamp, svg, .skip, select')) continue;
    if (!e.getClientRects().length) continue;
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
    const a = light(rgba(getComputedStyle(e).color)), b = light(ground(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) poor.push(e.className + ' ' + e.textContent.trim().slice(0, 30) + ' ' + ratio.toFixed(2));
  }
  return poor;
}"""


def test_printing_a_receipt_prints_the_tape_alone(desk: Page, live_server: Any, scene: Scene) -> None:
    desk.goto(f"{live_server.url}/receipts/{scene.full.pk}/")
    desk.emulate_media(media="print")

    assert desk.locator("figure.tape").is_visible()
    assert not desk.locator(".rail").is_visible()
    assert not desk.locator("text=Фискальные данные").is_visible()
    assert not desk.locator("h1").is_visible()


@pytest.mark.parametrize(("name", "millimetres"), [("full", 80), ("unknown", 80), ("coffee", 58)])
def test_a_receipt_prints_on_one_page_of_its_rolls_width(
    desk: Page, live_server: Any, scene: Scene, name: str, millimetres: int
) -> None:
    receipt = scene.coffee.receipts.latest("id") if name == "coffee" else getattr(scene, name)
    desk.goto(f"{live_server.url}/receipts/{receipt.pk}/")
    printed = desk.pdf(prefer_css_page_size=True)
    widths = [float(width) for width in re.findall(rb"/MediaBox ?\[0 0 ([\d.]+)", printed)]

    assert [pytest.approx(millimetres / 25.4 * 72, abs=1)] == widths
