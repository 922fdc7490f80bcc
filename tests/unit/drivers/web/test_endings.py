"""Once or not at all: answers lost at every request, devices lost under the server, paper that ends."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable

import pytest

from devices.commands import Baseline, CashIn, Command
from devices.drivers.atol_web.attempt import Turn, WebAttempt, next_turn, uuid_of
from devices.drivers.atol_web.channel import WebChannel
from devices.drivers.atol_web.generations import Status, SubTask
from devices.drivers.driver10.channel import Json
from devices.drivers.driver10.driver import name_of
from devices.drivers.driver10.receipts import receipt
from devices.errors import DeviceError, ErrorCode, LinkError, OutcomeUnknown, Refused
from devices.simulator.web.asked import Asked, Told
from tests.unit.drivers.goods import BREAD
from tests.unit.drivers.web.conftest import GENERATIONS, OpenShop, Shop, driver_of

STEPS = 14  # requests of one sale, and some more


def channel_of(shop: Shop) -> WebChannel:
    assert isinstance(shop.driver.channel, WebChannel)
    return shop.driver.channel


def run_with(shop: Shop, command: Command, trouble: Callable[[Baseline], object]) -> DeviceError | None:
    """Run *command*; *trouble* comes right after the fence."""

    def fence(baseline: Baseline) -> None:
        trouble(baseline)

    try:
        shop.driver.run(command, fence=fence)
    except DeviceError as error:
        return error
    return None


def done(shop: Shop, command: Command) -> int:
    """How often the device did it."""
    return shop.device.state.shift.cash_ins if isinstance(command, CashIn) else len(shop.receipts())


@GENERATIONS
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("command", [BREAD, CashIn(sum=700)], ids=lambda command: str(command.kind))
def test_an_answer_lost_at_any_request_does_nothing_twice(
    open_shop: OpenShop, api: str, when: str, command: Command
) -> None:
    shop = open_shop(api=api)
    struck = 0
    for nth in range(1, STEPS):
        was, fences = done(shop, command), len(shop.baselines)
        number = shop.troubles.set(f"web:when={when},nth={nth}")
        error = shop.ending(command)
        struck += bool(shop.troubles.report()[0]["hits"])
        shop.troubles.clear(number)
        if error is not None:
            assert isinstance(error, OutcomeUnknown if len(shop.baselines) > fences else LinkError), error
            shop.driver = driver_of(shop.endpoint)
            shop.driver.baseline()  # through the queue: whatever arrived is over
            if done(shop, command) == was:
                shop.run(command)

        assert was + 1 == done(shop, command), nth
    assert 6 <= struck < STEPS


@GENERATIONS
@pytest.mark.parametrize("trouble", ["when=before", "when=after", "when=before,status=500", "when=after,status=502"])
def test_a_lost_answer_to_the_sale_itself_is_asked_for_by_its_uuid(open_shop: OpenShop, api: str, trouble: str) -> None:
    shop = open_shop(api=api)
    shop.listen()

    error = run_with(shop, BREAD, lambda _: shop.troubles.set(f"web:method=POST,path=requests,{trouble}"))

    sent = [each.sent.decode() for each in shop.exchanges if b'"sell"' in each.sent]
    assert error is None
    assert 1 == len({each.split('"uuid":"')[1][:36] for each in sent})
    assert (2 if "before" in trouble else 1) == len(sent)
    assert [BREAD.total] == shop.receipts()


def test_a_server_that_says_nothing_after_the_sale_leaves_the_outcome_unknown(shop: Shop) -> None:
    error = run_with(shop, BREAD, lambda _: shop.troubles.set("web:method=GET,times=0"))

    assert isinstance(error, OutcomeUnknown)


def test_a_server_that_forgets_the_sale_leaves_the_outcome_unknown(shop: Shop) -> None:
    error = run_with(shop, BREAD, lambda _: shop.troubles.set("web:method=GET,path=requests/,status=404,times=0"))

    assert isinstance(error, OutcomeUnknown)
    assert "forgot" in error.detail


def test_a_server_that_is_gone_after_the_fence_got_nothing(shop: Shop) -> None:
    error = run_with(shop, BREAD, lambda _: shop.front.__exit__(None, None, None))

    assert isinstance(error, LinkError)
    assert ErrorCode.DEVICE_OFFLINE == error.code
    shop.front.__init__(shop.device)  # type: ignore[misc]
    shop.front.__enter__()


@pytest.mark.parametrize("command", [BREAD, CashIn(sum=700)], ids=lambda command: str(command.kind))
def test_a_server_that_lost_its_database_after_the_deed_gets_nothing_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    """Its power went between the device's yes and its own: the answer is lost, and so is the row."""
    truth, store = shop.front.answer, shop.front.queue.store
    was = done(shop, command)

    def answer(asked: Asked) -> Told:
        told = truth(asked)
        if asked.method == "POST" and asked.path.endswith("/requests") and done(shop, command) == was:
            while done(shop, command) == was or store.counts()["open"]:
                time.sleep(0.005)
            store._database.execute("DELETE FROM requests")
            return Told(status=500)
        return told

    error = run_with(shop, command, lambda _: monkeypatch.setattr(shop.front, "answer", answer))

    assert isinstance(error, OutcomeUnknown)
    assert was + 1 == done(shop, command)


