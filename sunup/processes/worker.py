"""The worker process: runs jobs from the queue, one after another, on one event loop that outlives them."""

from uuid import UUID

from bots.transport import Transport
from storage.jobs import Jobs
from sunup.bus import RedisHints, announce_nowhere
from sunup.channels import Channels
from sunup.composition import Foundation
from sunup.figures import WorkFigures
from sunup.files import Files
from sunup.processes.firing import timer_ports
from sunup.processes.loop import calm_collector, loop_factory
from sunup.surroundings import surroundings
from workers.firing import Firing
from workers.job_runner import JobPorts, JobRunner
from workers.jobs import JOBS, timeout_of
from workers.jobs.fire_timers import fire_timers
from workers.queue import Queue, Worker


def serve_worker(foundation: Foundation, figures: WorkFigures) -> None:
    """Work until told to stop; the job at hand is finished first.

    Args:
        foundation: What every process stands on.
        figures: Where it is counted what was done.
    """
    calm_collector()
    queue = Queue(foundation.redis_url, timeout_of)
    files, transport = Files(foundation), Transport()
    around = surroundings(foundation, transport, files, announce_nowhere)
    channels = Channels(foundation.settings, foundation.accounts, around)
    channels.open()
    ports = JobPorts(
        database=foundation.database,
        jobs=Jobs(foundation.sealer),
        turns=foundation.turns,
        dead_letters=foundation.dead_letters,
        media=files.media,
        find_adapter=channels.find,
        clock=foundation.clock,
        ids=foundation.ids,
        hints=RedisHints(foundation.redis_url, queue.put, foundation.clock),
        observe=figures.observe,
        prices=foundation.settings.prices,
    )
    runner = JobRunner(ports, JOBS, loop_factory())

    def run(job_id: UUID) -> None:
        channels.refresh()
        with figures.seconds.time():
            runner.run(job_id)

    firing = Firing(timer_ports(foundation, ports.hints, figures.observe_batch))
    Worker(foundation.redis_url, run, lambda: fire_timers(firing)).work()
    runner.await_one(transport.close())
    runner.close()
