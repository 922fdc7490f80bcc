"""The address of a device as settings of the library. Source: atol-driver10-json.md 1.9."""

from __future__ import annotations

from urllib.parse import urlsplit

from devices.drivers.base import Endpoint
from devices.drivers.driver10.channel import Json
from devices.errors import ErrorCode, Refused

COM, USB, TCP = 0, 1, 2
ANY_MODEL, DEFAULT_PORT = 500, 5555
_FACTORY = Endpoint(driver="", url="")


def settings_of(endpoint: Endpoint) -> Json:
    """
    socket://host:5555 is TCP; usb: or usb:PATH is USB; anything else is a port by its name (COM3, /dev/ttyACM0).

    Passwords go in only where they are not the factory's. Raises Refused(NOT_SUPPORTED): no address.
    """
    told: Json = {"Model": ANY_MODEL, **_line(endpoint)}
    if endpoint.access_password != _FACTORY.access_password:
        told["AccessPassword"] = endpoint.access_password
    if endpoint.operator_password != _FACTORY.operator_password:
        told["UserPassword"] = endpoint.operator_password
    return told


def _line(endpoint: Endpoint) -> Json:
    url = endpoint.url.strip()
    if url.startswith(("socket://", "tcp://")):
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port or DEFAULT_PORT
        except ValueError as error:
            raise Refused(ErrorCode.NOT_SUPPORTED, f"address {url!r}: {error}") from error
        if not host:
            raise Refused(ErrorCode.NOT_SUPPORTED, f"address {url!r} names no host")
        return {"Port": TCP, "IPAddress": host, "IPPort": port}
    if url.startswith("usb:"):
        return {"Port": USB, "UsbDevicePath": url.removeprefix("usb:") or "auto"}
    if not url:
        raise Refused(ErrorCode.NOT_SUPPORTED, "no address")
    return {"Port": COM, "ComFile": url, "BaudRate": endpoint.baudrate}