@GENERATIONS
@pytest.mark.parametrize(("when", "registered"), [("before", 0), ("after", 1)])
def test_a_device_lost_under_the_server_leaves_the_outcome_to_the_archive(
    open_shop: OpenShop, api: str, when: str, registered: int
) -> None:
    shop = open_shop(api=api)
    number = shop.troubles.set(f"web_link:command=4A,when={when}")

    error = shop.ending(BREAD)
    shop.listen()
    blocked = shop.ending(BREAD)

    assert isinstance(error, OutcomeUnknown)
    assert isinstance(blocked, LinkError | Refused)
    assert [] == shop.posts("sell")
    shop.troubles.clear(number)
    while shop.front.queue.blocked:
        time.sleep(0.01)
    assert registered == shop.driver.baseline().last_fd - 2
    if not registered:
        shop.run(BREAD)
    assert [BREAD.total] == shop.receipts()


def test_a_device_that_comes_back_in_time_is_waited_for(shop: Shop) -> None:
    shop.troubles.set("web_link:command=4A,when=after,seconds=0.1")

    result = shop.run(BREAD)

    assert result.document is not None
    assert (BREAD.total, True) == (result.document.total, result.printed)


def test_paper_that_ends_while_closing_leaves_a_registered_receipt_to_print(shop: Shop) -> None:
    shop.troubles.set("paper_out:command=4A,after=3")

    result = shop.run(BREAD)

    assert not result.printed
    assert shop.driver.state().unprinted
    with pytest.raises(Refused) as caught:
        shop.driver.finish_printing()
    assert ErrorCode.PAPER_OUT == caught.value.code
    shop.device.paper = True
    shop.driver.finish_printing()
    assert not shop.driver.state().unprinted
    assert [BREAD.total] == shop.receipts()


def test_a_refused_sale_is_tried_again_under_the_next_uuid(shop: Shop) -> None:
    shop.listen()
    shop.device.paper = False
    first, second = shop.ending(BREAD), shop.ending(BREAD)
    shop.device.paper = True
    shop.run(BREAD)

    uuids = [each.split('"uuid":"')[1][:36] for each in shop.posts('"sell"')]
    assert isinstance(first, Refused)
    assert isinstance(second, Refused)
    assert (ErrorCode.PAPER_OUT, ErrorCode.PAPER_OUT) == (first.code, second.code)
    assert 3 == len(set(uuids)) == len(uuids)
    assert [BREAD.total] == shop.receipts()


class Known(WebChannel):
    """A server that knows the uuids of some turns."""

    def __init__(self, *statuses: Status) -> None:
        self.known = {uuid_of("n", turn): status for turn, status in enumerate(statuses)}
        self.asked = 0

    def results(self, uuid: str) -> list[SubTask] | None:
        self.asked += 1
        status = self.known.get(uuid)
        return None if status is None else [SubTask(status=status, number=2, words="", result={})]


OVER = (Status.ERROR, Status.INTERRUPTED, Status.CANCELED, Status.READY)


@pytest.mark.parametrize("turns", [0, 1, 2, 3, 4, 7, 8, 1000])
def test_the_first_free_uuid_is_found_with_few_questions(turns: int) -> None:
    server = Known(*(OVER[turn % 4] for turn in range(turns)))

    assert (uuid_of("n", turns), False) == ((turn := next_turn(server, "n")).uuid, turn.is_known)
    assert server.asked <= 24


