"""
A shop's afternoon: four devices, each with another story, and the receipts of the last hours. For pictures and for page
tests.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

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

CARD, CASH, ADVANCE = PaymentType.ELECTRONICALLY, PaymentType.CASH, PaymentType.PREPAID


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
        identity=identity(model="АТОЛ 22 v2 Ф", fn_number="9999078900004313", columns=48),
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
        identity=identity(model="АТОЛ 91Ф", fn_number="9999078900004314", columns=32),
        state=state(shift_number=212, cash=986000),
    )
    pickup = make_device(
        site,
        name="Самовывоз",
        identity=identity(fn_number="9999078900004315"),
        state=state(shift_number=98, cash=641550),
    )
    hall_shift = make_shift(hall)
    web_shift = make_shift(web, number=77, age=datetime.timedelta(hours=22, minutes=10))
    coffee_shift = make_shift(coffee, number=212, age=datetime.timedelta(hours=6, minutes=5))
    pickup_shift = make_shift(pickup, number=98, age=datetime.timedelta(hours=5, minutes=1))
    make_job(hall, command=XReport(), status=JobStatus.DONE, ago=15000, actor="petrova")
    make_job(hall, command=CashOut(sum=400000), status=JobStatus.DONE, ago=9000, actor="petrova")

    def sold(device: Device, total: int, ago: int, **fields: object) -> Receipt:
        shift = {hall.pk: hall_shift, web.pk: web_shift, coffee.pk: coffee_shift, pickup.pk: pickup_shift}[device.pk]
        return make_receipt(device, total=total, ago=ago * 60, shift=shift, **fields)  # type: ignore[arg-type]

    for step in range(28):
        sold((hall, coffee, pickup, web)[step % 4], 29000 + 7350 * step, 90 + 3 * (28 - step), number=step // 4 + 1)
    sold(hall, 97500, 28, number=31, paid=CASH, tendered=100000)
    sold(coffee, 29000, 25, number=116)
    unknown = sold(
        web, 215000, 23, status=JobStatus.UNKNOWN, tr_id="10516", client=shop, cashier="",
        error_code=ErrorCode.OUTCOME_UNKNOWN.value, error_detail="atol: no answer to 4Ah within 10 s",
        baseline={"last_fd": 41206},
    )  # fmt: skip
    rejected = sold(
        web, 99000, 24, status=JobStatus.FAILED, tr_id="10515", client=shop, cashier="",
        error_code=ErrorCode.BAD_REQUISITE.value, error_detail="1008",
    )  # fmt: skip
    sold(hall, 1840000, 19, number=32, tr_id="10507", client=shop)
    sold(coffee, 58000, 15, number=117)
    sold(hall, 45000, 12, number=33, type=ReceiptType.SELL_RETURN, paid=CASH, tr_id="10388")
    sold(coffee, 32000, 8, number=118, paid=CASH)
    sold(pickup, 289000, 6, number=21, tr_id="10511", client=shop)
    sold(web, 410000, 400, status=JobStatus.EXPIRED, tr_id="10401", client=crm)
    for order, total, ago in (("10519", 199000, 22), ("10521", 348000, 17), ("10522", 99500, 11)):
        sold(web, total, ago, status=JobStatus.QUEUED, tr_id=order, client=shop, cashier="")
    queued = sold(web, 112000, 5, status=JobStatus.QUEUED, tr_id="10524", client=crm, cashier="")
    goods = (
        position("Кофе зерновой «Бразилия», 1 кг", 89000),
        position("Фильтры бумажные № 4, 100 шт.", 24550),
        position("Молоко 3,2 %, 1 л", 11500, vat=Vat.VAT10),
    )
    thanks = {"footer": (TextLine(text="СПАСИБО ЗА ПОКУПКУ!", align=Align.CENTER),)}
    full = make_receipt(
        pickup, positions=goods, ago=190, shift=pickup_shift, number=22, tr_id="10518", client=shop,
        contact="marina@mail.ru", extras=thanks, baseline={"last_fd": 30019}, attempts=1, worker="ligovsky@kassa-1",
    )  # fmt: skip
    unprinted = make_receipt(
        hall,
        positions=goods,
        ago=60,
        shift=hall_shift,
        number=34,
        printed=False,
        extras=thanks,
        contact="marina@mail.ru",
    )
    sold(coffee, 64000, 0, status=JobStatus.RUNNING, number=119)
    return Scene(
        site=site, hall=hall, web=web, coffee=coffee, pickup=pickup,
        unprinted=unprinted, unknown=unknown, queued=queued, rejected=rejected, full=full,
    )  # fmt: skip
