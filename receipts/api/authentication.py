"""`Authorization: Bearer KEY`, and what the key may do and see."""

from __future__ import annotations

import base64
import binascii
import logging
import math
from typing import Any, NoReturn

from django.db.models import QuerySet
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from devices.models import Device
from devices.patience import Patience
from receipts.api.problems import Problem
from receipts.keys import Scope, client_of
from receipts.models import ApiClient

log = logging.getLogger(__name__)
# Wrong keys from one address, per web process. A right one is never refused for them: many tills may share an address
# with one that is set up wrongly, and 256 random bits are not found by guessing; the limit keeps down load and log.
wrong_keys = Patience(tries=20, pause=6.0)
_told = Patience(tries=1, pause=60.0)  # an address stands in the log once a minute


class ApiKeyAuthentication(BaseAuthentication):
    """No cookies, no sessions: a key in a header is the only way in."""

    def authenticate(self, request: Request) -> tuple[ApiClient, ApiClient]:
        scheme, _, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if not scheme:
            raise NotAuthenticated
        client = client_of(key.strip()) if scheme.lower() == "bearer" else None
        if client is None:
            not_ours(request.META.get("REMOTE_ADDR", ""))
        return client, client

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def password_of(word: str) -> str | None:
    """The password in *word* of HTTP Basic, whatever the name beside it and its letters; None: it is no such word."""
    try:
        return base64.b64decode(word.strip(), validate=True).decode("latin-1").partition(":")[2]
    except (binascii.Error, ValueError):
        return None


def not_ours(address: str) -> NoReturn:
    """A wrong key, or a wrong password of another face, came from *address*: 401, or 429 when that happens often."""
    if wait := wrong_keys.take(address):
        if not _told.take(address):
            log.warning("too many wrong API keys from %s", address)
        raise wrong_too_often(wait)
    raise AuthenticationFailed


def wrong_too_often(wait: float) -> Problem:
    seconds = str(max(1, math.ceil(wait)))
    return Problem(429, "too_many_wrong_keys", params={"seconds": seconds}, headers={"Retry-After": seconds})


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "receipts.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "kkt_live_<prefix>_<secret>"}


def require(client: ApiClient, scope: Scope) -> None:
    """Raises Problem 403 when *client* lacks *scope*."""
    if scope.value not in client.scopes:
        raise Problem(403, "scope_missing", params={"scope": scope.value}, scope=scope.value)


def devices_of(client: ApiClient) -> QuerySet[Device]:
    """The devices of the client's sites; a client without sites sees all."""
    devices = Device.objects.select_related("site")
    sites = list(client.sites.values_list("pk", flat=True))
    return devices.filter(site__in=sites) if sites else devices
