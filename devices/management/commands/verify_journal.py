"""Is the journal what was written? Reads the whole chain; tells, exports or compares its end."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from devices.journal.verifying import Reading, against
from devices.models import JournalEntry

SHOWN = 20  # faults; one change of a long chain is one fault
PROGRESS_SECONDS = 5.0


class Command(BaseCommand):
    help = "Verifies the journal's chain of hashes; exit code 1 and the rows when anything was changed."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--head", action="store_true", help="print the end of the chain as JSON, for safe keeping")
        parser.add_argument(
            "--against", type=Path, metavar="FILE", help="is this end, kept earlier, still in the chain?"
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.told_at = time.monotonic()

    def handle(self, *args: Any, **options: Any) -> None:
        kept = self._kept(options["against"]) if options["against"] else None
        reading = Reading(self._progress)
        faults = 0
        for fault in reading:
            faults += 1
            if faults <= SHOWN:
                self.stderr.write(fault)
        if kept is not None and (fault := against(kept)):
            faults += 1
            self.stderr.write(fault)
        head = reading.head
        if faults:
            raise CommandError(
                _("The journal is not what was written: %(faults)d faults in %(count)d rows.")
                % {"faults": faults, "count": head.count}
            )
        if options["head"]:
            self.stdout.write(json.dumps(head.dump()))
            return
        self.stdout.write(
            _("The journal is whole: %(count)d rows, %(keyed)d of them signed. Head: %(seq)d %(hash)s")
            % {"count": head.count, "keyed": reading.keyed, "seq": head.seq, "hash": head.hash}
        )

    def _progress(self, seq: int) -> None:
        if time.monotonic() - self.told_at < PROGRESS_SECONDS:
            return
        self.told_at = time.monotonic()
        last = JournalEntry.objects.order_by("-seq").values_list("seq", flat=True).first()
        self.stderr.write(_("%(seq)d of %(last)d rows") % {"seq": seq, "last": last or seq})

    def _kept(self, path: Path) -> dict[str, Any]:
        try:
            head = json.loads(path.read_text())
            return {"seq": int(head["seq"]), "hash": str(head["hash"])}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(
                _("%(path)s is no head of a journal: %(error)s") % {"path": path, "error": error}
            ) from error
