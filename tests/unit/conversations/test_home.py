"""The home beside the chat: the day's session, with a button for what comes next."""

from datetime import date

import pytest

from core.messages import InboundKind, Place
from tests.unit.conversations.stage import flow, texts, titles
from tests.unit.conversations.test_protocol import ALOUD, Days

DAY = date(2026, 3, 2)
OTHERS = ["My protocol", "Workflows", "Settings", "Help"]


@pytest.fixture
def days() -> Days:
    return Days().at(DAY, 5, 30)


def home(days: Days) -> tuple[list[str], list[str]]:
    before = days.state
    (content,) = days.receive(InboundKind.HOME)
    assert content.place is Place.HOME
    assert days.state == before
    return content.text.splitlines(), titles(content)


def test_home_before_the_morning_offers_it(days: Days) -> None:
    days.morning()
    days.write("Call my sister")
    days.at(date(2026, 3, 3), 5, 30)
    words, buttons = home(days)
    assert words == ["Day 2 · streak: 1", "○ Morning protocol", "○ Evening review"]
    assert buttons == ["Morning protocol", *OTHERS]


def test_home_after_the_morning_shows_the_action_and_offers_the_evening(days: Days) -> None:
    days.morning()
    days.write("Call my sister")
    words, buttons = home(days)
    assert words == ["Day 1 · streak: 1", "✓ Morning protocol", "○ Bold action: Call my sister", "○ Evening review"]
    assert buttons == ["Evening review", *OTHERS]


def test_home_after_the_evening_has_nothing_left(days: Days) -> None:
    days.morning()
    days.write("Call my sister")
    days.at(DAY, 20).write("/start evening_review")
    days.tap("Yes")
    days.tap("8")
    days.write("she laughed")
    words, buttons = home(days)
    assert words[1:] == ["✓ Morning protocol", "✓ Bold action: Call my sister", "✓ Evening review"]
    assert buttons == OTHERS


def test_home_in_the_middle_of_the_morning_offers_it_once(days: Days) -> None:
    days.write("/start morning_protocol")
    days.write(ALOUD)
    words, buttons = home(days)
    assert words[-2:] == ["This is open:", "• Morning protocol – step 2 of 3"]
    assert buttons == ["Morning protocol", *OTHERS]
    assert ALOUD in texts(days.tap("Morning protocol"))[0]


def test_home_late_at_night_is_still_of_the_day_that_was_done(days: Days) -> None:
    days.at(date(2026, 3, 3), 2, 10).morning()
    days.write("Call my sister")
    words, buttons = home(days)
    assert words == ["Day 1 · streak: 1", "✓ Morning protocol", "○ Bold action: Call my sister", "○ Evening review"]
    assert buttons == ["Evening review", *OTHERS]
    words, _ = home(days.at(date(2026, 3, 3), 3, 10))
    assert words == ["Day 2 · streak: 1", "○ Morning protocol", "○ Evening review"]


def test_home_late_at_night_after_the_review_has_nothing_left(days: Days) -> None:
    days.at(date(2026, 3, 3), 2, 10).morning()
    days.write("Call my sister")
    days.write("/start evening_review")
    days.tap("Yes")
    days.tap("8")
    days.write("she laughed")
    words, buttons = home(days)
    assert words[1:] == ["✓ Morning protocol", "✓ Bold action: Call my sister", "✓ Evening review"]
    assert buttons == OTHERS


def test_morning_late_at_night_is_counted_and_done_for_the_day_before(days: Days) -> None:
    days.at(date(2026, 3, 3), 2, 10)
    days.shelf.publish(
        flow(
            "evening_review",
            {"mark": "evening"},
            {"end": "open", "text": "Still open.", "when": "!morning_done", "suggest": False},
            {"end": "rest", "text": "Rest.", "suggest": False},
        )
    )
    assert texts(days.morning())[0].endswith("Day 1, streak 1.")
    days.write("Call my sister")
    assert texts(days.write("/start evening_review")) == ["Rest."]
