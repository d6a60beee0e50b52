"""Sweeping: the sweeps joined with what they stand on."""

from bots.adapter import Reconciling
from storage.leases import Leases
from sunup.processes.ground import Ground
from workers.sweeps import Sweeper, SweepPorts


def sweeper(here: Ground) -> Sweeper:
    """Return the sweeps of this installation."""
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
            can_ask=lambda account_id: isinstance(here.channels.of(account_id), Reconciling),
        )
    )
