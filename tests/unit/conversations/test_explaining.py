"""Explaining: an admin hears what came to somebody by itself and what did not; to others the command does not exist."""

import re
from typing import Any

import pytest

from conversations.events import MessageReceived
from conversations.explaining_words import WORDS
from core.messages import InboundKind, InboundMessage
from core.nudges import Reason
from tests.unit.conversations.stage import Stage, texts


def by_admin(here: Stage, words: str) -> list[str]:
    message = InboundMessage(f"in{here.events}", "terminal", "default", "person", "person", InboundKind.TEXT, words)
    return texts(here.advance(MessageReceived(here.event_id(), message, by_admin=True)))


@pytest.mark.parametrize("words", ["/why", "/why Asha", "/WHY@sunup_bot 501"])
def test_outsider_gets_what_any_unknown_command_gives(words: str) -> None:
    here = Stage()
    assert texts(here.write(words)) == texts(here.write("/nosuchcommand"))
    assert here.jobs == []


def test_why_without_a_name_says_how() -> None:
    assert by_admin(Stage(), "/why") == ["Say whose: /why Asha, /why telegram:501, or /why and an id."]


def test_why_has_somebody_looked_up() -> None:
    here = Stage()
    assert by_admin(here, "/why telegram:501") == ["One moment, I look it up."]
    assert (here.jobs[0].kind, here.jobs[0].payload) == ("explain_nudges", {"person": "telegram:501"})


def test_why_nobody() -> None:
    here = Stage()
    by_admin(here, "/why Nobody")
    assert texts(here.finish_job(refused="nobody")) == ["I know nobody of that name, address or id."]


def test_why_several_offers_each() -> None:
    here = Stage()
    by_admin(here, "/why Asha")
    (said,) = here.finish_job(people=[{"id": f"{one}", "name": "Asha", "at": [f"telegram:{one}"]} for one in (1, 2)])
    assert said.text == "Several people fit. Whom do you mean?\n• Asha – telegram:1 – 1\n• Asha – telegram:2 – 2"
    assert [button.payload for button in said.buttons] == ["/why 1", "/why 2"]


def nudge(day: int, result: str, reason: str = "", status: str | None = None, error: str = "") -> dict[str, Any]:
    at = f"2026-03-{day:02}T06:30:04+00:00"
    told = {"rule": "morning", "date": f"2026-03-{day:02}", "result": result, "reason": reason}
    return {**told, "at": at, "status": status, "error": error}


PERSON = {"id": "1", "name": "Asha", "at": ["telegram:501"], "zone": "Europe/Paris"}
FOUND: dict[str, Any] = {
    "person": {**PERSON, "held": "stopped", "quiet": "22:00–07:00", "most": 3},
    "enrolments": [
        {"workflow": "morning", "schedule": {"at": ["07:30"]}, "due_at": "2026-03-03T06:30:00+00:00"},
        {"workflow": "evening", "schedule": {"at": ["20:00"]}, "due_at": None},
    ],
    "nudges": [
        nudge(6, "skipped", "stopped"),
        nudge(5, "queued", status="failed", error="quiet hours"),
        nudge(4, "queued", "asked_about_time", status="wired"),
        nudge(3, "queued", status="held", error="quiet hours"),
        nudge(2, "queued", status="unknown", error="no answer came"),
        nudge(2, "queued"),
    ],
}


def test_why_tells_what_came_and_what_did_not() -> None:
    here = Stage()
    by_admin(here, "/why Asha")
    (said,) = here.finish_job(**FOUND)
    assert said.text.splitlines() == [
        "Asha (telegram:501)",
        "Clock: Europe/Paris, now 09:00",
        "They said stop, so nothing comes by itself.",
        "Quiet hours: 22:00–07:00",
        "At most 3 a day",
        "morning: every day at 07:30 – next Tue 3 Mar, 07:30",
        "evening: every day at 20:00 – nothing planned",
        "",
        "• Fri 6 Mar, morning: left out at 07:30: they said stop",
        "• Thu 5 Mar, morning: not sent: quiet hours",
        "• Wed 4 Mar, morning: sent at 07:30 (asked instead whether another time is better)",
        "• Tue 3 Mar, morning: waits to be sent (quiet hours)",
        "• Mon 2 Mar, morning: perhaps sent: no answer came",
        "• Mon 2 Mar, morning: written at 07:30",
    ]


@pytest.mark.parametrize("language", WORDS)
def test_why_has_the_same_words_and_places_in_every_language(language: str) -> None:
    assert WORDS[language].keys() == WORDS["en"].keys()
    for key, words in WORDS[language].items():
        assert set(re.findall(r"{(\w+)}", words)) == set(re.findall(r"{(\w+)}", WORDS["en"][key])), key


def test_why_has_words_for_every_reason() -> None:
    reasons = [value for name, value in vars(Reason).items() if not name.startswith("_")]
    assert [one for one in reasons if f"reason_{one}" not in WORDS["en"]] == []
