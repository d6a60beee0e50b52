"""The outbox: who may hold what, in which order, and what becomes of it."""

import random
from ast import literal_eval
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from core import errors
from core.messages import DeliveryStatus, OnUnknown, Priority, SendReceipt
from storage import settlements, tables
from storage.accounts import AccountStatus
from storage.candidates import lock
from storage.outbox import _WAITING, LONGEST_RUN, MOST_PATIENT, Claimed, Wish, begin
from storage.settlements import settle
from tests.integration.plans import explain
from tests.integration.workers.rig import Rig
from workers.verdict import delivered, failed

LEASE = timedelta(minutes=3)


def claim(
    rig: Rig, owner: str = "one", limit: int = 100, full: tuple[UUID, ...] = (), busy: tuple[UUID, ...] = ()
) -> list[Claimed]:
    with rig.database.write() as connection:
        return rig.outbox.claim(connection, Wish(owner, LEASE, limit, full, busy), rig.clock.now())


def take(rig: Rig, claimed: Claimed) -> int:
    """Settle a message as delivered."""
    with rig.database.write() as connection:
        return settle(connection, [delivered(claimed, SendReceipt(("7",)), rig.clock.now()).settlement])


def texts(claimed: list[Claimed]) -> list[str]:
    return [one.message.content.text for one in claimed]


def test_claim_takes_replies_before_nudges_before_broadcasts(rig: Rig) -> None:
    for number, priority in enumerate((Priority.BROADCAST, Priority.NUDGE, Priority.REPLY)):
        rig.say(rig.meet(str(number)), priority.name, priority=priority)
    assert texts(claim(rig)) == ["REPLY", "NUDGE", "BROADCAST"]


def test_claim_reply_takes_the_nudge_before_it_along(rig: Rig) -> None:
    other, talk = rig.meet("1"), rig.meet("2")
    rig.say(other, "other nudge", priority=Priority.NUDGE)
    rig.say(talk, "nudge", priority=Priority.NUDGE)
    rig.say(talk, "reply")
    assert texts(claim(rig, limit=1)) == ["nudge", "reply"]


def test_claim_carries_what_an_adapter_needs(rig: Rig) -> None:
    talk = rig.meet("77")
    [message] = rig.say(talk, "hello")
    [claimed] = claim(rig)
    assert (claimed.message.id, claimed.message.channel, claimed.message.account) == (message, "telegram", "default")
    assert (claimed.message.chat, claimed.message.content.text, claimed.address) == ("77", "hello", "a77")
    assert (claimed.person_id, claimed.attempts, claimed.refusal) == (talk.person, 1, "")


def test_claim_answer_to_a_tap_has_no_message_behind_it(rig: Rig) -> None:
    rig.say(rig.meet("1"), "Noted", tap_id="tap", on_unknown=OnUnknown.GIVE_UP)
    [claimed] = claim(rig)
    assert (claimed.message.tap_id, claimed.message.content.text, claimed.refusal) == ("tap", "Noted", "")


def test_claim_conversation_that_is_held_gives_nothing_more(rig: Rig) -> None:
    talk = rig.meet("1")
    rig.say(talk, "first")
    assert texts(claim(rig, "one")) == ["first"]
    rig.say(talk, "second")
    assert claim(rig, "two") == []


def test_claim_conversation_flows_once_its_head_is_settled(rig: Rig) -> None:
    talk = rig.meet("1")
    rig.say(talk, "first")
    [first] = claim(rig)
    rig.say(talk, "second")
    assert take(rig, first) == 1
    assert texts(claim(rig)) == ["second"]


def test_claim_blocked_conversations_do_not_take_the_place_of_others(rig: Rig) -> None:
    for number in range(5):
        rig.say(rig.meet(str(number)), "held")
        claim(rig)
    with rig.database.write() as connection:
        later = rig.clock.now() + timedelta(hours=1)
        connection.execute(sa.update(tables.outbox).values(lease_owner=None, lease_until=None, next_attempt_at=later))
    for row in rig.rows(tables.conversations):
        with rig.database.write() as connection:
            copy = connection.execute(sa.select(tables.outbox).where(tables.outbox.c.conversation_id == row.id)).one()
            values = {**copy._mapping, "id": rig.ids.new(), "seq": 50, "next_attempt_at": rig.clock.now()}
            connection.execute(tables.outbox.insert(), values)
    rig.say(rig.meet("free"), "free")
    assert texts(claim(rig, limit=1)) == ["free"]


