"""
The ring: our own driver of registers behind driver 10 sells through this face, over HTTP, down to a virtual device.

Neither side was written with the other in mind: the driver speaks the vendor's protocol, and so does the face.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from devices.commands import (
    Baseline,
    CashIn,
    CloseShift,
    OpenShift,
    Payment,
    Position,
    RegisterReceipt,
    ShiftState,
    XReport,
)
from devices.drivers import connect
from devices.drivers.base import Endpoint
from devices.ffd import PaymentType, ReceiptType, Vat
from receipts.api.driver10 import operations
from tests.driver10.conftest import OpenProgram
from tests.pipe.conftest import server
from tests.pipe.shop import worker

__all__ = ["server"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_our_own_driver_sells_through_the_face(
    open_program: OpenProgram, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "SECONDS", 20.0)
    program = open_program(row={"code": "kassa-1"})
    endpoint = Endpoint(driver="atol_web", url=f"{server}/?deviceID=kassa-1", login="till", password=program.key)
    goods = Position(name="Кольцо", price=1050, quantity=Decimal(2), sum=2100, vat=Vat.VAT22)
    sale = RegisterReceipt(
        type=ReceiptType.SELL,
        positions=(goods,),
        payments=(Payment(type=PaymentType.CASH, sum=2100),),
        total=2100,
        mark="ring",
    )
    fences: list[Baseline] = []
    with worker("shop"), connect(endpoint) as driver:
        who = driver.identify()
        driver.run(OpenShift(), fence=fences.append)
        done = driver.run(sale, fence=fences.append)
        assert done.document
        again = driver.read_document(done.document.fd_number)
        cash = driver.run(CashIn(sum=500), fence=fences.append)
        counted = driver.run(XReport()).totals
        closed = driver.run(CloseShift(), fence=fences.append)
        state = driver.state()

    assert ("00106900000042", "9999078900004312") == (who.serial_number, who.fn_number)
    assert (2100, "ring", True) == (done.document.total, done.document.mark, done.printed)
    assert (2100, done.document.fpd) == (again.total, again.fpd)
    assert 2600 == cash.cash
    assert counted
    assert (1, 2100) == (counted.sell.count, counted.sell.cash)
    assert closed.document
    assert ShiftState.CLOSED is state.shift
    assert 4 == len(fences)
