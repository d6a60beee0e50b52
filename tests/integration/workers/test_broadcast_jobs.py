"""The jobs of broadcasts: a draft is shown as it will read, an act acts once, a leg writes, a tag is put on."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa

from conversations.broadcasting import ACT_JOB, DRAFT_JOB, LEG_JOB, REPORT_JOB, TAG_JOB
from core.broadcasts import BroadcastStatus
from core.forecast import Price, Prices
from core.messages import Capabilities
from storage import tables
from storage.broadcasts import Broadcasts
from storage.templates import Template, put_templates
from tests.integration.workers.rig import Channel, Rig, Talk
from workers.jobs import JOBS
from workers.sweeps import Sweeper, SweepPorts

PRICES = Prices({"telegram": Price(Decimal("0.01"), Decimal("0.10"))}, "EUR")


class Office:
    """An admin, a worker, and a sweep."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.admin = rig.meet("admin")
        self.broadcasts = Broadcasts(rig.database, rig.sealer, rig.ids, rig.clock)
        self.runner = rig.runner(*JOBS.values(), prices=PRICES)
        self._asked = 0

    def ask(self, kind: str, payload: Mapping[str, Any], by: Talk | None = None) -> dict[str, Any]:
        """Have a job done that somebody's dialogue started, and return what it hears."""
        self._asked += 1
        job = self.rig.add_job(by or self.admin, kind, f"broadcast:{self._asked}", payload)
        self.runner.run(job)
        [heard] = [orjson.loads(words) for words in self.rig.said() if words.startswith(f'["broadcast:{self._asked}"')]
        return {"succeeded": heard[1], **heard[2]}

    def draft(self, text: str = "Hello {{ name | all }}", **more: Any) -> dict[str, Any]:
        return self.ask(DRAFT_JOB, {"text": text, "name": "Asha", **more})

    def change(self, broadcast: str, **change: Any) -> dict[str, Any]:
        return self.ask(DRAFT_JOB, {"broadcast": broadcast, "name": "Asha", **change})

    def act(self, broadcast: str, act: str = "send") -> dict[str, Any]:
        return self.ask(ACT_JOB, {"broadcast": broadcast, "act": act})

    def sweep(self) -> int:
        """Let the sweep find what is to be done, and the worker do it."""
        ports = SweepPorts(
            self.rig.database,
            self.rig.leases,
            None,  # type: ignore[arg-type]  # this sweep hands nothing to the queue itself
            self.rig.uploads,
            self.rig.dead_letters,
            self.rig.clock,
            self.rig.hints,
            push=self.broadcasts.push,
        )
        self.rig.hints.jobs.clear()
        found = Sweeper(ports).push_broadcasts()
        for job, kind in self.rig.hints.jobs:
            assert kind == LEG_JOB
            self.runner.run(job)
        return found

    def send(self) -> None:
        """Let a sender send what it can."""
        asyncio.run(self.rig.sender().drain_once())

    def copies(self) -> list[UUID]:
        return sorted(row.person_id for row in self.rig.rows(tables.messages) if row.kind == "broadcast")


@pytest.fixture
def office(rig: Rig) -> Office:
    return Office(rig)


def narrow(rig: Rig, **able: Any) -> Channel:
    """Make another account, which carries little."""
    account = rig.add_account("narrow")
    channel = rig.channels[account] = Channel("narrow", able=Capabilities(**{"text_limit": 20, **able}))
    return channel


def test_draft_shows_who_gets_it_how_it_reads_and_what_it_takes(office: Office) -> None:
    rig = office.rig
    narrow(rig, account_rate=2.0)
    account = rig.accounts.id_of("telegram", "narrow")
    for number in range(4):
        rig.meet(f"n{number}", account)
    told = office.draft("Hello {{ name }}, a text of some length")
    assert told["succeeded"]
    assert (told["people"], told["reached"], told["left_out"]) == (5, 5, {})
    assert told["shown"] == [
        {
            "channels": ["telegram"],
            "people": people,
            "template": False,
            "parts": parts,
            "text": "Hello Asha, a text of some length",
            "buttons": [],
        }
        for people, parts in ((1, 1), (4, 2))
    ]
    assert (told["seconds"], told["cost"], told["currency"]) == (4, "0.09", "EUR")
    assert office.copies() == []


