"""A worker of its own process: `python -m …worker_process DATABASE REDIS FOLDER [burst] [ahead]`.

Its one kind of job, `slow`, writes a line into FOLDER/runs when it begins, and then waits while FOLDER/hold exists.
"""

import asyncio
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.integration.workers.rig import Rig
from workers.jobs.kind import JobContext, JobKind, JobResult
from workers.queue import Worker

TIMEOUT = timedelta(seconds=20)


def main() -> None:
    database, redis, folder, *more = sys.argv[1:]
    rig = Rig(database)
    rig.clock.ahead = timedelta(minutes=2 if "ahead" in more else 0)

    async def run(payload: Mapping[str, Any], context: JobContext) -> JobResult:
        with (Path(folder) / "runs").open("a") as runs:
            runs.write(f"{context.job.id}\n")
        while (Path(folder) / "hold").exists():  # noqa: ASYNC110 - another process removes it
            await asyncio.sleep(0.02)
        return JobResult({"echo": payload.get("word", "")})

    runner = rig.runner(JobKind("slow", TIMEOUT, run, {"reason": "unavailable"}))
    Worker(redis, runner.run).work(burst="burst" in more)
    runner.close()
    rig.close()


if __name__ == "__main__":
    main()
