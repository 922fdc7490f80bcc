"""
The doors of the old pipe service: a Unix socket, TCP, and on Windows its named pipe; one message per connection.

This file needs Python 3.8 and nothing else, so that it can be copied to a till's computer and run there:

    python gateway.py --url https://kkt.example.org/atol/ --key-file key.txt --tcp 127.0.0.1:16740

It hands each message over to kktoffice and its answer back, byte for byte, and keeps nothing: what it cannot hand over
it says at once, and it never sends anything twice. `manage.py pipe_gateway` opens the same doors without HTTP.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import http.client
import json
import logging
import os
import signal
import socket
import ssl
import stat
import sys
import threading
import time
from typing import Any, Callable  # noqa: UP035 Python 3.8
from urllib.parse import urlsplit

log = logging.getLogger("pipe_gateway")

Answer = Callable[[bytes], bytes]

LARGEST = 1024 * 1024
"""Bytes of one message, as the server takes them."""
MOST = 32
"""Connections at a time; more wait until one of them is answered."""
READ_SECONDS = 30.0
QUIET_SECONDS = 0.3
"""After so long without a byte what has come is the message, where it is no JSON object whose end can be seen."""
PIPE = r"\\.\pipe\atol_service"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
OWN, OUTCOME_UNKNOWN = -1, -20001  # receipts/api/pipe/errors.py


def refusal(text: str, code: int = OWN) -> bytes:
    """An answer of the protocol that is not a success."""
    return json.dumps({"response": "", "error": text, "error_code": code}, ensure_ascii=False).encode()


class BadMessage(Exception):
    """There is no message to hand over; the argument is what its client is told."""


class End:
    """
    Where a JSON object ends in a stream of bytes: at the brace that closes its first one. Of UTF-8 and of Windows-1251
    no letter holds a byte of ASCII, so bytes are enough.
    """

    def __init__(self) -> None:
        self.depth = 0
        self.in_text = False
        self.escaped = False
        self.reached = False

    def feed(self, data: bytes) -> bool:
        """Look at what came; whether the end is reached."""
        for byte in data:
            if self.in_text:
                if self.escaped:
                    self.escaped = False
                elif byte == 0x5C:
                    self.escaped = True
                elif byte == 0x22:
                    self.in_text = False
            elif byte == 0x22:
                self.in_text = self.depth > 0
            elif byte == 0x7B:
                self.depth += 1
            elif byte == 0x7D and self.depth:
                self.depth -= 1
                self.reached = self.reached or self.depth == 0
        return self.reached


def read_stream(connection: socket.socket) -> bytes:
    """One message of a stream: an object up to its end, else what there is until it falls silent. Raises BadMessage."""
    end, message, until = End(), bytearray(), time.monotonic() + READ_SECONDS
    while not end.reached:
        patience = until - time.monotonic()
        if patience <= 0:
            raise BadMessage("Сообщение не пришло целиком.")
        is_object = message[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
        connection.settimeout(patience if is_object or not message else QUIET_SECONDS)
        try:
            data = connection.recv(65536)
        except socket.timeout:  # noqa: UP041 Python 3.8
            if is_object or not message:
                continue
            break
        if not data:
            break
        message += data
        end.feed(data)
        if len(message) > LARGEST:
            raise BadMessage(f"Сообщение длиннее {LARGEST} байт.")
    if not message:
        raise BadMessage("Сообщение пустое.")
    return bytes(message)


def read_packet(connection: socket.socket) -> bytes:
    """One message of a socket that keeps their bounds. Raises BadMessage."""
    connection.settimeout(READ_SECONDS)
    try:
        data, _, flags, _ = connection.recvmsg(LARGEST)
    except socket.timeout:  # noqa: UP041 Python 3.8
        raise BadMessage("Сообщение не пришло целиком.") from None
    if flags & socket.MSG_TRUNC:
        raise BadMessage(f"Сообщение длиннее {LARGEST} байт.")
    if not data:
        raise BadMessage("Сообщение пустое.")
    return data


class Door:
    """A listening socket; each connection in a thread of its own, at most MOST of all doors at a time."""

    places = threading.BoundedSemaphore(MOST)

    def __init__(self, listener: socket.socket, name: str, answer: Answer, packets: bool = False) -> None:
        self.listener, self.name, self.answer = listener, name, answer
        self.read = read_packet if packets else read_stream
        self.stopping = False
        self.thread = threading.Thread(target=self._accept, name=name, daemon=True)

    def open(self) -> None:
        self.listener.listen(64)
        self.thread.start()
        log.info("listening on %s", self.name)

    def close(self) -> None:
        self.stopping = True
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)

    def _accept(self) -> None:
        while not self.stopping:
            self.places.acquire()
            try:
                connection, _ = self.listener.accept()
            except OSError as error:
                self.places.release()
                if self.stopping:
                    return
                log.warning("%s: %s", self.name, error)
                time.sleep(0.1)
                continue
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                try:
                    said = self.answer(self.read(connection))
                except BadMessage as error:
                    said = refusal(str(error))
                connection.settimeout(READ_SECONDS)
                connection.sendall(said)
        except OSError as error:
            log.warning("%s: a client went away: %s", self.name, error)
        except Exception:
            log.exception("%s: a message failed", self.name)
        finally:
            self.places.release()


class PipeDoor:
    """
    The named pipe of Windows, by the standard library's listener. It is thin because nobody can try it on Linux: it was
    not exercised there.
    """

    def __init__(self, address: str, answer: Answer) -> None:
        from multiprocessing.connection import Listener

        self.listener = Listener(address, "AF_PIPE")
        self.name, self.answer = address, answer
        self.thread = threading.Thread(target=self._accept, name=address, daemon=True)

    def open(self) -> None:
        self.thread.start()
        log.info("listening on %s", self.name)

    def close(self) -> None:
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection = self.listener.accept()
            except OSError as error:
                log.warning("%s: %s", self.name, error)
                return
            threading.Thread(target=serve_pipe, args=(connection, self.answer), daemon=True).start()


def serve_pipe(connection: Any, answer: Answer) -> None:
    """One message of a pipe. Its client closes first: what a server closes may be lost before it was read."""
    try:
        with connection:
            if not connection.poll(READ_SECONDS):
                return
            connection.send_bytes(answer(connection.recv_bytes(LARGEST)))
            if connection.poll(READ_SECONDS):
                connection.recv_bytes()
    except (EOFError, OSError):
        return


class Forward:
    """Hands a message to kktoffice over HTTPS. *seconds* is longer than the server waits for the device."""

    def __init__(self, url: str, key: str, seconds: float = 90.0, context: ssl.SSLContext | None = None) -> None:
        """Raises ValueError: no address, or one that would show the key to the whole network."""
        parts = urlsplit(url)
        self.host, self.port, self.path = parts.hostname or "", parts.port, parts.path or "/atol/"
        if parts.scheme not in ("http", "https") or not self.host or parts.username:
            raise ValueError("--url must be like https://kkt.example.org/atol/")
        if parts.scheme == "http" and self.host not in LOOPBACK:
            raise ValueError("plain http would show the key to everybody on the network: use https")
        self.context = (context or ssl.create_default_context()) if parts.scheme == "https" else None
        self.key, self.seconds = key, seconds

    def __call__(self, message: bytes) -> bytes:
        connection = self._connection()
        try:
            connection.connect()
        except OSError as error:
            log.warning("no connection to %s: %s", self.host, error)
            return refusal(f"Нет связи с сервером касс {self.host}. Команда не выполнена: повторите её.")
        try:
            connection.sock.settimeout(self.seconds)
            headers = {"Authorization": "Bearer " + self.key, "Content-Type": "application/json"}
            connection.request("POST", self.path, message, headers)
            response = connection.getresponse()
            said = response.read(4 * LARGEST)
        except (OSError, http.client.HTTPException) as error:
            log.warning("no answer of %s: %s", self.host, error)
            return self._unknown()
        finally:
            connection.close()
        if _is_answer(said):
            return said
        log.warning("%s answered with status %s", self.host, response.status)
        if response.status >= 500 or response.status < 300:  # a «yes» that says nothing is no proof of a «no»
            return self._unknown()
        return refusal(f"Сервер касс {self.host} не принял команду (HTTP {response.status}).")

    def _connection(self) -> http.client.HTTPConnection:
        if self.context is None:
            return http.client.HTTPConnection(self.host, self.port, timeout=10)
        return http.client.HTTPSConnection(self.host, self.port, timeout=10, context=self.context)

    def _unknown(self) -> bytes:
        text = (
            "Связь с сервером касс прервалась, выполнена ли команда, неизвестно. Не повторяйте её, сначала проверьте."
        )
        return refusal(text, OUTCOME_UNKNOWN)


def _is_answer(said: bytes) -> bool:
    for encoding in ("utf-8", "cp1251"):
        with contextlib.suppress(ValueError):
            read = json.loads(said.decode(encoding))
            return isinstance(read, dict) and "error_code" in read
    return False


class Ansi:
    """For programs that know nothing but Windows-1251, whatever they send."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, message: bytes) -> bytes:
        said = self.answer(message.decode("cp1251", "replace").encode())
        return said.decode("utf-8", "replace").encode("cp1251", "backslashreplace")


