"""
Whoever guesses passwords is made to wait, at the pages' sign-in and at the administration's alike.

A name is slowed down from one address only, so that a stranger elsewhere cannot lock a manager out; behind a proxy that
KKT_TRUSTED_PROXIES does not name all come from the proxy's.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from devices.patience import Patience

passwords = Patience(tries=10, pause=30.0)


class PatientBackend(ModelBackend):
    """Django's own, which after so many wrong passwords judges none for a while, not even the right one."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Raises PermissionDenied: wait; to a person it looks like a wrong password."""
        who = (str(request.META.get("REMOTE_ADDR", "")) if request else "", (username or "").casefold()[:150])
        if passwords.take(who):  # before it is judged, so that many at once do not slip through
            raise PermissionDenied
        user = super().authenticate(request, username, password, **kwargs)
        if user is not None:
            passwords.forgive(who)
        return user
