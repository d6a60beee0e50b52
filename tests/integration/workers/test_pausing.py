"""Pausing: an account that its platform has closed is left alone, and each admin hears of it once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa

from conversations.state import State
from core import errors
from core.messages import AccountNotice, OutboundMessage, SendReceipt
from core.people import Person
from storage import tables
from storage.deliveries import Deliveries
from storage.pausing import Pausing
from sunup.inlet import Inlet
from tests.integration.workers.rig import Rig, Talk


@pytest.fixture
def other(rig: Rig) -> UUID:
    """Add an account through which admins can be reached."""
    return rig.add_account("other")


def pausing(rig: Rig, *admins: str) -> Pausing:
    return Pausing(rig.database, rig.forwarding, rig.clock, [("telegram", admin) for admin in admins])


def statuses(rig: Rig) -> dict[UUID, str]:
    return {row.id: row.status for row in rig.rows(tables.accounts)}


def test_admin_is_told_once_in_their_language_through_an_account_that_works(rig: Rig, other: UUID) -> None:
    admin = rig.meet("boss", other, State(person=Person(language="de")))
    assert pausing(rig, "aboss").pause(rig.account, "app_uninstalled")
    assert not pausing(rig, "aboss").pause(rig.account, "app_uninstalled")
    assert statuses(rig) == {rig.account: "paused", other: "active"}
    [told] = rig.said()
    assert told.startswith("⚠️ telegram (default) ist angehalten: app_uninstalled")
    [row] = rig.rows(tables.outbox)
    assert (row.conversation_id, row.account_id, row.status) == (admin.conversation, other, "queued")


async def test_word_to_the_admin_is_sent_like_every_message(rig: Rig, other: UUID) -> None:
    rig.meet("boss", other)
    pausing(rig, "aboss").pause(rig.account, "tokens_revoked")
    await rig.sender().drain_once()
    assert len(rig.channels[other].texts) == 1


def test_admin_of_several_chats_hears_it_in_one(rig: Rig, other: UUID) -> None:
    admin = rig.meet("boss", other)
    rig.also_at(admin, other, "2")
    rig.also_at(admin, rig.account, "3")
    pausing(rig, "aboss", "a2", "a3").pause(rig.account, "why")
    assert len(rig.said()) == 1


def test_every_admin_is_told(rig: Rig, other: UUID) -> None:
    rig.meet("boss", other)
    rig.meet("chief", other)
    pausing(rig, "aboss", "achief", "astranger").pause(rig.account, "why")
    assert len(rig.said()) == 2


@pytest.mark.parametrize("why", ["nobody is an admin", "their only chat is there", "they stopped"])
def test_nobody_who_can_be_told_leaves_it_at_the_pause(rig: Rig, other: UUID, why: str) -> None:
    match why:
        case "their only chat is there":
            rig.meet("boss")
        case "they stopped":
            rig.meet("boss", other, State(stopped=True))
        case _:
            pass
    assert pausing(rig, "aboss").pause(rig.account, "why")
    assert rig.said() == []
    assert statuses(rig)[rig.account] == "paused"


def test_account_that_was_removed_is_not_paused(rig: Rig, other: UUID) -> None:
    with rig.database.write() as connection:
        connection.execute(sa.update(tables.accounts).values(status="removed"))
    assert not pausing(rig).pause(rig.account, "why")


def test_admin_is_told_once_however_many_find_out(rig: Rig, other: UUID) -> None:
    rig.meet("boss", other)
    count = 6
    together = threading.Barrier(count)

    def pause(_: int) -> bool:
        together.wait(10)
        return pausing(rig, "aboss").pause(rig.account, "tokens_revoked")

    with ThreadPoolExecutor(count) as threads:
        changed = list(threads.map(pause, range(count)))
    assert sorted(changed) == [False] * (count - 1) + [True]
    assert len(rig.said()) == 1


async def test_revoked_credentials_keep_everything_and_tell_the_admin(rig: Rig, other: UUID) -> None:
    boss = rig.meet("boss", other)
    rig.admins.append(("telegram", "aboss"))

    async def answer(message: OutboundMessage) -> SendReceipt:
        raise errors.AccountRevoked(code="401")

    rig.channel.answer = answer
    messages = [rig.say(rig.meet(str(number)), "waits")[0] for number in range(3)]
    sender = rig.sender()
    await sender.drain_once()
    await sender.drain_once()
    assert {str(rig.row(one).status) for one in messages} == {"errored"}
    assert [one.chat for one in rig.channels[other].sent] == [boss.chat]
    assert rig.rows(tables.dead_letters) == []


async def test_notice_of_the_platform_pauses_its_account(rig: Rig, other: UUID) -> None:
    rig.meet("boss", other)
    deliveries = Deliveries(rig.database, rig.accounts, rig.clock)
    inlet = Inlet(Nobody(), deliveries, rig.accounts, pausing(rig, "aboss"))  # type: ignore[arg-type] # takes nothing
    notice = AccountNotice("telegram", "default", "app_uninstalled")
    await inlet.take([notice, replace(notice, reason="tokens_revoked")])
    [row] = [row for row in rig.rows(tables.accounts) if row.id == rig.account]
    assert row.status == "paused"
    assert str(row.reason).endswith("(app_uninstalled)")
    assert len(rig.said()) == 1


class Nobody:
    """An intake that nothing comes to."""

    async def take(self, messages: list[object]) -> None:
        assert messages == []


def test_talk_of_an_admin_goes_on_with_the_next_number(rig: Rig, other: UUID) -> None:
    admin: Talk = rig.meet("boss", other)
    pausing(rig, "aboss").pause(rig.account, "why")
    [person] = rig.rows(tables.people)
    [message] = rig.rows(tables.messages)
    assert (message.person_id, message.seq, person.next_seq) == (admin.person, 1000, 1001)