def unix_listener(path: str, kind: int, mode: int) -> socket.socket:
    """
    A Unix socket at *path*; one that a dead process left there is replaced. Raises OSError: somebody listens there, or
    it is no socket.
    """
    if not hasattr(socket, "AF_UNIX"):
        raise ValueError("there are no Unix sockets here: use --pipe or --tcp")
    listener = socket.socket(socket.AF_UNIX, kind)
    try:
        if os.path.exists(path) and stat.S_ISSOCK(os.stat(path).st_mode):
            with socket.socket(socket.AF_UNIX, kind) as probe:
                if probe.connect_ex(path) == errno.ECONNREFUSED:
                    os.unlink(path)
        before = os.umask(0o777 & ~mode)
        try:
            listener.bind(path)
        finally:
            os.umask(before)
    except BaseException:
        listener.close()
        raise
    return listener


def tcp_listener(address: str) -> socket.socket:
    """HOST:PORT, or [::1]:PORT. Raises ValueError, OSError."""
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isdigit():
        raise ValueError(f"{address} is not HOST:PORT")
    if host not in LOOPBACK:
        log.warning("%s can be reached from other computers, and asks nobody who they are", address)
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        # On Windows REUSEADDR would let another program take the port over.
        option = "SO_EXCLUSIVEADDRUSE" if os.name == "nt" else "SO_REUSEADDR"
        listener.setsockopt(socket.SOL_SOCKET, getattr(socket, option), 1)
        listener.bind((host, int(port)))
    except BaseException:
        listener.close()
        raise
    return listener


