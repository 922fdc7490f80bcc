"""
A worker that dies by SIGKILL at an exact step of its work, and the counting of the steps.

A step is a command handed to the device, a commit (before it and after it), or a statement that commits by itself.
The worker is a fork that runs the site's line with the real driver; the kernel kills it in the middle of that, so no
handler, no `finally` and no buffer of ours has a say.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

from asgiref.local import Local
from django.db import connection, connections

from devices import lease, ports
from devices.models import Site
from devices.protocol.atol.client import PASSWORD_SIZE
from devices.protocol.atol.transport3 import Session3
from devices.protocol.link import Link

DONE = 0
_inherited: list[Any] = []


class Steps:
    """
    Counts the steps of this process and kills it at number *last*, or right after the message that begins with *code*
    was handed over; with *by_byte* each byte of a packet is a step.
    """

    def __init__(self, last: int, *, code: int | None = None, by_byte: bool = False) -> None:
        self.left = last
        self.code = code
        self.by_byte = by_byte

    def step(self) -> None:
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1

    def install(self) -> None:
        """From here on every step of this process counts; there is no way back, the process is made to die."""
        if self.by_byte:
            write = Link.write

            def counted_write(link: Link, data: bytes) -> None:
                for place in range(len(data)):
                    write(link, data[place : place + 1])
                    self.step()

            Link.write = counted_write  # type: ignore[method-assign, assignment]
        add = Session3._add

        def counted_add(session: Session3, task: Any) -> None:
            add(session, task)
            if task.message[PASSWORD_SIZE] == self.code:
                self.left = 0
            self.step()

        Session3._add = counted_add  # type: ignore[method-assign, assignment]
        connection.ensure_connection()
        commit = connection._commit  # type: ignore[attr-defined]

        def counted_commit() -> None:
            self.step()
            commit()
            self.step()

        connection._commit = counted_commit  # type: ignore[attr-defined]
        connection.execute_wrappers.append(self._statement)

    def _statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if connection.get_autocommit() and not sql.startswith("SELECT"):
            self.step()
        return result


def leave_connections_behind() -> None:
    """
    In a fork: from here on no database connection of the parent is used or closed, whichever thread has it.

    One would be shared otherwise: an event loop that a browser's tests keep in the parent's thread ends with the fork,
    and connections that were opened before the loop began are in sight again. On them the transaction of a fork that
    is dead stays open, since the parent lives.
    """
    handler: Any = connections
    _inherited.append(handler._connections)  # kept: whoever closes them says good-bye in the parent's name
    handler._connections = Local(handler.thread_critical)


def killed_at(
    number: int, work: Callable[[], object], *, code: int | None = None, by_byte: bool = False, timeout: float = 30.0
) -> bool:
    """
    Do *work* in a fork that dies as `Steps` says; False when it came to its end before.

    The open port, the sites' leases and the database's connections of this process are given up first.
    """
    for site in Site.objects.all():
        lease.give_up(site)
    ports.close()
    ports.forget()
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            leave_connections_behind()
            Steps(number, code=code, by_byte=by_byte).install()
            work()
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
            os._exit(1)
        os._exit(DONE)
    status = _wait(pid, timeout)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    assert os.WIFEXITED(status), status
    assert os.WEXITSTATUS(status) == DONE
    return False


def _wait(pid: int, timeout: float) -> int:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return status
        time.sleep(0.002)
    os.kill(pid, signal.SIGTERM)
    return os.waitpid(pid, 0)[1]
