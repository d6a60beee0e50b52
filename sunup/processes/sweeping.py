"""Sweeping: the sweeps joined with what they stand on."""

from collections.abc import Callable

from bots.adapter import Reconciling
from storage.broadcasts import Broadcasts
from storage.leases import Leases
from sunup.processes.ground import Ground
from workers.sweeps import Sweeper, SweepPorts


def sweeper(here: Ground, observe: Callable[[str, int], None]) -> Sweeper:
    """Return the sweeps of this installation.

    Args:
        here: What they stand on.
        observe: Called with a sweep and how many rows it touched.
    """
    foundation = here.foundation
    return Sweeper(
        SweepPorts(
            database=foundation.database,
            leases=Leases(foundation.database, foundation.clock),
            queue=here.queue,
            uploads=here.files.uploads,
            dead_letters=foundation.dead_letters,
            clock=foundation.clock,
            hints=here.hints,
            observe=observe,
            push=Broadcasts(foundation.database, foundation.sealer, foundation.ids, foundation.clock).push,
            can_ask=lambda account_id: isinstance(here.channels.of(account_id), Reconciling),
        )
    )
