"""What an audit finds: a Difference, and the names of its kinds."""

from __future__ import annotations

from dataclasses import dataclass

# The worst first, as the last line of a run names them; docs/chaos.md says what each means.
NAMES = (
    *("lost", "doubled", "wrong total", "wrong state", "unknown", "stuck"),
    *("order", "cash", "answer", "sums", "alarm", "not kept", "journal"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """*kind* is one of NAMES; *till* None: of all of them."""

    kind: str
    till: int | None
    words: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.words}"
