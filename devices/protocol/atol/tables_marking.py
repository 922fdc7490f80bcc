"""
The numbers of the check of marking codes (FFD 1.2). Constants only, shared with the virtual device.

Nothing of this was seen on a wire. B0h to B6h are the fiscal storage's own commands [B]; that a device passes them on
through A4h, as it does 10h to 46h, is a guess [C], and so are all layouts here and the extended codes: the first real
device corrects them in this file, in wire.py (rows MARK_…) and in answers_marking.py. Meaning of the values: ffd.md
3.12; the order of the steps: atol-driver10-json.md 2.8.
"""

from __future__ import annotations

from enum import IntEnum


class MarkSub(IntEnum):
    """Second byte of A4h."""

    STATE = 0xB0
    CHECK = 0xB1
    KEEP = 0xB2
    CLEAR = 0xB3
    REQUEST = 0xB5
    ANSWER = 0xB6


class MarkStage(IntEnum):
    """Where the one check that may go on stands; first byte of A4 B0 and A4 B6."""

    IDLE = 0
    CHECKED = 1  # by the fiscal storage; nothing was asked yet
    WAITING = 2  # for the marking system
    ANSWERED = 3
    SILENT = 4  # the marking system did not answer in time
    OFFLINE = 5  # no connection with it


class MarkReason(IntEnum):
    """Why the fiscal storage could not check a code; second byte of the answer of A4 B1."""

    CHECKED = 0
    WRONG_KIND = 1
    NO_KEYS = 2
    NO_GS1 = 3
    OTHER = 4


class MarkKind(IntEnum):
    """Tag 2100: how a code can be checked. Source: ffd.md 3.12 [B]."""

    UNKNOWN = 0
    SHORT = 1
    CHECK_88 = 2
    NOT_HERE_44 = 3
    CHECK_44 = 4
    NOT_HERE_4 = 5


class MarkError(IntEnum):
    """What register 37h tells after EEh; the numbers are ours [C], the meanings those of driver 10 (401 to 423)."""

    CHECK_RUNS = 0x0501
    NOT_CHECKED = 0x0502
    WRONG_CODE = 0x0503
    BLOCKED = 0x0504
    NOT_REGISTERED_FOR = 0x0505
    TABLE_FULL = 0x0506
    WRONG_STAGE = 0x0507
    WRONG_STATUS = 0x0508


MARK_ERRORS: dict[int, str] = {
    MarkError.CHECK_RUNS: "a marking code is being checked already",
    MarkError.NOT_CHECKED: "the marking code was not checked",
    MarkError.WRONG_CODE: "not a marking code",
    MarkError.BLOCKED: "work with marked goods is blocked",
    MarkError.NOT_REGISTERED_FOR: "the device is not registered for marked goods",
    MarkError.TABLE_FULL: "the table of marking codes is full",
    MarkError.WRONG_STAGE: "no marking code is at this stage of its check",
    MarkError.WRONG_STATUS: "wrong planned status of marked goods",
}

KEEP, DROP = 1, 0
"""Parameter of A4 B2: the code that was checked goes into the table of codes to sell, or not."""

LONGEST_CODE = 255
