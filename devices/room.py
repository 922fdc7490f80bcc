"""
Room on the disk: new sales are refused while there is still room to finish those that were accepted (Q13).

What is watched is the disk of a SQLite database, else that of KKT_VAR_DIR; a PostgreSQL that runs out of room says so
itself, and `is_full` knows its words.
"""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from django.conf import settings

log = logging.getLogger(__name__)

_DISK_FULL = "53100"  # SQLSTATE of PostgreSQL
_WORDS = "disk is full"  # of SQLite: «database or disk is full»


class NoRoom(Exception):
    """The disk is nearly full: no new receipt is accepted. What was accepted before goes on."""


def is_enough() -> bool:
    """Is more than the reserve left? A disk that cannot be asked is taken for a good one."""
    try:
        reserve: int = settings.KKT_DISK_RESERVE_MB * 2**20
        return shutil.disk_usage(_watched()).free >= reserve
    except OSError as error:
        log.debug("the disk cannot be asked: %s", error)
        return True


def is_full(error: BaseException) -> bool:
    """Does the database say that its disk is full?"""
    cause = error.__cause__ or error
    return getattr(cause, "sqlstate", None) == _DISK_FULL or _WORDS in str(error)


def _watched() -> Path:
    database = settings.DATABASES["default"]
    name = str(database["NAME"])
    is_file = "sqlite" in database["ENGINE"] and name != ":memory:" and not name.startswith("file:")
    folder = Path(name).absolute().parent if is_file else Path(settings.VAR_DIR)
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
