"""What goes wrong is said in words for people, without a word about the inside."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from django.views import defaults

from tests.pages.html import words


def test_a_page_that_is_not_there(client: Client, db: None) -> None:
    answer = client.get("/no-such-page/")

    assert 404 == answer.status_code
    assert "Такой страницы нет" in words(answer)
    assert "На «Сегодня»" in words(answer)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (defaults.server_error(RequestFactory().get("/")), "повторно их не пробивайте"),
        (defaults.bad_request(RequestFactory().get("/"), ValueError("secret")), "На кассу ничего не отправлено"),
        (defaults.permission_denied(RequestFactory().get("/"), ValueError("secret")), "попросите доступ"),
    ],
    ids=["500", "400", "403"],
)
def test_mistakes_are_told_in_words(answer: object, says: str) -> None:
    assert says in words(answer)
    assert "secret" not in words(answer)


def test_the_favicon_is_there(client: Client, db: None) -> None:
    moved = client.get("/favicon.ico")
    answer = client.get(moved.headers["Location"])
    drawn = b"".join(answer)  # read to its end, so that the file is closed

    assert "image/svg+xml" == answer.headers["Content-Type"]
    assert drawn.startswith(b"<svg")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_server_that_has_no_such_name_tells_programs_in_json_and_people_in_words(
    client: Client, db: None, method: str
) -> None:
    asked = client.generic(method, "/api/v1/receipts/", headers={"Host": "kkt.example"})
    seen = client.generic(method, "/", headers={"Host": "kkt.example"})

    assert ("application/problem+json", "host_unknown") == (asked.headers["Content-Type"], asked.json()["code"])
    assert "Сервер не понял запрос" in words(seen)
    assert [400, 400] == [asked.status_code, seen.status_code]
