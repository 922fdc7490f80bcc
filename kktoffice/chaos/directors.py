"""Threads that strike and heal: one per till, one for the processes. Each goes through its own drawn sequence."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import redis
from django.db import DatabaseError, connections

from devices import lease
from devices.models import Job
from devices.states import JobStatus
from kktoffice.chaos.blows import Blow
from kktoffice.chaos.town import Refused, Till, Town, wait_for
from kktoffice.postgres import Postgres
from kktoffice.processes import ProcessFailed

FELT_SECONDS = 6.0
# Wire commands that clients cause rarely, and what to ask for: cash in, Z, opening a shift.
RARE = {"49": ("cash_in",), "5A": ("close_shift",), "9A": ("close_shift", "cash_in")}
SETTLED = (JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.EXPIRED)
Say = Callable[[str], None]


@dataclass(slots=True, kw_only=True)
class Struck:
    """A blow that was dealt: where, when (monotonic seconds), and how often it was felt."""

    blow: Blow
    where: str
    till: int | None = None
    at: float = 0.0
    healed_at: float = 0.0
    hits: int = 0


class Director(threading.Thread):
    """
    Strikes, waits until it was felt, heals, and lets *pace* jobs be settled before the next blow.

    *log* gets every blow. A device or process that cannot be brought back ends the run (`failed`).
    """

    def __init__(self, name: str, town: Town, log: list[Struck], say: Say, *, pace: int, stop: threading.Event) -> None:
        super().__init__(name=name)
        self.town = town
        self.log = log
        self.say = say
        self.pace = pace
        self.stop = stop
        self.began = time.monotonic()
        self.failed = ""

    def run(self) -> None:
        try:
            for struck in self.blows():
                struck.at = time.monotonic()
                self.log.append(struck)
                self.say(f"{struck.at - self.began:7.1f} s  {struck.where:<12} {struck.blow}")
                self.deal(struck)
                struck.healed_at = time.monotonic()
                before = self.settled()
                wait_for(lambda before=before: self.settled() >= before + self.pace, seconds=8, stop=self.stop)
                if self.stop.is_set():
                    break
        except (ProcessFailed, OSError, Refused) as error:
            self.failed = f"{self.name}: {error!r}"
        finally:
            connections.close_all()

    def blows(self) -> Iterator[Struck]:
        raise NotImplementedError

    def deal(self, struck: Struck) -> None:
        raise NotImplementedError

    def settled(self) -> int:
        """Jobs that are settled, at what this director torments."""
        raise NotImplementedError


def count(**which: object) -> int:
    """How many jobs; a database that is away for a moment has none."""
    try:
        return Job.objects.filter(**which).count()
    except DatabaseError:
        connections.close_all()
        return 0


class TillDirector(Director):
    """
    Faults of one virtual device, through its control socket. *provoke* asks for a command of a kind that a fault waits
    for and that comes too rarely by itself.
    """

    def __init__(
        self,
        till: Till,
        drawn: Iterator[Blow],
        town: Town,
        log: list[Struck],
        say: Say,
        *,
        provoke: Callable[[str], None],
        **words: object,
    ) -> None:
        super().__init__(f"till {till.number}", town, log, say, **words)  # type: ignore[arg-type]
        self.till = till
        self.drawn = drawn
        self.provoke = provoke

    def blows(self) -> Iterator[Struck]:
        for blow in self.drawn:
            yield Struck(blow=blow, where=f"till {self.till.number}", till=self.till.number)

    def settled(self) -> int:
        return count(device_id=self.till.pk, status__in=SETTLED)

    def deal(self, struck: Struck) -> None:
        numbers: list[int] = []
        with self.till.lock:
            for fault in struck.blow.faults:
                with contextlib.suppress(Refused):
                    numbers.append(self.till.ask(do="set", fault=fault)["id"])
        for code, kinds in RARE.items():
            if any(f"command={code}" in fault for fault in struck.blow.faults):
                for kind in kinds:
                    self.provoke(kind)
        felt = wait_for(lambda: self._hits(numbers) > 0, seconds=FELT_SECONDS, stop=self.stop)
        if felt:
            self.stop.wait(struck.blow.hold)
        with self.till.lock:
            struck.hits = max(struck.hits, self._hits(numbers))
            for number in reversed(numbers):
                with contextlib.suppress(Refused, OSError):  # gone with its process
                    self.till.ask(do="clear", id=number)

    def _hits(self, numbers: list[int]) -> int:
        try:
            rows = self.till.ask(do="list")["faults"]
        except OSError:
            return 0
        return sum(row["hits"] for row in rows if row["id"] in numbers)


class ProcessDirector(Director):
    """kill -9, SIGSTOP, FLUSHALL and a second worker. *database* is None where there is no server."""

    def __init__(
        self,
        drawn: Iterator[tuple[Blow, float]],
        town: Town,
        log: list[Struck],
        say: Say,
        *,
        database: Postgres | None,
        **words: object,
    ) -> None:
        super().__init__("processes", town, log, say, **words)  # type: ignore[arg-type]
        self.drawn = drawn
        self.database = database
        self.chosen = 0.0

    def blows(self) -> Iterator[Struck]:
        for blow, chosen in self.drawn:
            self.chosen = chosen
            where = {"worker": self.site, "device": f"till {self.till.number}"}.get(blow.kind.partition("_")[0], "all")
            till = self.till.number if blow.kind == "device_killed" else None
            yield Struck(blow=blow, where=where, till=till)

    def settled(self) -> int:
        return count(status__in=SETTLED)

    @property
    def site(self) -> str:
        return self.town.sites[int(self.chosen * len(self.town.sites))]

    @property
    def till(self) -> Till:
        return self.town.tills[int(self.chosen * len(self.town.tills))]

    def deal(self, struck: Struck) -> None:
        self._wait_for_work(struck)
        getattr(self, struck.blow.kind)(struck.blow)
        struck.hits = 1

    def _wait_for_work(self, struck: Struck) -> None:
        """To strike in the middle of a job, at a moment that the draw chose."""
        which: dict[str, object] = {"status": JobStatus.RUNNING}
        if struck.blow.kind.startswith("worker"):
            which["site__code"] = self.site
        elif struck.till is not None:
            which["device_id"] = self.till.pk
        if wait_for(lambda: count(**which) > 0, seconds=2, stop=self.stop):
            time.sleep(self.chosen * 0.1)

    def worker_killed(self, blow: Blow) -> None:
        self.town.kill(self.town.workers[self.site])
        self.stop.wait(blow.hold)
        self.town.start_worker(self.site)

    def worker_frozen(self, blow: Blow) -> None:
        with self.town.frozen(self.town.workers[self.site]):
            self.stop.wait(blow.hold * 2)

    def worker_zombie(self, blow: Blow) -> None:
        """Frozen for longer than its lease lasts, while another one takes over; then both are awake."""
        with self.town.frozen(self.town.workers[self.site]):
            second = self.town.another_worker(self.site)
            self.stop.wait(lease.TTL.total_seconds() + 3)
        self.stop.wait(1 + blow.hold)
        second.stop()

    def worker_doubled(self, blow: Blow) -> None:
        """The second one stays until the first is killed, or is told to stop."""
        second = self.town.another_worker(self.site)
        self.stop.wait(3 + blow.hold)
        if blow.hold > 0.5:
            self.town.kill(self.town.workers[self.site])
            self.town.workers[self.site] = second
        else:
            second.stop()

    def device_killed(self, blow: Blow) -> None:
        with self.till.lock:
            self.town.kill_till(self.till)
            self.stop.wait(blow.hold)
            self.town.start_till(self.till)
            self.till.repair()

    def web_killed(self, blow: Blow) -> None:
        self.town.kill(self.town.web)
        self.stop.wait(blow.hold)
        self.town.start_web()

    def redis_killed(self, blow: Blow) -> None:
        self.town.kill(self.town.redis)
        self.stop.wait(blow.hold)
        self.town.restart_redis()

    def redis_emptied(self, blow: Blow) -> None:
        with contextlib.suppress(redis.RedisError), redis.Redis.from_url(self.town.redis_url) as client:
            client.flushall()

    def redis_frozen(self, blow: Blow) -> None:
        with self.town.frozen(self.town.redis):
            self.stop.wait(blow.hold * 2)

    def database_killed(self, blow: Blow) -> None:
        if self.database is not None:
            self.town.kill(self.database.child)
            self.stop.wait(blow.hold)
            self.town.spawner.submit(self.database.start).result()
