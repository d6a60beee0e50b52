"""Broadcasts: nothing before the confirming, everybody once, and a pause or an end that holds at once."""

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa

from conversations.broadcasting import LEG_JOB
from conversations.state import State
from core.broadcasts import DRAFT_LIFE, Act, BroadcastStatus
from core.zones import to_local
from storage import broadcasts as module
from storage import rows, tables
from storage.broadcasts import MOST_WAITING, BroadcastUnknown
from storage.sealing import Unsealable
from storage.templates import Template, put_templates
from tests.integration.storage.audience import Crowd, able
from tests.integration.storage.desk import Desk, everything_in

PROCESS = "tests.integration.storage.broadcast_process"
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def crowd(desk: Desk) -> Crowd:
    return Crowd(desk)


# -- before and at the confirming ----------------------------------------------------------------


def test_draft_sends_nothing_and_its_words_are_sealed(crowd: Crowd) -> None:
    crowd.add(3)
    draft = crowd.draft("a word that nobody else says")
    assert (crowd.broadcasts.push(), crowd.write_out(draft)) == ([], 0)
    assert crowd.desk.count(tables.outbox) == 0
    assert b"a word that nobody" not in everything_in(crowd.desk.url)
    assert crowd.broadcasts.draft(draft).content.text == "a word that nobody else says"


def test_confirming_twice_acts_once(crowd: Crowd) -> None:
    draft = crowd.draft()
    first, second = (crowd.broadcasts.act(draft, Act.SEND, "admin:1") for _ in range(2))
    assert (first.changed, second.changed, second.status) == (True, False, BroadcastStatus.RUNNING)
    assert crowd.audited() == ["broadcast_sent"]


def test_old_preview_cannot_be_confirmed_until_it_is_looked_at_again(crowd: Crowd) -> None:
    draft = crowd.draft()
    crowd.later(seconds=DRAFT_LIFE.total_seconds())
    stale = crowd.broadcasts.act(draft, Act.SEND, "admin:1")
    assert (stale.changed, stale.stale) == (False, True)
    assert crowd.broadcasts.change_draft(draft, lambda one: one)
    assert crowd.broadcasts.act(draft, Act.SEND, "admin:1").changed


def test_broadcast_under_way_cannot_be_changed(crowd: Crowd) -> None:
    broadcast = crowd.send("as it was")
    assert not crowd.broadcasts.change_draft(broadcast, lambda one: one)
    assert crowd.broadcasts.draft(broadcast).content.text == "as it was"


def test_broadcast_that_is_none_is_told_of_with_the_cure(crowd: Crowd) -> None:
    with pytest.raises(BroadcastUnknown, match="sunup broadcasts list"):
        crowd.broadcasts.act(crowd.desk.ids.new(), Act.PAUSE, "admin:1")


# -- everybody once ------------------------------------------------------------------------------


def test_everybody_gets_one_copy_and_it_is_done_when_all_are_sent(crowd: Crowd) -> None:
    people = [crowd.admin, *crowd.add(450)]
    broadcast = crowd.send()
    crowd.finish(broadcast)
    assert crowd.copies() == sorted(people)
    assert set(crowd.recipients(broadcast).values()) == {("written", "")}
    results = crowd.told(broadcast)
    assert (results.recipients, results.sent, results.planned, results.waiting) == (451, 451, 0, 0)


def test_copy_carries_what_the_sender_needs_to_judge_it(crowd: Crowd) -> None:
    broadcast = crowd.send()
    crowd.write_out(broadcast)
    [copy] = crowd.desk.rows(tables.outbox)
    assert (copy.broadcast_id, copy.priority, copy.on_unknown, copy.quiet) == (broadcast, 2, "give_up", True)
    assert copy.expires_at > crowd.desk.clock.now() + timedelta(hours=11)


