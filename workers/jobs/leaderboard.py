"""leaderboard: the streaks of those who want to be seen are read.

Takes and gives back what `conversations/protocol.py` describes.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from conversations.protocol_commands import LEADERBOARD_JOB
from workers.jobs.kind import JobContext, JobKind, JobResult

TIMEOUT = timedelta(seconds=30)


async def run(plain: Mapping[str, Any], context: JobContext) -> JobResult:
    """Read them."""
    return JobResult({"rows": [[one.name, one.number, one.streak] for one in context.members.leaders()]})


KIND = JobKind(LEADERBOARD_JOB, TIMEOUT, run, {"reason": "unavailable"})
