"""Inbound: a Telegram webhook to its 200, complete turns through the real web process.

Floor: a bare aiohttp handler under the same load. Nothing is sent meanwhile; the outbox just grows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.children import Child, Load
from bench.figures import Bar, Figure, middle
from bench.load import Order
from bench.rounds import Rounds
from bench.site import CONNECTIONS, PEOPLE, Installation, Site

RATE = Bar(0.12, of_floor=True)
P99 = Bar(60, at_least=False)
ALONE = Bar(8, at_least=False)
NONE_REFUSED = Bar(0, at_least=False)
_ALONE_PEOPLE = 64


@dataclass(slots=True)
class Runs:
    """What one target has done over all rounds.

    Args:
        many: With many connections.
        alone: With a single one.
        cpu: Microseconds of CPU that the web process took for a message, by round.
        database_cpu: The same of PostgreSQL.
    """

    many: list[Load] = field(default_factory=list)
    alone: list[Load] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    database_cpu: list[float] = field(default_factory=list)


def measure(site: Site, rounds: Rounds) -> Sequence[Figure]:
    """Alternate between the floor, PostgreSQL and SQLite."""
    bare, floor_port = site.floor()
    installations = [site.install(dialect) for dialect in ("postgresql", "sqlite")]
    webs = [installation.web() for installation in installations]
    floor, runs = Runs(), [Runs() for _ in installations]
    _warm(site, floor_port, installations)
    for _ in range(rounds.count):
        _run(site, _floor_order(floor_port, rounds.seconds, CONNECTIONS), bare, floor)
        for installation, web, run in zip(installations, webs, runs, strict=True):
            database = installation.database_cpu()
            load = _run(site, installation.order(rounds.seconds), web, run)
            run.database_cpu.append((installation.database_cpu() - database) / load.requests * 1e6)
    for _ in range(rounds.count):
        floor.alone.append(site.load.send(_floor_order(floor_port, rounds.seconds / 4, 1)))
        for installation, run in zip(installations, runs, strict=True):
            run.alone.append(site.load.send(_alone(installation, rounds.seconds / 4)))
    found: list[Figure] = []
    for installation, web, run in zip(installations, webs, runs, strict=True):
        found += _figures(f"inbound.{installation.dialect}", run, floor, web.peak_memory())
        web.stop()
    return found


def _warm(site: Site, floor_port: int, installations: Sequence[Installation]) -> None:
    """Let everybody be met once, and every code path be run."""
    site.load.send(_floor_order(floor_port, 1, CONNECTIONS))
    for installation in installations:
        site.load.send(installation.order(60, requests=2 * PEOPLE))
        site.load.send(_alone(installation, 60, requests=2 * _ALONE_PEOPLE))


def _run(site: Site, order: Order, server: Child, run: Runs) -> Load:
    before = server.cpu()
    load = site.load.send(order)
    run.many.append(load)
    run.cpu.append((server.cpu() - before) / load.requests * 1e6)
    server.check()
    return load


def _floor_order(port: int, seconds: float, connections: int) -> Order:
    return Order(port, f"floor/{connections}", PEOPLE, connections, seconds=seconds)


def _alone(installation: Installation, seconds: float, requests: int = 0) -> Order:
    return installation.order(seconds, connections=1, people=_ALONE_PEOPLE, requests=requests)


def _figures(name: str, run: Runs, floor: Runs, memory: float) -> list[Figure]:
    rate, floor_rate = middle([load.rate for load in run.many]), middle([load.rate for load in floor.many])
    refused = sum(load.failed for load in (*run.many, *run.alone))
    found = [
        Figure(f"{name}.rate", rate, "turns/s", floor_rate, RATE, memory),
        Figure(f"{name}.p50", _median(run.many, 0.5), "ms", _median(floor.many, 0.5)),
        Figure(f"{name}.p99", _median(run.many, 0.99), "ms", _median(floor.many, 0.99), P99),
        Figure(f"{name}.p50_alone", _median(run.alone, 0.5), "ms", _median(floor.alone, 0.5), ALONE),
        Figure(f"{name}.refused", refused, "requests", None, NONE_REFUSED),
        Figure(f"{name}.cpu_web", middle(run.cpu), "µs/turn", middle(floor.cpu)),
    ]
    if any(run.database_cpu):
        found.append(Figure(f"{name}.cpu_database", middle(run.database_cpu), "µs/turn"))
    return found


def _median(loads: Sequence[Load], share: float) -> float:
    return middle([load.p50_ms if share == 0.5 else load.p99_ms for load in loads])