@pytest.mark.parametrize("status", [Status.WAIT, Status.IN_PROGRESS, Status.BLOCKED])
def test_a_request_that_is_not_over_is_never_passed_by(status: Status) -> None:
    turn = next_turn(Known(Status.ERROR, Status.READY, status), "n")

    assert (uuid_of("n", 2), True) == (turn.uuid, turn.is_known)


def test_an_attempt_has_one_name_however_far_the_storage_has_come(shop: Shop) -> None:
    before = shop.driver.baseline()
    shop.run(BREAD)
    after = shop.driver.baseline()

    assert name_of(BREAD, before) == name_of(BREAD, after)
    assert name_of(BREAD, before) != name_of(dataclasses.replace(BREAD, mark="K1097334"), before)


def test_a_sale_whose_request_still_waits_is_joined_and_not_sent_again(open_shop: OpenShop) -> None:
    """On a server whose reads pass what waits, such as another kktoffice, the archive may say absent too early."""
    shop = open_shop(api="1")
    baseline, channel = shop.driver.baseline(), channel_of(shop)
    shop.front.queue.is_active = False
    channel.post(uuid_of(name_of(BREAD, baseline), 0), [receipt(BREAD, ffd=4)])

    attempt = channel.begin(receipt(BREAD, ffd=4), name_of(BREAD, baseline))
    shop.front.queue.is_active = True
    attempt.run(5)

    assert [BREAD.total] == shop.receipts()


def test_nothing_is_read_for_a_decision_while_a_request_is_under_way(open_shop: OpenShop) -> None:
    shop = open_shop(api="1")
    shop.front.queue.is_active = False
    channel_of(shop).post("other", [{"type": "getFnStatus"}])

    with pytest.raises(LinkError) as caught:
        shop.driver.baseline()

    assert ErrorCode.DEVICE_SLOW == caught.value.code
    shop.front.queue.is_active = True
    assert 2 == shop.driver.baseline().last_fd


def test_a_sale_that_arrived_after_it_was_given_up_is_found_by_our_mark(shop: Shop) -> None:
    command = dataclasses.replace(BREAD, mark="ABCDEFGHIJ234567")
    first = shop.run(command)

    again = shop.run(command)  # as a job is run that was given back
    other = shop.run(BREAD), shop.run(BREAD)  # the mark is the client's own: two sales

    assert first.document == again.document
    assert other[0].document != other[1].document
    assert [BREAD.total] * 3 == shop.receipts()


def waiting(shop: Shop, task: Json) -> WebAttempt:
    """*task* in a queue that does not move."""
    shop.front.queue.is_active = False
    channel = channel_of(shop)
    channel.post("w", [task])
    return WebAttempt(channel, task, Turn(uuid="w", is_known=True))


def test_what_waits_too_long_is_taken_back_and_never_happens(open_shop: OpenShop) -> None:
    shop = open_shop(api="1")

    with pytest.raises(LinkError) as caught:
        waiting(shop, {"type": "cashIn", "cashSum": 5}).run(0.1)

    assert ErrorCode.DEVICE_SLOW == caught.value.code
    shop.front.queue.is_active = True
    shop.driver.baseline()
    assert 0 == shop.device.state.cash


def test_what_somebody_deleted_on_the_server_is_refused(open_shop: OpenShop) -> None:
    shop = open_shop(api="1")
    attempt = waiting(shop, {"type": "cashIn", "cashSum": 5})
    channel_of(shop).cancel("w")

    with pytest.raises(Refused) as caught:
        attempt.run(5)

    assert ErrorCode.CANCELLED_BY_PERSON == caught.value.code


def test_what_has_begun_and_does_not_end_is_unknown(shop: Shop) -> None:
    attempt = shop.driver.channel.begin({"type": "cashIn", "cashSum": 5}, "n")
    shop.troubles.set("slow:command=49,when=before,seconds=1")

    with pytest.raises(OutcomeUnknown):
        attempt.run(0.1)


def test_a_read_that_waits_too_long_is_taken_back(open_shop: OpenShop) -> None:
    shop = open_shop(api="1")
    shop.front.queue.is_active = False

    with pytest.raises(LinkError) as caught:
        shop.driver.channel.ask({"type": "reportX"}, timeout=0.1)

    assert ErrorCode.DEVICE_SLOW == caught.value.code
    counts = shop.front.queue.store.counts()
    assert (0, 1) == (counts["open"], counts["canceled"])
