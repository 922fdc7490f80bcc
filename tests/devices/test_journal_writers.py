"""Many processes write the journal at the same time: no gap, no fork, no deadlock."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import pairwise

import pytest
from django.db import connection

from devices import journal
from devices.journal.verifying import Reading
from devices.models import JournalEntry, Site
from kktoffice.processes import PROJECT

pytestmark = pytest.mark.django_db(transaction=True)

PROCESSES, TIMES = 4, 60

# Half of them lock a shared row before they note, half after: with the lock of the chain taken at once, a deadlock.
WRITER = """
import sys
import time
import django
django.setup()
from devices import journal
from devices.models import Site
me, times = sys.argv[1], int(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
for number in range(times):
    with journal.atomic():
        if number % 2:
            journal.add("test", me, after={"n": number})
            Site.objects.filter(code="shared").update(name=f"{me} {number}")
        else:
            Site.objects.filter(code="shared").update(name=f"{me} {number}")
            journal.add("test", me, after={"n": number})
        journal.add("test", me, after={"n": -number})
    time.sleep(0.005)  # SQLite's lock is polled for: who never rests has it alone
"""


@pytest.fixture
def writers(database_url: str) -> Iterator[list[subprocess.Popen[str]]]:
    environment = os.environ | {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "kktoffice.settings"}
    command = [sys.executable, "-c", WRITER]
    children = [
        subprocess.Popen(
            [*command, f"process:{number}", str(TIMES)],
            cwd=PROJECT,
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for number in range(PROCESSES)
    ]
    yield children
    for child in children:
        child.kill()
        child.communicate()


def test_processes_that_write_at_once_make_one_chain(writers: list[subprocess.Popen[str]]) -> None:
    Site.objects.create(code="shared", name="")
    for child in writers:
        assert child.stdout is not None
        child.stdout.readline()
    for child in writers:
        assert child.stdin is not None
        child.stdin.write("\n")
        child.stdin.flush()
    told = [child.communicate(timeout=60)[1] for child in writers]
    of_each = [JournalEntry.objects.filter(subject=f"process:{number}").count() for number in range(PROCESSES)]
    switches = [row.subject for row in JournalEntry.objects.filter(kind="test")]

    assert [""] * PROCESSES == told
    assert [2 * TIMES] * PROCESSES == of_each
    assert [] == list(Reading())
    assert list(range(1, 2 * TIMES * PROCESSES + 1)) == list(JournalEntry.objects.values_list("seq", flat=True))
    assert PROCESSES < 1 + sum(one != two for one, two in pairwise(switches))  # they took turns


def test_threads_that_write_at_once_make_one_chain() -> None:
    def write(number: int) -> None:
        try:
            for count in range(25):
                journal.add("test", f"thread:{number}", after={"n": count})
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 100 == JournalEntry.objects.count()
    assert [] == list(Reading())


def test_between_tests_the_journal_is_emptied_and_its_triggers_are_back() -> None:
    from django.core.management import call_command
    from django.db import DatabaseError

    journal.add("test", "")
    call_command("flush", interactive=False, verbosity=0)
    empty = JournalEntry.objects.count()
    journal.add("test", "")
    with pytest.raises(DatabaseError, match="append-only"):
        JournalEntry.objects.update(kind="other")

    assert 0 == empty