def test_draft_with_a_button_shows_it_as_each_channel_can(office: Office) -> None:
    rig = office.rig
    rig.channels[rig.account] = Channel(able=Capabilities(4096, buttons=3))
    narrow(rig)
    rig.meet("n", rig.accounts.id_of("telegram", "narrow"))
    first = office.draft("Hello")
    told = office.change(first["broadcast"], button=["Sell a pack", "/start selling"])
    shown = [(one["text"], one["buttons"]) for one in told["shown"]]
    assert sorted(shown) == [("Hello", ["Sell a pack"]), ("Hello\n\n1. Sell a pack", [])]
    assert office.change(first["broadcast"], button=None)["shown"][0]["buttons"] == []


def test_draft_counts_those_apart_who_do_not_get_it_and_shows_the_template(office: Office) -> None:
    rig = office.rig
    window = narrow(rig, text_limit=1600, reply_window=timedelta(hours=24))
    account = rig.accounts.id_of("telegram", window.account)
    old = rig.meet("old", account)
    rig.hear(old, timedelta(days=3))
    told = office.draft("Hello")
    assert (told["people"], told["reached"], told["left_out"]) == (2, 1, {"window": 1})
    with rig.database.write() as connection:
        template = Template("broadcast", "en", "HX1", "News for {{1}}: {{2}}", ("name", "text"))
        put_templates(connection, account, [template], ids=rig.ids, now=rig.clock.now())
        connection.execute(sa.update(tables.people).values(language="en"))
    told = office.change(told["broadcast"])
    assert (told["reached"], told["left_out"]) == (2, {})
    [shown] = [one for one in told["shown"] if one["template"]]
    assert shown["text"] == "News for Asha: Hello"
    assert told["cost"] == "0.11"


def test_draft_changes_step_by_step(office: Office) -> None:
    first = office.draft()
    place = first["broadcast"]
    assert office.change(place, audience="market:agency")["people"] == 0
    assert office.change(place, **{"and": "tag:vip"})["audience"] == "market:agency tag:vip"
    assert office.change(place, local_at="18:00")["local_at"] == "18:00"
    assert office.change(place, text="Other words", audience="everybody")["shown"][0]["text"] == "Other words"


def test_draft_whose_audience_grows_too_long_stays_as_it_was(office: Office) -> None:
    place = office.draft(audience="everybody")["broadcast"]
    long = " ".join(f"tag:{'x' * 30}{number}" for number in range(13))
    office.change(place, audience=long)
    refused = office.change(place, **{"and": f"tag:{'y' * 40}"})
    assert (refused["succeeded"], refused["reason"]) == (False, "audience")
    assert office.change(place)["audience"] == long


def test_attempt_that_comes_again_keeps_one_draft(office: Office) -> None:
    job = office.rig.add_job(office.admin, DRAFT_JOB, "broadcast:again", {"text": "Hello"})
    office.runner.run(job)
    with office.rig.database.write() as connection:
        connection.execute(sa.update(tables.jobs).values(ended_at=None, status="queued"))
    office.runner.run(job)
    assert [row.id for row in office.rig.rows(tables.broadcasts)] == [job]


def test_tap_that_comes_twice_acts_once(office: Office) -> None:
    place = office.draft()["broadcast"]
    first, second = office.act(place), office.act(place)
    assert [told["changed"] for told in (first, second)] == [True, False]
    assert (second["status"], second["stale"]) == ("running", False)
    assert [row.actor for row in office.rig.rows(tables.audit)] == [f"admin:{office.admin.person}"]


