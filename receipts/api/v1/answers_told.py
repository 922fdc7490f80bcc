"""What a register told when it was asked, as API v1 answers it: parts of a command's answer."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from devices.commands import DeviceState, FiscalData, Identity, MarkCheck, Registration, Result, StorageState
from devices.ffd import Agent, FfdVersion, Taxation
from devices.protocol import masking
from devices.units import roubles

# Bits of StorageState.warnings.
WARNINGS = {0x01: "replace_now", 0x02: "ends_soon", 0x04: "almost_full", 0x08: "ofd_silent", 0x80: "critical"}


def told(result: Result, zone: ZoneInfo, *, whole: bool) -> dict[str, Any]:
    """
    The parts that reading commands answer with; null where the command reads something else.

    *whole*: buyers' data in a document too.
    """
    return {
        "value": result.value or None,
        "identity": identity(result.identity) if result.identity else None,
        "state": state(result.state, zone) if result.state else None,
        "storage": storage(result.storage, zone) if result.storage else None,
        "registration": registration(result.registration, zone) if result.registration else None,
        "check": check(result.check) if result.check else None,
        "document": document(result.document, zone, whole=whole) if result.document else None,
    }


def identity(seen: Identity) -> dict[str, Any]:
    same = ("serial_number", "fn_number", "model", "firmware", "columns", "rnm", "inn", "organisation", "address")
    return {
        **{name: getattr(seen, name) for name in same},
        "ffd": _ffd(seen.ffd),
        "taxations": names(Taxation, seen.taxations),
    }


def state(seen: DeviceState, zone: ZoneInfo) -> dict[str, Any]:
    same = ("shift_number", "paper", "cover_open", "printer_fault", "unprinted", "receipt_open", "drawer_open")
    return {
        "shift": seen.shift.value,
        **{name: getattr(seen, name) for name in same},
        "shift_ends_at": reading(seen.shift_ends_at, zone),
        "registered": seen.registered,
        "cash": roubles(seen.cash),
        "clock": reading(seen.clock, zone),
        "last_fd": seen.last_fd,
    }


def storage(seen: StorageState, zone: ZoneInfo) -> dict[str, Any]:
    same = ("fn_number", "version", "phase", "registrations", "registrations_left", "last_fd", "receipt_number")
    return {
        **{name: getattr(seen, name) for name in same},
        "ffd": _ffd(seen.ffd),
        "warnings": [name for bit, name in WARNINGS.items() if seen.warnings & bit],
        "valid_until": seen.valid_until.isoformat() if seen.valid_until else None,
        "ofd_unsent": seen.ofd_unsent,
        "ofd_unsent_fd": seen.ofd_unsent_fd or None,
        "ofd_unsent_since": reading(seen.ofd_unsent_since, zone),
    }


def registration(seen: Registration, zone: ZoneInfo) -> dict[str, Any]:
    same = ("rnm", "inn", "organisation", "address", "settlement_place", "sender_email", "fns_site", "ofd_inn")
    return {
        **{name: getattr(seen, name) for name in same},
        "ofd_name": seen.ofd_name,
        "machine_number": seen.machine_number,
        "ffd": _ffd(seen.ffd),
        "taxations": names(Taxation, seen.taxations),
        "agents": names(Agent, seen.agents),
        "modes": list(seen.modes),
        "at": reading(seen.at, zone),
    }


def check(seen: MarkCheck) -> dict[str, Any]:
    return {name: getattr(seen, name) for name in ("checked", "valid", "status_told", "status_fits", "offline")}


def document(data: FiscalData, zone: ZoneInfo, *, whole: bool) -> dict[str, Any]:
    """As `answers.fiscal_answer` shows a document that is kept."""
    same = ("document_type", "fn_number", "fd_number", "shift_number", "receipt_number", "rnm", "qr")
    return {
        **{name: getattr(data, name) for name in same},
        "fpd": str(data.fpd),
        "at": reading(data.at, zone),
        "total": roubles(data.total),
        "tlv": (data.tlv if whole else masking.requisites(data.tlv)).hex(),
    }


def names(kind: type[Taxation] | type[Agent], bits: int) -> list[str]:
    return [each.name.lower() for each in kind if bits & each]


def _ffd(code: int) -> str | None:
    return FfdVersion(code).label if code in set(FfdVersion) else None


def reading(at: datetime.datetime | None, zone: ZoneInfo) -> str | None:
    """A reading of the device's clock with the site's time zone."""
    return at.replace(tzinfo=zone).isoformat(timespec="seconds") if at else None
