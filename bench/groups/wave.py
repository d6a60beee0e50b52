"""Wave: 100,000 people are due at the same moment; the scheduling process and two workers bring all to the outbox.

Floor: two processes that claim the same timers, plan each anew and write an outbox row for it, without a dialogue.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bench import claiming
from bench.children import Child, ChildFailed, Teller
from bench.figures import Bar, Figure, middle
from bench.rounds import Rounds
from bench.site import Installation, Site
from bench.sleepers import Sleepers

PEOPLE = 100_000
WORKERS = 2
SECONDS = Bar(12, at_least=False)
MEMORY = Bar(150, at_least=False)
NONE = Bar(0, at_least=False)
_AHEAD = timedelta(seconds=2)
_LONGEST_SECONDS = 600.0
_WRONG = (
    "SELECT count(*) FROM (SELECT conversations.id FROM conversations LEFT JOIN outbox "
    "ON outbox.conversation_id = conversations.id GROUP BY conversations.id HAVING count(outbox.id) <> 1) AS wrong"
)


def measure(site: Site, rounds: Rounds) -> Sequence[Figure]:
    """Drain the wave once, with the floor before and after it."""
    installation = site.install("postgresql")
    sleepers, count = Sleepers(installation.environment), rounds.sized(PEOPLE)
    sleepers.lay(count)
    floors = [_floor(site, installation, sleepers)]
    crew = Crew(site, installation)
    cost = crew.drain(sleepers)
    crew.stop()
    wrong = sleepers.count(_WRONG)
    floors.append(_floor(site, installation, sleepers))
    sleepers.close()
    seconds, own, database = (middle(each) for each in zip(*floors, strict=True))
    unit = "µs/person"
    return [
        Figure("wave.seconds", cost.seconds, "s", seconds, SECONDS, crew.memory),
        Figure("wave.memory", crew.memory, "MB", None, MEMORY),
        Figure("wave.cpu", cost.cpu / count * 1e6, unit, own / count * 1e6),
        Figure("wave.cpu_database", cost.database / count * 1e6, unit, database / count * 1e6),
        Figure("wave.not_once", wrong, "people", None, NONE),
    ]


class Cost(NamedTuple):
    """What it took to drain a wave.

    Args:
        seconds: From the moment that everybody is due until nobody is any more.
        cpu: Seconds of CPU of the processes that drain it.
        database: Seconds of CPU of the database.
    """

    seconds: float
    cpu: float
    database: float


class Crew:
    """The processes that fire timers, as `sunup serve` starts them.

    Args:
        site: Where they run.
        installation: Whose they are.

    Attributes:
        memory: The most that a worker has had, in MB.
    """

    def __init__(self, site: Site, installation: Installation) -> None:
        self._installation = installation
        self._workers = [installation.part("worker", place) for place in range(WORKERS)]
        self._schedule = installation.part("schedule")
        self.memory = 0.0
        site.wait_for_workers(WORKERS)

    @property
    def _all(self) -> list[Child]:
        return [self._schedule, *self._workers]

    def _cpu(self) -> tuple[float, float]:
        return sum(child.cpu() for child in self._all), self._installation.database_cpu()

    def drain(self, sleepers: Sleepers) -> Cost:
        """Wake people in a moment; return what it took from that moment until all are in the outbox."""
        due_at = datetime.now(UTC) + _AHEAD
        sleepers.wake_at(due_at)
        time.sleep(max(0.0, (due_at - datetime.now(UTC)).total_seconds()))
        before, began = self._cpu(), time.monotonic()
        while not sleepers.are_awake():
            if time.monotonic() - began > _LONGEST_SECONDS:
                raise ChildFailed(f"The wave does not end.\n{self._schedule.log_end()}")
            for child in self._all:
                child.check()
            time.sleep(0.02)
        took, after = time.monotonic() - began, self._cpu()
        self.memory = max(child.peak_memory() for child in self._workers)
        return Cost(took, after[0] - before[0], after[1] - before[1])

    @staticmethod
    def wait_for_wave(sleepers: Sleepers) -> None:
        """Return once people are due."""
        while sleepers.are_awake():
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop them."""
        for child in self._all:
            child.stop()


def _floor(site: Site, installation: Installation, sleepers: Sleepers) -> Cost:
    """Return what the bare thing takes for the same people."""
    sleepers.wake_at(datetime.now(UTC))
    installation.execute(*claiming.TABLES, "TRUNCATE timers")
    url = installation.environment["SUNUP_DATABASE_URL"]
    children = [site.teller(f"claiming {place}", ("bench.claiming", url)) for place in range(WORKERS)]
    for child in children:
        child.tell(False)
    with ThreadPoolExecutor(WORKERS) as threads:
        before, began = installation.database_cpu(), time.monotonic()
        own = -sum(child.cpu() for child in children)
        list(threads.map(_drained, children))
        took = time.monotonic() - began
    own += sum(child.cpu() for child in children)
    database = installation.database_cpu() - before
    for child in children:
        child.stop()
    installation.execute(*claiming.DROP)
    return Cost(took, own, database)


def _drained(child: Teller) -> None:
    child.tell(True)
