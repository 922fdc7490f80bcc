"""
The check of a marking code, and the code in a position.

A code with a check part (group separators in it) passes, a shorter one is right in form only: good enough to try a
client against, and nobody's truth [C]. Without the ОФД the marking system is silent too. Source:
atol-driver10-json.md 2.8, 3.4.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

from devices.ffd import FfdVersion, Tag
from devices.simulator import tlv
from devices.simulator.web.errors import BAD_TASK, TaskError
from devices.simulator.web.fields import Fields
from devices.simulator.web.host import Host

_GS = b"\x1d"
_GS1 = re.compile(rb"01\d{14}21[^\x1d]{1,20}")
_UNKNOWN, _GS1_MARKED = 1300, 1305
MARK_MODE, MARK_CHECK = 2102, 2106
_RESULT = ("imcCheckFlag", "imcCheckResult", "imcStatusInfo", "imcEstimatedStatusCorrect", "ecrStandAloneFlag")


def begin(host: Host, task: Fields) -> dict[str, Any]:
    host.need_link()
    params = task.inner("params")
    if params is None:
        task.need("params")
    if host.device.options.version < FfdVersion.V1_2:
        raise TaskError(413)
    if host.mark:
        raise TaskError(401)
    assert params is not None
    code = _decoded(params, "imc")
    is_whole = bool(_GS1.match(code.removeprefix(_GS))) and _GS in code
    host.mark = {"valid": is_whole, "silent": not host.device.ofd_online}
    told = {"fmCheck": True, "fmCheckResult": is_whole, "fmCheckErrorReason": "checked" if is_whole else "noGS1"}
    return {"offlineValidation": told}


def status(host: Host, _: Fields) -> dict[str, Any]:
    told = _result(host)
    operator = "correct" if told["imcCheckResult"] else "incorrect"
    online = {
        "itemInfoCheckResult": told,
        "markOperatorItemStatus": "itemEstimatedStatusCorrect",
        "markOperatorResponse": {"responseStatus": True, "itemStatusCheck": True},
        "markOperatorResponseResult": operator,
        "imcType": "imcFmVerifyCode88",
        "imcBarcode": "",
        "imcModeProcessing": 0,
    }
    driver = {"code": 0, "description": "Ошибок нет"}
    if host.mark["silent"]:
        driver = {"code": 421, "error": "responseTimeout", "description": "Нет ответа"}
    return {"ready": True, "sentImcRequest": True, "driverError": driver, "onlineValidation": online}


def accept(host: Host, _: Fields) -> dict[str, Any]:
    told = _result(host)
    host.mark = {}
    return {"itemInfoCheckResult": told}


def forget(host: Host, _: Fields) -> None:
    host.mark = {}


def _result(host: Host) -> dict[str, bool]:
    host.need_link()
    if not host.mark:
        raise TaskError(410)
    told = not host.mark["silent"]
    return dict(zip(_RESULT, (True, host.mark["valid"], told, told, False), strict=True))


def of_position(host: Host, item: Fields) -> Iterator[bytes]:
    """1163 and 2106 of `imcParams`, or the bare code of `markingCode`."""
    params = item.inner("imcParams")
    if params is not None:
        params.need("itemEstimatedStatus")
        yield _product_code(_decoded(params, "imc"))
        yield tlv.byte(MARK_MODE, params.whole("imcModeProcessing"))
        checked = params.inner("itemInfoCheckResult")
        flags = [checked.flag(name) for name in _RESULT] if checked else []
        yield tlv.byte(MARK_CHECK, sum(flag << place for place, flag in enumerate(flags)))
    elif (marking := item.inner("markingCode")) is not None:
        code = _decoded(marking, "mark")
        if host.device.options.version >= FfdVersion.V1_2:
            yield _product_code(code)
        else:
            yield tlv.element(Tag.PRODUCT_CODE, code[:32])


def _product_code(code: bytes) -> bytes:
    short = code.removeprefix(_GS).split(_GS, 1)[0]
    tag = _GS1_MARKED if _GS1.fullmatch(short) else _UNKNOWN
    return tlv.group(Tag.PRODUCT_CODES, tlv.element(tag, short[:38]))


def _decoded(fields: Fields, name: str) -> bytes:
    fields.need(name)
    try:
        return base64.b64decode(fields.text(name), validate=True)
    except (binascii.Error, ValueError):
        raise TaskError(BAD_TASK, f'Поле "{fields.path}.{name}" не base64') from None
