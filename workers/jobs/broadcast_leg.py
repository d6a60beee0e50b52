"""broadcast_leg: writes copies of a broadcast into the outbox for a while; `storage/broadcasts.py` says when."""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from conversations.broadcasting import LEG_JOB
from core.messages import Capabilities
from storage.broadcasts import BroadcastUnknown
from workers.jobs.kind import JobContext, JobKind, JobResult

TIMEOUT = timedelta(minutes=1)
_WORK_SECONDS = 10.0
"""After so long other jobs have their turn, and the next leg goes on."""


async def run(plain: Mapping[str, Any], context: JobContext) -> JobResult:
    """Write until there is nothing to be written, enough waits, or time is up; what is committed is not done again."""

    def able(channel: str, account: str) -> Capabilities | None:
        adapter = context.find_adapter(channel, account)
        return adapter.capabilities if adapter else None

    until = time.monotonic() + _WORK_SECONDS
    try:
        handled = context.broadcasts.leg(UUID(plain["broadcast"]), able, lambda: time.monotonic() < until)
    except BroadcastUnknown:
        return JobResult({"reason": "gone"}, succeeded=False)
    return JobResult({"handled": handled})


KIND = JobKind(LEG_JOB, TIMEOUT, run, {"reason": "given_up"})
