"""explain_nudges: an admin hears what came to somebody by itself, what did not, and why.

Takes and gives back what `conversations/explaining.py` describes.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from conversations.explaining import EXPLAIN_JOB
from workers.jobs.kind import JobContext, JobKind, JobResult

TIMEOUT = timedelta(minutes=1)


async def run(plain: Mapping[str, Any], context: JobContext) -> JobResult:
    """Look somebody up."""
    found = context.nudges.explain(plain["person"], f"admin:{context.job.person_id}")
    return JobResult({"reason": "nobody"}, succeeded=False) if found is None else JobResult(found)


KIND = JobKind(EXPLAIN_JOB, TIMEOUT, run, {"reason": "unavailable"})
