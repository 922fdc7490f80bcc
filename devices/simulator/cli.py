"""The command `virtual_device`: options, one ready line, a clean end on SIGTERM and SIGINT."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from devices.ffd import Taxation
from devices.simulator.control import Control
from devices.simulator.device import DirectoryInUse, VirtualDevice
from devices.simulator.lines import Line
from devices.simulator.options import FFD_BY_LABEL, VAT_MODES, Options
from devices.simulator.port import TRANSPORTS
from devices.simulator.profiles import PROFILES
from devices.simulator.running import serve_pty, serve_tcp
from devices.simulator.trouble.fault import Rig
from devices.simulator.trouble.troubles import Troubles
from devices.simulator.web.http import APIS, WebFront


def add_arguments(parser: argparse.ArgumentParser) -> None:
    line = parser.add_mutually_exclusive_group()
    line.add_argument("--pty", type=Path, metavar="PATH", help="make a pseudo-terminal and a link to it at PATH")
    line.add_argument("--tcp", metavar="HOST:PORT", help="listen there, one host at a time; port 0 picks a free one")
    web = parser.add_argument_group("the web server of driver 10 in front of it, beside the line or instead of it")
    web.add_argument("--web", metavar="HOST:PORT", help="listen there; port 0 picks a free one")
    web.add_argument("--web-api", choices=APIS, default="both", help="/requests, /api/v2 or both")
    web.add_argument("--web-account", metavar="LOGIN:PASSWORD", default="", help="ask for it by HTTP Basic")
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="folder that keeps the device")
    parser.add_argument(
        "--transport", choices=TRANSPORTS, default="auto", help="auto answers in the version that the host speaks"
    )
    parser.add_argument("--speed", choices=("fast", "real"), default="fast", help="real: the line's and printer's pace")
    parser.add_argument("--baudrate", type=int, default=115200, help="of the line, for --speed real")
    parser.add_argument(
        "--fault", action="append", default=[], metavar="SPEC", help="kind:name=value,…; may be repeated"
    )
    parser.add_argument("--control", metavar="PATH|HOST:PORT", help="take requests there, one JSON object per line")
    device = parser.add_argument_group("the device, fixed at the first start in DIR")
    device.add_argument("--model", metavar="MODEL", help=f"one of {', '.join(PROFILES)}")
    device.add_argument("--ffd", choices=tuple(FFD_BY_LABEL))
    for name, text in (
        ("serial", "serial number, up to 14 digits"),
        ("fn", "number of the ФН, 16 digits"),
        ("rnm", "registration number"),
        ("inn", "ИНН of the user, 10 or 12 digits"),
        ("organisation", "name of the user"),
        ("address", "address of settlement"),
        ("place", "place of settlement"),
    ):
        device.add_argument(f"--{name}", help=text)
    device.add_argument("--taxation", help=f"tax systems, comma separated: {', '.join(_taxation_names())}, or a mask")
    device.add_argument("--vat-mode", choices=VAT_MODES, help="how the receipt's VAT is summed (default positions)")


def _taxation_names() -> list[str]:
    return [taxation.name.lower() for taxation in Taxation]


def wanted_options(arguments: argparse.Namespace) -> dict[str, Any]:
    """What was given on the command line. Raises ValueError with words for a person."""
    names = ("model", "ffd", "serial", "fn", "rnm", "inn", "organisation", "address", "place", "vat_mode")
    wanted = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
    if arguments.taxation:
        wanted["taxations"] = _mask(arguments.taxation)
    Options(**wanted)
    return wanted


def _mask(text: str) -> int:
    if text.isdecimal():
        return int(text)
    mask = 0
    for name in text.split(","):
        try:
            mask |= Taxation[name.strip().upper()]
        except KeyError:
            raise ValueError(f"unknown tax system {name!r}; known: {', '.join(_taxation_names())}") from None
    return mask


def _line(device: VirtualDevice, arguments: argparse.Namespace) -> Line | None:
    if arguments.pty:
        return serve_pty(device, arguments.pty, transport=arguments.transport)
    if not arguments.tcp:
        return None
    host, port = _address("--tcp", arguments.tcp)
    return serve_tcp(device, host, port, transport=arguments.transport)


def _web(device: VirtualDevice, arguments: argparse.Namespace) -> WebFront | None:
    if not arguments.web:
        return None
    host, port = _address("--web", arguments.web)
    return WebFront(device, host, port, api=arguments.web_api, account=arguments.web_account)


def _address(option: str, text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise ValueError(f"{option} wants HOST:PORT, not {text!r}")
    return host, int(port)


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT. Returns the exit code: 2 when it cannot start, with one line why."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    troubles = Troubles()
    try:
        if not (arguments.pty or arguments.tcp or arguments.web):
            raise ValueError("one of --pty, --tcp and --web is needed")
        device = VirtualDevice(arguments.state, speed=arguments.speed, faults=troubles, **wanted_options(arguments))
    except (ValueError, OSError, DirectoryInUse) as error:
        sys.stderr.write(f"virtual_device: {error}\n")
        return 2
    with device, contextlib.ExitStack() as stack:
        device.pace.baudrate = arguments.baudrate
        try:
            line = _line(device, arguments)
            if line is not None:
                stack.enter_context(line)
            troubles.rig = Rig(device, line)
            web = _web(device, arguments)
            if web is not None:
                stack.enter_context(web)
        except (ValueError, OSError) as error:
            sys.stderr.write(f"virtual_device: {error}\n")
            return 2
        try:
            for fault in arguments.fault:
                troubles.set(fault)
            if arguments.control:
                stack.enter_context(Control(troubles, arguments.control))
        except (ValueError, OSError) as error:
            sys.stderr.write(f"virtual_device: {error}\n")
            return 2
        options = device.options
        who = f"{options.profile.name} {options.serial} FN {options.fn} FFD {options.ffd}"
        urls = " ".join(each.url for each in (line, web) if each is not None)
        sys.stdout.write(f"ready {urls} {who}\n")
        sys.stdout.flush()
        while not stop.wait(3600):
            pass
    return 0


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="virtual_device", description="An ATOL cash register that is not there.")
    add_arguments(parser)
    return run(parser.parse_args(argv))
