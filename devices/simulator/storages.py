"""
Another ФН in the device: a fresh one, or one that was in it before. What is out lies in DIR/fn/<number>.

Drawer, tables, clock and the sums that never reset stay with the device; documents, shift and what the ОФД has not
taken go with the ФН.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

from devices.simulator.archive import Archive
from devices.simulator.files import write_whole
from devices.simulator.options import Options
from devices.simulator.state import State

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice

_OF_THE_FN = (
    *("applied_fd", "phase", "acknowledged", "registrations", "last_document_at"),
    *("shift_number", "shift_open", "shift_opened_at", "shift_closed_at", "shift_receipts", "shift_documents"),
    *("fn_shift", "fn_total", "fn_room", "fn_until", "unsent_since"),
)


def replace_fn(device: VirtualDevice, number: str) -> None:
    """
    Put the ФН *number* in, as a technician does with the power off; a fresh one is registered at once.

    Raises ValueError: no number of a ФН, or it is in already.
    """
    with device.lock:
        options = dataclasses.replace(device.options, fn=number)
        if number == device.options.fn:
            raise ValueError(f"the ФН {number} is in already")
        _put_away(device, device.directory / "fn" / device.options.fn)
        kept = _take_out(device, device.directory / "fn" / number)
        for name in _OF_THE_FN:
            setattr(device.state, name, getattr(kept, name))
        device.state.shift = kept.shift
        device.state.receipt, device.state.requisites, device.state.pending = None, [], []
        write_identity(device, options)
        device.archive = Archive(device.directory / "archive.fn")
        device.save()
        device.power_up()


def write_identity(device: VirtualDevice, options: Options) -> None:
    device.options = options
    text = json.dumps(dataclasses.asdict(options), ensure_ascii=False, indent=1)
    write_whole(device.directory / "device.json", text, durable=True)


def _put_away(device: VirtualDevice, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "state.json", device.state.dump())
    device.archive.close()
    (device.directory / "archive.fn").replace(folder / "archive.fn")


def _take_out(device: VirtualDevice, folder: Path) -> State:
    if not folder.exists():
        return State()
    (folder / "archive.fn").replace(device.directory / "archive.fn")
    return State.load((folder / "state.json").read_text(encoding="utf-8"))
