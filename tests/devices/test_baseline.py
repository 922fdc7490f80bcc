"""What is read before the first fiscal byte belongs together: all of it of one fiscal storage."""

from __future__ import annotations

import pytest

from devices import ports, watch
from devices.commands import CashIn, OpenShift
from devices.errors import ErrorCode, LinkError
from devices.models import Job
from devices.protocol.atol import wire
from devices.simulator.device import VirtualDevice
from devices.simulator.faults import Faults
from devices.simulator.storages import replace_fn
from tests.devices.virtual import OpenShop, open_shop

__all__ = ["open_shop"]


class SwappedWhileAsked(Faults):
    """Another storage comes in right before the cash counters are read."""

    def __init__(self) -> None:
        self.device: VirtualDevice | None = None

    def before_command(self, message: bytes) -> bytes | None:
        if self.device is not None and message[2:] == wire.CASH_INS.message({}):
            device, self.device = self.device, None
            replace_fn(device, "9999078900007777")
        return None


@pytest.mark.parametrize("tcp", [False, True], ids=["terminal", "socket"])
def test_a_storage_that_comes_in_while_a_baseline_is_read_ends_it(open_shop: OpenShop, tcp: bool) -> None:
    faults = SwappedWhileAsked()
    shop = open_shop(tcp=tcp, faults=faults)
    own = shop.device.options.fn
    for command in (OpenShift(), CashIn(sum=500)):
        shop.run(command)
    faults.device = shop.device

    with pytest.raises(LinkError) as told, ports.take(shop.row) as driver:
        driver.baseline()
    assert ErrorCode.WRONG_DEVICE == told.value.code

    replace_fn(shop.device, own)
    job = shop.run(CashIn(sum=700))
    assert ("done", 2) == (job.status, shop.device.state.shift.cash_ins)


def test_a_command_whose_baseline_would_be_of_two_storages_is_not_begun(open_shop: OpenShop) -> None:
    faults = SwappedWhileAsked()
    shop = open_shop(faults=faults)
    own = shop.device.options.fn
    for command in (OpenShift(), CashIn(sum=500)):
        shop.run(command)
    faults.device = shop.device

    job = shop.run(CashIn(sum=700))
    assert ("queued", {}, "wrong_device") == (job.status, job.baseline, shop.row.hold_code)

    replace_fn(shop.device, own)
    shop.poll()
    Job.objects.update(not_before=None)
    watch.look(shop.row.site.code)
    job.refresh_from_db()
    assert ("done", 2) == (job.status, shop.device.state.shift.cash_ins)