def test_claim_run_of_one_conversation_is_bounded(rig: Rig) -> None:
    rig.say(rig.meet("1"), *[str(number) for number in range(LONGEST_RUN + 3)])
    assert texts(claim(rig)) == [str(number) for number in range(LONGEST_RUN)]


def test_claim_message_that_must_not_come_twice_is_held_at_the_head_only(rig: Rig) -> None:
    talk = rig.meet("1")
    rig.say(talk, "reply")
    rig.say(talk, "once", on_unknown=OnUnknown.GIVE_UP)
    [reply] = claim(rig)
    assert reply.message.content.text == "reply"
    take(rig, reply)
    assert texts(claim(rig)) == ["once"]


def test_claim_paused_account_keeps_its_messages(rig: Rig) -> None:
    other = rig.add_account("other")
    rig.say(rig.meet("1", other), "waits")
    rig.accounts.set_status(other, AccountStatus.PAUSED)
    assert claim(rig) == []
    rig.accounts.set_status(other, AccountStatus.ACTIVE)
    assert texts(claim(rig)) == ["waits"]


def test_claim_full_account_gives_nothing_and_busy_one_only_replies(rig: Rig) -> None:
    rig.say(rig.meet("1"), "reply")
    rig.say(rig.meet("2"), "nudge", priority=Priority.NUDGE)
    assert claim(rig, full=(rig.account,)) == []
    assert texts(claim(rig, busy=(rig.account,))) == ["reply"]


def test_claim_expired_message_is_refused_and_the_next_one_goes(rig: Rig) -> None:
    talk = rig.meet("1")
    rig.say(talk, "good morning", priority=Priority.NUDGE)
    rig.clock.ahead = timedelta(hours=3)
    rig.say(talk, "reply")
    assert [(one.message.content.text, one.refusal) for one in claim(rig)] == [
        ("good morning", "expired"),
        ("reply", ""),
    ]


def test_claim_forgotten_person_is_refused(rig: Rig) -> None:
    talk = rig.meet("1")
    rig.say(talk, "secret")
    with rig.database.write() as connection:
        connection.execute(sa.update(tables.people).values(data_key=None))
    [claimed] = claim(rig)
    assert (claimed.refusal, claimed.message.content.text) == ("forgotten", "")


def test_settle_under_a_lost_lease_changes_nothing(rig: Rig) -> None:
    [message] = rig.say(rig.meet("1"), "hello")
    [claimed] = claim(rig)
    with rig.database.write() as connection:
        connection.execute(sa.update(tables.outbox).values(lease_owner="another"))
    assert take(rig, claimed) == 0
    assert rig.row(message).status == "queued"


def test_settle_counts_those_that_were_still_held(rig: Rig) -> None:
    for number in range(3):
        rig.say(rig.meet(str(number)), "hello")
    claimed = claim(rig)
    take(rig, claimed[0])
    settled = [delivered(one, SendReceipt(), rig.clock.now()).settlement for one in claimed]
    with rig.database.write() as connection:
        assert settle(connection, settled) == 2


def test_settle_keeps_whole_ids_only(rig: Rig) -> None:
    [message] = rig.say(rig.meet("1"), "hello")
    [claimed] = claim(rig)
    ids = tuple(f"{number:07d}" for number in range(400))
    with rig.database.write() as connection:
        settle(connection, [delivered(claimed, SendReceipt(ids), rig.clock.now()).settlement])
    kept = str(rig.row(message).external_ids).split()
    assert kept == list(ids[: len(kept)])
    assert len(kept) == 250


def test_settle_error_that_holds_a_nul_is_kept_without_it(rig: Rig) -> None:
    [message] = rig.say(rig.meet("1"), "hello")
    [claimed] = claim(rig)
    verdict = failed(claimed, errors.MessageRejected("half\x00 a word", code="400"), rig.clock.now())
    with rig.database.write() as connection:
        assert settle(connection, [verdict.settlement]) == 1
    assert rig.row(message).error == "MessageRejected 400: half a word"


