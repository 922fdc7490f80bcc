"""One command as it was asked: by whom, of which device, with what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from devices.models import Device
from devices.pipe_models import PipeSettings
from receipts.api.authentication import devices_of
from receipts.api.pipe import values
from receipts.api.pipe.drafts import settings_of
from receipts.api.pipe.wire import Refusal
from receipts.models import ApiClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """*name* is the command's, in capitals; *data* as it came; *own* how the device understands this protocol."""

    client: ApiClient
    device: Device
    own: PipeSettings
    name: str
    data: Any

    @property
    def request(self) -> dict[str, Any]:
        """What makes two requests the same, and what is kept of them. The operator's password is none of it."""
        return {"comand": self.name, "device": self.device.number, "data": values.plain(self.data)}

    @property
    def keys(self) -> Mapping[str, Any]:
        """`data` where it must be an object. Raises Refusal."""
        if not isinstance(self.data, dict):
            raise Refusal(_("“%(key)s” must be an object.") % {"key": "data"})
        return self.data


def device_of(client: ApiClient, message: Mapping[str, Any], site: str) -> Device:
    """
    The device that *message* means by its number: among those of the key's sites, or of the one whose code is *site*.

    Raises Refusal: there is none, or more than one, or it is out of use.
    """
    number = values.whole(values.section(message, "atol_device_data"), "atol_device_number")
    devices = devices_of(client).filter(number=number)
    found = list(devices.filter(site__code=site) if site else devices)
    if not found:
        raise Refusal(f"Устройство с номером {number} не найдено")  # as the old service said it
    if len(found) > 1:
        words = _("There are several devices with number %(number)s: give the key one site, or name it in the address.")
        raise Refusal(words % {"number": number})
    if not found[0].is_enabled:
        raise Refusal(_("The register is switched off in the settings."))
    return found[0]


def asked(client: ApiClient, message: Mapping[str, Any], *, name: str, site: str) -> Asked:
    """Raises Refusal."""
    device = device_of(client, message, site)
    return Asked(client=client, device=device, own=settings_of(device), name=name, data=message.get("data"))
