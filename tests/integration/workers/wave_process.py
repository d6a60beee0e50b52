"""A worker that fires timers, in a process of its own: `python -m …wave_process DATABASE REDIS FOLDER`.

In the middle of its first batch it writes FOLDER/began, and then waits while FOLDER/hold exists.
"""

import sys
import time
from datetime import datetime
from pathlib import Path

from conversations.events import Event, TimerFired
from conversations.scene import Turn
from conversations.state import State
from storage.turns import Turns
from tests.integration.workers.rig import Rig, Speaking
from workers.firing import Firing, TimerPorts
from workers.jobs.fire_timers import fire_timers
from workers.queue import Worker

MIDDLE = 5
"""Timers after which it holds on."""


class Holding(Speaking):
    """Speaks, and holds on in the middle of the first batch."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._fired = 0

    def advance(self, state: State, event: Event, now: datetime) -> Turn:
        self._fired += isinstance(event, TimerFired)
        if self._fired == MIDDLE:
            (self._folder / "began").touch()
            while (self._folder / "hold").exists():
                time.sleep(0.01)
        return super().advance(state, event, now)


def main() -> None:
    database, redis, folder = sys.argv[1:]
    rig = Rig(database)
    turns = Turns(Holding(Path(folder)), rig.sealer, rig.ids)
    ports = TimerPorts(rig.database, turns, rig.sealer, rig.dead_letters, rig.clock, rig.hints)
    firing = Firing(ports)
    Worker(redis, lambda job: None, lambda: fire_timers(firing)).work()
    rig.close()


if __name__ == "__main__":
    main()
