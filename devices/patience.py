"""So many tries at once, then one more each pause: who guesses is made to wait. In memory, per process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable


class Patience:
    """
    *tries* at once for each asker, and one more every *pause* seconds; *most_known* askers are remembered, so that a
    stranger with many addresses fills no memory. A restart forgives.
    """

    def __init__(self, *, tries: int, pause: float, most_known: int = 10_000) -> None:
        self.tries = tries
        self.pause = pause
        self.most_known = most_known
        self.clock: Callable[[], float] = time.monotonic
        self._lock = threading.Lock()
        self._spent: dict[Hashable, float] = {}  # asker: monotonic seconds when all tries are back

    def take(self, asker: Hashable) -> float:
        """Take a try: 0, or how many seconds to wait until there is one, and then none was taken."""
        with self._lock:
            now = self.clock()
            if len(self._spent) >= self.most_known:
                self._spent = {each: back for each, back in self._spent.items() if back > now}
            back = max(self._spent.get(asker, now), now) + self.pause
            wait = back - now - self.tries * self.pause
            if wait > 0:
                return wait
            if len(self._spent) < self.most_known or asker in self._spent:
                self._spent[asker] = back
            return 0.0

    def forgive(self, asker: Hashable) -> None:
        with self._lock:
            self._spent.pop(asker, None)

    def forget(self) -> None:
        """Forgive everybody."""
        with self._lock:
            self._spent.clear()
