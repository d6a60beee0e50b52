"""The groups, one file each: what they measure, against which floor, and the bars.

A group takes the site and the length of a round, and returns its figures. A new one is one file and one line below.
"""

from collections.abc import Callable, Mapping, Sequence

from bench.figures import Figure
from bench.groups import broadcast, channels, engine, exchange, inbound, memory, sender
from bench.rounds import Rounds
from bench.site import Site

Group = Callable[[Site, Rounds], Sequence[Figure]]

GROUPS: Mapping[str, Group] = {
    "inbound": inbound.measure,
    "channels": channels.measure,
    "exchange": exchange.measure,
    "memory": memory.measure,
    "engine": engine.measure,
    "sender": sender.measure,
    "broadcast": broadcast.measure,
}
"""Every group by name, in the order in which they run."""
