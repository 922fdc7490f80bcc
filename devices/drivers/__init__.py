"""
The families of devices, and the way to one: `connect(endpoint)` opens the port, finds the transport, gives a driver.

A new family is one folder here, one in protocol/, and one line in DRIVERS.
"""

from __future__ import annotations

from collections.abc import Callable

from devices.drivers.atol.driver import AtolDriver
from devices.drivers.atol_web.channel import WebChannel
from devices.drivers.base import Driver, Endpoint
from devices.drivers.driver10.driver import Driver10
from devices.drivers.fptr10.channel import LibraryChannel
from devices.errors import ErrorCode, Refused
from devices.protocol.atol.detect import open_session
from devices.protocol.link import Link


def _atol(endpoint: Endpoint) -> Driver:
    link = Link(endpoint.url, baudrate=endpoint.baudrate)
    try:
        session = open_session(link, transport=endpoint.transport)
        return AtolDriver(
            session,
            access_password=endpoint.access_password,
            operator_password=endpoint.operator_password,
        )
    except BaseException:
        link.close()
        raise


def _atol_web(endpoint: Endpoint) -> Driver:
    return Driver10(WebChannel(endpoint))


def _fptr10(endpoint: Endpoint) -> Driver:
    return Driver10(LibraryChannel(endpoint))


DRIVERS: dict[str, Callable[[Endpoint], Driver]] = {"atol": _atol, "atol_web": _atol_web, "fptr10": _fptr10}


def connect(endpoint: Endpoint) -> Driver:
    """
    A driver on an open link; its session has greeted the device, nothing else was sent.

    Raises LinkError: the port, the link, or nobody answers; Refused(NOT_SUPPORTED): an unknown family.
    """
    if endpoint.driver not in DRIVERS:
        raise Refused(ErrorCode.NOT_SUPPORTED, f"driver {endpoint.driver!r}")
    return DRIVERS[endpoint.driver](endpoint)
