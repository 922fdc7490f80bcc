"""
What the demo holds: a site with one device, somebody to sign in, an API client, and the first client's own sale.

State lives in one folder; `demo.json` in it tells scripts where everything is. Nothing here starts a process: that is
the command `manage.py demo`.
"""

from __future__ import annotations

import json
import secrets
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

SITE = "demo"
LOGIN = "manager"
CLIENT = "demo"
FIRST_TR_ID = 1097333
NUMBER = 1
"""The device's for programs of the old pipe service."""


@dataclass(slots=True, kw_only=True)
class Card:
    """
    `demo.json`: what scripts and people need. *status* is starting, running or stopped; *device* says how the virtual
    devices can be reached: «pty» is taken by the site's worker, «tcp» is free for experiments, «control» takes the
    faults of the first. *pipe* is where programs of the old pipe service find device 1: «http» with the key, «unix» and
    «tcp» without. *driver10* is where those of driver 10 find it: any login, the key as password.
    """

    status: str = "starting"
    url: str = ""
    login: str = LOGIN
    password: str = ""
    api_key: str = ""
    api: str = ""
    pipe: dict[str, str] = field(default_factory=dict)
    driver10: dict[str, str] = field(default_factory=dict)
    device: dict[str, str] = field(default_factory=dict)
    device_id: int = 0
    pids: dict[str, int] = field(default_factory=dict)
    logs: str = ""

    @classmethod
    def read(cls, folder: Path) -> Card:
        """The card of the last run; an empty one when there is none or it cannot be read."""
        try:
            kept = json.loads((folder / "demo.json").read_text())
            return cls(**{name: value for name, value in kept.items() if name in cls.__dataclass_fields__})
        except (OSError, ValueError, TypeError, AttributeError):
            return cls()

    def write(self, folder: Path) -> None:
        """Replace the file at once, readable by its owner only: it holds a password and a key."""
        partial = folder / "demo.json.part"
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n")
        partial.replace(folder / "demo.json")


def secret_key(folder: Path) -> str:
    """The demo's own Django key, made once, so that a sign-in outlives a restart."""
    path = folder / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def furnish(card: Card, *, device_url: str) -> None:
    """See that site, device, login and API client exist and that *card* knows the password and the key."""
    from django.contrib.auth import get_user_model

    from devices.models import Device, Site
    from receipts.keys import USUAL_SCOPES, client_of, note_new_key, renew
    from receipts.models import ApiClient

    site, _ = Site.objects.get_or_create(code=SITE, defaults={"name": "Аптека на Никольской"})
    device, _ = Device.objects.update_or_create(
        site=site, name="Касса 1", defaults={"url": device_url, "number": NUMBER}
    )
    card.device_id = device.pk

    user, _ = get_user_model().objects.get_or_create(
        username=LOGIN, defaults={"is_staff": True, "is_superuser": True, "first_name": "Управляющий"}
    )
    if not (card.password and user.check_password(card.password)):
        card.password = secrets.token_urlsafe(9)
        user.set_password(card.password)
        user.save()

    if not card.api_key or client_of(card.api_key) is None:
        client = ApiClient.objects.filter(name=CLIENT).first() or ApiClient(name=CLIENT)
        client.scopes = [scope.value for scope in USUAL_SCOPES]
        client.is_active = True
        card.api_key = renew(client)
        client.save()
        note_new_key(client, actor="console: demo")


def next_tr_id() -> str:
    """The first sale is the seed's own 1097333; each run sells once more, with the next number."""
    from receipts.models import Receipt

    return str(FIRST_TR_ID + Receipt.objects.filter(client__name=CLIENT, tr_id__startswith="1097").count())


def sale(*, tr_id: str, device: int) -> dict[str, Any]:
    """The pharmacy's receipt, as the first client of the seed sends it: six items, 2012.00 in cash."""
    items = [
        ("Аллергодил \\глазные капли\\ (флак; №1; 6мл; 0,05%)", "367.00", "1", "vat10"),
        ("Алерана (пак; №6; 15мл) {маска для всех типов волос}", "389.00", "1", "general"),
        ("Алерана (флак; 250мл) {шампунь для сухих и нормальных волос}", "293.00", "1", "general"),
        ("Актовегин* (амп; №5; 2мл; 40мг/мл) [оригинал №25] {р-р д/ин.}", "250.00", "1", "vat10"),
        ("Аллохол (таб; №10)", "6.00", "10", "vat10"),
        ("Алерана \\спрей\\ (флак; 60мл; 5%)", "653.00", "1", "vat10"),
    ]
    return {
        "tr_id": tr_id,
        "device": device,
        "type": "sell",
        "items": [{"name": name, "price": price, "quantity": count, "vat": vat} for name, price, count, vat in items],
        "payments": [{"type": "cash", "sum": "2012.00"}],
        "header": [{"text": "ЗАО Рога и Копыта", "align": "center"}, {"text": "ИНН 6600023456", "align": "right"}],
        "footer": [{"text": "Спасибо!"}],
    }


class SaleFailed(Exception):
    """The API answered otherwise than hoped; the message holds its answer."""


def sell(card: Card, body: dict[str, Any], *, wait: int = 30, host: str = "") -> dict[str, Any]:
    """POST *body* to the API of *card* (under the name *host*) and return the registered receipt. Raises SaleFailed."""
    request = urllib.request.Request(  # noqa: S310 - our own server
        f"{card.api}receipts/?wait={wait}",
        data=json.dumps(body).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Bearer {card.api_key}",
            **({"Host": host} if host else {}),
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=wait + 10) as answer:  # noqa: S310 - our own server
            receipt: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as error:
        raise SaleFailed(f"POST {request.full_url} answered {error.code}: {error.read().decode()}") from error
    except OSError as error:
        raise SaleFailed(f"POST {request.full_url}: {error}") from error
    if receipt.get("status") != "done":
        raise SaleFailed(f"the receipt is not registered: {json.dumps(receipt, ensure_ascii=False)}")
    return receipt
