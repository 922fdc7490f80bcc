"""
API keys: `kkt_live_<prefix>_<secret>`. The key is shown once; the row holds its prefix, its last characters and its
SHA-256.

The secret is 32 random bytes, so a plain hash is enough: there is nothing to guess. Source: failure-modes.md, X09 and
X10.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
import secrets
from enum import StrEnum

from django.utils import timezone

from devices import journal
from receipts.models import ApiClient

_KEY = re.compile(r"kkt_live_([0-9a-f]{8})_[A-Za-z0-9_-]{43}", re.ASCII)
# A write per request would cost more than the request; a minute is near enough for people.
_USED_EVERY = datetime.timedelta(minutes=1)


class Scope(StrEnum):
    """
    What a key may do. Technical resets and settings need a scope that no key has until a person gives it; ФН closing
    and re-registration are out of every key's reach (X16).
    """

    RECEIPTS_CREATE = "receipts:create"  # sales; also takes back its own while they are queued
    RECEIPTS_READ = "receipts:read"  # its own receipts
    RECEIPTS_READ_ALL = "receipts:read_all"  # every receipt of its sites, whoever asked for it
    RECEIPTS_DECIDE = "receipts:decide"  # says how a receipt of unknown outcome ended, or what of an overdue one
    REFUNDS_CREATE = "refunds:create"  # returns and corrections
    SHIFTS_READ = "shifts:read"
    SHIFTS_WRITE = "shifts:write"  # opens and closes shifts
    DEVICES_READ = "devices:read"
    DEVICES_COMMAND = "devices:command"  # reports, cash in and out, texts, copies, drawer, clock
    DEVICES_ADMIN = "devices:admin"  # settings, reset of totals, technical reset


_RARE = (Scope.RECEIPTS_READ_ALL, Scope.RECEIPTS_DECIDE, Scope.DEVICES_ADMIN)
USUAL_SCOPES = tuple(scope for scope in Scope if scope not in _RARE)


def renew(client: ApiClient) -> str:
    """Give *client* a new key and a new callback secret (unsaved); the key, which nobody can be told again."""
    prefix = secrets.token_hex(4)
    key = f"kkt_live_{prefix}_{secrets.token_urlsafe(32)}"
    client.key_prefix = prefix
    client.key_hash = _hash(key)
    client.key_tail = key[-4:]
    client.callback_secret = secrets.token_urlsafe(32)
    return key


def note_new_key(client: ApiClient, *, actor: str) -> None:
    """For the journal: *client*, saved by now, was given a new key."""
    after = {"name": client.name, "key_prefix": client.key_prefix, "key_tail": client.key_tail, "scopes": client.scopes}
    journal.add("api.key", client.source, actor=actor, after=after)


def client_of(key: str) -> ApiClient | None:
    """Whose key this is; None for an unknown, wrong or switched-off one."""
    match = _KEY.fullmatch(key)
    if match is None:
        return None
    client = ApiClient.objects.filter(key_prefix=match[1]).first()
    if client is None or not hmac.compare_digest(client.key_hash, _hash(key)) or not client.is_active:
        return None
    _note_use(client)
    return client


def _note_use(client: ApiClient) -> None:
    now = timezone.now()
    if client.last_used_at is None or client.last_used_at < now - _USED_EVERY:
        ApiClient.objects.filter(pk=client.pk).update(last_used_at=now)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
