"""
Model codes of A5h and 3Fh with their names and characters per line; 0 columns: not known, read register 18h.

Constants only. Source: atol-protocol.md appendix A; widths [B] unless the device tells.
"""

from __future__ import annotations

MODELS: dict[int, tuple[str, int]] = {
    13: ("Триум-Ф", 40),
    14: ("Феликс-РФ", 20),
    15: ("Феликс-02К", 20),
    16: ("Меркурий-140Ф", 24),
    20: ("Торнадо", 48),
    22: ("Меркурий MS-K", 39),
    23: ("Меркурий MS-K", 39),
    24: ("Феликс-РК", 38),
    27: ("Феликс-3СК", 38),
    29: ("FPrint-01K", 36),
    30: ("FPrint-02K", 56),
    31: ("FPrint-03K", 32),
    32: ("FPrint-88K", 56),
    35: ("FPrint-5200K", 36),
    41: ("PayVKP-80K", 56),
    45: ("PayPPU-700K", 56),
    46: ("PayCTS-2000K", 72),
    47: ("FPrint-55K", 36),
    51: ("FPrint-11ПТК", 32),
    52: ("FPrint-22K", 48),
    53: ("FPrint-77ПТК", 48),
    57: ("АТОЛ 25Ф", 48),
    61: ("АТОЛ 30Ф", 32),
    62: ("АТОЛ 55Ф", 36),
    63: ("АТОЛ 22ПТК / FPrint-22Ф", 48),
    64: ("АТОЛ 52Ф", 36),
    66: ("АТОЛ 55 v2 Ф", 0),
    67: ("АТОЛ 11Ф", 32),
    69: ("АТОЛ 77Ф", 48),
    70: ("АТОЛ 42ФА", 0),
    72: ("АТОЛ 90Ф", 0),
    75: ("АТОЛ 60Ф", 0),
    76: ("Казначей ФА", 57),
    77: ("АТОЛ 42ФС", 32),
    78: ("АТОЛ 15Ф", 32),
    80: ("АТОЛ 50Ф", 0),
    81: ("АТОЛ 20Ф", 48),
    82: ("АТОЛ 91Ф", 32),
    84: ("АТОЛ 92Ф", 0),
    86: ("АТОЛ Sigma 10 (150Ф)", 0),
    87: ("АТОЛ 27Ф", 0),
    89: ("PT-5Ф", 0),
    90: ("АТОЛ Sigma 7Ф", 0),
    91: ("АТОЛ Sigma 8Ф", 0),
    93: ("АТОЛ 1Ф", 0),
    95: ("АТОЛ 22 v2 Ф", 0),
    96: ("АТОЛ 2Ф", 0),
}

RASTER_BYTES: dict[int, int] = {
    **dict.fromkeys((57, 63, 69, 81), 72),
    **dict.fromkeys((67, 78, 61, 75, 72, 82, 84), 48),
    **dict.fromkeys((80, 86), 47),
    64: 52,
    62: 54,
}
"""Width of a raster line in bytes, eight dots each. Source: atol-protocol.md appendix A [B S13]."""
