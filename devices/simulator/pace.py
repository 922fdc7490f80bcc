"""
How long things take. Fast: nothing waits. Real: the line's speed, an ATOL 30Ф's printing, the fiscal storage's
thinking.

75 mm/s and 0.4 s per document are the figures the product is measured with; the height of a line (24 dots and 4 of
spacing at 8 dots/mm), of a QR and the print buffer are guesses [C].
"""

from __future__ import annotations

import time
from dataclasses import dataclass

LINE_MM, QR_MM, CUT_MM = 3.5, 32.0, 20.0


@dataclass
class Pace:
    """
    *busy_until* is when the printer will have finished what it was given (monotonic seconds). All methods of a fast
    pace return at once.
    """

    real: bool = False
    baudrate: int = 115200
    mm_per_second: float = 75.0
    fn_seconds: float = 0.4
    buffer_seconds: float = 0.5  # printing that the device takes ahead before it lets the host wait [C]
    busy_until: float = 0.0

    def line(self, count: int) -> None:
        """The serial line needs 10 bits per byte."""
        if self.real:
            time.sleep(count * 10 / self.baudrate)

    def fiscal_storage(self) -> None:
        if self.real:
            time.sleep(self.fn_seconds)

    def printed(self, millimetres: float) -> None:
        if self.real:
            self.busy_until = max(self.busy_until, time.monotonic()) + millimetres / self.mm_per_second

    @property
    def printing(self) -> bool:
        return self.real and time.monotonic() < self.busy_until

    def wait_for_room(self) -> None:
        """Before a command that prints is answered: until the print buffer holds little enough."""
        self._wait(self.buffer_seconds)

    def wait_for_paper(self) -> None:
        """Until the last line is out."""
        self._wait(0.0)

    def _wait(self, ahead: float) -> None:
        if self.real:
            time.sleep(max(0.0, self.busy_until - time.monotonic() - ahead))
