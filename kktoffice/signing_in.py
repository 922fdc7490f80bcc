"""
Whoever guesses passwords is made to wait, at the pages' sign-in and at the administration's alike.

Kept in memory and per web process: it slows a guesser down, and a restart forgives. A name is slowed down from one
address only, so that a stranger elsewhere cannot lock a manager out; behind a proxy all come from the proxy's.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

TRIES = 10  # wrong passwords at once
PAUSE = 30.0  # seconds until one more try is given back
MAX_KNOWN = 10_000  # pairs of address and name that are remembered


class PatientBackend(ModelBackend):
    """Django's own, which after TRIES wrong passwords judges none for a while, not even the right one."""

    clock: Callable[[], float] = staticmethod(time.monotonic)
    _lock = threading.Lock()
    _spent: dict[tuple[str, str], float] = {}  # (address, name): monotonic seconds when all tries are back

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Raises PermissionDenied: wait; to a person it looks like a wrong password."""
        who = (str(request.META.get("REMOTE_ADDR", "")) if request else "", (username or "").casefold()[:150])
        self._spend(who)
        user = super().authenticate(request, username, password, **kwargs)
        if user is not None:
            with self._lock:
                self._spent.pop(who, None)
        return user

    def _spend(self, who: tuple[str, str]) -> None:
        """Take a try before the password is judged, so that many at once do not slip through."""
        with self._lock:
            now = self.clock()
            if len(self._spent) >= MAX_KNOWN:
                for each in [each for each, back in self._spent.items() if back <= now]:
                    del self._spent[each]
            back = max(self._spent.get(who, now), now) + PAUSE
            if back - now > TRIES * PAUSE:
                raise PermissionDenied
            if len(self._spent) < MAX_KNOWN or who in self._spent:
                self._spent[who] = back
