"""
What a command left in the fiscal storage: the proof that it was registered, or that it was not.

One question decides: did the number of the last document grow since the baseline, and is what came since ours? Every
question goes through the channel's `ask`, behind whatever was handed over before. Source: atol-driver10-json.md 5.3.
"""

from __future__ import annotations

from collections.abc import Callable

from devices.commands import Baseline, CashIn, CashOut, FiscalData, Result, ShiftTotals
from devices.drivers.driver10 import results, tasks
from devices.drivers.driver10.archive import document
from devices.drivers.driver10.channel import Channel
from devices.drivers.driver10.errors import TaskFailed
from devices.errors import DeviceError, ErrorCode, LinkError, OutcomeUnknown, Refused

Mine = Callable[[FiscalData], bool]


class Settling:
    """Reads what came after a baseline."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def last_fd(self) -> int:
        """Raises LinkError; Refused."""
        told = self._channel.ask(tasks.FN_STATUS)[0]
        if not results.has_last_fd(told):
            raise LinkError(ErrorCode.LINK_LOST, "getFnStatus without a document number")
        return results.last_fd(told)

    def read(self, *fd_numbers: int, fn_number: str = "") -> list[FiscalData]:
        """Raises Refused(NO_DOCUMENT): there is none; LinkError; Refused."""
        if not fd_numbers:
            return []
        try:
            answers = self._channel.ask(*(tasks.fn_document(number) for number in fd_numbers))
        except TaskFailed as error:
            if error.code is ErrorCode.NO_DOCUMENT:
                raise Refused(ErrorCode.NO_DOCUMENT, f"FD {fd_numbers}: {error.detail}") from error
            raise
        return [document(answer, number, fn_number) for answer, number in zip(answers, fd_numbers, strict=True)]

    def grew(self, baseline: Baseline) -> bool:
        """Is there a document after *baseline*? Raises OutcomeUnknown: nobody tells, or the number went back."""
        try:
            last = self.last_fd()
        except DeviceError as error:
            raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"last document number: {error}") from error
        if last < baseline.last_fd:
            raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"document number went from {baseline.last_fd} to {last}")
        return last > baseline.last_fd

    def result(self, baseline: Baseline, mine: Mine, *, printed: bool) -> Result:
        """
        The command's own document and those that came with it.

        Raises OutcomeUnknown: no document is ours, several are, or they cannot be read.
        """
        try:
            last = self.last_fd()
            documents = self.read(*range(baseline.last_fd + 1, last + 1), fn_number=baseline.fn_number)
        except DeviceError as error:
            raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"reading what was registered: {error}") from error
        own = [each for each in documents if mine(each)]
        if len(own) != 1:
            raise OutcomeUnknown(
                ErrorCode.OUTCOME_UNKNOWN,
                f"{len(own)} of the documents {baseline.last_fd + 1}..{last} are what was sent",
            )
        before = tuple(each for each in documents if each is not own[0])
        return Result(document=own[0], before=before, printed=printed)

    def moved(self, command: CashIn | CashOut, baseline: Baseline) -> ShiftTotals | None:
        """
        The counters if they grew by exactly this operation, None if they stand still.

        Raises OutcomeUnknown: they grew by something else, or cannot be read.
        """
        try:
            now = results.shift_totals(self._channel.ask(tasks.SHIFT_TOTALS)[0])
        except DeviceError as error:
            raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"cash counters: {error}") from error
        if isinstance(command, CashIn):
            count, total = now.cash_ins - baseline.cash_ins, now.cash_in_sum - baseline.cash_in_sum
        else:
            count, total = now.cash_outs - baseline.cash_outs, now.cash_out_sum - baseline.cash_out_sum
        if (count, total) not in ((0, 0), (1, command.sum)):
            raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"cash counters grew by {count} and {total} kopecks")
        return now if count else None
