"""
What goes wrong, drawn from the seed: faults of a virtual device as the specs of its control socket, and names of what
happens to processes.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# Commands that matter: open receipt, position, pay, close, cancel, cash in and out, Z, open shift, state, register,
# storage, mode.
COMMANDS = ("*", "*", "92", "EB", "99", "4A", "4A", "4A", "49", "5A", "9A", "3F", "91", "A4", "56", "45")
WRITING = ("*", "92", "EB", "99", "4A", "4A", "49", "9A", "5A")


@dataclass(frozen=True, slots=True, kw_only=True)
class Blow:
    """
    *kind* as the table names it. *faults* are specs for the device, set together. It lasts until it was felt, and
    *hold* seconds more.
    """

    kind: str
    faults: tuple[str, ...] = ()
    hold: float = 0.0

    def __str__(self) -> str:
        return f"{self.kind} {' + '.join(self.faults)} for {self.hold:.1f} s".replace("  ", " ")


Draw = Callable[[random.Random], tuple[str, ...]]


def _command(chance: random.Random, commands: tuple[str, ...] = COMMANDS) -> str:
    code = chance.choice(commands)
    return f"command={code},nth={chance.randint(1, 30)}" if code == "*" else f"command={code}"


def _cut(chance: random.Random) -> tuple[str, ...]:
    way = chance.choice(("in", "out"))
    return (f"cut:{_command(chance)},direction={way},after={chance.randint(0, 24)},times={chance.randint(1, 2)}",)


def _damage(chance: random.Random) -> tuple[str, ...]:
    way = chance.choice(("in", "out"))
    where = f"direction={way},after={chance.randint(0, 24)},xor={chance.randint(1, 255)}"
    return (f"damage:{_command(chance)},{where},times={chance.randint(1, 3)}",)


def _lost_ack(chance: random.Random) -> tuple[str, ...]:
    way = chance.choice(("in", "out"))
    return (f"lost_ack:{_command(chance)},direction={way},times={chance.randint(1, 3)}",)


def _silence(chance: random.Random) -> tuple[str, ...]:
    way, when = chance.choice(("both", "in", "out")), chance.choice(("before", "after"))
    seconds = f"seconds={chance.uniform(0.2, 3):.1f}"
    return (f"silence:{_command(chance)},direction={way},when={when},{seconds}",)


def _slow(chance: random.Random) -> tuple[str, ...]:
    when = chance.choice(("before", "after"))
    return (f"slow:{_command(chance)},when={when},seconds={chance.uniform(0.2, 3):.1f}",)


def _late(chance: random.Random) -> tuple[str, ...]:
    """The document enters the ФН after the host has lost the line and come back."""
    code = chance.choice(("4A", "9A", "5A", "49"))
    slow = f"slow:command={code},when=before,seconds={chance.uniform(0.5, 4):.1f}"
    return (slow, f"cut:command={code},direction=out,after={chance.randint(0, 6)}")


def _power(chance: random.Random) -> tuple[str, ...]:
    when = chance.choice(("in", "out", "before", "after", "record", "recorded", "line"))
    code = chance.choice(("4A", "4A", "9A", "5A")) if when in ("record", "recorded") else chance.choice(WRITING)
    nth = f",nth={chance.randint(1, 40)}" if code == "*" else ""
    return (f"power:command={code}{nth},when={when},after={chance.randint(0, 12)},off={chance.choice((0, 0, 1, 2.5))}",)


def _at_line(kind: str) -> Draw:
    def draw(chance: random.Random) -> tuple[str, ...]:
        code = chance.choice(("92", "EB", "4A", "4A", "9A", "5A", "49"))
        return (f"{kind}:command={code},after={chance.randint(0, 12)}",)

    return draw


def _clock(chance: random.Random) -> tuple[str, ...]:
    return (
        f"clock:seconds={chance.choice((-900, -300, -90, -61, 45, 90))},command={chance.choice(('-', '92', '4A'))}",
    )


def _fn_full(chance: random.Random) -> tuple[str, ...]:
    return (f"fn_full:left={chance.randint(0, 2)},command={chance.choice(('-', '92', 'EB'))}",)


def _fn_end(chance: random.Random) -> tuple[str, ...]:
    return (f"fn_end:days={chance.choice((20, 2, -1))}",)


def _fn_replaced(chance: random.Random) -> tuple[str, ...]:
    return (f"fn_replaced:command={chance.choice(('-', '3F', '91'))}",)


def _ofd_silent(chance: random.Random) -> tuple[str, ...]:
    return (f"ofd_silent:days={chance.choice((1, 6, 29, 31))},command={chance.choice(('-', '92', '4A'))}",)


def _shift_age(chance: random.Random) -> tuple[str, ...]:
    return (f"shift_age:command={chance.choice(('-', '92', '4A', '49', '56', '99'))}",)


def _other_device(chance: random.Random) -> tuple[str, ...]:
    return (f"other_device:{_command(chance)}",)


def _foreign_receipt(chance: random.Random) -> tuple[str, ...]:
    code = chance.choice(("92", "49", "3F", "91", "4D"))
    closes = chance.choice((0, 0, 1))
    return (f"foreign_receipt:command={code},nth={chance.randint(1, 3)},close={closes},sum={FOREIGN}",)


def _busy(chance: random.Random) -> tuple[str, ...]:
    if chance.random() < 0.5:
        return (f"busy:answer=wire,nth={chance.randint(1, 30)},times={chance.randint(1, 8)}",)
    return (f"busy:{_command(chance)},times={chance.randint(1, 3)}",)


def _port_held(chance: random.Random) -> tuple[str, ...]:
    return (f"port_held:{_command(chance)}",)


def _renamed(chance: random.Random) -> tuple[str, ...]:
    return (f"renamed:{_command(chance)},seconds={chance.uniform(0.1, 3):.1f}",)


def _web(chance: random.Random) -> tuple[str, ...]:
    """A request to the web server is cut, late, or answered with a failure."""
    method, when = chance.choice(("*", "POST", "POST", "GET")), chance.choice(("before", "after"))
    how = chance.choice(("", f",seconds={chance.uniform(0.2, 3):.1f}", f",status={chance.choice((500, 503, 408))}"))
    return (f"web:method={method},when={when},nth={chance.randint(1, 20)},times={chance.randint(1, 4)}{how}",)


def _web_link(chance: random.Random) -> tuple[str, ...]:
    """The web server loses its device, for longer now and then than its host waits for a blocked request."""
    when, seconds = chance.choice(("before", "after")), chance.choice((0.2, 1.5, 4, 14))
    return (f"web_link:{_command(chance)},when={when},seconds={seconds}",)


def _web_power(chance: random.Random) -> tuple[str, ...]:
    when = chance.choice(("before", "after", "record", "recorded", "line"))
    code = chance.choice(("4A", "4A", "9A", "5A")) if when in ("record", "recorded") else chance.choice(WRITING)
    nth = f",nth={chance.randint(1, 40)}" if code == "*" else ""
    return (f"power:command={code}{nth},when={when},after={chance.randint(0, 12)},off={chance.choice((0, 0, 1, 2.5))}",)


# Kopecks of a receipt that another program registers: no client of ours asks for this sum.
FOREIGN = 123_456_789

OF_DEVICES: dict[str, Draw] = {
    "cut": _cut,
    "damage": _damage,
    "lost_ack": _lost_ack,
    "silence": _silence,
    "slow": _slow,
    "late_document": _late,
    "power": _power,
    "paper_out": _at_line("paper_out"),
    "cover_open": _at_line("cover_open"),
    "printer_fault": _at_line("printer_fault"),
    "shift_age": _shift_age,
    "clock": _clock,
    "fn_full": _fn_full,
    "fn_end": _fn_end,
    "fn_replaced": _fn_replaced,
    "ofd_silent": _ofd_silent,
    "other_device": _other_device,
    "foreign_receipt": _foreign_receipt,
    "busy": _busy,
    "port_held": _port_held,
    "renamed": _renamed,
}
# What somebody does with tools lasts for seconds, and is never undone between two bytes.
_WORKED, _BY_HAND = frozenset({"fn_replaced", "other_device"}), 0.5
# Of a device behind the vendor's web server, where nothing happens to a wire of ours.
OF_WEB_DEVICES: dict[str, Draw] = {
    "web": _web,
    "web_link": _web_link,
    "power": _web_power,
    **{
        kind: OF_DEVICES[kind]
        for kind in ("slow", "paper_out", "cover_open", "printer_fault", "shift_age", "clock", "fn_full", "fn_end")
    },
    **{kind: OF_DEVICES[kind] for kind in ("fn_replaced", "ofd_silent", "foreign_receipt")},
}
OF_PROCESSES = (
    *("worker_killed", "worker_killed", "worker_frozen", "worker_doubled", "device_killed", "web_killed"),
    *("redis_killed", "redis_emptied", "redis_frozen"),
)
OF_DATABASE, OF_LONG_RUNS = "database_killed", "worker_zombie"


def of_device(seed: int, till: int, *, web: bool = False) -> Iterator[Blow]:
    """Without end: every kind once in some order, then again in another one."""
    draws = OF_WEB_DEVICES if web else OF_DEVICES
    chance = random.Random(f"{seed}/till/{till}")  # noqa: S311 - a schedule, no secret
    while True:
        for kind in chance.sample(list(draws), len(draws)):
            faults, hold = draws[kind](chance), chance.choice((0, 0, 0.5, 2))
            yield Blow(kind=kind, faults=faults, hold=max(hold, _BY_HAND) if kind in _WORKED else hold)


def of_processes(seed: int, *, database: bool, is_long: bool) -> Iterator[tuple[Blow, float]]:
    """Blows and a number from 0 to 1 that chooses among sites and devices. *database*: it is a server of its own."""
    chance = random.Random(f"{seed}/processes")  # noqa: S311 - a schedule, no secret
    kinds = [*OF_PROCESSES, *([OF_DATABASE] if database else []), *([OF_LONG_RUNS] if is_long else [])]
    while True:
        for kind in chance.sample(kinds, len(kinds)):
            yield Blow(kind=kind, hold=chance.choice((0.2, 1, 3))), chance.random()
