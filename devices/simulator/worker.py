"""One thread that executes what a transport hands it, one message after another, as the device's processor does."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

from devices.simulator.device import VirtualDevice
from devices.simulator.faults import PowerLoss

log = logging.getLogger(__name__)
Done = Callable[[bytes], None]


class Worker:
    """
    *on_restart* is called after the device lost its power or was told to reboot: everything volatile is gone then.
    """

    def __init__(self, device: VirtualDevice, on_restart: Callable[[], None]) -> None:
        self._device = device
        self._on_restart = on_restart
        self._jobs: queue.SimpleQueue[tuple[bytes, int, Done] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="virtual-device", daemon=True)
        self._thread.start()

    def submit(self, message: bytes, interface: int, done: Done) -> None:
        """Execute *message* when its turn comes; *done* gets the answer, in the worker's thread."""
        self._jobs.put((message, interface, done))

    def stop(self) -> None:
        """Finish what was submitted, then end."""
        self._jobs.put(None)
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            message, interface, done = job
            try:
                done(self._device.execute(message, interface=interface))
            except PowerLoss:
                self._restart()
            except Exception:
                log.exception("command %s broke the virtual device", message[2:3].hex())
                self._restart()
            if self._device.reboot_wanted:
                self._device.reboot_wanted = False
                self._restart()

    def _restart(self) -> None:
        self._device.power_up()
        self._on_restart()