@pytest.mark.parametrize(
    ("policy", "status", "settled"),
    [(OnUnknown.SEND_AGAIN, DeliveryStatus.ERRORED, False), (OnUnknown.GIVE_UP, DeliveryStatus.UNKNOWN, True)],
)
def test_recover_lease_that_ran_out_follows_the_policy(
    rig: Rig, policy: OnUnknown, status: DeliveryStatus, settled: bool
) -> None:
    [message] = rig.say(rig.meet("1"), "hello", on_unknown=policy)
    claimed = claim(rig)
    with rig.database.write() as connection:
        begin(connection, [one for one in claimed if one.must_be_noted])
        assert settlements.recover(connection, rig.clock.now()) == []
    rig.clock.ahead = LEASE + timedelta(seconds=1)
    with rig.database.write() as connection:
        [recovered] = settlements.recover(connection, rig.clock.now())
    assert (recovered.status, recovered.is_settled) == (status, settled)
    row = rig.row(message)
    assert (row.status, row.settled_at is not None, row.lease_owner) == (status.value, settled, None)


def test_recover_message_whose_call_had_not_begun_goes_back_as_it_was(rig: Rig) -> None:
    [message] = rig.say(rig.meet("1"), "hello", on_unknown=OnUnknown.GIVE_UP)
    [claimed] = claim(rig)
    assert claimed.must_be_noted
    rig.clock.ahead = LEASE + timedelta(seconds=1)
    with rig.database.write() as connection:
        [recovered] = settlements.recover(connection, rig.clock.now())
    assert (recovered.status, recovered.is_settled) == (DeliveryStatus.QUEUED, False)
    row = rig.row(message)
    assert (row.status, row.attempts, row.error, row.settled_at, row.lease_owner) == ("queued", 0, "", None, None)
    [again] = claim(rig, "two")
    assert again.attempts == 1


def test_begin_what_another_one_holds_by_now_is_refused(rig: Rig) -> None:
    rig.say(rig.meet("1"), "hello", on_unknown=OnUnknown.GIVE_UP)
    [claimed] = claim(rig)
    rig.clock.ahead = LEASE + timedelta(seconds=1)
    with rig.database.write() as connection:
        settlements.recover(connection, rig.clock.now())
    [other] = claim(rig, "two")
    with rig.database.write() as connection:
        assert begin(connection, [claimed]) == set()
        assert begin(connection, [other]) == {other.message.id}
    assert take(rig, other) == 0
    assert take(rig, other.begun()) == 1


def test_two_claims_at_once_never_share_a_conversation(rig: Rig) -> None:
    """Random claims and settlements by two senders, one of them holding its transaction open over the other's."""
    chance = random.Random(7)
    talks = [rig.meet(str(number)) for number in range(6)]
    for number in range(60):
        rig.say(chance.choice(talks), str(number))
    holders: dict[UUID, str] = {}
    sent: dict[UUID, list[int]] = {}
    held: dict[str, list[Claimed]] = {"one": [], "two": []}
    for turn in range(200):
        owner = chance.choice(("one", "two"))
        if held[owner] and chance.random() < 0.7:
            conversation = held[owner][0].conversation_id
            while held[owner] and held[owner][0].conversation_id == conversation:
                first = held[owner].pop(0)
                assert take(rig, first) == 1
                sent.setdefault(conversation, []).append(first.message.seq)
            del holders[conversation]
        else:
            for claimed in claim(rig, f"{owner}/{turn}", limit=2):
                assert holders.setdefault(claimed.conversation_id, f"{owner}/{turn}") == f"{owner}/{turn}"
                held[owner].append(claimed)
    assert all(order == sorted(order) for order in sent.values())
    assert sum(map(len, sent.values())) + sum(map(len, held.values())) == 60


def test_claim_conversation_locked_by_another_claim_is_skipped(postgres_database_url: str) -> None:
    rig = Rig(postgres_database_url)
    talk = rig.meet("1")
    rig.say(talk, "first", "second")
    with rig.database.write() as connection:
        assert texts(rig.outbox.claim(connection, Wish("one", LEASE, 10), rig.clock.now())) == ["first", "second"]
        assert claim(rig, "two") == []
    rig.close()


