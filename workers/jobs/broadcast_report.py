"""broadcast_report: what has become of broadcasts, in numbers, for an admin.

Takes and gives back what `conversations/broadcasting.py` describes.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from conversations.broadcasting import REPORT_JOB
from storage.broadcasts import Broadcast, Broadcasts, BroadcastUnknown
from workers.jobs.kind import JobContext, JobKind, JobResult

TIMEOUT = timedelta(minutes=1)
_NEWEST = 5


async def run(plain: Mapping[str, Any], context: JobContext) -> JobResult:
    """Count one broadcast, or the newest ones."""
    broadcasts = context.broadcasts
    if "broadcast" not in plain:
        return JobResult(
            {"tells": "list", "broadcasts": [_told(broadcasts, one) for one in broadcasts.newest(_NEWEST)]}
        )
    try:
        found, _ = broadcasts.find(UUID(plain["broadcast"]))
    except BroadcastUnknown:
        return JobResult({"reason": "gone"}, succeeded=False)
    return JobResult({"tells": "one", **_told(broadcasts, found)})


def _told(broadcasts: Broadcasts, one: Broadcast) -> dict[str, Any]:
    _, results = broadcasts.find(one.id)
    return {
        "broadcast": str(one.id),
        "audience": one.audience,
        "local_at": one.local_at,
        "status": one.status.value,
        "reason": one.reason,
        "confirmed_at": (one.confirmed_at or one.created_at).isoformat(),
        "results": asdict(results),
    }


KIND = JobKind(REPORT_JOB, TIMEOUT, run, {"reason": "unavailable"})
