"""Channels: the same walk through each channel's webhook into one web process, requests signed as the provider signs.

Telegram's figures of the same rounds are the floor. Nothing is sent meanwhile; the outbox just grows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bench import wires
from bench.children import Child, Load
from bench.figures import Bar, Figure, middle
from bench.load import Order
from bench.rounds import Rounds
from bench.site import PEOPLE, Site

FLOOR = "telegram"
RATE = Bar(0.8, of_floor=True)
NONE_REFUSED = Bar(0, at_least=False)
_PARTS = 4
"""Into which each round is cut: what is compared follows one another quickly, so that a busy moment hits all alike."""


@dataclass(slots=True)
class Runs:
    """What came of one channel.

    Args:
        loads: By part of a round.
        cpu: Microseconds of CPU that the web process took for a turn, likewise.
    """

    loads: list[Load] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Turns a second."""
        return middle([load.rate for load in self.loads])


def measure(site: Site, rounds: Rounds) -> Sequence[Figure]:
    """Alternate between the channels."""
    installation = site.install("postgresql", wires.settings(f"http://127.0.0.1:{site.telegram_port}"))
    web = installation.web()
    runs = {channel: Runs() for channel in wires.WIRES}
    for channel in runs:
        site.load.send(installation.order(60, requests=2 * PEOPLE, channel=channel))
    for _ in range(rounds.count * _PARTS):
        for channel, run in runs.items():
            _run(site, installation.order(rounds.seconds / _PARTS, channel=channel), web, run)
    memory = web.peak_memory()
    web.stop()
    found: list[Figure] = []
    for channel, run in runs.items():
        found += _figures(channel, run, runs[FLOOR], memory)
    return found


def _run(site: Site, order: Order, web: Child, run: Runs) -> None:
    before = web.cpu()
    load = site.load.send(order)
    web.check()
    run.loads.append(load)
    run.cpu.append((web.cpu() - before) / load.requests * 1e6)


def _figures(channel: str, run: Runs, floor: Runs, memory: float) -> list[Figure]:
    name, compared = f"channels.{channel}", run is not floor
    refused = sum(load.failed for load in run.loads)
    return [
        Figure(
            f"{name}.rate",
            run.rate,
            "turns/s",
            floor.rate if compared else None,
            RATE if compared else None,
            memory,
        ),
        Figure(f"{name}.cpu_web", middle(run.cpu), "µs/turn", middle(floor.cpu) if compared else None),
        Figure(f"{name}.refused", refused, "requests", None, NONE_REFUSED),
    ]
