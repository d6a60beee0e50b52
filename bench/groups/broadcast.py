"""Broadcast: how long people wait for a reply while 10,000 broadcasts drain, beside how long without any.

A reply is timed from the moment in which somebody writes to that in which it comes to the Bot API server. The sending
process runs as it ships, with the rates of the public platform.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.children import ChildFailed, Teller, number, whole
from bench.figures import Bar, Figure, middle
from bench.people import Talk
from bench.rounds import Rounds
from bench.site import CONNECTIONS, Installation, Site
from core.messages import Priority

MESSAGES = 10_000
P99 = Bar(1.2, at_least=False, of_floor=True)
DRAINED = Bar(20)
"""Broadcasts a second; Telegram takes 30, and without any that drain the other figures would mean nothing."""
NONE_LOST = Bar(0, at_least=False)
_PEOPLE = 100
_PAUSE = 0.5
_PARTS = 2
"""Into which each round is cut, so that a busy moment of the machine hits both alike."""
_SETTLING_SECONDS = 1.5
_HELD = "bench_broadcasts"
_BROADCAST = f"priority = {int(Priority.BROADCAST)}"
_WAITING = f"{_BROADCAST} AND settled_at IS NULL"
_HEAD = "seq > (SELECT min(seq) FROM outbox AS head WHERE head.conversation_id = outbox.conversation_id)"


@dataclass(slots=True)
class Waits:
    """How long replies took, by round.

    Args:
        p50: Half of them, in milliseconds.
        p99: All but one in a hundred, likewise.
        cpu: Microseconds of CPU that the sending process and the database took for one.
        lost: How many never came.
    """

    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    lost: int = 0


def measure(site: Site, rounds: Rounds) -> Sequence[Figure]:
    """Alternate between an outbox without broadcasts and one that is full of them."""
    people, port = site.people()
    installation = site.install("postgresql", {"SUNUP_TELEGRAM_API_URL": f"http://127.0.0.1:{port}"})
    web = installation.web()
    _hold(site, installation, rounds.sized(MESSAGES))
    alone, among, drained = Waits(), Waits(), []
    seconds = rounds.seconds / _PARTS
    for _ in range(rounds.count * _PARTS):
        _round(installation, people, seconds, alone)
        queued = installation.execute(f"INSERT INTO outbox SELECT * FROM {_HELD}")  # noqa: S608 - a name of our own
        lasted = _round(installation, people, seconds, among)
        left = installation.execute(f"UPDATE outbox SET attempts = 0 WHERE {_WAITING}")  # noqa: S608 - words of our own
        drained.append((queued - left) / lasted)
        installation.execute(f"DELETE FROM outbox WHERE {_BROADCAST}")  # noqa: S608 - words of our own
    web.stop()
    return [
        Figure("broadcast.p99", middle(among.p99), "ms", middle(alone.p99), P99),
        Figure("broadcast.p50", middle(among.p50), "ms", middle(alone.p50)),
        Figure("broadcast.cpu", middle(among.cpu), "µs/reply", middle(alone.cpu)),
        Figure("broadcast.drained", middle(drained), "messages/s", None, DRAINED),
        Figure("broadcast.lost", alone.lost + among.lost, "replies", None, NONE_LOST),
    ]


def _hold(site: Site, installation: Installation, messages: int) -> None:
    """Have that many people met, and what waits for them held back as broadcasts, one for each."""
    order = installation.order(600, requests=messages, people=-(-messages // CONNECTIONS) * CONNECTIONS)
    site.load.send(order)
    installation.execute(
        f"DELETE FROM outbox WHERE {_HEAD}",  # noqa: S608 - words of our own
        f"UPDATE outbox SET {_BROADCAST}",  # noqa: S608 - words of our own
        f"CREATE TABLE {_HELD} AS SELECT * FROM outbox",  # noqa: S608 - a name of our own
        "DELETE FROM outbox",
    )


def _round(installation: Installation, people: Teller, seconds: float, waits: Waits) -> float:
    """Have people talk for a while and return how long the sending process had; its first moments do not count."""
    send, began = installation.send(paced=True), time.monotonic()
    people.tell(Talk(installation.port, _PEOPLE, 0, _SETTLING_SECONDS, _PAUSE))
    before = send.cpu() + installation.database_cpu()
    found = people.tell(Talk(installation.port, _PEOPLE, 0, seconds, _PAUSE))
    if not found["replies"]:
        raise ChildFailed(f"Nobody was answered.\n{send.log_end()}")
    lasted = time.monotonic() - began
    waits.cpu.append((send.cpu() + installation.database_cpu() - before) / whole(found["replies"]) * 1e6)
    send.stop()
    waits.p50.append(number(found["p50_ms"]))
    waits.p99.append(number(found["p99_ms"]))
    waits.lost += whole(found["lost"])
    return lasted
