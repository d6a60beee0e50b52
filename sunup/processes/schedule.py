"""The scheduling process: fires timers, and sweeps up what crashes left behind."""

import asyncio

from sunup.bus import TIMERS
from sunup.composition import Foundation
from sunup.figures import ScheduleFigures
from sunup.processes.firing import timer_ports
from sunup.processes.ground import ground
from sunup.processes.stopping import stop_event
from sunup.processes.sweeping import sweeper
from workers.jobs.fire_timers import WorkerCall
from workers.timer_loop import TimerLoop


async def serve_schedule(foundation: Foundation, figures: ScheduleFigures) -> None:
    """Fire timers and sweep until told to stop.

    Args:
        foundation: What every process stands on.
        figures: Where it is counted what was done.
    """
    stop = stop_event()
    async with ground(foundation, TIMERS) as here, here.bus.listen(TIMERS) as wake:
        ports = timer_ports(foundation, here.hints, figures.observe_batch)
        # In a file one process writes at a time: a helper would only make the loop wait.
        call_workers = WorkerCall(here.queue.call_to_timers) if foundation.database.dialect == "postgresql" else None
        timers = TimerLoop(ports, wake, call_workers)
        await asyncio.gather(timers.run(stop), sweeper(here, figures.observe_sweep).run(stop))
