"""Messages of unknown outcome on a channel that can be asked: asked for once before anything else happens to them."""

from datetime import datetime, timedelta

import pytest

from core import errors
from core.messages import OnUnknown, OutboundMessage, SendReceipt
from storage import tables
from storage.outbox import Wish, begin
from tests.integration.workers.rig import Channel, Rig
from workers.sweeps import Sweeper, SweepPorts

LEASE = timedelta(minutes=3)
POLICIES = pytest.mark.parametrize("policy", list(OnUnknown))


class Asked(Channel):
    """A channel whose calls time out as often as it is told to, and that says what became of them."""

    def __init__(self, timeouts: int = 1) -> None:
        super().__init__()
        self.timeouts = timeouts
        self.found: list[SendReceipt | errors.SendError | None] = []
        self.asked: list[datetime] = []

    async def send(self, message: OutboundMessage) -> SendReceipt:
        self.sent.append(message)
        if self.timeouts:
            self.timeouts -= 1
            raise errors.OutcomeUnknown(code="timeout")
        return SendReceipt(("SM2",))

    async def reconcile(self, message: OutboundMessage, since: datetime) -> SendReceipt | None:
        self.asked.append(since)
        found = self.found.pop(0)
        if isinstance(found, errors.SendError):
            raise found
        return found


@pytest.fixture
def channel(rig: Rig) -> Asked:
    asked = rig.channels[rig.account] = Asked()
    return asked


def later(rig: Rig, seconds: int = 20) -> None:
    rig.clock.ahead += timedelta(seconds=seconds)


@POLICIES
async def test_message_that_went_out_is_not_sent_again(rig: Rig, channel: Asked, policy: OnUnknown) -> None:
    [message] = rig.say(rig.meet("1"), "hello", on_unknown=policy)
    channel.found = [SendReceipt(("SM1",))]
    sender = rig.sender()
    await sender.drain_once()
    row = rig.row(message)
    assert (row.status, row.settled_at) == ("unknown", None)
    assert row.next_attempt_at - rig.clock.now() > timedelta(seconds=4)
    later(rig)
    await sender.drain_once()
    row = rig.row(message)
    assert (len(channel.sent), channel.asked) == (1, [row.created_at])
    assert (row.status, row.external_ids, row.settled_at is not None) == ("wired", "SM1", True)


@POLICIES
async def test_message_that_never_arrived_is_sent_again(rig: Rig, channel: Asked, policy: OnUnknown) -> None:
    [message] = rig.say(rig.meet("1"), "hello", on_unknown=policy)
    channel.found = [None]
    sender = rig.sender()
    await sender.drain_once()
    later(rig)
    await sender.drain_once()
    assert (len(channel.sent), len(channel.asked)) == (2, 1)
    assert (rig.row(message).status, rig.row(message).external_ids) == ("wired", "SM2")


@POLICIES
async def test_platform_that_cannot_be_asked_is_asked_later_and_nothing_is_doubled(
    rig: Rig, channel: Asked, policy: OnUnknown
) -> None:
    [message] = rig.say(rig.meet("1"), "hello", on_unknown=policy)
    channel.found = [errors.ChannelUnavailable(code="503")] * 7 + [SendReceipt(("SM1",))]
    sender = rig.sender()
    for _ in range(9):
        await sender.drain_once()
        later(rig, 310)
    assert (len(channel.sent), len(channel.asked)) == (1, 8)
    assert rig.row(message).status == "wired"


async def test_platform_that_can_never_be_asked_leaves_a_letter(rig: Rig, channel: Asked) -> None:
    [message] = rig.say(rig.meet("1"), "hello")
    channel.found = [errors.ChannelUnavailable(code="503")] * 200
    sender = rig.sender()
    await sender.drain_once()
    later(rig, 24 * 3600 - 60)
    await sender.drain_once()
    later(rig, 600)
    await sender.drain_once()
    assert rig.row(message).settled_at is not None
    assert len(channel.sent) == 1
    assert len(rig.dead_letters.newest()) == 1


async def test_part_that_was_found_counts_where_the_rest_fails(rig: Rig, channel: Asked) -> None:
    [message] = rig.say(rig.meet("1"), "hello")
    channel.found = [errors.ChannelUnavailable(code="503", external_ids=("SM1",))]
    sender = rig.sender()
    await sender.drain_once()
    later(rig)
    await sender.drain_once()
    row = rig.row(message)
    assert (row.status, row.parts_sent, row.external_ids) == ("errored", 1, "SM1")


@POLICIES
async def test_sender_that_died_leaves_its_messages_to_be_asked_for(
    rig: Rig, channel: Asked, policy: OnUnknown
) -> None:
    [message] = rig.say(rig.meet("1"), "hello", on_unknown=policy)
    with rig.database.write() as connection:
        assert len(begin(connection, rig.outbox.claim(connection, Wish("dead", LEASE, 10), rig.clock.now()))) == 1
    later(rig, 200)
    ports = SweepPorts(
        rig.database,
        rig.leases,
        None,  # type: ignore[arg-type] # no job is concerned
        rig.uploads,
        rig.dead_letters,
        rig.clock,
        rig.hints,
        can_ask=lambda account_id: account_id == rig.account,
    )
    assert Sweeper(ports).recover_outbox() == 1
    assert (rig.row(message).status, rig.row(message).settled_at) == ("unknown", None)
    assert rig.rows(tables.dead_letters) == []
    channel.found = [SendReceipt(("SM1",))]
    later(rig)
    await rig.sender().drain_once()
    assert (rig.row(message).status, channel.sent) == ("wired", [])
