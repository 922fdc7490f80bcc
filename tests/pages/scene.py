"""
A shop's afternoon: four devices, each with another story, and the receipts of the last hours. For pictures and for page
tests.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from devices.commands import Align, CashOut, TextLine, XReport
from devices.errors import ErrorCode
from devices.ffd import PaymentType, ReceiptType, Vat
from devices.models import Device, Link, Site
from devices.states import JobStatus
from receipts.models import Receipt
from tests.factories import (
    identity,
    make_client,
    make_device,
    make_job,
    make_receipt,
    make_shift,
    make_site,
    position,
    state,
)

CASH, REFUND = PaymentType.CASH, ReceiptType.SELL_RETURN


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    site: Site
    hall: Device
    web: Device
    coffee: Device
    pickup: Device
    unprinted: Receipt
    unknown: Receipt
    queued: Receipt
    rejected: Receipt
    full: Receipt


def play() -> Scene:
    site = make_site("ligovsky", name="Лиговский, 50")
    shop, crm = make_client("Сайт", tail="4f2a"), make_client("CRM", tail="9c01")
    hall = make_device(
        site,
        name="Зал",
        state=state(paper=False, unprinted=True),
        hold_code=ErrorCode.PAPER_OUT_MID_RECEIPT.value,
        hold_since=timezone.now(),
    )
    web = make_device(
        site,
        name="Интернет-магазин",
        identity=identity(model="АТОЛ 22 v2 Ф", fn_number="7280440700004313", columns=48),
        state=state(
            shift_number=77,
            cash=0,
            ofd_unsent=12,
            ofd_unsent_since=timezone.localtime().replace(tzinfo=None, microsecond=0) - datetime.timedelta(hours=4),
            fn_valid_until=timezone.localdate() + datetime.timedelta(days=21),
        ),
        link=Link.OFFLINE,
        link_changed_at=timezone.now() - datetime.timedelta(minutes=23),
        hold_code=ErrorCode.DEVICE_OFFLINE.value,
        hold_since=timezone.now() - datetime.timedelta(minutes=23),
    )
    coffee = make_device(
        site,
        name="Кофейня",
        identity=identity(model="АТОЛ 91Ф", fn_number="7280440700004314", columns=32),
        state=state(shift_number=212, cash=986000),
    )
    pickup = make_device(
        site,
        name="Самовывоз",
        identity=identity(fn_number="7280440700004315"),
        state=state(shift_number=98, cash=641550),
    )
    hall_shift = make_shift(hall)
    web_shift = make_shift(web, number=77, age=datetime.timedelta(hours=22, minutes=10))
    coffee_shift = make_shift(coffee, number=212, age=datetime.timedelta(hours=6, minutes=5))
    pickup_shift = make_shift(pickup, number=98, age=datetime.timedelta(hours=5, minutes=1))
    make_job(hall, command=XReport(), status=JobStatus.DONE, ago=15000, actor="petrova")
    make_job(hall, command=CashOut(sum=400000), status=JobStatus.DONE, ago=9000, actor="petrova")

    shifts = {hall.pk: hall_shift, web.pk: web_shift, coffee.pk: coffee_shift, pickup.pk: pickup_shift}
    goods = (
        position("Кофе зерновой «Бразилия», 1 кг", 89000),
        position("Фильтры бумажные № 4, 100 шт.", 24550),
        position("Молоко 3,2 %, 1 л", 11500, vat=Vat.VAT10),
    )
    thanks = {"footer": (TextLine(text="СПАСИБО ЗА ПОКУПКУ!", align=Align.CENTER),)}
    paid = {"contact": "marina@mail.ru", "extras": thanks}
    by_site: dict[str, Any] = {"client": shop, "cashier": ""}
    web_unknown = {
        "status": JobStatus.UNKNOWN,
        "error_code": ErrorCode.OUTCOME_UNKNOWN.value,
        "error_detail": "atol: no answer to 4Ah within 10 s",
        "baseline": {"last_fd": 41206},
    }
    web_rejected = {
        "status": JobStatus.FAILED,
        "error_code": ErrorCode.BAD_REQUISITE.value,
        "error_detail": "1008",
    }
    waits = {"status": JobStatus.QUEUED, **by_site}
    done = {"attempts": 1, "worker": "ligovsky@kassa-1", "baseline": {"last_fd": 30019}}
    story: list[tuple[float, str, Device, dict[str, Any]]] = [  # minutes ago, name, device, what
        (400, "", web, {"total": 410000, "status": JobStatus.EXPIRED, "tr_id": "10401", "client": crm}),
        *(
            (
                90 + 3 * (28 - n),
                "",
                (hall, coffee, pickup, web)[n % 4],
                {"total": 29000 + 7350 * n, "number": n // 4 + 1},
            )
            for n in range(28)
        ),
        (28, "", hall, {"total": 97500, "number": 31, "paid": CASH, "tendered": 100000}),
        (25, "", coffee, {"total": 29000, "number": 116}),
        (24, "rejected", web, {"total": 99000, "tr_id": "10515", **web_rejected, **by_site}),
        (23, "unknown", web, {"total": 215000, "tr_id": "10516", **web_unknown, **by_site}),
        (22, "", web, {"total": 199000, "tr_id": "10519", **waits}),
        (19, "", hall, {"total": 1840000, "number": 32, "tr_id": "10507", "client": shop}),
        (17, "", web, {"total": 348000, "tr_id": "10521", **waits}),
        (15, "", coffee, {"total": 58000, "number": 117}),
        (12, "", hall, {"total": 45000, "number": 33, "type": REFUND, "paid": CASH, "tr_id": "10388"}),
        (11, "", web, {"total": 99500, "tr_id": "10522", **waits}),
        (8, "", coffee, {"total": 32000, "number": 118, "paid": CASH}),
        (6, "", pickup, {"total": 289000, "number": 21, "tr_id": "10511", "client": shop}),
        (5, "queued", web, {"total": 112000, "tr_id": "10524", **waits, "client": crm}),
        (3, "full", pickup, {"positions": goods, "number": 22, "tr_id": "10518", "client": shop, **paid, **done}),
        (1, "unprinted", hall, {"positions": goods, "number": 34, "printed": False, **paid}),
        (0, "", coffee, {"total": 64000, "status": JobStatus.RUNNING}),
    ]
    named: dict[str, Receipt] = {}
    for ago, name, device, what in sorted(story, key=lambda step: -step[0]):
        named[name] = make_receipt(device, ago=60 * ago, shift=shifts[device.pk], **what)
    named.pop("")
    return Scene(site=site, hall=hall, web=web, coffee=coffee, pickup=pickup, **named)
