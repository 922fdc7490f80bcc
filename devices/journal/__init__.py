"""
The journal: everything that happened, row by row, each chained to the one before by hash (docs/journal.md).

`add` notes one thing; `atomic` is a database transaction whose notes are written together at its very end.
"""

from __future__ import annotations

from devices.journal.writing import add, atomic

__all__ = ["add", "atomic"]
