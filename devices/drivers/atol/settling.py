"""
What a command left in the fiscal storage: the proof that it was registered, or that it was not.

One question decides: did the number of the last document grow since the baseline, and is what came since ours?
Source: atol-protocol.md 7.10; design.md 3.
"""

from __future__ import annotations

from collections.abc import Callable

from devices.commands import Baseline, FiscalData, Result
from devices.drivers.atol.archive import Archive
from devices.drivers.atol.reading import Reader
from devices.errors import DeviceError, ErrorCode, OutcomeUnknown

Mine = Callable[[FiscalData], bool]


class Settling:
    """Reads what came after a baseline."""

    def __init__(self, reader: Reader, archive: Archive) -> None:
        self._reader = reader
        self._archive = archive

    def grew(self, baseline: Baseline) -> bool:
        """
        Is there a document after *baseline*?

        Raises OutcomeUnknown: the device does not tell, or its number went back.
        """
        try:
            last = self._reader.last_fd()
        except DeviceError as error:
            raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"last document number: {error}") from error
        if last < baseline.last_fd:
            raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"document number went from {baseline.last_fd} to {last}")
        return last > baseline.last_fd

    def result(self, baseline: Baseline, mine: Mine) -> Result:
        """
        The command's own document and those that came with it.

        Raises OutcomeUnknown: no document is ours, several are, or they cannot be read.
        """
        try:
            last = self._reader.last_fd()
            documents = [self._archive.read(number) for number in range(baseline.last_fd + 1, last + 1)]
            printed = not self._reader.unprinted()
        except DeviceError as error:
            raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"reading what was registered: {error}") from error
        own = [document for document in documents if mine(document)]
        if len(own) != 1:
            raise OutcomeUnknown(
                ErrorCode.OUTCOME_UNKNOWN,
                f"{len(own)} of the documents {baseline.last_fd + 1}..{last} are what was sent",
            )
        before = tuple(document for document in documents if document is not own[0])
        return Result(document=own[0], before=before, printed=printed)

    def document(self, fd_number: int) -> FiscalData:
        """One document. Raises OutcomeUnknown: it cannot be read."""
        try:
            return self._archive.read(fd_number)
        except DeviceError as error:
            raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"reading FD {fd_number}: {error}") from error
