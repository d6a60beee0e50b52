"""Next fire: `next_fire` alone on one core, for rules of every kind in every zone, at moments of forty years.

Floor: what cannot be left out, the moment as the person's clock shows it and a moment of that clock in UTC.
"""

import random
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from zoneinfo import ZoneInfo

from bench.figures import Bar, Figure, middle
from bench.rounds import Rounds
from bench.site import Site
from core.schedules import WEEKDAYS, Cron, EveryDays, FromDate, Monthly, Rule, Weekly, next_fire
from core.zones import zone_names

RATE = Bar(100_000)
_CALLS = 10_000
_SEVEN = (clock(7, 30),)
_RULES: Sequence[Rule] = (
    *[Weekly(_SEVEN)] * 4,
    *[Weekly(_SEVEN, WEEKDAYS)] * 2,
    Weekly((clock(5, 30), clock(20))),
    EveryDays(_SEVEN, 3, date(2000, 1, 1)),
    Monthly(_SEVEN, 31),
    FromDate(_SEVEN, date(1990, 5, 1), yearly=True),
    Cron("30 7 * * 1-5"),
)
"""Most people have a time of day, every day or on weekdays."""

Call = tuple[Rule, str, datetime]


def measure(site: Site, rounds: Rounds) -> Sequence[Figure]:
    """Alternate between calls and conversions; by CPU time, so that a busy machine does not count against either."""
    calls = _calls()
    fired, converted = [], []
    for _ in range(rounds.count):
        fired.append(_a_second(calls, rounds.seconds / 4, fire=True))
        converted.append(_a_second(calls, rounds.seconds / 4, fire=False))
    return [Figure("next_fire.rate", middle(fired), "firings/s", middle(converted), RATE)]


def _calls() -> list[Call]:
    chosen = random.Random(4)
    zones, begin = sorted(zone_names()), datetime(2000, 1, 1, tzinfo=UTC)
    return [
        (chosen.choice(_RULES), chosen.choice(zones), begin + timedelta(minutes=chosen.randrange(41 * 525_600)))
        for _ in range(_CALLS)
    ]


def _a_second(calls: Sequence[Call], seconds: float, *, fire: bool) -> float:
    count, spent = 0, 0.0
    while spent < seconds:
        started = time.process_time()
        if fire:
            _fire(calls)
        else:
            _convert(calls)
        spent += time.process_time() - started
        count += len(calls)
    return count / spent


def _fire(calls: Sequence[Call]) -> None:
    for rule, zone, after in calls:
        next_fire(rule, zone, after)


def _convert(calls: Sequence[Call]) -> None:
    for _, zone, after in calls:
        local = after.astimezone(ZoneInfo(zone))
        local.replace(hour=7, minute=30, second=0, microsecond=0).astimezone(UTC)
