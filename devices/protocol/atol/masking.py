"""What no record may show of ATOL messages: passwords and buyers' data become 2Ah, lengths stay."""

from __future__ import annotations

from typing import Any

from devices.protocol import masking
from devices.protocol.atol.tables import Code, FnSub
from devices.protocol.atol.tables_print import CODE_GOES_ON
from devices.protocol.atol.wire import Wire
from devices.protocol.masking import STAR

_BLOCK_AT = 3  # E8h: flags, number of blocks, number of this one, then the element
_WITH_TEXT = frozenset({Code.PRINT_LINE, Code.PRINT_FIELD, Code.END_POSITION, Code.WRITE_TABLE})
_RASTER_AT = 6  # 8Eh: printer, how often, from where, then the dots
_CODE_AT = 15  # C1h: thirteen parameters after the type, then the data
_MORE_AT = 2  # C2h: a flag, then the data


class Mask:
    """
    Hides in one message after another. It has to see them in order: an element that is longer than one E8h goes on in
    the next.
    """

    def __init__(self) -> None:
        self._is_private = False  # the element that is being written

    def sent(self, row: Wire[Any], message: bytes) -> bytes:
        """*message* as it is handed over, but for the access password: two stars stand for it."""
        return STAR * 2 + self._fields(row, message)

    def _fields(self, row: Wire[Any], message: bytes) -> bytes:
        if row.secret:
            return message[:2] + STAR * (len(message) - 2)
        if row.code in (Code.PRINT_RASTER, Code.PRINT_BARCODE, Code.BARCODE_DATA):
            return _picture(row, message)
        if row.code is not Code.WRITE_REQUISITE:
            return masking.in_bytes(message) if row.code in _WITH_TEXT else message
        head, data = message[: _BLOCK_AT + 1], message[_BLOCK_AT + 1 :]
        if head[_BLOCK_AT] == 0:
            self._is_private = masking.is_private(data)
            return head + (masking.value(data) if self._is_private else masking.in_bytes(data))
        return head + (STAR * len(data) if self._is_private else masking.in_bytes(data))

    def received(self, row: Wire[Any], answer: bytes) -> bytes:
        """The answer to a message of *row*; requisites that the device reads out are hidden like those we write."""
        if row.code is Code.FN and row.sub == FnSub.NEXT_TLV and answer[:2] == b"\x55\x00":
            return answer[:2] + masking.requisites(answer[2:])
        if row.code is Code.READ_REQUISITE:
            return answer[:3] + STAR * (len(answer) - 3)
        return answer


def _picture(row: Wire[Any], message: bytes) -> bytes:
    """
    Codes can be read again, from dots too: bars are hidden whole, and so is the data of a code that needs several
    messages, since a contact may go on in the next. Of a short one only the contact.
    """
    if row.code is Code.PRINT_RASTER:
        return message[:_RASTER_AT] + STAR * (len(message) - _RASTER_AT)
    if row.code is Code.PRINT_BARCODE and not message[1] & CODE_GOES_ON:
        return message[:_CODE_AT] + masking.in_bytes(message[_CODE_AT:])
    start = _CODE_AT if row.code is Code.PRINT_BARCODE else _MORE_AT
    return message[:start] + STAR * (len(message) - start)
