"""
Who may ask, and how every answer of this face looks: HTTP Basic with an API key as its password, Bearer, or, where the
settings name it, a network without a key.

Programs that know no password are let in by KKT_DRIVER10_NETWORKS alone, each network as the client that it names. A
browser's page of another origin is refused unless KKT_DRIVER10_ORIGINS names it: a page that somebody at a till opens
must not sell. Source: atol-driver10-json.md 1.1, 1.4.
"""

from __future__ import annotations

import functools
import ipaddress
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.views import APIView

from devices.room import NoRoom
from receipts.api.authentication import not_ours, password_of
from receipts.api.driver10 import lenient
from receipts.api.driver10.codes import UNAUTHORIZED, WEB
from receipts.api.limits import KeyThrottle
from receipts.api.parsers import chunks_of
from receipts.api.problems import Problem
from receipts.keys import Scope, client_of
from receipts.models import ApiClient
from receipts.wording import problem_words

log = logging.getLogger(__name__)

REALM = 'Basic realm="kktoffice", charset="UTF-8"'
METHODS = "GET, POST, PUT, DELETE, HEAD, OPTIONS"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
View = Callable[..., HttpResponse]


class Refusal(Exception):
    """An HTTP answer that is no success; *code* is a driver's number, *headers* go with it."""

    def __init__(self, status: int, text: str, *, code: int = WEB, headers: dict[str, str] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.code = code
        self.headers = headers or {}


@dataclass(frozen=True, slots=True)
class _Asker:
    """As much of a request as the throttle looks at."""

    auth: ApiClient


def face(*methods: str, is_open: bool = False) -> Callable[[View], View]:
    """
    Make a view an endpoint of *methods*: `view(request, client, …)` returns an answer or raises Refusal. *is_open* ones
    ask for no key and get no client.
    """

    def wrap(view: View) -> View:
        @csrf_exempt
        @functools.wraps(view)
        def endpoint(request: HttpRequest, **words: Any) -> HttpResponse:
            try:
                origin = _origin_of(request)
                if request.method == "OPTIONS":
                    answer = HttpResponse(status=204)
                elif request.method not in methods and not (request.method == "HEAD" and "GET" in methods):
                    raise Refusal(405, _("This method is not allowed here"), headers={"Allow": ", ".join(methods)})
                elif is_open:
                    answer = view(request, **words)
                else:
                    answer = view(request, _admitted(request), **words)
            except Exception as error:
                answer, origin = _refused(error), _named(request)
            return _finished(answer, request, origin)

        return endpoint

    return wrap


def require(client: ApiClient, scope: Scope | str) -> None:
    if scope not in client.scopes:
        text = _("The API key may not do this: it lacks the scope %(scope)s") % {"scope": str(scope)}
        raise Refusal(403, text)


def body_of(request: HttpRequest) -> Any:
    """The JSON of the body, read leniently. Raises Refusal; RequestDataTooBig."""
    try:
        return lenient.parse(raw_body(request))
    except lenient.BadJson as error:
        text = _("The body is not JSON (line %(line)s, column %(column)s)")
        raise Refusal(400, text % {"line": error.line, "column": error.column}) from error


def raw_body(request: HttpRequest) -> bytes:
    """
    The body, also one that comes in chunks without a length, as programs in C# send it. Raises RequestDataTooBig.
    """
    stream = chunks_of(request)
    if stream is None:
        return request.body
    limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    raw: bytes = stream.read(limit + 1)
    if len(raw) > limit:
        raise RequestDataTooBig
    return raw


def error_answer(status: int, code: int, text: str, headers: dict[str, str] | None = None) -> JsonResponse:
    return JsonResponse(
        {"error": {"code": code, "description": text}},
        status=status,
        headers=headers or {},
        json_dumps_params={"ensure_ascii": False},
    )


def json_answer(value: Any, status: int = 200) -> JsonResponse:
    return JsonResponse(value, status=status, safe=False, json_dumps_params={"ensure_ascii": False})


# Who it is


def _admitted(request: HttpRequest) -> ApiClient:
    """Raises Refusal: 401, 429."""
    address = request.META.get("REMOTE_ADDR", "")
    if "HTTP_AUTHORIZATION" in request.META:
        client = client_of(_key_of(request.META["HTTP_AUTHORIZATION"]))
        if client is None:
            not_ours(address)
    else:
        client = _client_of_network(request, address)
    if client is None:
        raise AuthenticationFailed
    throttle = KeyThrottle()
    if not throttle.allow_request(cast(Request, _Asker(client)), APIView()):
        seconds = str(max(1, round(throttle.wait())))
        raise Refusal(
            429, _("Too many requests: wait %(seconds)s s") % {"seconds": seconds}, headers={"Retry-After": seconds}
        )
    return client


def _key_of(header: str) -> str:
    """The key in *header*: Bearer itself, or the password of Basic, whatever the name beside it."""
    scheme, _space, word = header.partition(" ")
    if scheme.lower() == "bearer":
        return word.strip()
    if scheme.lower() != "basic":
        return ""
    return password_of(word) or ""


def _client_of_network(request: HttpRequest, address: str) -> ApiClient | None:
    """
    The client of a network that needs no key. Behind a proxy that is not trusted, or one that does not say for whom it
    asks, nobody knows who it is; what trusted ones said stands in *address* and no header any more
    (kktoffice/addresses.py).
    """
    if {"HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP"} & request.META.keys():
        return None
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    known = getattr(found, "ipv4_mapped", None) or found
    if any(known in ipaddress.ip_network(name.strip(), strict=False) for name in settings.KKT_TRUSTED_PROXIES):
        return None
    for network, name in networks(tuple(settings.KKT_DRIVER10_NETWORKS)):
        if known in network:
            return ApiClient.objects.filter(name=name, is_active=True).first()
    return None


@functools.cache
def networks(entries: tuple[str, ...]) -> tuple[tuple[Network, str], ...]:
    """«192.168.1.0/24=Tills» as a network and a client's name; what cannot be read lets nobody in."""
    found: list[tuple[Network, str]] = []
    for entry in entries:
        network, _equals, name = entry.partition("=")
        try:
            found.append((ipaddress.ip_network(network.strip(), strict=False), name.strip()))
        except ValueError:
            log.error("KKT_DRIVER10_NETWORKS: %r is not NETWORK=CLIENT", entry)
    return tuple(found)


# Pages of other origins


def _origin_of(request: HttpRequest) -> str:
    """The named origin of the page that asks, "" when it is no page. Raises Refusal: a page that nobody named."""
    origin: str = request.META.get("HTTP_ORIGIN", "")
    if not origin or origin == f"{request.scheme}://{request.get_host()}":
        return ""
    if origin not in settings.KKT_DRIVER10_ORIGINS:
        raise Refusal(403, _("Pages of this origin are not allowed here (KKT_DRIVER10_ORIGINS)"))
    return origin


def _named(request: HttpRequest) -> str:
    origin: str = request.META.get("HTTP_ORIGIN", "")
    return origin if origin in settings.KKT_DRIVER10_ORIGINS else ""


def _finished(answer: HttpResponse, request: HttpRequest, origin: str) -> HttpResponse:
    answer.headers.setdefault("Cache-Control", "no-store")
    if settings.KKT_DRIVER10_ORIGINS:
        patch_vary_headers(answer, ["Origin"])
    if origin:
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Allow-Methods"] = METHODS
        answer.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        if request.META.get("HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK") == "true":
            answer.headers["Access-Control-Allow-Private-Network"] = "true"
    return answer


# What went wrong


def _refused(error: Exception) -> HttpResponse:
    match error:
        case Refusal():
            return error_answer(error.status, error.code, error.text, error.headers)
        case AuthenticationFailed():
            return error_answer(401, WEB, UNAUTHORIZED, {"WWW-Authenticate": REALM})
        case Problem():
            return error_answer(error.status, WEB, " ".join(problem_words(error.code, **error.params)), error.headers)
        case RequestDataTooBig():
            limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            return error_answer(413, WEB, _("The request is too large: %(limit)s bytes at most") % {"limit": limit})
        case UnreadablePostError():
            return error_answer(400, WEB, _("The body ended too early"))
        case NoRoom() | OperationalError():
            log.error("a request was not taken: %r", error)
            return error_answer(503, WEB, _("The service cannot take requests now"), {"Retry-After": "5"})
        case _:
            log.error("a request failed", exc_info=error)
            return error_answer(500, WEB, _("A mistake of ours; it is in the log"))
