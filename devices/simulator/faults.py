"""
Where trouble enters: one object that the virtual device asks at every step where hardware may fail.

The base class lets everything pass. A fault overrides one method; it may change what passes, or raise LinkCut or
PowerLoss. Switches for the faults of failure-modes.md hang here.
"""

from __future__ import annotations


class LinkCut(Exception):
    """The cable is out: the connection ends here; the device goes on. *passed* are bytes that still came through."""

    def __init__(self, passed: bytes = b"") -> None:
        super().__init__("the link is cut")
        self.passed = passed


class PowerLoss(Exception):
    """The device dies here and starts again from what is on its disk; its task buffer is empty then."""


class Faults:
    """Every method is called with the device's lock or the line's lock held; none may call the device back."""

    def connected(self) -> None:
        """A host has connected: what the last one had begun to say is void."""

    def takes(self) -> bool:
        """Whether the device takes a command now; False: NAK to ENQ in transport 2, B1 to Add in transport 3."""
        return True

    def received(self, data: bytes) -> bytes:
        """Bytes from the host, before the transport sees them."""
        return data

    def sent(self, data: bytes) -> bytes:
        """Bytes to the host, before they reach the line. LinkCut says how many of them still do."""
        return data

    def before_command(self, message: bytes) -> bytes | None:
        """
        A command (with the access password) about to be executed. An answer given here stands instead of executing it.
        """
        return None

    def after_command(self, message: bytes, answer: bytes) -> bytes:
        """The command was executed; what is returned is what the host is told."""
        return answer

    def before_record(self, document_type: int, fd_number: int) -> None:
        """Right before a document enters the fiscal storage: it is not there yet."""

    def after_record(self, document_type: int, fd_number: int) -> None:
        """Right after it entered: it is there for ever; counters and paper do not know yet."""

    def before_line(self, text: str) -> bool:
        """A line about to be printed; False: the paper ends before it."""
        return True

    def web_request(self, method: str, path: str, *, acted_on: bool) -> int:
        """
        A request to the web front was read, or (*acted_on*) is about to be answered: 0 lets it pass, an HTTP status is
        answered instead, below zero the connection ends without a word.
        """
        return 0

    def web_link(self, code: int | None, *, executed: bool) -> bool:
        """
        Whether the web front reaches its device: in general (*code* None), with a command, and with its answer
        (*executed*).
        """
        return True
