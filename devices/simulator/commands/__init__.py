"""Every command the virtual device knows, by its byte; importing this fills the table."""

from __future__ import annotations

from devices.simulator.commands import (  # noqa: F401  (each fills COMMANDS)
    identify,
    money,
    positions,
    printing,
    receipts,
    registers,
    reports,
    requisites,
    service,
    settings,
    shift,
    storage,
)
from devices.simulator.commands.registry import COMMANDS

__all__ = ["COMMANDS"]
