"""The API key of this face: as a Bearer, or as the password of HTTP Basic under any name."""

from __future__ import annotations

from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from receipts.api.authentication import ApiKeyAuthentication, not_ours, password_of
from receipts.keys import client_of
from receipts.models import ApiClient


class KeyOrPassword(ApiKeyAuthentication):
    """Old programs can often send a name and a password, and no header of their own."""

    def authenticate(self, request: Request) -> tuple[ApiClient, ApiClient]:
        scheme, _, told = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "basic":
            return super().authenticate(request)
        password = password_of(told)
        if password is None:
            raise NotAuthenticated
        client = client_of(password)
        if client is None:
            not_ours(request.META.get("REMOTE_ADDR", ""))
        return client, client
