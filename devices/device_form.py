"""The form of a device in the administration: its driver by a name that people know."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from devices.models import Device

DRIVER_NAMES = {
    "atol": _("ATOL: serial port, USB or network, by ourselves"),
    "atol_web": _("ATOL: the web server of driver 10"),
    "fptr10": _("ATOL: the library of driver 10"),
}
"""A name for each of devices.drivers.DRIVERS."""


class DeviceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A driver that has no name here, of a row that somebody else made, stays what it is."""

    driver = forms.ChoiceField(label=_("driver"), choices=list(DRIVER_NAMES.items()), initial="atol")

    class Meta:
        model = Device
        fields = "__all__"  # noqa: DJ007 the administration decides what is shown
        help_texts = {
            "url": _(
                "/dev/serial/by-id/…, usb:SERIAL or socket://host:5555; of a web server http://host:16732, with "
                "?deviceID=… where it has several registers."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.instance.driver
        if kept and kept not in DRIVER_NAMES:
            self.fields["driver"].choices = [*DRIVER_NAMES.items(), (kept, kept)]  # type: ignore[attr-defined]
