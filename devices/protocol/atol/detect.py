"""
Which transport a device speaks: a v3 Abort first, then ENQ; neither disturbs a device of the other kind.

Source: atol-protocol.md 2.7 [C for the order].
"""

from __future__ import annotations

from devices.errors import ErrorCode, LinkError
from devices.protocol import ports_of_host
from devices.protocol.atol import transport2, transport3
from devices.protocol.atol.session import Session
from devices.protocol.atol.transport2 import Session2
from devices.protocol.atol.transport3 import Session3
from devices.protocol.link import Link


def open_session(
    link: Link,
    *,
    transport: int = 0,
    timers2: transport2.Timers | None = None,
    timers3: transport3.Timers | None = None,
) -> Session:
    """
    A session of *transport* 2 or 3, 0 finds out.

    Raises:
        LinkError: DEVICE_OFFLINE, nobody answers; PORT_PROBED, nobody does, and bytes that nobody had asked for were
            there already: another program has just been at the port (L06).
    """
    stray = link.drain()
    third = Session3(link, timers=timers3)
    if transport != 2 and third.connect(tries=2 if transport else 1):
        return third
    second = Session2(link, timers=timers2)
    if transport != 3 and second.probe():
        return second
    if transport == 0 and third.connect():  # it may have been slow to wake
        return third
    if stray and ports_of_host.is_usb(link.url):
        raise LinkError(ErrorCode.PORT_PROBED, f"no answer on {link.url} after {stray[:16].hex(' ')}")
    raise LinkError(ErrorCode.DEVICE_OFFLINE, f"no answer on {link.url}")
