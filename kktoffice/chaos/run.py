"""The course of a run: set up, sell under fire, heal, settle, audit; and the table at its end."""

from __future__ import annotations

import datetime
import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connections
from django.utils import timezone

from devices.models import Device, Job, ShiftPolicy, Site
from devices.states import JobStatus
from kktoffice.chaos import blows
from kktoffice.chaos.asks import Ask, draw, provoked
from kktoffice.chaos.audit import Audit
from kktoffice.chaos.clients import Book, Client
from kktoffice.chaos.differences import NAMES, Difference
from kktoffice.chaos.directors import Director, ProcessDirector, Say, Struck, TillDirector
from kktoffice.chaos.staff import Staff
from kktoffice.chaos.town import Town, wait_for
from kktoffice.health import is_heard
from kktoffice.postgres import Postgres
from kktoffice.processes import Family
from receipts.keys import USUAL_SCOPES, renew
from receipts.models import ApiClient

# How many differences of each kind are shown in words.
SHOWN = 20
CLIENTS_PER_TILL = 2
CLOSE_AFTER = datetime.timedelta(minutes=2)  # when every other device of a long run closes its shift by itself
UNSETTLED = (JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    *sales*: receipts of all kinds. *with_web*: each site has a device behind the vendor's web server too. *patience*:
    seconds that everything may take to settle once it is healed.
    """

    seed: int
    sales: int
    sites: int = 1
    with_web: bool = False
    patience: float = 180.0
    database: Postgres | None = None

    @property
    def is_long(self) -> bool:
        """Few sales get blows quickly one after another, many more slowly."""
        return self.sales > 60


class Run:
    """One run in *folder*; `go` returns the differences. Raises ProcessFailed: something could not be started."""

    def __init__(self, settings: Settings, folder: Path, say: Say) -> None:
        self.settings = settings
        self.folder = folder
        self.say = say
        self.book = Book()
        self.struck: list[Struck] = []
        self.asks: list[Ask] = []
        self.numbers = itertools.count()
        self.stop = threading.Event()
        self.client = ApiClient()

    def go(self) -> list[Difference]:
        with Family() as family:
            town = Town(family, self.folder, sites=self.settings.sites, with_web=self.settings.with_web)
            key = self.set_up(town)
            number_of = {till.pk: till.number for till in town.tills}
            ask = self.asker("staff", town, key, self.stop)
            staff = Staff(lambda row, kind: ask(number_of[row], kind), self.stop)
            staff.start()
            try:
                differences = self.under_fire(town, key)
                differences += self.settle(town)
                differences += self.last_sales(town, key)
            finally:
                self.stop.set()
                staff.join(timeout=60)
                connections.close_all()
        differences += Audit(town.tills, self.asks, self.book, self.client.source).differences()
        self.tell(differences)
        return differences

    # Set up

    def set_up(self, town: Town) -> str:
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        for code in town.sites:
            Site.objects.create(code=code, name=f"Магазин {code}", time_zone=town.environment["TZ"])
        soon = timezone.localtime(timezone.now() + CLOSE_AFTER).time().replace(second=0, microsecond=0)
        for till in town.tills:
            site = Site.objects.get(code=till.site)
            till.pk = Device.objects.create(
                site=site,
                name=f"Касса {till.number}",
                url=till.url,
                driver=till.driver,
                transport=till.transport,
                shift_policy=self._policy(till.number),
                close_shift_at=soon if till.number % 2 and self.settings.is_long else None,
            ).pk
        self.client = ApiClient(name="chaos", scopes=[scope.value for scope in USUAL_SCOPES])
        key = renew(self.client)
        self.client.save()
        connections.close_all()
        town.start_redis()
        for till in town.tills:
            town.start_till(till)
        town.start_web()
        started = timezone.now()
        for code in town.sites:
            town.start_worker(code)
        for code in town.sites:
            town.workers[code].wait_until(partial(is_heard, code, since=started), timeout=40)
        return key

    def _policy(self, till: int) -> ShiftPolicy:
        """In long runs one device in three or four is staffed: people open and close its shifts."""
        chance = random.Random(f"{self.settings.seed}/staff/{till}")  # noqa: S311 - a schedule, no secret
        return ShiftPolicy.STAFFED if self.settings.is_long and chance.random() < 0.3 else ShiftPolicy.AUTO

    def clients(self, town: Town, key: str) -> list[Client]:
        """As many sales for each client as fit, the rest for the first ones."""
        tills = [till.number for till in town.tills for _ in range(CLIENTS_PER_TILL)]
        share, rest = divmod(self.settings.sales, len(tills))
        devices = [till.pk for till in town.tills]
        leisure = 1.2 if self.settings.is_long else 2.5
        found = []
        for number, till in enumerate(tills):
            asks = draw(self.settings.seed, client=number, till=till, receipts=share + (number < rest), leisure=leisure)
            self.asks += asks
            found.append(Client(f"client {number}", town.url, key, asks, devices, self.book, self.stop))
        return found

    def asker(self, name: str, town: Town, key: str, stop: threading.Event) -> Callable[[int, str], None]:
        """What asks for a command of a kind at a till, by its number, beside the drawn wishes."""
        client = Client(name, town.url, key, [], [till.pk for till in town.tills], self.book, stop)

        def ask(till: int, kind: str) -> None:
            wish = provoked(self.settings.seed, number=next(self.numbers), till=till, kind=kind)
            self.asks.append(wish)
            client.insist(wish, wait=0)

        return ask

    def directors(self, town: Town, key: str) -> list[Director]:
        pace = 3 if self.settings.is_long else 1
        seed, stop = self.settings.seed, self.stop_fire
        database = self.settings.database
        provoke = self.asker("provoker", town, key, stop)
        return [
            *(
                TillDirector(
                    till,
                    blows.of_device(seed, till.number, web=till.driver != "atol"),
                    town,
                    self.struck,
                    self.say,
                    provoke=partial(provoke, till.number),
                    pace=pace,
                    stop=stop,
                )
                for till in town.tills
            ),
            ProcessDirector(
                blows.of_processes(seed, database=database is not None, is_long=self.settings.is_long),
                town,
                self.struck,
                self.say,
                database=database,
                pace=pace * 4,
                stop=stop,
            ),
        ]

    # The course

    def under_fire(self, town: Town, key: str) -> list[Difference]:
        """Until every client has asked for everything."""
        self.stop_fire = threading.Event()
        clients, directors = self.clients(town, key), self.directors(town, key)
        for thread in (*clients, *directors):
            thread.start()
        try:
            while any(client.is_alive() for client in clients):
                if failed := [director.failed for director in directors if director.failed]:
                    self.say(f"the town cannot be kept up: {'; '.join(failed)}")
                    self.stop.set()
                time.sleep(0.1)
        finally:
            self.stop_fire.set()
            for director in directors:
                director.join(timeout=60)
        return [
            Difference(kind="stuck", till=None, words=words)
            for words in [
                *(director.failed for director in directors if director.failed),
                *(f"{client.name} has {len(client.unasked)} wishes left" for client in clients if client.unasked),
            ]
        ]

    def settle(self, town: Town) -> list[Difference]:
        self.say(f"{len(self.struck)} blows are over; healing and settling")
        told = [Difference(kind="stuck", till=None, words=words) for words in town.heal()]
        started = time.monotonic()
        if not wait_for(self._all_settled, seconds=self.settings.patience):
            self.say(f"not settled after {self.settings.patience:.0f} s")
        self.say(f"settled in {time.monotonic() - started:.1f} s")
        return told

    @staticmethod
    def _all_settled() -> bool:
        time.sleep(0.1)
        try:
            return not Job.objects.filter(status__in=UNSETTLED).exists()
        except DatabaseError:
            connections.close_all()
            return False

    def last_sales(self, town: Town, key: str) -> list[Difference]:
        """Every till sells once more, and every wish is asked again: it must be told as it ended."""
        again = list(self.asks)
        last = []
        for till in town.tills:
            last.append(draw(0, client=10_000 + till.number, till=till.number, receipts=1)[0])
        self.asks += last
        client = Client("last", town.url, key, [], [till.pk for till in town.tills], self.book, self.stop)
        for ask in last:
            client.insist(ask, wait=30)
        for ask in again:
            client.again(ask)
        wait_for(self._all_settled, seconds=30)
        silent = [
            ask.tr_id
            for ask in again
            if not self.book.is_over(ask) and not any(each.is_good for each in self.book.answers[ask.tr_id])
        ]
        return [Difference(kind="answer", till=None, words=f"{tr_id} was never answered") for tr_id in silent]

    # The end

    def tell(self, differences: list[Difference]) -> None:
        sick = {difference.till for difference in differences}
        dealt, felt, resolved = Counter[str](), Counter[str](), Counter[str]()
        for struck in self.struck:
            dealt[struck.blow.kind] += 1
            felt[struck.blow.kind] += bool(struck.hits)
            well = not sick if struck.till is None else struck.till not in sick and None not in sick
            resolved[struck.blow.kind] += bool(struck.hits) and well
        self.say(f"\n  {'fault':<18} {'injected':>8} {'hit':>6} {'resolved':>9}")
        for kind in sorted(dealt):
            self.say(f"  {kind:<18} {dealt[kind]:>8} {felt[kind]:>6} {resolved[kind]:>9}")
        self.say(f"  {'all':<18} {dealt.total():>8} {felt.total():>6} {resolved.total():>9}")
        states = Counter(Job.objects.values_list("status", flat=True))
        answers = sum(len(each) for each in self.book.answers.values())
        self.say(
            f"\n  {len(self.asks)} wishes, {answers} answers, {self.book.silences} requests without one; jobs: "
            + ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
        )
        kinds = Counter(difference.kind for difference in differences)
        shown = Counter[str]()
        for difference in sorted(differences, key=lambda each: NAMES.index(each.kind)):
            shown[difference.kind] += 1
            if shown[difference.kind] <= SHOWN:
                self.say(f"  {difference}")
        self.say("\n  " + ", ".join(f"{kinds[name]} {name}" for name in NAMES))