def test_name_is_put_in_for_each(crowd: Crowd) -> None:
    crowd.add(2)
    crowd.write_out(crowd.send("Hello {{ name | you }}!"))
    assert sorted(crowd.texts()) == ["Hello P0!", "Hello P0!", "Hello P1!"]


def test_numbers_of_messages_go_on_where_they_were(crowd: Crowd) -> None:
    crowd.hear(crowd.admin)
    for _ in range(2):
        crowd.write_out(crowd.send())
    assert sorted(row.seq for row in crowd.desk.rows(tables.messages)) == [1, 2, 3]
    assert crowd.row(crowd.admin).next_seq == 4


def test_outbox_never_holds_more_than_the_limit(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 50)
    monkeypatch.setattr(module, "_REFILL", 25)
    crowd.add(120)
    broadcast = crowd.send()
    crowd.write_out(broadcast)
    assert crowd.told(broadcast).waiting == 50
    assert crowd.broadcasts.push() == []
    crowd.drain(30)
    assert [kind for _, kind in crowd.broadcasts.push()] == [LEG_JOB]
    crowd.finish(broadcast)
    assert len(crowd.copies()) == len(set(crowd.copies())) == 121


def test_who_came_after_the_confirming_does_not_belong(crowd: Crowd) -> None:
    broadcast = crowd.send()
    crowd.later(seconds=1)
    crowd.add(3)
    crowd.finish(broadcast)
    assert crowd.copies() == [crowd.admin]


def test_nobody_in_the_audience_is_soon_done(crowd: Crowd) -> None:
    broadcast = crowd.send(audience="tag:nobody")
    crowd.finish(broadcast)
    assert (crowd.told(broadcast).recipients, crowd.desk.count(tables.outbox)) == (0, 0)


class Killed(BaseException):
    """The worker dies here."""


@pytest.mark.parametrize("fatal", range(1, 14, 3))
def test_worker_that_dies_between_any_two_statements_leaves_everybody_exactly_one(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch, fatal: int
) -> None:
    monkeypatch.setattr("storage.broadcast_writing.WRITTEN_AT_ONCE", 10)
    monkeypatch.setattr(module, "WRITTEN_AT_ONCE", 10)
    monkeypatch.setattr("storage.broadcast_writing.GATHERED_AT_ONCE", 15)
    people = [crowd.admin, *crowd.add(40)]
    broadcast = crowd.send()
    original, calls = rows.execute, [0]

    def dying(*arguments: Any) -> None:
        calls[0] += 1
        original(*arguments)
        if calls[0] % fatal == 0 and calls[0] < 60:
            raise Killed

    monkeypatch.setattr("storage.broadcast_writing.rows.execute", dying)
    for _ in range(100):
        try:
            crowd.write_out(broadcast)
            break
        except Killed:
            continue
    assert calls[0] > fatal
    assert crowd.copies() == sorted(people)
    assert sorted(row.person_id for row in crowd.desk.rows(tables.broadcast_recipients)) == sorted(people)


def test_worker_killed_in_the_middle_again_and_again_leaves_everybody_exactly_one(crowd: Crowd) -> None:
    people = [crowd.admin, *crowd.add(1_500)]
    broadcast = crowd.send("Hello {{ name }}")
    for share in (0, 400, 900):
        worker = subprocess.Popen([sys.executable, "-m", PROCESS, crowd.desk.url, str(broadcast)], cwd=ROOT)
        deadline = time.monotonic() + 60
        while crowd.desk.count(tables.outbox) <= share and worker.poll() is None:
            assert time.monotonic() < deadline
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert 900 < crowd.desk.count(tables.outbox) <= len(people)
    crowd.finish(broadcast)
    assert crowd.copies() == sorted(people)
    assert crowd.told(broadcast).sent == len(people)


def test_workers_who_write_at_once_leave_everybody_with_one(crowd: Crowd) -> None:
    people = [crowd.admin, *crowd.add(900)]
    broadcast = crowd.send()
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(crowd.write_out, [broadcast] * 3))
    assert crowd.copies() == sorted(people)


