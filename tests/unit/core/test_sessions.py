"""Daily sessions: what the protocol remembers survives JSON, stays small, and is one where two people are one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import orjson
import pytest

from core.actions import LIBRARY, Tried
from core.sessions import BoardPicture, DailyProtocol, DailySession

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FULL = DailySession(
    TODAY, NOON, "0193", 40, 2, True, "Call my sister", "", NOON, True, NOON + timedelta(hours=8), 8, "she laughed"
)  # fmt: skip


def lived(count: int) -> DailyProtocol:
    """Return the protocol of somebody who did everything for so many days."""
    kept = DailyProtocol()
    for place in range(count):
        day, name = TODAY + place * DAY, list(LIBRARY)[place % 60]
        session = replace(FULL, date=day, action_id=name, morning_completed_at=NOON + place * DAY)
        kept = kept.with_shown(LIBRARY, (name,), day).with_session(session)
    return kept


@pytest.mark.parametrize(
    "kept",
    [
        DailyProtocol(),
        lived(1),
        replace(lived(40).with_affirmations("one").with_affirmations("two"), number=47, listed=True, version=1),
        DailyProtocol(board=(BoardPicture("0193", "Our house"), BoardPicture("0194"))),
    ],
)
def test_protocol_reads_the_same_from_json(kept: DailyProtocol) -> None:
    assert DailyProtocol.from_plain(orjson.loads(orjson.dumps(kept.to_plain()))) == kept


def test_protocol_of_a_later_release_can_be_read() -> None:
    assert DailyProtocol.from_plain({**lived(2).to_plain(), "mood": "sunny"}) == lived(2)


def test_protocol_of_three_years_stays_small() -> None:
    kept = lived(1100)
    assert len(kept.done) == 1100
    assert len(orjson.dumps(kept.to_plain())) < 8_000


def test_session_counts_for_the_streak_once_its_morning_is_done() -> None:
    kept = DailyProtocol().with_session(replace(FULL, morning_completed_at=None))
    assert (len(kept.done), kept.ratings) == (0, {TODAY: 8})
    assert len(kept.with_session(FULL).done) == 1


def test_rating_that_is_given_again_replaces_the_first() -> None:
    kept = lived(1).with_session(replace(FULL, rating=3))
    assert kept.ratings == {TODAY: 3}
    assert kept.tried == (Tried("", TODAY, True, 3),)


def test_standing_and_absence_are_judged_at_the_persons_own_date() -> None:
    kept = lived(3)
    evening = datetime(2026, 3, 6, 20, tzinfo=UTC)  # past 03:00 on the 7th in Auckland, the 6th in Honolulu
    assert kept.standing(evening, "Pacific/Honolulu").current == 0
    assert (kept.away(evening, "Pacific/Honolulu"), kept.away(evening, "Pacific/Auckland")) == (1, 2)
    assert DailyProtocol().away(evening, "") == 0


def test_affirmations_keep_the_newest_versions_at_hand() -> None:
    kept = DailyProtocol()
    for number in range(1, 9):
        kept = kept.with_affirmations(f"version {number}")
    assert ([one.version for one in kept.affirmations], kept.text) == ([4, 5, 6, 7, 8], "version 8")


def test_joined_protocols_hold_the_days_of_both_and_what_the_first_says() -> None:
    one = replace(lived(2).with_affirmations("mine"), number=5, board=(BoardPicture("a"),))
    other = replace(lived(4).with_affirmations("theirs"), number=3, listed=True, board=(BoardPicture("b"),))
    both = one.joined_with(other)
    assert (len(both.done), both.text, both.number, both.listed) == (4, "mine", 5, False)
    assert both.board == (BoardPicture("a"),)
    assert DailyProtocol().joined_with(other).text == "theirs"
