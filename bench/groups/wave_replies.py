"""Wave_replies: how long people wait for a reply while a wave drains, beside how long they wait at rest.

A reply is timed from the moment in which somebody writes to that in which it comes to the Bot API server. Every part
of the product runs as it ships: web, sending, scheduling and two workers.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from bench.children import ChildFailed, Teller, number
from bench.figures import Bar, Figure, middle
from bench.groups.broadcast import Waits
from bench.groups.wave import Crew
from bench.people import Talk
from bench.rounds import Rounds
from bench.site import Installation, Site
from bench.sleepers import Sleepers

SLEEPERS = 40_000
"""People of one round's wave; enough that it lasts longer than the talk on a quick machine."""
P99 = Bar(1.5, at_least=False, of_floor=True)
NONE_LOST = Bar(0, at_least=False)
ALL = Bar(1)
_PEOPLE = 100
_PAUSE = 0.5
_SETTLING_SECONDS = 1.5
_FIRST_SLEEPER = 10_000


def measure(site: Site, rounds: Rounds) -> Sequence[Figure]:
    """Alternate between rest and a wave, with the same people writing."""
    people, port = site.people()
    installation = site.install("postgresql", {"SUNUP_TELEGRAM_API_URL": f"http://127.0.0.1:{port}"})
    web, send, crew = installation.web(), installation.send(paced=True), Crew(site, installation)
    sleepers, count = Sleepers(installation.environment), rounds.sized(SLEEPERS)
    rest, among, shares = Waits(), Waits(), []
    _talk(installation, people, _SETTLING_SECONDS)
    for place in range(rounds.count):
        _note(_talk(installation, people, rounds.seconds), rest)
        sleepers.lay(count, first=_FIRST_SLEEPER + place * count)
        with ThreadPoolExecutor(1) as thread:
            wave = thread.submit(crew.drain, sleepers)
            crew.wait_for_wave(sleepers)
            _note(_talk(installation, people, rounds.seconds), among)
            drained = wave.result().seconds
        shares.append(min(1.0, drained / rounds.seconds))
        installation.execute("DELETE FROM outbox")
    for child in (web, send):
        child.check()
        child.stop()
    crew.stop()
    sleepers.close()
    return [
        Figure("wave_replies.p99", middle(among.p99), "ms", middle(rest.p99), P99),
        Figure("wave_replies.p50", middle(among.p50), "ms", middle(rest.p50)),
        Figure("wave_replies.overlap", middle(shares), "of the talk", None, ALL),
        Figure("wave_replies.lost", rest.lost + among.lost, "replies", None, NONE_LOST),
    ]


def _talk(installation: Installation, people: Teller, seconds: float) -> dict[str, object]:
    found = people.tell(Talk(installation.port, _PEOPLE, 0, seconds, _PAUSE))
    if not found["replies"]:
        raise ChildFailed("Nobody was answered.")
    return found


def _note(found: dict[str, object], waits: Waits) -> None:
    waits.p50.append(number(found["p50_ms"]))
    waits.p99.append(number(found["p99_ms"]))
    waits.lost += int(number(found["lost"]))
