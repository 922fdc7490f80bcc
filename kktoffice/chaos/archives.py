"""What the fiscal storages hold at the end: read from the files of the virtual devices, with nothing of the driver."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from devices.ffd import DocumentType, Tag
from devices.simulator import tlv
from devices.simulator.archive import Archive
from devices.simulator.charset import decode

RECEIPTS = (DocumentType.RECEIPT, DocumentType.CORRECTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A document of an archive. *mark* is requisite 1192, *operation* 1054, *total* 1020 in kopecks."""

    fn: str
    fd: int
    type: int
    fpd: int
    total: int
    operation: int
    shift: int
    mark: str
    tlv: bytes
    is_other: bool = False

    @property
    def is_receipt(self) -> bool:
        return self.type in RECEIPTS

    def __str__(self) -> str:
        return f"FD {self.fd} of {self.fn}, type {self.type}, {self.total} kopecks, mark {self.mark or 'none'}"


def read(folder: Path) -> list[Kept]:
    """Every document that the device of *folder* registered in any ФН, and those of a device that stood in for it."""
    found = _archive(folder / "archive.fn", json.loads((folder / "device.json").read_text())["fn"])
    for out in sorted(folder.glob("fn/*/archive.fn")):
        found += _archive(out, out.parent.name)
    if (folder / "other").exists():
        other = json.loads((folder / "other" / "device.json").read_text())["fn"]
        found += _archive(folder / "other" / "archive.fn", other, is_other=True)
    return found


def _archive(path: Path, fn: str, *, is_other: bool = False) -> list[Kept]:
    archive = Archive(path)
    try:
        documents = [archive.get(number) for number in range(1, archive.last_fd + 1)]
    finally:
        archive.close()
    return [
        Kept(
            fn=fn,
            fd=document.meta.fd,
            type=document.meta.type,
            fpd=document.meta.fpd,
            total=document.meta.total,
            operation=document.meta.operation,
            shift=document.meta.shift,
            mark=_mark(document.tlv),
            tlv=document.tlv,
            is_other=is_other,
        )
        for document in documents
        if document is not None
    ]


def _mark(body: bytes) -> str:
    values = [value for tag, value in tlv.elements(body) if tag == Tag.RECEIPT_REQUISITE]
    return decode(values[0]).strip() if values else ""


def drawer(folder: Path) -> int:
    """Kopecks in the drawer, by the device."""
    cash: int = json.loads((folder / "state.json").read_text())["cash"]
    return cash
