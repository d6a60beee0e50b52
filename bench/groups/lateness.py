"""Lateness: how late a nudge comes to the outbox when 10,000 others are due at the very same moment.

Each of them may be the one that somebody waits for, so the figure is the share of all that is in the outbox in time.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bench.children import ChildFailed
from bench.figures import Bar, Figure, middle
from bench.groups.wave import Crew
from bench.rounds import Rounds
from bench.site import Site
from bench.sleepers import Sleepers

OTHERS = 10_000
P99 = Bar(2, at_least=False)
_AHEAD = timedelta(seconds=2)
_LONGEST_SECONDS = 60.0
_COUNT = "SELECT count(*) FROM outbox"


def measure(site: Site, rounds: Rounds) -> Sequence[Figure]:
    """Let everybody be due once in each round, and a single one before that."""
    installation = site.install("postgresql")
    sleepers, crew = Sleepers(installation.environment), Crew(site, installation)
    alone, halves, nearly_all = [], [], []
    for place in range(rounds.count):
        first = place * (OTHERS + 2)
        alone.append(_lateness(sleepers, 1, first)[-1])
        found = _lateness(sleepers, rounds.sized(OTHERS) + 1, first + 1)
        halves.append(found[len(found) // 2])
        nearly_all.append(found[int(0.99 * len(found))])
        installation.execute("DELETE FROM outbox")
    crew.stop()
    sleepers.close()
    return [
        Figure("lateness.p99", middle(nearly_all), "s", None, P99),
        Figure("lateness.p50", middle(halves), "s"),
        Figure("lateness.alone", middle(alone), "s"),
    ]


def _lateness(sleepers: Sleepers, people: int, first: int) -> list[float]:
    """Return for each of so many people by how many seconds they came late to the outbox."""
    sleepers.lay(people, first)
    before, due_at = sleepers.count(_COUNT), datetime.now(UTC) + _AHEAD
    sleepers.wake_at(due_at)
    late: list[float] = []
    while len(late) < people:
        time.sleep(0.005)
        there = sleepers.count(_COUNT) - before
        lateness = (datetime.now(UTC) - due_at).total_seconds()
        if lateness > _LONGEST_SECONDS:
            raise ChildFailed(f"{people - there} of {people} people were not woken.")
        late += [lateness] * (there - len(late))
    return late
