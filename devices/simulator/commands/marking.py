"""Marking codes of ФФД 1.2: subcommands B0h to B6h of A4 (layouts are a guess, see tables_marking.py [C])."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from devices.ffd import FfdVersion, Tag
from devices.protocol.atol.tables_marking import MarkError, MarkStage, MarkSub
from devices.simulator import tlv
from devices.simulator.codes import named
from devices.simulator.commands.registry import need
from devices.simulator.errors import Code, Refusal, extended
from devices.simulator.marking import ROOM
from devices.simulator.numbers import le

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice

Handler = Callable[["VirtualDevice", bytes], bytes]


def _of_1_2(handler: Handler) -> Handler:
    def checked(device: VirtualDevice, parameters: bytes) -> bytes:
        if device.options.version < FfdVersion.V1_2:
            raise Refusal(Code.FN_BAD_PARAMETERS)
        return handler(device, parameters)

    return checked


def _state(device: VirtualDevice, _: bytes) -> bytes:
    state = device.state
    head = bytes((device.marking.stage, len(device.marking.table), ROOM))
    return head + le(state.notices - state.notices_sent, 2)


def _check(device: VirtualDevice, parameters: bytes) -> bytes:
    """`status mode size code …`; what follows the code (2108, 1023, 1291) is taken as it is."""
    need(parameters, 4)
    status, mode, size = parameters[:3]
    code = parameters[3 : 3 + size]
    if len(code) < size:
        raise Refusal(Code.BAD_LENGTH)
    result, reason = device.marking.check(code, status, mode)
    return bytes((result, reason, named(code).kind))


def _request(device: VirtualDevice, _: bytes) -> bytes:
    device.marking.request()
    return b""


def _answer(device: VirtualDevice, _: bytes) -> bytes:
    stage, result, answer = device.marking.answer()
    return bytes((stage, result, 0, answer)) if stage is not MarkStage.WAITING else bytes((stage,))


def _keep(device: VirtualDevice, parameters: bytes) -> bytes:
    need(parameters, 1)
    if parameters[0] > 1:
        raise extended(MarkError.WRONG_STAGE)
    return bytes((device.marking.keep(bool(parameters[0])),))


def _clear(device: VirtualDevice, _: bytes) -> bytes:
    device.marking.clear()
    return b""


def marked(device: VirtualDevice, code: bytes, printed: int) -> list[list[Any]]:
    """
    What a code between EA and EB becomes: 1163 with its one child, 2102 and 2106 as the check left them. Raises
    Refusal: it was not checked.
    """
    checked, name = device.marking.kept(code), named(code)
    return [
        [int(Tag.MARK), code.hex(), 0],
        [int(Tag.MARK_STATUS), bytes((checked.status,)).hex(), 0],
        [int(Tag.PRODUCT_CODES), tlv.element(name.tag, name.name).hex(), printed],
        [int(Tag.MARK_MODE), bytes((checked.mode,)).hex(), 0],
        [int(Tag.MARK_CHECK), bytes((checked.result,)).hex(), printed],
    ]


SUBCOMMANDS: dict[int, Handler] = {
    MarkSub.STATE: _of_1_2(_state),
    MarkSub.CHECK: _of_1_2(_check),
    MarkSub.KEEP: _of_1_2(_keep),
    MarkSub.CLEAR: _of_1_2(_clear),
    MarkSub.REQUEST: _of_1_2(_request),
    MarkSub.ANSWER: _of_1_2(_answer),
}
