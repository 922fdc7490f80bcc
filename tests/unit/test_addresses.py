"""Whose request it is: nobody but a trusted proxy is believed about it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from devices.journal import origin
from kktoffice.addresses import client_address, networks, whose_request

PROXIES = networks(["10.0.0.0/8", "2001:db8::1"])


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.2", "", "10.0.0.2"),
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1, 10.0.0.3", "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.2", "[2001:db8::7]:4711", "2001:db8::7"),
        ("10.0.0.2", "2001:db8::7", "2001:db8::7"),
        ("::ffff:10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("2001:db8::1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1, unknown", "10.0.0.2"),
        ("10.0.0.2", "198.51.100.1, <script>, 10.0.0.3", "10.0.0.3"),
        ("unix:", "198.51.100.1", "unix:"),
    ],
)
def test_the_last_address_that_is_no_proxy_of_ours_is_the_clients(remote: str, forwarded: str, address: str) -> None:
    assert address == client_address(remote, forwarded, PROXIES)


def test_without_the_setting_nobody_is_believed() -> None:
    assert "10.0.0.2" == client_address("10.0.0.2", "198.51.100.1", [])


def test_a_wrong_name_of_a_proxy_stops_the_start() -> None:
    with pytest.raises(ImproperlyConfigured, match="nginx"):
        networks(["10.0.0.1", "nginx"])


def ask(**headers: str) -> tuple[dict[str, str], str, HttpResponse]:
    """What a view and the journal see, and the answer."""
    seen: list[Any] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.extend((origin.known(), request.META["REMOTE_ADDR"]))
        return HttpResponse()

    answer = whose_request(view)(RequestFactory().get("/", REMOTE_ADDR="10.0.0.2", headers=headers))
    return seen[0], seen[1], answer


def test_a_trusted_proxy_tells_address_and_number(settings: Any) -> None:
    settings.KKT_TRUSTED_PROXIES = ["10.0.0.2"]
    known, address, answer = ask(**{"X-Forwarded-For": "198.51.100.1", "X-Request-Id": "a-number-1"})

    assert ({"ip": "198.51.100.1", "request_id": "a-number-1"}, "198.51.100.1") == (known, address)
    assert "a-number-1" == answer["X-Request-Id"]
    assert {} == origin.known()


def test_a_strangers_headers_change_nothing(settings: Any) -> None:
    settings.KKT_TRUSTED_PROXIES = []
    known, address, answer = ask(**{"X-Forwarded-For": "198.51.100.1", "X-Request-Id": "a-number-1"})

    assert ("10.0.0.2", "10.0.0.2", answer["X-Request-Id"]) == (address, known["ip"], known["request_id"])
    assert "a-number-1" != answer["X-Request-Id"]
