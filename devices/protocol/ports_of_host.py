"""
The host's serial ports: which one a USB device has now, and which program holds one.

A device that is plugged in again, or that starts anew, comes back under another name (ttyACM0 as ttyACM1, L04), so it
is found by its USB serial number at every opening; «the next tty» is never tried.
"""

from __future__ import annotations

import os
from pathlib import Path

from serial.tools import list_ports

# Programs that open every new port of this kind and ask it for a modem. Source: failure-modes.md L06.
MODEM_SEEKERS = frozenset({"ModemManager"})
_USB_NAMES = ("ttyACM", "ttyUSB")
USB = "usb:"  # usb:SERIAL, or usb:SERIAL/2 for interface 2 of a device that has several


def resolve(url: str) -> str:
    """
    The pyserial URL behind *url*: usb:SERIAL becomes the name that the device has now, everything else stays.

    Raises FileNotFoundError: no USB device with this serial number is there.
    """
    if not url.startswith(USB):
        return url
    serial, _, interface = url.removeprefix(USB).partition("/")
    found = [port for port in list_ports.comports() if port.serial_number == serial]
    if interface:
        found = [port for port in found if (port.location or "").endswith(f".{interface}")]
    if not found:
        raise FileNotFoundError(
            f"no USB device with serial number {serial}" + (f", interface {interface}" * bool(interface))
        )
    # The interface with the lowest number is the one for commands; the other of an ATOL is for the ОФД [C].
    first: str = min(found, key=lambda port: (port.location or "", port.device)).device
    return first


def is_usb(url: str) -> bool:
    """Is it a serial port on USB: one that may be unplugged, put to sleep, or asked for a modem?"""
    if url.startswith(USB):
        return True
    names = (os.path.basename(url), os.path.basename(os.path.realpath(url)))
    return "://" not in url and any(name.startswith(_USB_NAMES) for name in names)


def looks_for_modems(holder: str = "") -> bool:
    """Does a program that looks for modems run here, or is it *holder* («name (process id)»)? Unsure means no."""
    if holder:
        return any(each.partition(" (")[0] in MODEM_SEEKERS for each in holder.split(", "))
    return any(_name(pid).partition(" (")[0] in MODEM_SEEKERS for pid in _pids())


def holder(path: str) -> str:
    """
    Which other program has *path* open: «name (process id)», several by comma; "" when nobody has, or none may be seen.

    Only Linux tells, and of other users' programs only to root. Source: proc(5).
    """
    try:
        wanted = os.stat(path)
    except OSError:
        return ""
    found = [_name(pid) for pid in _pids() if pid != os.getpid() and _has_open(pid, wanted)]
    return ", ".join(found)


def _pids() -> list[int]:
    try:
        return sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
    except OSError:
        return []


def _has_open(pid: int, wanted: os.stat_result) -> bool:
    folder = f"/proc/{pid}/fd"
    try:
        names = os.listdir(folder)
    except OSError:
        return False
    for name in names:
        try:
            seen = os.stat(f"{folder}/{name}")
        except OSError:
            continue
        if (seen.st_rdev, seen.st_dev, seen.st_ino) == (wanted.st_rdev, wanted.st_dev, wanted.st_ino):
            return True
    return False


def _name(pid: int) -> str:
    try:
        name = Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        name = "?"
    return f"{name} ({pid})"
