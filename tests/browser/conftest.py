"""A real Chromium on the live server; skipped with a reason where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.factories import PASSWORD, make_user
from tests.pages.scene import Scene, play

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on PATH: apt-get install chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ARGUMENTS}


@pytest.fixture(scope="session", autouse=True)
def without_async_guard() -> Iterator[None]:
    """Playwright keeps an event loop in this thread to the end of the run; tests call the ORM from it all the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    make_user()
    return play()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console said; a page that is in order says nothing."""
    return []


@pytest.fixture
def new_context(browser: Browser, complaints: list[str]) -> Iterator[Any]:
    """`new_context(width=360, theme="dark")`: a browser window of that kind, its console listened to."""
    contexts: list[BrowserContext] = []

    def make(*, width: int = 1280, theme: str = "light", **how: Any) -> BrowserContext:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=theme,  # type: ignore[arg-type]  # "light" or "dark"
            has_touch=width < 700,
            locale="ru-RU",
            **how,
        )
        context.on("console", lambda message: complaints.append(message.text))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/login/")
    page.fill("[name=username]", "petrova")
    page.fill("[name=password]", PASSWORD)
    page.click("text=Войти")
    page.wait_for_url(f"{url}/")


@pytest.fixture
def desk(new_context: Any, live_server: Any, scene: Scene) -> Page:
    """The manager's window at «Today», signed in."""
    page: Page = new_context().new_page()
    sign_in(page, live_server.url)
    return page
