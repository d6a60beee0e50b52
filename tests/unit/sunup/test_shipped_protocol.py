"""The workflows that ship with the daily protocol, played together over a week on a clock that moves when told."""

from datetime import UTC, datetime, timedelta

import pytest

from conversations.documents.loader import load_workflow
from conversations.documents.stage import Stage
from core.media import Attachment, MediaKind
from core.messages import Content
from core.people import Person
from sunup.shipped import shipped_sources

MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)  # 05:30 in Kolkata


class Life:
    """A person who does the protocol."""

    def __init__(self) -> None:
        person = Person(name="Asha", zone="Asia/Kolkata")
        self.stage = Stage([load_workflow(source) for source in shipped_sources()], person, MONDAY)

    def hear(self) -> list[Content]:
        self.stage.settle()
        said, self.stage.said = self.stage.said, []
        return said

    def say(self, words: str) -> list[str]:
        self.stage.write(words)
        return [content.text for content in self.hear()]

    def record(self) -> list[str]:
        self.stage.send(Attachment(MediaKind.VOICE, "voice", seconds=33))
        return [content.text for content in self.hear()]

    def wait(self, **duration: float) -> list[Content]:
        self.stage.wait(timedelta(**duration))
        return self.hear()


@pytest.fixture
def life() -> Life:
    """Somebody who has done their first morning."""
    life = Life()
    for words in ("start morning_protocol", "5:30", "yes", "start morning_protocol", "ready", "I finish what I begin."):
        life.say(words)
    life.record()
    life.say("1")
    return life


def test_first_morning_brings_the_evening_and_the_week_by_themselves(life: Life) -> None:
    planned = life.say("/schedule")[0]
    assert "every day at 05:30" in planned
    assert "every day at 20:00" in planned
    assert "every Sunday at 18:00" in planned


def test_evening_asks_about_the_action_of_the_morning(life: Life) -> None:
    action = life.stage.state.protocol.tried[-1] if life.stage.state.protocol else None
    assert action is not None
    said = [content.text for content in life.wait(hours=14, minutes=31)]
    assert said[0].startswith("Good evening, Asha. Your bold action was: ")
    assert life.say("yes")[-1] == "How disciplined were you today, from 1 to 10?"
    life.say("8")
    assert life.say("skip") == ["Kept. Streak: 1. Sleep well."]


def test_week_of_mornings_ends_with_a_chart_on_sunday(life: Life) -> None:
    for _ in range(5):
        life.wait(days=1)
        life.say("ready")
        assert "Morning" in life.record()[-2]
        life.say("2")
    said = life.wait(days=1, hours=13)
    week = next(content for content in said if content.text.startswith("Your week, Asha: 6 of 7 mornings"))
    assert week.image is not None


def test_missed_mornings_end_the_streak_and_the_next_one_is_met_kindly(life: Life) -> None:
    said = [content.text for content in life.wait(days=9)]
    assert len(said) <= 6 * 9  # silence is not answered by a flood
    life.say("start morning_protocol")
    said = life.say("I'm ready")
    assert said[0].startswith("It has been a while, and nothing is lost.")
    assert any("Morning 2 is done. Streak: 1." in words for words in life.record())
