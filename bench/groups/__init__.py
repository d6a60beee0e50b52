"""The groups, one file each: what they measure, against which floor, and the bars.

A group takes the site and the length of a round, and returns its figures. A new one is one file and one line below.
"""

from collections.abc import Callable, Mapping, Sequence

from bench.figures import Figure
from bench.groups import (
    broadcast,
    channels,
    engine,
    exchange,
    inbound,
    lateness,
    memory,
    next_fire,
    sender,
    wave,
    wave_replies,
)
from bench.rounds import Rounds
from bench.site import Site

Group = Callable[[Site, Rounds], Sequence[Figure]]

GROUPS: Mapping[str, Group] = {
    "inbound": inbound.measure,
    "channels": channels.measure,
    "exchange": exchange.measure,
    "memory": memory.measure,
    "engine": engine.measure,
    "next_fire": next_fire.measure,
    "sender": sender.measure,
    "broadcast": broadcast.measure,
    "wave": wave.measure,
    "wave_replies": wave_replies.measure,
    "lateness": lateness.measure,
}
"""Every group by name, in the order in which they run."""