def test_cancelling_while_workers_write_leaves_nothing_to_be_sent(crowd: Crowd) -> None:
    crowd.add(900)
    broadcast = crowd.send()
    with ThreadPoolExecutor(3) as threads:
        legs = [threads.submit(crowd.write_out, broadcast) for _ in range(2)]
        while not crowd.desk.count(tables.outbox):
            time.sleep(0.005)
        assert crowd.broadcasts.act(broadcast, Act.CANCEL, "test").changed
        assert sum(leg.result() for leg in legs) <= 901
    results = crowd.told(broadcast)
    assert (results.waiting, results.withdrawn) == (0, crowd.desk.count(tables.outbox))


# -- who is left out -----------------------------------------------------------------------------


def test_people_out_of_reach_are_counted_apart_and_get_nothing(crowd: Crowd) -> None:
    stopped, paused, blocked, away, nowhere = (crowd.add(1)[0] for _ in range(5))
    crowd.set_state(stopped, stopped=True)
    crowd.set_state(paused, paused=True)
    closed = sa.update(tables.conversations).where(tables.conversations.c.id == crowd.row(blocked).conversation_id)
    with crowd.desk.database.write() as connection:
        connection.execute(closed.values(closed_at=crowd.desk.clock.now()))
        elsewhere = sa.update(tables.conversations).values(private=False)
        connection.execute(elsewhere.where(tables.conversations.c.id == crowd.row(nowhere).conversation_id))
    crowd.change(away, data_key=None)
    [web] = crowd.add(1, "web")
    [narrow] = crowd.add(1, "whatsapp")
    broadcast = crowd.send()
    crowd.finish(broadcast)
    assert crowd.copies() == [crowd.admin]
    assert crowd.told(broadcast).skipped == {
        "stopped": 1, "paused": 1, "blocked": 1, "unreachable": 2, "window": 1,
    }  # fmt: skip
    assert {web, narrow, nowhere, stopped} <= set(crowd.recipients(broadcast))
    assert away not in crowd.recipients(broadcast)


def test_closed_window_is_no_hindrance_with_a_template_and_an_open_one_needs_none(crowd: Crowd) -> None:
    old, fresh = crowd.add(2, "whatsapp")
    crowd.hear(old, timedelta(hours=25))
    crowd.hear(fresh, timedelta(hours=1))
    first = crowd.send()
    crowd.finish(first)
    assert (crowd.recipients(first)[old], crowd.recipients(first)[fresh]) == (("skipped", "window"), ("written", ""))
    with crowd.desk.database.write() as connection:
        template = Template("broadcast", "en", "HX1", "News: {{1}}", ("text",))
        put_templates(connection, crowd.at["whatsapp"], [template], ids=crowd.desk.ids, now=crowd.desk.clock.now())
    second = crowd.send()
    crowd.finish(second)
    assert crowd.recipients(second)[old] == ("written", "")


def test_who_stops_between_confirming_and_writing_gets_nothing(crowd: Crowd) -> None:
    [person] = crowd.add(1)
    broadcast = crowd.send(local_at="18:00")
    crowd.write_out(broadcast)
    assert crowd.recipients(broadcast)[person] == ("planned", "")
    crowd.set_state(person, stopped=True)
    crowd.later(hours=24)
    crowd.write_out(broadcast)
    assert crowd.recipients(broadcast)[person][0] == "skipped"
    assert person not in crowd.copies()


def test_who_was_erased_meanwhile_is_no_recipient_any_more(crowd: Crowd) -> None:
    [person] = crowd.add(1)
    broadcast = crowd.send()
    crowd.broadcasts.leg(broadcast, able, iter([True, False]).__next__)
    crowd.change(person, data_key=None, state=None, conversation_id=None)
    crowd.finish(broadcast)
    assert crowd.recipients(broadcast)[person] == ("skipped", "erased")


