"""
The chain itself: what is hashed and how, and the keys that keep an owner of the database from computing it anew.

A row's hash covers all of its columns and the hash of the row before, so whoever changes, removes, adds or moves a row
has to compute every later one again. With KKT_JOURNAL_KEY the hash is an HMAC: without the key, which the database
does not hold, not even that is possible.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json

from django.conf import settings

from devices.models import JournalEntry

GENESIS = "0" * 64  # the hash before the first row
_FORMAT = "kktoffice journal 1"  # another way to hash gets another name


def digest(entry: JournalEntry, key: bytes) -> str:
    """
    SHA-256, or HMAC-SHA-256 under *key*, of a JSON array: the format's name, then every column but the hash, times in
    UTC with microseconds. Anybody can compute it from the row.
    """
    columns = (
        _FORMAT,
        entry.seq,
        entry.at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
        entry.kind,
        entry.actor,
        entry.subject,
        entry.before,
        entry.after,
        entry.wire,
        entry.key_id,
        entry.prev_hash,
    )
    body = json.dumps(columns, ensure_ascii=False, separators=(",", ":")).encode()
    return hmac.new(key, body, hashlib.sha256).hexdigest() if key else hashlib.sha256(body).hexdigest()


def keys() -> dict[str, bytes]:
    """The keys by their ids, the one to sign with first. An id is made from the key and tells nothing of it."""
    return {_id(key): key.encode() for key in settings.KKT_JOURNAL_KEYS}


def signing_key() -> tuple[str, bytes]:
    """The id and the key for new rows; two empty ones without KKT_JOURNAL_KEY."""
    return next(iter(keys().items()), ("", b""))


def _id(key: str) -> str:
    return hmac.new(key.encode(), b"kktoffice journal key id", hashlib.sha256).hexdigest()[:8]
