"""
The pictures of the READMEs, taken from the product itself: `python manage.py test tests/browser/pictures.py`.

Not a part of the suite: it writes into docs/pictures.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import sign_in
from tests.pages.scene import Scene

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
SHOTS = [
    ("today", "/", 1280, 1320, "light"),
    ("today-dark", "/", 1280, 1320, "dark"),
    ("today-phone", "/", 390, 844, "light"),
    ("receipts", "/receipts/", 1280, 800, "light"),
    ("receipt", "/receipts/{full}/", 1280, 1010, "light"),
    ("receipt-phone", "/receipts/{full}/", 390, 844, "dark"),
]


@pytest.mark.parametrize(("name", "path", "width", "height", "theme"), SHOTS, ids=[shot[0] for shot in SHOTS])
def test_picture(
    new_context: Any, live_server: Any, scene: Scene, name: str, path: str, width: int, height: int, theme: str
) -> None:
    page: Page = new_context(width=width, theme=theme, reduced_motion="reduce").new_page()
    page.set_viewport_size({"width": width, "height": height})
    sign_in(page, live_server.url)
    page.goto(live_server.url + path.format(full=scene.full.pk))
    page.screenshot(path=FOLDER / f"{name}.png")