@pytest.mark.parametrize(
    ("kind", "more"), [(ACT_JOB, {"act": "send"}), (REPORT_JOB, {}), (DRAFT_JOB, {"local_at": ""})]
)
def test_broadcast_that_is_none_is_told_of(office: Office, kind: str, more: dict[str, str]) -> None:
    told = office.ask(kind, {"broadcast": str(office.rig.ids.new()), **more})
    assert (told["succeeded"], told["reason"]) == (False, "gone")


def test_broadcast_under_way_is_no_draft_any_more(office: Office) -> None:
    place = office.draft()["broadcast"]
    office.act(place)
    told = office.change(place, text="Other words")
    assert (told["succeeded"], told["reason"]) == (False, "not_a_draft")


def test_confirmed_broadcast_is_written_sent_and_told_of(office: Office) -> None:
    rig = office.rig
    people = [office.admin, *(rig.meet(f"p{number}") for number in range(12))]
    place = office.draft()["broadcast"]
    assert office.sweep() == 0
    office.act(place)
    assert office.sweep() == 1
    assert office.copies() == sorted(one.person for one in people)
    office.send()
    assert office.sweep() == 0
    texts = [text for text in rig.channel.texts if text == "Hello all"]
    assert len(texts) == len(people)
    told = office.ask(REPORT_JOB, {"broadcast": place})
    assert (told["status"], told["results"]["sent"]) == ("done", len(people))
    [listed] = office.ask(REPORT_JOB, {})["broadcasts"]
    assert listed["results"] == told["results"]


def test_paused_copies_are_not_sent_and_resumed_ones_once(office: Office) -> None:
    rig = office.rig
    for number in range(5):
        rig.meet(f"p{number}")
    place = office.draft()["broadcast"]
    office.act(place)
    office.sweep()
    office.act(place, "pause")
    office.send()
    assert "Hello all" not in rig.channel.texts
    rig.clock.ahead = timedelta(hours=13)
    office.act(place, "resume")
    office.send()
    assert rig.channel.texts.count("Hello all") == 6


def test_cancelled_copies_are_never_sent(office: Office) -> None:
    rig = office.rig
    rig.meet("p")
    place = office.draft()["broadcast"]
    office.act(place)
    office.sweep()
    office.act(place, "cancel")
    office.send()
    assert "Hello all" not in rig.channel.texts
    assert office.broadcasts.find(UUID(place))[0].status is BroadcastStatus.CANCELLED


def test_reply_is_not_held_up_by_a_paused_copy_before_it(office: Office) -> None:
    rig = office.rig
    talk = rig.meet("p")
    place = office.draft()["broadcast"]
    office.act(place)
    office.sweep()
    office.act(place, "pause")
    rig._seq[talk.conversation] = 5_000
    rig.say(talk, "an answer")
    office.send()
    assert "an answer" in rig.channel.texts


def test_tag_is_put_on_once_and_taken_off(office: Office) -> None:
    rig = office.rig
    talk = rig.meet("7")
    asked = {"person": "telegram:a7", "tag": "vip", "off": False}
    assert office.ask(TAG_JOB, asked)["tags"] == ["vip"]
    assert office.ask(TAG_JOB, {**asked, "person": str(talk.person)})["tags"] == ["vip"]
    assert office.ask(TAG_JOB, {**asked, "off": True})["tags"] == []
    noted = [row.action for row in rig.rows(tables.audit)]
    assert noted == ["tag_put", "tag_taken_off"]


@pytest.mark.parametrize("person", ["telegram:nobody", "nobody", "00000000-0000-0000-0000-000000000000", ""])
def test_tag_of_nobody_is_told_of(office: Office, person: str) -> None:
    told = office.ask(TAG_JOB, {"person": person, "tag": "vip", "off": False})
    assert (told["succeeded"], told["reason"]) == (False, "nobody")
