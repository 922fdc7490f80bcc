"""Finding the server, being let in, and what is kept of the talk."""

from __future__ import annotations

import dataclasses
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from devices.commands import Customer, UserRequisite
from devices.drivers import connect
from devices.drivers.atol_web.channel import WebChannel
from devices.drivers.base import Endpoint
from devices.errors import DeviceError, ErrorCode, LinkError, Refused
from kktoffice.processes import free_port
from tests.unit.drivers.goods import BREAD
from tests.unit.drivers.web.conftest import OpenShop, Shop, driver_of


@pytest.mark.parametrize(("api", "number"), [("1", 1), ("2", 2), ("both", 2)])
def test_the_generation_is_found_by_asking(open_shop: OpenShop, api: str, number: int) -> None:
    channel = open_shop(api=api).driver.channel

    assert isinstance(channel, WebChannel)
    assert number == channel._generation.number


def test_a_password_is_handed_over_and_recorded_nowhere(open_shop: OpenShop) -> None:
    shop = open_shop(account="till:Secret12word", login="till", password="Secret12word")
    shop.listen()

    shop.run(BREAD)

    assert shop.exchanges
    assert b"Secret" not in b"".join(each.sent + each.received for each in shop.exchanges)


def test_a_wrong_password_is_said_and_nothing_is_sent(open_shop: OpenShop) -> None:
    shop = open_shop(account="till:Secret12word", login="till", password="Secret12word")

    with pytest.raises(LinkError) as caught:
        connect(dataclasses.replace(shop.endpoint, password="other"))

    assert "login or password" in caught.value.detail


def test_the_device_of_the_address_is_asked_for(open_shop: OpenShop) -> None:
    shop = open_shop(api="2", query="/?deviceID=kkt")
    shop.listen()

    shop.run(BREAD)

    assert all(b"?deviceID=kkt" in each.sent.split(b"\n")[0] for each in shop.exchanges)


def test_a_device_that_the_server_does_not_have_is_offline(shop: Shop) -> None:
    with pytest.raises(LinkError) as caught:
        connect(dataclasses.replace(shop.endpoint, url=f"{shop.front.url}?deviceID=other")).baseline()

    assert ErrorCode.DEVICE_OFFLINE == caught.value.code


def test_a_device_that_is_not_active_is_activated(open_shop: OpenShop) -> None:
    shop = open_shop(api="2")
    shop.front.queue.is_active = False

    shop.run(BREAD)

    assert [BREAD.total] == shop.receipts()


def test_nobody_at_the_address_is_an_absent_device() -> None:
    with pytest.raises(LinkError) as caught:
        connect(Endpoint(driver="atol_web", url=f"http://127.0.0.1:{free_port()}"))

    assert ErrorCode.DEVICE_OFFLINE == caught.value.code


@pytest.mark.parametrize("url", ["", "/dev/ttyS0", "ftp://host", "http://", "http://host:0", "http://host:x"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Refused) as caught:
        connect(Endpoint(driver="atol_web", url=url))

    assert ErrorCode.NOT_SUPPORTED == caught.value.code


@pytest.mark.parametrize("body", [b"<html>hello</html>", b"{}", b"[]", b'{"results": 5}', b"\xff\xfe"])
def test_another_server_is_told_from_driver_10(body: bytes) -> None:
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Other) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        with pytest.raises(LinkError) as caught:
            connect(Endpoint(driver="atol_web", url=f"http://127.0.0.1:{server.server_port}"))
        server.shutdown()
        thread.join()

    assert "no web server of driver 10" in caught.value.detail


def test_buyers_data_are_hidden_in_what_is_kept(shop: Shop) -> None:
    shop.listen()
    sale = dataclasses.replace(
        BREAD,
        contact="ivanova@example.ru",
        customer_name="Иванова Анна",
        customer_inn="500100732259",
        customer=Customer(document="4509 123456", address="Тверская 1"),
        user_requisite=UserRequisite(name="Скидка", value="карта 7788"),
        settlement_place="позвоните +79161234567",
    )

    shop.run(sale)

    kept = b"".join(each.sent + each.received for each in shop.exchanges)
    for private in ("ivanova", "Иванова Анна", "500100732259", "4509 123456", "Тверская 1", "карта 7788", "9161234567"):
        assert private.encode() not in kept
        assert private.encode("cp866") not in kept
    assert "Хлеб".encode() in kept
    assert b"*" * len("ivanova@example.ru") in kept


def test_a_poll_that_makes_way_leaves_the_driver_as_good_as_before(shop: Shop) -> None:
    class MadeWay(Exception):
        pass

    def make_way(_: object) -> None:
        raise MadeWay

    shop.driver.observe(make_way)
    with pytest.raises(MadeWay):
        shop.driver.state()
    shop.driver.observe(None)

    assert 2 == shop.driver.state().last_fd


def test_a_poll_of_the_second_generation_leaves_nothing_in_the_queue(open_shop: OpenShop) -> None:
    shop = open_shop(api="2")
    before = shop.front.queue.store.counts()

    shop.driver.state()

    assert before == shop.front.queue.store.counts()


def test_a_server_without_operations_is_polled_through_its_queue(shop: Shop) -> None:
    shop.troubles.set("web:method=POST,path=operations,status=404,times=0")

    assert 2 == shop.driver.state().last_fd
    shop.listen()
    assert 2 == shop.driver.state().last_fd
    assert not any(b"operations" in each.sent for each in shop.exchanges)


def test_a_lost_device_is_a_lost_link_for_reads(shop: Shop) -> None:
    shop.troubles.set("web_link:command=-")

    with pytest.raises(DeviceError) as caught:
        driver_of(shop.endpoint).state()

    assert isinstance(caught.value, LinkError)
    assert ErrorCode.DEVICE_OFFLINE == caught.value.code