def add_doors(parser: argparse.ArgumentParser) -> None:
    """The arguments that say where to listen; each may stand more than once."""
    parser.add_argument("--unix", action="append", default=[], metavar="PATH", help="a Unix socket, as a stream")
    parser.add_argument(
        "--seqpacket", action="append", default=[], metavar="PATH", help="one that keeps messages apart"
    )
    parser.add_argument("--tcp", action="append", default=[], metavar="HOST:PORT", help="127.0.0.1:16740, for example")
    parser.add_argument(
        "--pipe", action="append", default=[], nargs="?", const=PIPE, help="Windows: " + PIPE.replace("%", "%%")
    )
    parser.add_argument("--mode", default="660", help="rights of Unix sockets; 660: owner and group")
    parser.add_argument("--ansi", action="store_true", help="the programs write and read Windows-1251")


def open_doors(options: dict[str, Any], answer: Answer) -> list[Any]:
    """Open what *options* (of add_doors) name. Raises OSError, ValueError; then nothing stays open."""
    if options["ansi"]:
        answer = Ansi(answer)
    mode = int(options["mode"], 8)
    doors: list[Any] = []
    try:
        for path in options["unix"]:
            doors.append(Door(unix_listener(path, socket.SOCK_STREAM, mode), path, answer))
        for path in options["seqpacket"]:
            doors.append(Door(unix_listener(path, socket.SOCK_SEQPACKET, mode), path, answer, packets=True))
        for address in options["tcp"]:
            doors.append(Door(tcp_listener(address), address, answer))
        for name in options["pipe"]:
            if os.name != "nt":
                raise ValueError("named pipes exist on Windows only: use --unix or --tcp here")
            doors.append(PipeDoor(name, answer))
        if not doors:
            raise ValueError("nowhere to listen: give --unix, --seqpacket, --tcp or, on Windows, --pipe")
        for door in doors:
            door.open()
    except BaseException:
        close_doors(doors, options)
        raise
    return doors


def close_doors(doors: list[Any], options: dict[str, Any]) -> None:
    for door in doors:
        with contextlib.suppress(RuntimeError):  # of a thread that was never started
            door.close()
        if door.name in [*options["unix"], *options["seqpacket"]]:
            with contextlib.suppress(OSError):
                os.unlink(door.name)


def stay(doors: list[Any], options: dict[str, Any]) -> None:
    """Until SIGTERM or Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.wait(1.0):  # Windows hears a Ctrl-C only between waits
        pass
    close_doors(doors, options)


def read_key(path: str | None) -> str:
    """The API key: from a file, or from KKT_API_KEY; never from the command line, which everybody can read."""
    if path:
        with open(path, encoding="utf-8-sig") as file:
            return file.read().strip()
    return os.environ.get("KKT_API_KEY", "").strip()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Doors of the old pipe service, handed over to kktoffice.")
    parser.add_argument("--url", required=True, help="https://kkt.example.org/atol/, or /atol/SITE/")
    parser.add_argument("--key-file", help="file with the API key; or KKT_API_KEY in the environment")
    parser.add_argument("--ca", metavar="FILE", help="certificates of those who sign the server's")
    parser.add_argument("--seconds", type=float, default=90.0, help="longest wait for an answer")
    add_doors(parser)
    options = vars(parser.parse_args(arguments))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        key = read_key(options["key_file"])
        if not key:
            raise ValueError("no API key: give --key-file, or set KKT_API_KEY")
        context = ssl.create_default_context(cafile=options["ca"]) if options["ca"] else None
        doors = open_doors(options, Forward(options["url"], key, options["seconds"], context))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"pipe_gateway: {error}\n")
        return 1
    stay(doors, options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
