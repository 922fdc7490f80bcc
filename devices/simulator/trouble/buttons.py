"""What a person does to a device by hand. Each button is one function of the rig; its words come from the request."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from devices.simulator.storages import replace_fn
from devices.simulator.trouble.fault import Rig

Button = Callable[..., None]
BUTTONS: dict[str, Button] = {}


def button(press: Button) -> Button:
    BUTTONS[press.__name__] = press
    return press


@button
def paper_in(rig: Rig) -> None:
    rig.device.paper = True


@button
def paper_out(rig: Rig) -> None:
    rig.device.paper = False


@button
def cover_open(rig: Rig) -> None:
    rig.device.cover_open = True


@button
def cover_close(rig: Rig) -> None:
    rig.device.cover_open = False


@button
def power_off(rig: Rig) -> None:
    """It hears nothing until `power_on`."""
    rig.device.power_off_wanted = True
    rig.its_line.port.power_lost()


@button
def power_on(rig: Rig) -> None:
    rig.device.power_on()


@button
def clock(rig: Rig, seconds: float = 0.0) -> None:
    """Move the clock; no *seconds*: set it to this computer's."""
    with rig.device.lock:
        rig.device.state.clock_offset = rig.device.state.clock_offset + seconds if seconds else 0.0
        rig.device.save()


@button
def new_fn(rig: Rig, fn: str) -> None:
    """Put the ФН of this number in; one that was in before comes back with its documents."""
    replace_fn(rig.device, fn)


@button
def ofd_exchange(rig: Rig) -> None:
    """The ОФД takes everything, and from now on at once."""
    rig.device.ofd_online = True


@button
def ofd_off(rig: Rig) -> None:
    rig.device.ofd_online = False


@button
def repair(rig: Rig) -> None:
    """What a technician leaves behind: paper, a shut cover, power, a ФН with room and time, a clock that is right."""
    device, state = rig.device, rig.device.state
    with device.lock:
        device.paper, device.cover_open, device.printer_fault, device.ofd_online = True, False, False, True
        state.fn_room, state.fn_until, state.clock_offset = -1, "", 0.0
        if state.last_document_at:
            device.set_clock(max(device.now, datetime.datetime.fromisoformat(state.last_document_at)))
        device.save()
    if device.power_off_wanted:
        device.power_on()


@button
def unplug(rig: Rig) -> None:
    rig.its_line.do(rig.its_line.hide)


@button
def plug(rig: Rig) -> None:
    rig.its_line.do(rig.its_line.show)


def press(rig: Rig, name: str, words: dict[str, Any]) -> None:
    """Raises ValueError: no such button, or it does not take these words."""
    if name not in BUTTONS:
        raise ValueError(f"there is no button {name!r}; there are {', '.join(BUTTONS)}")
    try:
        BUTTONS[name](rig, **words)
    except TypeError as error:
        raise ValueError(f"{name}: {error}") from error
