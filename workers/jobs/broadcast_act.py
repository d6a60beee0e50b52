"""broadcast_act: an admin confirms, pauses, resumes or cancels a broadcast; a second tap changes nothing more.

Takes and gives back what `conversations/broadcasting.py` describes.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from conversations.broadcasting import ACT_JOB
from core.broadcasts import Act
from storage.broadcasts import BroadcastUnknown
from workers.jobs.kind import JobContext, JobKind, JobResult

TIMEOUT = timedelta(minutes=1)


async def run(plain: Mapping[str, Any], context: JobContext) -> JobResult:
    """Do it, in the name of the admin who asked."""
    act = Act(plain["act"])
    try:
        outcome = context.broadcasts.act(UUID(plain["broadcast"]), act, f"admin:{context.job.person_id}")
    except BroadcastUnknown:
        return JobResult({"reason": "gone"}, succeeded=False)
    told = {"changed": outcome.changed, "status": outcome.status.value, "stale": outcome.stale}
    return JobResult({"tells": "act", "act": act.value, "broadcast": plain["broadcast"], **told})


KIND = JobKind(ACT_JOB, TIMEOUT, run, {"reason": "unavailable"})
