"""Quiet hours and the age of nudges, judged when they are sent: held until the morning, or dropped with a reason."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from conversations.state import State
from core import errors
from core.messages import OutboundMessage, Priority, SendReceipt
from storage import tables
from tests.integration.workers.rig import Rig, Talk
from tests.integration.workers.windowed import write_state

NIGHT = datetime(2027, 3, 2, 22, 10, tzinfo=UTC)  # 23:10 in Paris
MORNING = datetime(2027, 3, 3, 6, 0, tzinfo=UTC)


def at(rig: Rig, moment: datetime) -> None:
    rig.clock.ahead = moment - datetime.now(UTC) + timedelta(seconds=1)


def sleeper(rig: Rig, chat: str = "1") -> Talk:
    """Return somebody in Paris whose quiet hours go from 22:00 to 7:00."""
    talk = rig.meet(chat)
    mine = sa.update(tables.people).where(tables.people.c.id == talk.person)
    with rig.database.write() as connection:
        connection.execute(mine.values(zone="Europe/Paris", quiet_from=22 * 60, quiet_until=7 * 60))
    return talk


def nudge(rig: Rig, talk: Talk, *, until: datetime | None = None, quiet: bool = True) -> UUID:
    [message] = rig.say(talk, "Good evening", priority=Priority.NUDGE)
    mine = sa.update(tables.outbox).where(tables.outbox.c.id == message)
    with rig.database.write() as connection:
        connection.execute(mine.values(quiet=quiet, expires_at=until))
    return message


async def test_nudge_of_the_night_is_held_until_the_morning(rig: Rig) -> None:
    at(rig, NIGHT)
    message = nudge(rig, sleeper(rig), until=MORNING + timedelta(hours=1))
    await rig.sender().drain_once()
    assert rig.channel.sent == []
    row = rig.row(message)
    assert (row.status, row.error, row.next_attempt_at) == ("held", "quiet hours", MORNING)
    at(rig, MORNING)
    await rig.sender().drain_once()
    assert rig.channel.texts == ["Good evening"]


async def test_retry_that_falls_into_quiet_hours_goes_to_the_morning(rig: Rig) -> None:
    async def away(message: OutboundMessage) -> SendReceipt:
        raise errors.ChannelUnavailable("away", retry_after=timedelta(minutes=100))

    at(rig, NIGHT - timedelta(minutes=100))
    message = nudge(rig, sleeper(rig), until=NIGHT + timedelta(hours=9))
    rig.channel.answer = away
    await rig.sender().drain_once()
    assert (len(rig.channel.sent), rig.row(message).status) == (1, "errored")
    rig.channel.answer = None
    at(rig, NIGHT + timedelta(minutes=1))
    await rig.sender().drain_once()
    assert len(rig.channel.sent) == 1
    assert rig.row(message).next_attempt_at == MORNING


async def test_nudge_that_is_too_old_by_the_morning_is_dropped_with_its_reason(rig: Rig) -> None:
    at(rig, NIGHT)
    message = nudge(rig, sleeper(rig))
    await rig.sender().drain_once()
    assert rig.channel.sent == []
    row = rig.row(message)
    assert (row.status, row.error, row.settled_at is not None) == ("failed", "quiet hours", True)


async def test_nudge_after_its_time_is_dropped_with_its_reason(rig: Rig) -> None:
    at(rig, MORNING)
    message = nudge(rig, sleeper(rig), until=MORNING - timedelta(minutes=1))
    await rig.sender().drain_once()
    assert rig.channel.sent == []
    assert (rig.row(message).status, rig.row(message).error) == ("failed", "expired")


@pytest.mark.parametrize("quiet", [False, True], ids=["asked for", "of nobody who is quiet"])
async def test_what_heeds_no_quiet_hours_goes(rig: Rig, *, quiet: bool) -> None:
    at(rig, NIGHT)
    nudge(rig, rig.meet("1") if quiet else sleeper(rig), quiet=quiet)
    await rig.sender().drain_once()
    assert rig.channel.texts == ["Good evening"]


async def test_reply_passes_by_what_waits_for_the_morning(rig: Rig) -> None:
    at(rig, NIGHT)
    talk = sleeper(rig)
    nudge(rig, talk, until=MORNING + timedelta(hours=1))
    rig.say(talk, "An answer")
    await rig.sender().drain_once()
    await rig.sender().drain_once()
    assert rig.channel.texts == ["An answer"]


async def test_whoever_stops_in_the_night_hears_nothing_in_the_morning(rig: Rig) -> None:
    at(rig, NIGHT)
    talk = sleeper(rig)
    message = nudge(rig, talk, until=MORNING + timedelta(hours=1))
    await rig.sender().drain_once()
    write_state(rig, talk, State(stopped=True))
    at(rig, MORNING)
    await rig.sender().drain_once()
    assert rig.channel.sent == []
    assert rig.row(message).error == "stopped"


async def test_hostile_zone_counts_as_none(rig: Rig) -> None:
    at(rig, NIGHT)
    talk = sleeper(rig)
    mine = sa.update(tables.people).where(tables.people.c.id == talk.person)
    with rig.database.write() as connection:
        connection.execute(mine.values(zone="../etc/passwd"))
    nudge(rig, talk)
    await rig.sender().drain_once()
    assert rig.channel.sent == []  # by UTC it is 22:10
