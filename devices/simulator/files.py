"""Files that are either old or new, never half: written aside, then renamed."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, text: str, *, durable: bool = False) -> None:
    """
    Replace *path* by *text* in one step.

    A killed process leaves the old or the new content. *durable* also outlives a power cut of this machine (two
    fsyncs).
    """
    aside = path.with_name(path.name + ".new")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        os.write(handle, text.encode())
        if durable:
            os.fsync(handle)
    finally:
        os.close(handle)
    os.replace(aside, path)
    if durable:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
