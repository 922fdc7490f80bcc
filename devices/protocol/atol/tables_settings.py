"""
How the fields of the settings tables are written: text, packed decimal or binary; and which hold passwords.

Constants only. «Field» is (table, field), since the rows of a table are alike; 46h tells the length.
Source: atol-protocol.md 5.10 [A S18 unless marked]; a field that is not listed is binary [C].
"""

from __future__ import annotations

TEXT_FIELDS = frozenset(
    {(3, 2), (3, 3), (6, 1), (7, 1), (12, 1), (13, 1), (19, 1), (19, 8), (19, 14), (2, 86)}
)  # (2, 86), (19, 14): [C]
"""Strings, padded with spaces; written in the external page, read in the internal one."""

_BCD_OF_2 = (
    15,
    19,
    23,
    30,
    32,
    36,
    41,
    42,
    51,
    52,
    55,
    61,
    66,
    77,
    85,
    91,
    93,
    94,
    99,
    107,
    111,
    113,
    122,
    142,
    146,
    148,
)
BCD_FIELDS = frozenset(
    {
        *((2, field) for field in _BCD_OF_2),
        (3, 1),
        (4, 1),
        (7, 2),
        (9, 1),
        (12, 2),
        (13, 2),
        *((16, field) for field in range(1, 256)),
    }
)
"""Packed decimal: 48 is 48h."""

PASSWORD_FIELDS = frozenset({(2, 23), (2, 86), (3, 1), (19, 14)})
"""
Access and operators' passwords, the Bluetooth PIN, the code of the cabinet: nobody reads or writes these through us.
"""

PASSWORD_TABLES = frozenset({10, 17})
"""Protection codes; mobile and wireless nets, of which it is not known in which rows their keys are [C]. The same."""
