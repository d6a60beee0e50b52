"""link_people: whoever said a code becomes one with whoever was given it.

Takes and gives back what `conversations/linking.py` describes.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from conversations.linking import LINK_JOB
from storage.linking import LinkRefusal, SaidCode
from workers.jobs.kind import JobContext, JobKind, JobResult

TIMEOUT = timedelta(seconds=30)


async def run(plain: Mapping[str, Any], context: JobContext) -> JobResult:
    """Try the code; an earlier attempt that got through is not repeated."""
    said = SaidCode(context.job.id, UUID(plain["conversation"]), plain["digest"])
    return told(context.linking.link(said))


def told(refusal: LinkRefusal | None) -> JobResult:
    """Return what the dialogue hears; what was done it has heard already."""
    if refusal is None:
        return JobResult()
    return JobResult({"reason": refusal.reason, "seconds": refusal.wait.total_seconds()}, succeeded=False)


KIND = JobKind(LINK_JOB, TIMEOUT, run, {"reason": "unavailable"})
