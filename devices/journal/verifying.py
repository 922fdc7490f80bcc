"""Reading the chain from its beginning: is every row what was written, and does each follow the one before?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from devices.journal import chain
from devices.models import JournalEntry

CHUNK = 2000  # rows in memory at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of the chain at one moment: kept elsewhere it proves later that nothing up to it was changed."""

    seq: int
    hash: str
    at: str
    count: int

    def dump(self) -> dict[str, Any]:
        return {"seq": self.seq, "hash": self.hash, "at": self.at, "count": self.count}


class Reading:
    """
    One walk over the chain. Iterate it for what is wrong, row by row and in words; `head` is then the last row that was
    read. It holds one chunk of rows, however long the table is, and calls *progress* with the last row after each.
    """

    def __init__(self, progress: Callable[[int], None] = lambda seq: None) -> None:
        self._progress = progress
        self.head = Head(seq=0, hash=chain.GENESIS, at="", count=0)
        self.keyed = 0  # rows signed with a key
        self._keys = chain.keys()

    def __iter__(self) -> Iterator[str]:
        rows = JournalEntry.objects.order_by("seq").iterator(chunk_size=CHUNK)
        while True:
            try:
                entry = next(rows, None)
            except (AttributeError, TypeError, ValueError, OverflowError) as error:
                yield _("after row %(seq)d: a row that cannot be read, so neither can what follows (%(error)s)") % {
                    "seq": self.head.seq,
                    "error": error,
                }
                return
            if entry is None:
                return
            yield from self._look(entry)
            self.head = Head(
                seq=entry.seq, hash=entry.hash, at=entry.at.isoformat() if entry.at else "", count=self.head.count + 1
            )
            self.keyed += bool(entry.key_id)
            if self.head.count % CHUNK == 0:
                self._progress(entry.seq)

    def _look(self, entry: JournalEntry) -> Iterator[str]:
        words = {"seq": entry.seq, "kind": entry.kind, "subject": entry.subject, "last": self.head.seq}
        if entry.seq != self.head.seq + 1:
            words |= {"first": self.head.seq + 1, "until": entry.seq - 1}
            yield _("rows %(first)d to %(until)d are missing") % words
        elif entry.prev_hash != self.head.hash:
            yield _("row %(seq)d does not follow row %(last)d: one of them was replaced or inserted") % words
        if entry.key_id not in ("", *self._keys):
            yield _("row %(seq)d is signed with a key that KKT_JOURNAL_KEY does not hold") % words
        elif self.keyed and not entry.key_id:
            yield _("row %(seq)d is not signed, though earlier ones are") % words
        elif not self._is_whole(entry):
            yield _("row %(seq)d was changed (%(kind)s %(subject)s)") % words

    def _is_whole(self, entry: JournalEntry) -> bool:
        try:
            return entry.hash == chain.digest(entry, self._keys.get(entry.key_id, b""))
        except (AttributeError, TypeError, ValueError):  # SQLite keeps a value of any type in any column
            return False


def against(head: dict[str, Any]) -> str:
    """What is wrong with a head that was exported earlier; "" when the chain still goes through it."""
    seq = int(head["seq"])
    if seq == 0:
        return ""
    entry = JournalEntry.objects.filter(seq=seq).first()
    if entry is None:
        return _("the kept head is row %(seq)d, and there is no such row: the end of the journal was removed") % {
            "seq": seq
        }
    if entry.hash != head["hash"]:
        return _("the kept head has another hash for row %(seq)d: the journal was written anew") % {"seq": seq}
    return ""
