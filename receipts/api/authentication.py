"""`Authorization: Bearer KEY`, and what the key may do and see."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from devices.models import Device
from receipts.api.problems import Problem
from receipts.keys import Scope, client_of
from receipts.models import ApiClient


class ApiKeyAuthentication(BaseAuthentication):
    """No cookies, no sessions: a key in a header is the only way in."""

    def authenticate(self, request: Request) -> tuple[ApiClient, ApiClient]:
        scheme, _, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if not scheme:
            raise NotAuthenticated
        client = client_of(key.strip()) if scheme.lower() == "bearer" else None
        if client is None:
            raise AuthenticationFailed
        return client, client

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


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