# -- merged people -------------------------------------------------------------------------------


def merge(crowd: Crowd, goer: UUID, stayer: UUID) -> None:
    """Do to the rows what a linking does."""
    with crowd.desk.database.write() as connection:
        moved = sa.update(tables.identities).where(tables.identities.c.person_id == goer)
        connection.execute(moved.values(person_id=stayer))
    crowd.change(goer, merged_into=stayer, state=None, conversation_id=None)


@pytest.mark.parametrize("first", [0, 1], ids=["the older goes", "the younger goes"])
@pytest.mark.parametrize("written", [0, 1, 2])
def test_people_who_become_one_in_the_middle_get_one_copy(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch, first: int, written: int
) -> None:
    monkeypatch.setattr(module, "WRITTEN_AT_ONCE", 1)
    pair = crowd.add(2)
    broadcast = crowd.send(audience="not channel:web")
    turns = iter([True] * (2 + written) + [False])  # gathering, the admin, then as many of the two
    crowd.broadcasts.leg(broadcast, able, turns.__next__)
    merge(crowd, pair[first], pair[1 - first])
    crowd.finish(broadcast)
    copies = [one for one in crowd.copies() if one in pair]
    assert len(copies) == max(1, written)
    assert crowd.told(broadcast).planned == 0


def test_who_becomes_somebody_outside_the_audience_is_still_meant(crowd: Crowd) -> None:
    [outside] = crowd.add(1, language="de")
    [meant] = crowd.add(1, language="es")
    broadcast = crowd.send(audience="language:es")
    crowd.broadcasts.leg(broadcast, able, iter([True, False]).__next__)
    merge(crowd, meant, outside)
    crowd.finish(broadcast)
    assert crowd.copies() == [outside]
    assert crowd.told(broadcast).recipients == 1


# -- local time ----------------------------------------------------------------------------------


def test_everybody_gets_it_at_their_own_time_and_never_for_the_past(crowd: Crowd) -> None:
    zones = {"Asia/Kolkata": None, "America/New_York": None, "Pacific/Kiritimati": None}
    people = {zone: crowd.add(1, zone=zone)[0] for zone in zones}
    broadcast = crowd.send(local_at="18:00")
    confirmed_at = crowd.broadcasts.find(broadcast)[0].confirmed_at
    assert confirmed_at is not None
    crowd.write_out(broadcast)
    due = {row.person_id: row.due_at for row in crowd.desk.rows(tables.broadcast_recipients)}
    for zone, person in people.items():
        local = to_local(due[person], zone)
        assert (local.hour, local.minute) == (18, 0)
        assert confirmed_at <= due[person] <= confirmed_at + timedelta(hours=25)
    for person, moment in sorted(due.items(), key=lambda one: one[1]):
        assert person not in crowd.copies()
        crowd.later(moment + timedelta(seconds=1))
        crowd.write_out(broadcast)
        assert person in crowd.copies()


def test_day_that_is_over_for_somebody_is_told_of(crowd: Crowd) -> None:
    [ahead] = crowd.add(1, zone="Pacific/Kiritimati")
    [behind] = crowd.add(1, zone="Pacific/Pago_Pago")
    local = to_local(crowd.desk.clock.now(), "Pacific/Pago_Pago") + timedelta(hours=2)
    broadcast = crowd.send(local_at=f"{local:%Y-%m-%dT%H:%M}")
    crowd.write_out(broadcast)
    found = crowd.recipients(broadcast)
    assert (found[ahead], found[behind]) == (("skipped", "late"), ("planned", ""))


def test_hour_that_passed_in_an_outage_is_not_made_up_for_at_night(crowd: Crowd) -> None:
    broadcast = crowd.send(local_at="18:00")
    crowd.write_out(broadcast)
    crowd.later(hours=36)
    crowd.finish(broadcast)
    assert (crowd.told(broadcast).skipped, crowd.copies()) == ({"late": 1}, [])


