"""
The settings that 46h reads and 50h writes: which fields there are, how long they are, what they hold from the factory.

Numbers and encodings: atol-protocol.md 5.10. Lengths of strings and fields without a known meaning are guesses [C].
"""

from __future__ import annotations

from devices.simulator.charset import encode, to_internal
from devices.simulator.errors import Code, Refusal
from devices.simulator.numbers import bcd
from devices.simulator.options import Options
from devices.simulator.state import State

ACCESS_PASSWORD, ENCASH, WIDTH, PRINT_TEXT = "2/1/23", "2/1/18", "2/1/55", "2/1/51"
DEFAULT_TAXATION, DEFAULT_METHOD, DEFAULT_SUBJECT = "2/1/110", "2/1/113", "2/1/120"
_STRING = 64
_STRINGS = {(3, 2), (6, 1), (7, 1), (12, 1), (13, 1), (19, 1), (19, 8), (19, 14)}
_READ_ONLY = {WIDTH}
_RATES = {1: ("НДС 20%", 2000, 1102), 2: ("НДС 10%", 1000, 1103), 3: ("НДС 20/120", 2000, 1106)}
_RATES |= {4: ("НДС 10/110", 1000, 1107), 5: ("НДС 0%", 0, 1104), 6: ("БЕЗ НДС", 0, 1105)}
_RATES |= {7: ("НДС 5%", 500, 1115), 8: ("НДС 7%", 700, 1115), 9: ("НДС 5/105", 500, 1115)}
_RATES |= {10: ("НДС 7/107", 700, 1115), 11: ("НДС 22%", 2200, 1115), 12: ("НДС 22/122", 2200, 1115)}  # rows 7.. [C]
_SETTINGS = {  # of table 2 row 1, where it is not one zero byte
    1: b"\x01",
    23: b"\x00\x00",
    32: b"\x01",
    42: b"\x01",
    51: b"\x01",
    75: b"\x01",
    85: b"\x02",
    88: bytes(4),
    89: bytes((255, 255, 255, 0)),
    90: bytes(4),
    91: b"\x55\x55",
    109: b"\x01",  # E6 is taken: a sandbox turns no older host away [C]
    87: bytes.fromhex("020000000001"),
    113: b"\x04",
    115: b"\x01",
    120: b"\x01",
    122: b"\x00\x00",
}


def _text(value: str) -> bytes:
    return encode(value).ljust(_STRING)


def _row_default(options: Options, table: int, row: int, field: int) -> bytes | None:
    match table, field:
        case 3, 1 if row <= 30:
            return bcd(row, 4)
        case 3, 2 if row <= 30:
            return _text({29: "АДМИНИСТРАТОР", 30: "СИСТЕМНЫЙ АДМИНИСТРАТОР"}.get(row, f"КАССИР {row}"))
        case 3, 3 if row <= 30:
            return b" " * 12
        case 4, 1 if row <= 2:
            return b"\x03"
        case 6, 1 if row <= 20:
            return _text({1: "СПАСИБО", 2: "ЗА ПОКУПКУ!"}.get(row, "").center(options.profile.columns).rstrip())
        case 7, 1 if row <= 30:
            return _text(f"СЕКЦИЯ {row}")
        case 7, 2 if row <= 30:
            return b"\x06"
        case 12, 1 if row <= 9:
            return _text(
                {1: "БЕЗНАЛИЧНЫМИ", 2: "АВАНС", 3: "КРЕДИТ", 4: "ИНАЯ ФОРМА ОПЛАТЫ"}.get(row, f"ОПЛАТА {row + 1}")
            )
        case 12, 2 if row <= 9:
            return bcd(row + 1 if row < 5 else 2, 1)
        case 13, 1 if row in _RATES:
            return _text(_RATES[row][0])
        case 13, 2 if row in _RATES:
            return bcd(_RATES[row][1], 2)
        case 13, 3 if row in _RATES:
            return _RATES[row][2].to_bytes(2, "big")
    return None


def factory(options: Options, table: int, row: int, field: int) -> bytes:
    """
    The factory value, in the page that 50h writes.

    Raises Refusal(WRONG_TABLE, WRONG_ROW or WRONG_FIELD).
    """
    if table not in (2, 3, 4, 6, 7, 9, 12, 13, 15, 16, 17, 19, 22):
        raise Refusal(Code.WRONG_TABLE)
    if row == 0 or (table == 2 and row != 1):
        raise Refusal(Code.WRONG_ROW)
    if table == 2:
        if not 1 <= field <= 155:
            raise Refusal(Code.WRONG_FIELD)
        by_options = {
            55: bcd(options.profile.columns, 1),
            110: bytes((options.default_taxation,)),
            24: b"\x01" if options.profile.cutter else b"\0",
        }
        return by_options.get(field) or _SETTINGS.get(field, b"\0")
    if table == 9 and (row, field) in ((1, 2), (2, 2)):
        return b"\x08"
    if table == 19 and row == 1:
        named = {1: _text("ofd.example.com"), 2: (7777).to_bytes(2, "big"), 3: bytes(4), 4: b"\x01"}
        named |= {8: _text(options.fns_site), 10: b"\0\0", 11: b"\0\0", 14: _text("")}
        return named.get(field, b"\0") if 1 <= field <= 14 else _no_field()
    value = _row_default(options, table, row, field)
    if value is not None:
        return value
    if table in (9, 15, 16, 17, 22) and row <= 8 and 1 <= field <= 8:
        return b"\0"
    if table in (3, 4, 6, 7, 12, 13) and _row_default(options, table, row, 1) is None:
        raise Refusal(Code.WRONG_ROW)
    return _no_field()


def _no_field() -> bytes:
    raise Refusal(Code.WRONG_FIELD)


def read(options: Options, state: State, table: int, row: int, field: int) -> bytes:
    """What 46h answers: strings in the internal page."""
    value = factory(options, table, row, field)
    stored = state.tables.get(f"{table}/{row}/{field}")
    if stored is not None:
        value = bytes.fromhex(stored)
    return to_internal(value) if (table, field) in _STRINGS else value


def write(options: Options, state: State, place: tuple[int, int, int], value: bytes) -> None:
    """
    What 50h does.

    Raises Refusal: no such field, another length than it has (BAD_LENGTH), or it is read only (FORBIDDEN_BY_TABLE).
    """
    table, row, field = place
    if len(value) != len(factory(options, table, row, field)):
        raise Refusal(Code.BAD_LENGTH)
    key = f"{table}/{row}/{field}"
    if key in _READ_ONLY:
        raise Refusal(Code.FORBIDDEN_BY_TABLE)
    state.tables[key] = value.hex()


def setting(options: Options, state: State, key: str) -> bytes:
    """A value for the device's own use, «table/row/field», as it was written."""
    table, row, field = (int(part) for part in key.split("/"))
    stored = state.tables.get(key)
    return bytes.fromhex(stored) if stored is not None else factory(options, table, row, field)
