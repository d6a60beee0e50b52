"""number_member: somebody who takes part in the daily protocol gets the next member number.

Takes and gives back what `conversations/protocol.py` describes.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from conversations.protocol import NUMBER_JOB
from workers.jobs.kind import JobContext, JobKind, JobResult

TIMEOUT = timedelta(seconds=30)


async def run(plain: Mapping[str, Any], context: JobContext) -> JobResult:
    """Give the number; an earlier attempt that got through has given it already."""
    try:
        return JobResult({"number": context.members.number(context.job.person_id)})
    except LookupError:
        return JobResult({"reason": "no_member"}, succeeded=False)


KIND = JobKind(NUMBER_JOB, TIMEOUT, run, {"reason": "unavailable"})
