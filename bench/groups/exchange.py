"""Exchange: a webhook in, its reply at a Bot API server, with the web and the sending process both saturated.

Counted in process CPU, which other work on the machine does not change. Nothing may be lost or come twice.
"""

import time
from collections import Counter
from collections.abc import Sequence

from bench.children import Load
from bench.dialogue import FIRST_PERSON
from bench.figures import Bar, Figure, middle
from bench.load import Order
from bench.rounds import Rounds
from bench.site import PEOPLE, Installation, Sent, Site
from bench.walk import replies

CPU = Bar(600, at_least=False)
NONE = Bar(0, at_least=False)
_SETTLING_SECONDS = 0.5
"""What was sent is still to be written down, and that is part of the cost."""


def measure(site: Site, rounds: Rounds) -> Sequence[Figure]:
    """One installation after the other, on PostgreSQL and on SQLite."""
    found: list[Figure] = []
    for dialect in ("postgresql", "sqlite"):
        site.forget_sent()
        exchange = Exchange(site, site.install(dialect))
        exchange.warm()
        for _ in range(rounds.count):
            exchange.round(rounds.seconds)
        found += exchange.finish()
    return found


class Exchange:
    """One installation's web and sending process, and what they have cost, round by round.

    Args:
        site: Where they run.
        installation: Whose they are.
    """

    def __init__(self, site: Site, installation: Installation) -> None:
        self._site = site
        self._installation = installation
        self._web = installation.web()
        self._send = installation.send()
        self._expected: Counter[str] = Counter()
        self._rates: list[float] = []
        self._costs: list[tuple[float, float, float]] = []

    def warm(self) -> None:
        """Let everybody be met once, and every code path be run."""
        self._saturate(self._installation.order(60, requests=2 * PEOPLE))

    def round(self, seconds: float) -> None:
        """Saturate both processes, wait for the last reply, note the cost."""
        before, started = self._cpu(), time.monotonic()
        load, sent = self._saturate(self._installation.order(seconds))
        time.sleep(_SETTLING_SECONDS)
        after = self._cpu()
        web, send, database = ((late - early) / load.requests * 1e6 for early, late in zip(before, after, strict=True))
        self._costs.append((web, send, database))
        self._rates.append(load.requests / (sent.last_at - started))

    def finish(self) -> list[Figure]:
        """Stop both and return the figures."""
        counted = Counter(self._site.sent().chats)
        memory = max(self._web.peak_memory(), self._send.peak_memory())
        self._send.stop()
        self._web.stop()
        name, unit = f"exchange.{self._installation.dialect}", "µs/message"
        web, send, database = (middle(costs) for costs in zip(*self._costs, strict=True))
        both = middle([costs[0] + costs[1] for costs in self._costs])
        found = [
            Figure(f"{name}.cpu", both, unit, None, CPU, memory),
            Figure(f"{name}.cpu_web", web, unit),
            Figure(f"{name}.cpu_send", send, unit),
            Figure(f"{name}.rate", middle(self._rates), "messages/s"),
            Figure(f"{name}.lost", (self._expected - counted).total(), "replies", None, NONE),
            Figure(f"{name}.doubled", (counted - self._expected).total(), "replies", None, NONE),
        ]
        return [*found, Figure(f"{name}.cpu_database", database, unit)] if database else found

    def _saturate(self, order: Order) -> tuple[Load, Sent]:
        load = self._site.load.send(order)
        self._expected = expected_replies(order, load.sent)
        sent = self._site.wait_for_sent(self._expected.total())
        self._web.check()
        self._send.check()
        return load, sent

    def _cpu(self) -> tuple[float, float, float]:
        return self._web.cpu(), self._send.cpu(), self._installation.database_cpu()


def expected_replies(order: Order, sent: Sequence[int]) -> Counter[str]:
    """Return how many messages each chat should have got.

    Args:
        order: Who wrote.
        sent: How many messages each part of the crowd has sent so far.
    """
    mine = max(1, order.people // order.connections)
    known = replies(max(sent) // mine + 1)
    expected: Counter[str] = Counter()
    for part, count in enumerate(sent):
        whole, rest = divmod(count, mine)
        for who in range(mine):
            person = FIRST_PERSON + order.first + part * mine + who
            expected[str(person)] = known[whole + (who < rest)]
    return expected
