"""The scheduling process: fires timers, and sweeps up what crashes left behind."""

import asyncio

from sunup.bus import TIMERS
from sunup.composition import Foundation
from sunup.processes.ground import ground
from sunup.processes.stopping import stop_event
from sunup.processes.sweeping import sweeper
from workers.timer_loop import TimerLoop, TimerPorts


async def serve_schedule(foundation: Foundation) -> None:
    """Fire timers and sweep until told to stop."""
    stop = stop_event()
    async with ground(foundation, TIMERS) as here, here.bus.listen(TIMERS) as wake:
        ports = TimerPorts(
            database=foundation.database,
            turns=foundation.turns,
            sealer=foundation.sealer,
            dead_letters=foundation.dead_letters,
            clock=foundation.clock,
            hints=here.hints,
        )
        await asyncio.gather(TimerLoop(ports, wake).run(stop), sweeper(here).run(stop))
