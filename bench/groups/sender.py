"""Sender: the sending process empties an outbox of 20,000 messages towards a Bot API server.

Floor: a bare aiohttp client that posts the same bodies to the same server with the same concurrency.
"""

from collections.abc import Sequence

from bench.children import ChildFailed
from bench.figures import Bar, Figure, middle
from bench.groups.exchange import expected_replies
from bench.rounds import Rounds
from bench.site import Installation, Sent, Site

MESSAGES = 20_000
RATE = Bar(0.5, of_floor=True)
_LONGEST = 600.0


def measure(site: Site, rounds: Rounds) -> Sequence[Figure]:
    """Fill the outbox and empty it, a part of it in each round, in turn with the bare client."""
    installation = site.install("postgresql")
    web = installation.web()
    floor, rates, costs, peaks, drained = [], [], [], [], 0
    for _ in range(rounds.count):
        messages = rounds.sized(MESSAGES) // rounds.count
        floor.append(_post(site, messages).rate)
        order = installation.order(_LONGEST, requests=messages)
        due = expected_replies(order, site.load.send(order).sent).total()
        rate, cost, peak = _drain(site, installation, due - drained)
        drained = due
        rates.append(rate)
        costs.append(cost)
        peaks.append(peak)
    web.stop()
    return [
        Figure("sender.rate", middle(rates), "messages/s", middle(floor), RATE, max(peaks)),
        Figure("sender.cpu", middle(costs), "µs/message"),
    ]


def _post(site: Site, messages: int) -> Sent:
    site.forget_sent()
    client = site.start("posting", ("bench.posting", str(site.telegram_port), str(messages)))
    sent = site.wait_for_sent(messages)
    client.stop()
    return sent


def _drain(site: Site, installation: Installation, waiting: int) -> tuple[float, float, float]:
    """Send what waits; return messages a second, microseconds of CPU for each, and the peak of memory."""
    site.forget_sent()
    send = installation.send()
    first = site.wait_for_sent(1)
    before = send.cpu()
    sent = site.wait_for_sent(waiting)
    if sent.messages < waiting:
        raise ChildFailed(f"{waiting - sent.messages} of {waiting} messages were not sent.\n{send.log_end()}")
    cost = (send.cpu() - before) / max(1, waiting - first.messages) * 1e6
    peak = send.peak_memory()
    send.stop()
    return sent.rate, cost, peak
