"""
What follows when a device refuses or does not answer: per public code, whether the job waits, and what ends the
device's hold.

The one place of every reaction; what people are told is in devices/messages_table.py. A refusal proves that nothing was
registered, so trying again later is always safe: holds without a visible sign end after *retry_after* seconds by
themselves. Source: reference failure-modes.md, the column «right automatic reaction»; the periods are our choice.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from dataclasses import dataclass

from devices import room
from devices.commands import COMMANDS, CloseShift, DeviceState, FinishPrint, OpenShift, ShiftState
from devices.errors import ErrorCode as E
from devices.troubles import OFD_STOPS_AFTER, FnFlag

CLOSING, OPENING = frozenset({CloseShift.kind}), frozenset({OpenShift.kind})
PRINTING = frozenset({FinishPrint.kind})

# Seconds before a job is tried again, and before an absent device is looked for again: by the number of tries so far.
PAUSES = (1, 2, 5, 10, 30)


def pause(tries: int) -> datetime.timedelta:
    """How long to wait after *tries* vain tries (1 and more)."""
    return datetime.timedelta(seconds=PAUSES[min(max(tries, 1), len(PAUSES)) - 1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """
    The job goes back to its place in line and its device is held.

    *ends* says from a state that the device is well again; the hold also ends *retry_after* seconds after it began,
    whichever is first. *cures* are the kinds of jobs that may run in the meantime, because they are the remedy.
    """

    ends: Callable[[DeviceState], bool]
    retry_after: float = math.inf
    cures: frozenset[str] = frozenset()


def _never(_: DeviceState) -> bool:
    return False


def _has_room(state: DeviceState) -> bool:
    return not state.fn_warnings & FnFlag.ALMOST_FULL


def _has_time(state: DeviceState) -> bool:
    return state.fn_valid_until is not None and state.clock.date() <= state.fn_valid_until


def _reaches_ofd(state: DeviceState) -> bool:
    since = state.ofd_unsent_since if state.ofd_unsent else None
    return since is None or state.clock - since < OFD_STOPS_AFTER


WAIT = Reaction(ends=_never, retry_after=10)
SERVICE = Reaction(ends=_never, retry_after=300, cures=CLOSING)
PRINTED = Reaction(ends=lambda state: not state.unprinted and state.paper, cures=PRINTING)
LINK = Reaction(ends=lambda _: True)  # a poll that succeeds

# A code that is not here fails the job for good: the same request would be refused again.
WAITING: dict[E, Reaction] = {
    # The link: nothing was sent. The watch finds the device again.
    E.DEVICE_OFFLINE: LINK,
    E.PORT_MISSING: LINK,
    E.PORT_BUSY: LINK,
    E.LINK_LOST: LINK,
    E.LINK_SLEPT: LINK,
    E.PORT_PROBED: LINK,
    E.DEVICE_SLOW: LINK,
    E.DEVICE_REBOOTING: WAIT,
    E.DEVICE_BUSY: Reaction(ends=_never, retry_after=2),
    # Only the right device, a person, or the archive of the fiscal storage end these.
    E.WRONG_DEVICE: Reaction(ends=_never),
    E.OUTCOME_UNKNOWN: Reaction(ends=_never),
    # A person looks at the wrong receipt first (devices/alarms.py).
    E.TOTAL_DIFFERS: Reaction(ends=_never, cures=CLOSING),
    # The printer.
    E.PAPER_OUT: Reaction(ends=lambda state: state.paper and not state.cover_open),
    E.COVER_OPEN: Reaction(ends=lambda state: not state.cover_open),
    E.PRINTER_FAULT: Reaction(ends=lambda state: not state.printer_fault),
    E.LOW_POWER: WAIT,
    E.PAPER_OUT_MID_RECEIPT: PRINTED,
    # The same command again finishes its print; the device lets nothing else through.
    E.Z_INTERRUPTED: Reaction(ends=_never, retry_after=30, cures=CLOSING),
    E.REPORT_INTERRUPTED: PRINTED,
    # Ours: the reserve of the disk is for what was begun (Q13).
    E.DISK_FULL: Reaction(ends=lambda _: room.is_enough(), cures=CLOSING),
    E.DOCUMENT_OPEN: WAIT,
    # It lost its power, or somebody else was at it, between two of our commands: nothing was registered (R06).
    E.DOCUMENT_CLOSED: WAIT,
    E.WRONG_MODE: WAIT,
    # The shift: people close it where they decide about shifts; their CloseShift passes the waiting receipts.
    E.SHIFT_EXPIRED: Reaction(ends=lambda state: state.shift is not ShiftState.EXPIRED, cures=CLOSING),
    E.SHIFT_CLOSED: Reaction(ends=lambda state: state.shift is ShiftState.OPEN, retry_after=10, cures=OPENING),
    # Clock, fiscal storage, registration: people and service centres.
    E.CLOCK_BEHIND: SERVICE,
    E.CLOCK_FN: SERVICE,
    E.CLOCK_RESET: SERVICE,
    E.SERVICE_NEEDED: SERVICE,
    E.FN_FULL: Reaction(ends=_has_room, retry_after=300, cures=CLOSING),
    E.FN_EXPIRED: Reaction(ends=_has_time, retry_after=300, cures=CLOSING),
    E.FN_CRYPTO: SERVICE,
    E.FN_FAULT: SERVICE,
    E.OFD_BLOCKED: Reaction(ends=_reaches_ofd, retry_after=60, cures=CLOSING),
    E.NOT_REGISTERED: SERVICE,
    E.LICENCE: SERVICE,
    # The driver has ended the check that was in the way already: what is left passes or needs a technician. Whatever
    # else is wrong with a marking code fails its receipt alone: other goods go on (M01, M03 to M05, M07).
    E.MARK_BUSY: Reaction(ends=_never, retry_after=2),
}


READS = frozenset(kind for kind, command in COMMANDS.items() if command.reads)
_NOT_EVEN_READ = frozenset({E.WRONG_DEVICE, E.OUTCOME_UNKNOWN, E.DEVICE_BUSY, E.DEVICE_REBOOTING})


def runs_on_hold(code: str) -> frozenset[str]:
    """The kinds of jobs that may run while *code* holds their device: what cures it, and questions where it answers."""
    follows = reaction(code)
    if follows is None or follows is LINK or code in _NOT_EVEN_READ:
        return follows.cures if follows else frozenset()
    return follows.cures | READS


def reaction(code: str) -> Reaction | None:
    """The reaction to *code*, None: the job fails."""
    return WAITING.get(E(code)) if code in set(E) else None
