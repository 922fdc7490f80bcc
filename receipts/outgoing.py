"""
POST to an address that a client chose, without becoming its tool (failure-modes.md, X11).

https only, port 443, a name that resolves to public addresses alone, a connection to the very address that was
checked, no redirects, five seconds, 64 KB of answer. With `allow_private` (developers) http, any port and private
addresses pass. Standard library only.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from typing import Any
from urllib.parse import SplitResult, urlsplit

TIMEOUT = 5.0
MAX_ANSWER = 64 * 1024
MAX_URL = 500
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class BadUrl(ValueError):
    """An address that we do not post to."""


class NotDelivered(Exception):
    """The other side did not take it; the message is for people."""


def check_url(url: str, *, allow_private: bool = False) -> str:
    """*url* as it is, if its form is right; addresses are judged again at connect time. Raises BadUrl."""
    parts = _parts(url, allow_private=allow_private)
    try:
        address = ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return url
    if not allow_private:
        _refuse_private(address)
    return url


def post(url: str, body: bytes, headers: dict[str, str], *, allow_private: bool = False) -> int:
    """
    Deliver *body*; the status, which is 2xx.

    Raises:
        BadUrl: the address is not one that we post to, now or by its name's present address.
        NotDelivered: no connection, a certificate that does not fit, another status, too slow.
    """
    parts = _parts(url, allow_private=allow_private)
    assert parts.hostname is not None
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _resolve(parts.hostname, port, allow_private=allow_private)
    connection = _Connection(parts.hostname, port, address=address, tls=parts.scheme == "https")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # The socket's own time-out starts again with every byte; this one does not.
    limit = threading.Timer(TIMEOUT, connection.cut)
    limit.daemon = True
    limit.start()
    try:
        connection.request("POST", target, body=body, headers=headers)
        answer = connection.getresponse()
        with contextlib.suppress(OSError, http.client.HTTPException):
            answer.read(MAX_ANSWER)  # the status is what counts
    except (OSError, http.client.HTTPException) as error:
        raise NotDelivered(f"{type(error).__name__}: {error}"[:200]) from error
    finally:
        limit.cancel()
        connection.close()
    if not 200 <= answer.status < 300:
        raise NotDelivered(f"HTTP {answer.status}")
    return answer.status


class _Connection(http.client.HTTPConnection):
    """To *address*, while name, certificate and Host stay those of the URL."""

    def __init__(self, host: str, port: int, *, address: tuple[Any, ...], tls: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self._address, self._tls = address, tls

    def cut(self) -> None:
        """End whatever goes on, from another thread."""
        if self.sock is not None:
            with contextlib.suppress(OSError):  # under TLS too, whose own object is not for two threads
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def connect(self) -> None:
        family, where = self._address
        raw = socket.socket(family, socket.SOCK_STREAM)
        try:
            raw.settimeout(TIMEOUT)
            raw.connect(where)
            self.sock = raw
            if self._tls:
                context = ssl.create_default_context()
                tls = context.wrap_socket(raw, server_hostname=self.host, do_handshake_on_connect=False)
                self.sock = tls  # before the handshake, which may drip as well
                tls.do_handshake()
        except BaseException:
            raw.close()
            raise


def _parts(url: str, *, allow_private: bool) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadUrl(str(error)) from error
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= MAX_URL
    schemes = ("https", "http") if allow_private else ("https",)
    if not plain or parts.scheme not in schemes or not parts.hostname or "@" in parts.netloc or parts.fragment:
        raise BadUrl(url[:80])
    if port not in (None, 443) and not allow_private:
        raise BadUrl(f"port {port}")
    return parts


def _resolve(host: str, port: int, *, allow_private: bool) -> tuple[Any, ...]:
    """Family and address of *host*. Any address of it that is not public refuses the whole name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotDelivered(f"{host}: {error}"[:200]) from error
    if not allow_private:
        for _family, _type, _proto, _name, where in found:
            _refuse_private(ipaddress.ip_address(str(where[0]).partition("%")[0]))
    family, _type, _proto, _name, where = found[0]
    return family, where


def _refuse_private(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if address in _NAT64:
        address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    if not address.is_global or not inner.is_global or address.is_multicast or inner.is_multicast:
        raise BadUrl(f"{address} is not public")
