"""
The border of driver 10: its error numbers become public codes, and say whether the outcome is open.

Source: atol-driver10-json.md 4 (numbers, groups), 5.3, 5.4. Numbers that nothing is said about are OTHER.
"""

from __future__ import annotations

from devices.errors import ErrorCode, LinkError, Refused

NO_MORE = frozenset({81, 201})  # nothing to continue, no document open
PAPER = frozenset({44, 45, 46, 47, 114, 150, 277})
LINK = frozenset({1, 2, 3, 4, 241})
OPEN_OUTCOME = LINK | {15, 115, 116, 135, 159, 177}
"""The driver does not know how a fiscal task ended; the other numbers of its group (1.8) are plain words of the ФН."""

NOT_RUN, BAD_TASK = 502, 501

_CODES: dict[ErrorCode, tuple[int, ...]] = {
    ErrorCode.DEVICE_OFFLINE: (1, 2, 4, 241, 10),
    ErrorCode.PORT_BUSY: (3, 221, 601),
    ErrorCode.DEVICE_BUSY: (55, 72, 204, 226, 600, 602, 603),
    ErrorCode.DEVICE_REBOOTING: (188,),
    ErrorCode.NOT_SUPPORTED: (7, 11, 14, 49, 62, 92, 107, 149, 189, 197, 213, 269, 413),
    ErrorCode.WRONG_MODE: (12, 34, 201),
    ErrorCode.BAD_AMOUNT: (16, 17, 18, 54, 57, 58, 61, 63, 227, 231),
    ErrorCode.BAD_REQUISITE: (
        *(8, 13, 26, 27, 48, 59, 88, 143, 145, 146, 147, 148, 153, 157, 158, 160, 161, 167, 168, 169, 192, 193),
        *(195, 215, 216, 217, 228, 244, 265, 266, 267, 271, 272, 412, 501),
    ),
    ErrorCode.TAX_MISMATCH: (128, 129, 131, 144, 154, 219, 243),
    ErrorCode.PAYMENTS_MISMATCH: (52, 60, 66, 79, 98, 270),
    ErrorCode.RECEIPT_TOO_LARGE: (40, 65, 110, 125, 134, 235),
    ErrorCode.NOT_ENOUGH_CASH: (53, 80),
    ErrorCode.PAPER_OUT: (44,),
    ErrorCode.COVER_OPEN: (45,),
    ErrorCode.PRINTER_FAULT: (46, 47, 114, 150, 277),
    ErrorCode.LOW_POWER: (132,),
    ErrorCode.DOCUMENT_OPEN: (82, 200, 203),
    ErrorCode.DOCUMENT_CLOSED: (81, 249),
    ErrorCode.CLOSE_INTERRUPTED: (177,),
    ErrorCode.Z_INTERRUPTED: (32,),
    ErrorCode.REPORT_INTERRUPTED: (151, 173, 174, 175, 176, 178),
    ErrorCode.SHIFT_EXPIRED: (68, 141),
    ErrorCode.SHIFT_CLOSED: (73, 86),
    ErrorCode.SHIFT_OPEN: (83,),
    ErrorCode.OPERATOR_ERROR: (71, 172, 196),
    ErrorCode.CLOCK_DRIFT: (35, 198, 218),
    ErrorCode.CLOCK_BEHIND: (36, 77),
    ErrorCode.CLOCK_FN: (122, 142),
    ErrorCode.CLOCK_RESET: (28, 29, 179),
    ErrorCode.NO_DOCUMENT: (30, 91, 93, 123, 162, 232),
    ErrorCode.FN_FULL: (70, 121, 137),
    ErrorCode.FN_EXPIRED: (120,),
    ErrorCode.FN_CRYPTO: (119, 136),
    ErrorCode.FN_FAULT: (104, 115, 116, 117, 118, 124, 133, 135, 159, 166, 224),
    ErrorCode.FN_UNSENT: (139,),
    ErrorCode.OFD_BLOCKED: (140,),
    ErrorCode.OFD_REJECTED: (138,),
    ErrorCode.NOT_REGISTERED: (89, 113, 130, 190, 225),
    ErrorCode.LICENCE: (94, 96, 246, 247, 248),
    ErrorCode.SERVICE_NEEDED: (90, 95, 105, 106, 165, 180, 181, 182, 185, 206, 207, 208, 209, 210),
    ErrorCode.MARK_BUSY: (401, 410, 423),
    ErrorCode.MARK_OFFLINE: (402, 411, 424),
    ErrorCode.MARK_TIMEOUT: (421, 425),
    ErrorCode.MARK_INVALID: (404, 405, 409),
    ErrorCode.MARK_BLOCKED: (406, 407, 408, 414),
    ErrorCode.MARK_REFUSED: (403, 417, 418, 419),
    ErrorCode.MARK_NOT_CHECKED: (416, 420, 422),
    ErrorCode.CANCELLED_BY_PERSON: (503,),
}
_BY_NUMBER: dict[int, ErrorCode] = {number: code for code, listed in _CODES.items() for number in listed}


def error_code(number: int) -> ErrorCode:
    return _BY_NUMBER.get(number, ErrorCode.OTHER)


class TaskFailed(Refused):
    """The driver says that a task failed. *number* is its own, *words* what it says."""

    def __init__(self, number: int, words: str, *, task: str = "") -> None:
        super().__init__(error_code(number), f"driver 10 error {number}, {task}: {words}")
        self.number = number
        self.words = words

    @property
    def is_open(self) -> bool:
        """Nobody can say from this number alone whether there is a document."""
        return self.number in OPEN_OUTCOME


def of_reading(failed: TaskFailed) -> LinkError | TaskFailed:
    """What a failed read is: without its device a driver has no answer."""
    return LinkError(failed.code, failed.detail) if failed.number in LINK else failed
