"""
The form of a device in the administration: its driver by a name that people know, and the password of a web server,
which may be given and is never shown.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from devices.models import Device

DRIVER_NAMES = {
    "atol": _("ATOL: serial port, USB or network, by ourselves"),
    "atol_web": _("ATOL: the web server of driver 10"),
    "fptr10": _("ATOL: the library of driver 10"),
}
"""A name for each of devices.drivers.DRIVERS."""


class KeptPassword(forms.CharField):
    """Never sent back to a browser; left empty it stays what it is."""

    def __init__(self, **options: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        super().__init__(required=False, strip=False, widget=widget, **options)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


class DeviceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A driver that has no name here, of a row that somebody else made, stays what it is."""

    driver = forms.ChoiceField(label=_("driver"), choices=list(DRIVER_NAMES.items()), initial="atol")
    password = KeptPassword(
        label=_("password"),
        max_length=128,
        help_text=_("Of a web server. It is not shown; empty: it stays as it is. Without a login there is none."),
    )

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

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if url.startswith(("http:", "https:")) and "@" in url.partition("?")[0]:
            raise forms.ValidationError(_("Login and password have fields of their own."), code="secret")
        return url

    def clean(self) -> dict[str, Any]:
        """Whoever may change an address must not have the kept password sent to a server of theirs."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        kept = self.instance.password
        if cleaned.get("password") or not kept:
            return cleaned
        if not cleaned.get("login"):
            self.changed_data.append("password")
            return cleaned
        cleaned["password"] = kept
        if _server(cleaned.get("url", "")) != _server(self.instance.url):
            self.add_error("password", _("The address is another one: give the password again."))
        return cleaned


def _server(url: str) -> tuple[str, str]:
    """Scheme and host with port."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", url
    return parts.scheme, parts.netloc
