"""Signing in and out, and what a person likes to look at."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from kktoffice.signing_in import passwords
from tests.factories import PASSWORD
from tests.pages.html import words


def test_a_stranger_is_sent_to_the_sign_in_and_comes_back(client: Client, user: User) -> None:
    asked = client.get("/receipts/")
    signed = client.post("/login/", {"username": "petrova", "password": PASSWORD, "next": "/receipts/"})

    assert "/login/?next=/receipts/" == asked.headers["Location"]
    assert "/receipts/" == signed.headers["Location"]


def test_a_wrong_password_says_so_without_telling_which_part_was_wrong(client: Client, user: User) -> None:
    answer = client.post("/login/", {"username": "petrova", "password": "wrong"})

    assert "Имя и пароль не подходят друг к другу" in words(answer)
    assert 200 == answer.status_code


@pytest.mark.parametrize("path", ["/login/", "/admin/login/"])
def test_a_guesser_waits_and_nobody_elsewhere_does(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    now = [1000.0]
    monkeypatch.setattr(passwords, "clock", lambda: now[0])
    user.is_staff = True
    user.save()
    right = {"username": "petrova", "password": PASSWORD}
    for _ in range(passwords.tries):
        client.post(path, {"username": "petrova", "password": "wrong"})

    assert 200 == client.post(path, right).status_code
    assert 302 == Client(REMOTE_ADDR="10.0.0.7").post(path, right).status_code
    now[0] += passwords.pause + 1
    assert 302 == client.post(path, right).status_code


@pytest.mark.parametrize(("stay", "forgets"), [({"stay": "on"}, False), ({}, True)])
def test_a_session_ends_with_the_browser_unless_asked_to_stay(
    client: Client, user: User, stay: dict[str, str], forgets: bool
) -> None:
    client.post("/login/", {"username": "petrova", "password": PASSWORD, **stay})

    assert forgets is client.session.get_expire_at_browser_close()


def test_signing_out_is_a_post_and_ends_the_session(shop: Client) -> None:
    assert 405 == shop.get("/logout/").status_code
    assert "/login/" == shop.post("/logout/").headers["Location"]
    assert 302 == shop.get("/").status_code


def test_the_page_is_russian_by_default_and_english_when_chosen(client: Client, user: User) -> None:
    russian = client.get("/login/")
    client.post("/i18n/setlang/", {"language": "en", "next": "/login/"})
    english = client.get("/login/")

    assert "Войти" in words(russian)
    assert "Sign in" in words(english)
    assert '<html lang="en"' in english.content.decode()


def test_a_browser_in_english_does_not_make_the_shops_pages_english(client: Client, db: None) -> None:
    assert "Войти" in words(client.get("/login/", headers={"Accept-Language": "en-US,en;q=0.9"}))


def test_a_theme_is_kept_in_the_browser(shop: Client) -> None:
    shop.post("/look/", {"theme": "dark", "next": "/"})
    shop.post("/look/", {"density": "compact", "next": "/"})

    assert '<html lang="ru" data-theme="dark" data-density="compact">' in shop.get("/").content.decode()


def test_an_unknown_theme_or_a_foreign_address_is_not_taken(shop: Client) -> None:
    answer = shop.post("/look/", {"theme": '"><script>', "next": "https://example.org/"})

    assert "/" == answer.headers["Location"]
    assert "theme" not in answer.cookies


@pytest.mark.parametrize("path", ["/", "/receipts/", "/login/", "/no-such-page/"])
def test_every_page_carries_the_strict_policy(shop: Client, path: str) -> None:
    policy = shop.get(path).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_no_proxy_keeps_a_page_and_nobody_an_answer_of_the_api(shop: Client) -> None:
    assert "private, no-cache" == shop.get("/receipts/").headers["Cache-Control"]
    assert "no-store" == shop.get("/api/v1/receipts/").headers["Cache-Control"]


def test_a_poll_whose_session_ended_reloads_the_whole_page(client: Client, db: None) -> None:
    answer = client.get("/live/", headers={"HX-Request": "true"})

    assert 204 == answer.status_code
    assert "true" == answer.headers["HX-Refresh"]


def test_only_staff_sees_the_way_to_the_settings(shop: Client, user: User) -> None:
    before = shop.get("/").content.decode()
    User.objects.filter(pk=user.pk).update(is_staff=True)
    after = shop.get("/").content.decode()

    assert "/admin/" not in before
    assert "/admin/" in after
