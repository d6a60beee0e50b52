"""Firing of timers: what it stands on, in whichever process."""

from collections.abc import Callable

from core.ports import Hints
from storage.turns import Report
from sunup.composition import Foundation
from workers.firing import TimerPorts


def timer_ports(foundation: Foundation, hints: Hints, observe: Callable[[Report], None]) -> TimerPorts:
    """Return what fires the timers of this installation.

    Args:
        foundation: What every process stands on.
        hints: Whom to wake after a batch.
        observe: Called with the report of each committed batch.
    """
    return TimerPorts(
        database=foundation.database,
        turns=foundation.turns,
        sealer=foundation.sealer,
        dead_letters=foundation.dead_letters,
        clock=foundation.clock,
        hints=hints,
        observe=observe,
    )
