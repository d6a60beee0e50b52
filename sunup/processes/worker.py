"""The worker process: runs jobs from the queue, one after another, on one event loop that outlives them."""

from uuid import UUID

from bots.transport import Transport
from storage.jobs import Jobs
from sunup.bus import RedisHints, announce_nowhere
from sunup.channels import Channels
from sunup.composition import Foundation
from sunup.files import Files
from sunup.processes.loop import loop_factory
from sunup.surroundings import surroundings
from workers.job_runner import JobPorts, JobRunner
from workers.jobs import JOBS, timeout_of
from workers.queue import Queue, Worker


def serve_worker(foundation: Foundation) -> None:
    """Work until told to stop; the job at hand is finished first."""
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
    )
    runner = JobRunner(ports, JOBS, loop_factory())

    def run(job_id: UUID) -> None:
        channels.refresh()
        runner.run(job_id)

    Worker(foundation.redis_url, run).work()
    runner.await_one(transport.close())
    runner.close()
