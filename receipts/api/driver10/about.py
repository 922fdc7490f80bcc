"""
What programs read of the server itself and of its devices. Nothing is changed here: devices are people's business, in
the settings of kktoffice. Source: atol-driver10-json.md 1.4.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from devices.models import Device
from receipts.api.authentication import devices_of
from receipts.api.driver10 import choosing
from receipts.api.driver10.access import Refusal, body_of, face, json_answer, require
from receipts.api.driver10.choosing import id_of
from receipts.api.driver10.codes import reason_of
from receipts.keys import Scope
from receipts.models import ApiClient

SERVER_VERSION, DRIVER_VERSION = "1.0.4.0", "10.10.8.0"
"""The generation whose behaviour this face has; programs choose their ways by it."""
MONTH_MINUTES = 43200

_Object = dict[str, Any]


@face("GET", is_open=True)
def server_info(request: HttpRequest) -> HttpResponse:
    return json_answer(
        {
            "serverVersion": SERVER_VERSION,
            "driverVersion": DRIVER_VERSION,
            "os": "linux",
            "currentDateTime": timezone.localtime().isoformat(timespec="seconds"),
        }
    )


@face("GET", "PUT")
def server_settings(request: HttpRequest, client: ApiClient) -> HttpResponse:
    if request.method == "PUT":
        raise _not_here()
    return json_answer(
        {
            "scriptsPath": "",
            "invertCashDrawerStatus": False,
            "additionalHeaderLines": "",
            "additionalFooterLines": "",
            "blockQueueOnPrintErrors": True,
            "deleteRequestsAfter": MONTH_MINUTES,
            "validateRequestsOnAdd": False,
        }
    )


@face("GET", "POST")
def devices(request: HttpRequest, client: ApiClient) -> HttpResponse:
    if request.method == "POST":
        raise _not_here()
    require(client, Scope.DEVICES_READ)
    default = _default(client)
    return json_answer([_device(device, default) for device in devices_of(client).order_by("pk")])


@face("GET", "PUT", "DELETE")
def one_device(request: HttpRequest, client: ApiClient, *, name: str) -> HttpResponse:
    if request.method != "GET":
        raise _not_here()
    require(client, Scope.DEVICES_READ)
    return json_answer(_device(choosing.find(client, name), _default(client)))


@face("POST")
def activate(request: HttpRequest, client: ApiClient) -> HttpResponse:
    """Of a device that is in use, nothing is left to do."""
    body = body_of(request) if request.META.get("CONTENT_LENGTH") not in (None, "", "0") else {}
    asked = body if isinstance(body, dict) else {}
    named = request.GET.get("deviceID") or asked.get("deviceID") or asked.get("id") or ""
    choosing.in_use(choosing.find(client, named if isinstance(named, str) else ""))
    return json_answer({})


@face("POST")
def change(request: HttpRequest, client: ApiClient) -> HttpResponse:
    raise _not_here()


@face("GET", is_open=True)
def mapping(request: HttpRequest) -> HttpResponse:
    def only(key: int | str, description: str) -> list[_Object]:
        return [{"key": key, "description": description}]

    return json_answer(
        {
            "model": only(500, "auto"),
            "port": only("tcp", "kktoffice"),
            "com": [],
            "baudRate": [],
            "usbDevice": [],
            "ofdChannel": only("none", "kktoffice"),
        }
    )


def _not_here() -> Refusal:
    return Refusal(403, _("Devices and settings are changed in kktoffice, not by programs"))


def _default(client: ApiClient) -> Device | None:
    try:
        return choosing.default_of(client)
    except Refusal:
        return None


def _device(device: Device, default: Device | None) -> _Object:
    """Addresses and passwords of the port stay with us: who asks reaches the device through us alone."""
    return {
        "id": id_of(device),
        "name": device.name,
        "connectionSettings": {
            "model": 500,
            "accessPassword": "",
            "userPassword": "",
            "port": "tcp",
            "com": "",
            "baudRate": 115200,
            "usbDevice": "",
            "ipAddress": "",
            "ipPort": 0,
            "mac": "",
            "ofdChannel": "none",
        },
        "otherSettings": {
            "useGlobalScriptsSettings": True,
            "scriptsPath": "",
            "useGlobalInvertCashDrawerStatusFlag": True,
            "invertCashDrawerStatus": False,
            "useGlobalAdditionalHeaderLines": True,
            "additionalHeaderLines": "",
            "useGlobalAdditionalFooterLines": True,
            "additionalFooterLines": "",
        },
        "isActive": device.is_enabled,
        "isDefault": default is not None and default.pk == device.pk,
        "isLock": bool(reason_of(device.hold_code)),
        "hasLicense": True,
    }