def test_claim_uses_the_partial_indexes_among_many_settled_messages(rig: Rig) -> None:
    talk = rig.meet("1")
    now = rig.clock.now()
    row = {
        "conversation_id": talk.conversation,
        "account_id": talk.account,
        "priority": 0,
        "status": "wired",
        "on_unknown": "send_again",
        "tap_id": "",
        "notice": "",
        "created_at": now,
        "next_attempt_at": now,
        "attempts": 1,
        "parts_sent": 1,
        "external_ids": "1",
        "error": "",
        "settled_at": now,
    }
    with rig.database.write() as connection:
        for start in range(0, 30_000, 10_000):
            rows = [{**row, "id": rig.ids.new(), "seq": -start - number} for number in range(10_000)]
            connection.execute(tables.outbox.insert(), rows)
    rig.say(talk, "hello")
    if rig.database.dialect == "postgresql":
        with rig.database.write() as connection:
            connection.execute(sa.text("ANALYZE outbox"))
    plans = explain(
        rig.database, lock(rig.database.dialect), {"now": now, "most": 100, "fewer": 100, "full": [], "busy": []}
    )
    assert "ix_outbox_due" in plans
    assert "ix_outbox_patient" in plans
    assert "ix_outbox_open" in plans
    assert "ix_outbox_open" in explain(
        rig.database, _WAITING, {"now": now, "conversations": [talk.conversation], "most": 100}
    )
    assert texts(claim(rig)) == ["hello"]


def test_claim_takes_every_reply_and_few_of_those_that_can_wait(rig: Rig) -> None:
    for number in range(MOST_PATIENT + 5):
        rig.say(rig.meet(f"n{number}"), "nudge", priority=Priority.NUDGE)
        rig.say(rig.meet(f"r{number}"), "reply")
    assert texts(claim(rig)) == ["reply"] * (MOST_PATIENT + 5) + ["nudge"] * MOST_PATIENT
    assert texts(claim(rig)) == ["nudge"] * 5


def broadcast_to_many(rig: Rig, messages: int) -> None:
    """Fill the outbox with broadcasts, each in a conversation of its own."""
    talk, now = rig.meet("everybody"), rig.clock.now()
    [message] = rig.say(talk, "news", priority=Priority.BROADCAST)
    queued = rig.row(message)._asdict()
    with rig.database.write() as connection:
        place = connection.execute(sa.select(tables.conversations)).one()._asdict()
        places = [
            {**place, "id": rig.ids.new(), "chat": f"of {number}", "created_at": now} for number in range(messages)
        ]
        connection.execute(tables.conversations.insert(), places)
        rows = [{**queued, "id": rig.ids.new(), "conversation_id": place["id"]} for place in places]
        connection.execute(tables.outbox.insert(), rows)


@pytest.mark.parametrize("analyzed", [True, False])
def test_claim_of_replies_reads_none_of_ten_thousand_broadcasts(postgres_database_url: str, analyzed: bool) -> None:
    rig = Rig(postgres_database_url)
    broadcast_to_many(rig, 10_000)
    other = rig.meet("1", rig.add_account("other"))
    rig.say(rig.meet("2"), "a reply")
    rig.say(other, "a nudge elsewhere", priority=Priority.NUDGE)
    if analyzed:
        with rig.database.write() as connection:
            connection.execute(sa.text("ANALYZE"))
    wanted = {"now": rig.clock.now(), "most": 256, "fewer": MOST_PATIENT, "full": []}
    statement = lock("postgresql")
    busy = explain(rig.database, statement, {**wanted, "busy": [rig.account]}, "EXPLAIN (ANALYZE, FORMAT JSON)")
    assert 2 <= rows_read(busy) <= 20
    assert "ix_outbox_patient" in busy
    free = explain(rig.database, statement, {**wanted, "busy": []}, "EXPLAIN (ANALYZE, FORMAT JSON)")
    assert MOST_PATIENT < rows_read(free) <= 10 * MOST_PATIENT
    assert texts(claim(rig, busy=(rig.account,))) == ["a reply", "a nudge elsewhere"]
    rig.close()


def rows_read(plan: str) -> int:
    """Return how many rows of the outbox a statement went through, those included that it had no use for."""
    nodes, read = [literal_eval(plan)[0]["Plan"]], 0
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if node.get("Relation Name") == "outbox":
            read += round((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])
    return read
