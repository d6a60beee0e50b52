"""part_chat: a chat of a person becomes that of a person of its own.

Takes and gives back what `conversations/linking.py` describes.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from conversations.linking import PART_JOB
from workers.jobs.kind import JobContext, JobKind, JobResult
from workers.jobs.link_people import told

TIMEOUT = timedelta(seconds=30)


async def run(plain: Mapping[str, Any], context: JobContext) -> JobResult:
    """Take the chat apart, unless that was done."""
    return told(context.linking.part(context.job.person_id, UUID(plain["conversation"])))


KIND = JobKind(PART_JOB, TIMEOUT, run, {"reason": "unavailable"})
