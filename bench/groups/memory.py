"""Memory: the web process over 200,000 turns of 4,000 people; flat from a fifth of the way on."""

from collections.abc import Sequence

from bench.figures import Bar, Figure
from bench.rounds import Rounds
from bench.site import Site

TURNS = 200_000
PEOPLE = 4096
STEPS = 20
PEAK = Bar(200, at_least=False)
GROWTH = Bar(5, at_least=False)
_LONGEST = 3600.0


def measure(site: Site, rounds: Rounds) -> Sequence[Figure]:
    """Look at its resident memory after every twentieth of the way."""
    installation = site.install("sqlite")
    web = installation.web()
    begin = web.memory()
    turns, seen = rounds.sized(TURNS), []
    for _ in range(STEPS):
        site.load.send(installation.order(_LONGEST, requests=turns // STEPS, people=PEOPLE))
        web.check()
        seen.append(web.memory())
    peak = web.peak_memory()
    web.stop()
    # The early part is the high-water mark of caches that fill as people are met; after it nothing may add up.
    settled = max(seen[: STEPS // 5])
    return [
        Figure("memory.peak", peak, "MB", begin, PEAK, peak),
        Figure("memory.at_end", seen[-1], "MB", settled),
        Figure("memory.growth", seen[-1] - settled, "MB", None, GROWTH),
    ]
