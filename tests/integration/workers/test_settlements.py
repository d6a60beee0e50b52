"""Settlements: only who still holds a message may say what became of it; a sender that dies does not go on for ever."""

from datetime import timedelta

import sqlalchemy as sa

from core import errors
from core.messages import DeliveryStatus, SendReceipt
from core.retry import LONGEST_DELAY, MOST_UNKNOWN
from storage import settlements, tables
from storage.outbox import Claimed, Wish
from storage.settlements import Settlement, settle
from tests.integration.workers.rig import Rig
from workers.verdict import delivered, failed

LEASE = timedelta(minutes=3)


def claim(rig: Rig, owner: str = "one") -> list[Claimed]:
    with rig.database.write() as connection:
        return rig.outbox.claim(connection, Wish(owner, LEASE, 100), rig.clock.now())


def recover(rig: Rig) -> list[Settlement]:
    with rig.database.write() as connection:
        return settlements.recover(connection, rig.clock.now())


def test_settle_many_changes_nothing_of_what_was_taken_away_meanwhile(rig: Rig) -> None:
    messages = [rig.say(rig.meet(str(number)), "hello")[0] for number in range(3)]
    settled = [delivered(one, SendReceipt(("7",)), rig.clock.now()).settlement for one in claim(rig)]
    with rig.database.write() as connection:
        mine = tables.outbox.c.id == messages[1]
        connection.execute(sa.update(tables.outbox).where(mine).values(lease_owner="another"))
    with rig.database.write() as connection:
        assert settle(connection, settled) == 2
    rows = [rig.row(message) for message in messages]
    assert [(row.status, row.lease_owner) for row in rows] == [("wired", None), ("queued", "another"), ("wired", None)]


def test_settle_keeps_the_beginning_of_a_long_complaint(rig: Rig) -> None:
    [message] = rig.say(rig.meet("1"), "hello")
    [claimed] = claim(rig)
    verdict = failed(claimed, errors.MessageRejected("too odd " * 500), rig.clock.now())
    with rig.database.write() as connection:
        assert settle(connection, [verdict.settlement]) == 1
    kept = rig.row(message).error
    assert len(kept) == 200
    assert "too odd too odd" in kept


def test_recover_message_whose_senders_die_one_after_the_other_is_given_up(rig: Rig) -> None:
    [message] = rig.say(rig.meet("1"), "hello")
    for death in range(1, MOST_UNKNOWN + 1):
        [claimed] = claim(rig, f"sender {death}")
        assert claimed.attempts == death
        rig.clock.ahead += LEASE + timedelta(seconds=1)
        [recovered] = recover(rig)
        assert recovered.is_settled is (death == MOST_UNKNOWN)
        assert claim(rig, "at once") == [], "whoever killed the sender is not given the next one right away"
        rig.clock.ahead += LONGEST_DELAY
    assert (rig.row(message).status, rig.row(message).attempts) == (DeliveryStatus.UNKNOWN.value, MOST_UNKNOWN)
    assert claim(rig) == []


def test_claim_goes_no_further_than_a_message_that_has_to_wait(rig: Rig) -> None:
    first, second, third = rig.say(rig.meet("1"), "first", "second", "third")
    with rig.database.write() as connection:
        later = rig.clock.now() + timedelta(minutes=1)
        waits = tables.outbox.c.id == second
        connection.execute(sa.update(tables.outbox).where(waits).values(next_attempt_at=later))
    assert [one.message.id for one in claim(rig)] == [first]
    rig.clock.ahead = timedelta(minutes=2)
    assert claim(rig, "two") == [], "what is held stops all that follows"
    assert rig.row(third).attempts == 0
