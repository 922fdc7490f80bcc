"""
Who asks: the client's own address behind proxies that we trust, and a number for each request.

Behind a proxy REMOTE_ADDR is the proxy's, for everybody the same. Only a proxy that KKT_TRUSTED_PROXIES names is
believed what it writes into X-Forwarded-For; anybody could write it there. Source: MDN, X-Forwarded-For, «Selecting an
IP address»: from the right, the first one that is no proxy of ours.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Callable, Iterable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse

from devices.journal.origin import Origin, of

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
FORWARDING = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)


def networks(names: Iterable[str]) -> list[Network]:
    """Addresses and networks by their names. Raises ImproperlyConfigured."""
    found: list[Network] = []
    for name in names:
        try:
            found.append(ipaddress.ip_network(name.strip(), strict=False))
        except ValueError as error:
            raise ImproperlyConfigured(f"KKT_TRUSTED_PROXIES: {name!r} is no address or network") from error
    return found


def client_address(remote: str, forwarded: str, trusted: Iterable[Network]) -> str:
    """
    Whose request it is: *remote*, or what trusted proxies wrote into X-Forwarded-For (*forwarded*).

    What is no address there ends the search: the last one that was read holds.
    """
    trusted = list(trusted)
    address = remote
    for name in reversed(forwarded.split(",") if forwarded else []):
        if not _is_of(address, trusted):
            break
        plain = _without_port(name.strip())
        if _parsed(plain) is None:
            break
        address = plain
    return address


def _is_of(address: str, trusted: list[Network]) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in trusted)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return mapped or parsed


def _without_port(name: str) -> str:
    """Some proxies add the port: «203.0.113.7:4711», «[2001:db8::1]:4711»."""
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0] if name.count(":") == 1 else name


def whose_request(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Put REMOTE_ADDR right for all that follows, and give the request a number: X-Request-Id of the answer."""
    trusted = networks(settings.KKT_TRUSTED_PROXIES)

    def middleware(request: HttpRequest) -> HttpResponse:
        remote = request.META.get("REMOTE_ADDR", "")
        request_id = secrets.token_hex(8)
        if trusted and _is_of(remote, trusted):
            told = request.META.get("HTTP_X_REQUEST_ID", "")
            request_id = told if _REQUEST_ID.fullmatch(told) else request_id
            forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
            remote = client_address(remote, forwarded, trusted)
            request.META["REMOTE_ADDR"] = remote
            if remote == _without_port(forwarded.partition(",")[0].strip()):
                for name in FORWARDING:  # all of it is believed; what is left tells of a proxy that is not
                    request.META.pop(name, None)
        with of(Origin(ip=remote, request_id=request_id)):
            response = get_response(request)
        response.headers["X-Request-Id"] = request_id
        return response

    return middleware
