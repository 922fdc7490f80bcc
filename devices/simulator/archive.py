"""
The fiscal storage's memory: an append-only file of documents.

A record is magic, length, CRC-32, then a JSON line of what the device itself needs to know about the document, then its
TLV. A document is registered from the moment its record is whole on disk (one fsync); a torn last record never was.
"""

from __future__ import annotations

import errno
import json
import os
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from devices.simulator.files import sync_folder

_MAGIC = b"FDOC"
_HEAD = 12  # magic, payload length, CRC-32 of the payload


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """
    A document in short, and what registering it did to the device.

    *at* is the clock reading (ISO), *total* in kopecks. *receipt_type* is the byte of 92h, *payments* kopecks by
    payment type 1..10. *encashed*: a shift close that set the drawer's cash to zero. *lines* is what was left to print
    when it was registered, QR texts among them; empty when nothing is printed. *marks* are (marking code in hex, status
    2003), *notice* the message about them to the marking system (form 82), hex.
    """

    type: int
    fd: int
    fpd: int
    at: str
    shift: int = 0
    receipt: int = 0
    operation: int = 0
    total: int = 0
    receipt_type: int = 0
    positions: int = 0
    payments: dict[str, int] = field(default_factory=dict)
    discount: int = 0
    charge: int = 0
    encashed: bool = False
    lines: list[str] = field(default_factory=list)
    marks: list[tuple[str, int]] = field(default_factory=list)
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the archive: *meta* and its requisites as they are read with A4 46."""

    meta: Meta
    tlv: bytes


class Archive:
    """
    Documents by number, on disk. Nothing is ever rewritten; only a torn tail, which was never a document, is cut off at
    opening.

    Raises ValueError at opening: a broken record that is not the last one (the file was changed by somebody else).
    """

    def __init__(self, path: Path) -> None:
        new = not path.exists()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        if new:
            sync_folder(path.parent)
        self._places: list[tuple[int, int]] = []  # of FD 1, 2, …: where the payload starts, its length
        self._end = self._scan(path)
        os.ftruncate(self._file, self._end)

    def _scan(self, path: Path) -> int:
        size, at = os.fstat(self._file).st_size, 0
        while at + _HEAD <= size:
            head = os.pread(self._file, _HEAD, at)
            length = int.from_bytes(head[4:8], "little")
            payload = os.pread(self._file, length, at + _HEAD)
            whole = head[:4] == _MAGIC and len(payload) == length
            if not whole or zlib.crc32(payload) != int.from_bytes(head[8:], "little"):
                if whole and at + _HEAD + length < size:
                    raise ValueError(f"{path}: document {len(self._places) + 1} is damaged")
                break
            self._places.append((at + _HEAD, length))
            at += _HEAD + length
        return at

    def close(self) -> None:
        os.close(self._file)

    @property
    def last_fd(self) -> int:
        return len(self._places)

    def append(self, document: Document) -> None:
        """
        Register *document*; it must carry the next number. When this returns it is on disk for good; an OSError leaves
        none of it.
        """
        if document.meta.fd != self.last_fd + 1:
            raise ValueError(f"document {document.meta.fd} does not follow {self.last_fd}")
        line = json.dumps(asdict(document.meta), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        payload = line + document.tlv
        head = _MAGIC + len(payload).to_bytes(4, "little") + zlib.crc32(payload).to_bytes(4, "little")
        try:
            if os.write(self._file, head + payload) != len(head) + len(payload):
                raise OSError(errno.ENOSPC, "the archive cannot grow")
            os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, self._end)
            raise
        self._places.append((self._end + _HEAD, len(payload)))
        self._end += _HEAD + len(payload)

    def get(self, fd: int) -> Document | None:
        """Document number *fd*, or None: there is none."""
        if not 1 <= fd <= self.last_fd:
            return None
        at, length = self._places[fd - 1]
        line, _, tlv = os.pread(self._file, length, at).partition(b"\n")
        return Document(Meta(**_known(json.loads(line))), tlv)


def _known(stored: dict[str, Any]) -> dict[str, Any]:
    return {name: stored[name] for name in Meta.__slots__ if name in stored}
