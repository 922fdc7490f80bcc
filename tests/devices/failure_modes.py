"""What failure-modes.md says people are told (failure_modes.md beside this), and values for what it names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

# What the sentences name, for a try.
SAMPLE: dict[str, Any] = {
    "device": "Зал",
    "since": "14:01",
    "n": 3,
    "who": " fptr10 (4242)",
    "time": "14:05",
    "s": 15,
    "expected": "00106900000001",
    "actual": "00106900000002",
    "addr": "192.168.1.10:5555",
    "sum": "1 250,50 ₽",
    "fd": 30021,
    "paid": "1 000,00 ₽",
    "total": "1 250,50 ₽",
    "cash": "100,00 ₽",
    "need": "250,00 ₽",
    "diff": "150,00 ₽",
    "field": "e-mail",
    "masked": "n***e",
    "part": "Х",
    "state": "Y",
    "order": "10518",
    "min": 22,
    "limit": "",
    "h": 22,
    "date": "14.12.2026",
    "d": 12,
    "deadline": "03.12.2026",
    "what": "",
    "item": "Молоко",
    "reason": "Z",
    "host": "kassa-1",
    "external_id": "10518",
}


def _rows() -> list[tuple[str, ...]]:
    """Id, code, case, Russian, English."""
    lines = Path(__file__).with_suffix(".md").read_text(encoding="utf-8").splitlines()
    table = [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in lines if line.startswith("| ")]
    return table[1:]


MESSAGES = _rows()