# -- legs ----------------------------------------------------------------------------------------


def test_push_makes_one_job_and_another_only_when_it_is_over(crowd: Crowd) -> None:
    crowd.add(3)
    broadcast = crowd.send()
    [(first, kind)] = crowd.broadcasts.push()
    assert (kind, crowd.broadcasts.push()) == (LEG_JOB, [])
    crowd.end_legs()
    [(second, _)] = crowd.broadcasts.push()
    assert first != second
    assert [row.id for row in crowd.desk.rows(tables.jobs)] == [second]
    row = crowd.desk.rows(tables.jobs)[0]
    seal = crowd.desk.sealer.seal_of(crowd.admin, crowd.row(crowd.admin).data_key)
    assert orjson.loads(seal.open(row.payload, b"job" + row.id.bytes)) == {"broadcast": str(broadcast)}


def test_leg_that_was_given_up_pauses_the_broadcast_until_an_admin_resumes_it(crowd: Crowd) -> None:
    broadcast = crowd.send()
    crowd.broadcasts.push()
    crowd.end_legs("failed")
    assert crowd.broadcasts.push() == []
    found = crowd.broadcasts.find(broadcast)[0]
    assert (found.status, found.reason) == (BroadcastStatus.PAUSED, "given_up")
    crowd.broadcasts.act(broadcast, Act.RESUME, "admin:1")
    assert len(crowd.broadcasts.push()) == 1


def test_broadcast_ends_with_its_author(crowd: Crowd) -> None:
    crowd.add(3)
    broadcast = crowd.send()
    crowd.change(crowd.admin, data_key=None)
    assert crowd.broadcasts.push() == []
    found = crowd.broadcasts.find(broadcast)[0]
    assert (found.status, found.reason) == (BroadcastStatus.CANCELLED, "author_erased")
    with pytest.raises(Unsealable):
        crowd.broadcasts.draft(broadcast)


def test_ended_broadcasts_are_left_alone_until_they_are_counted(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_PUSHED", 1)
    cancelled, done = crowd.send(), crowd.send(audience="tag:nobody")
    crowd.broadcasts.act(cancelled, Act.CANCEL, "test")
    crowd.finish(done)
    crowd.later(minutes=16)
    running = crowd.send()
    looked_at: list[UUID] = []
    original = crowd.broadcasts._push_one

    def look(connection: sa.Connection, row: Any) -> UUID | None:
        looked_at.append(row.id)
        return original(connection, row)

    monkeypatch.setattr(crowd.broadcasts, "_push_one", look)
    crowd.broadcasts.push()
    crowd.later(days=3)
    crowd.broadcasts.push()
    assert looked_at == [running, running]
    crowd.broadcasts.act(running, Act.CANCEL, "test")
    crowd.later(minutes=16)
    for _ in range(3):
        crowd.broadcasts.push()
    assert set(looked_at) == {running, cancelled, done}


def test_drafts_that_nobody_confirms_go(crowd: Crowd) -> None:
    draft = crowd.draft()
    crowd.later(days=1, seconds=1)
    crowd.broadcasts.push()
    with pytest.raises(BroadcastUnknown):
        crowd.broadcasts.find(draft)


# -- many ----------------------------------------------------------------------------------------


def test_thousands_of_people_are_written_to_once_in_reasonable_time(crowd: Crowd) -> None:
    crowd.add(3_999, state=State(met=True))
    broadcast = crowd.send("Hello {{ name }}")
    began = time.monotonic()
    legs = 0
    while crowd.told(broadcast).planned or not legs:
        crowd.write_out(broadcast)
        assert crowd.told(broadcast).waiting <= MOST_WAITING
        crowd.drain()
        legs += 1
    assert time.monotonic() - began < 60
    copies = crowd.copies()
    assert (len(copies), len(set(copies))) == (4_000, 4_000)
