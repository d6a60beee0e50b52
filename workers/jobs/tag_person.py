"""tag_person: an admin puts a tag on somebody, or takes it off; what a workflow begins for a tag begins with it.

Takes and gives back what `conversations/broadcasting.py` describes.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from conversations.broadcasting import TAG_JOB
from storage.tags import TagRefused
from workers.jobs.kind import JobContext, JobKind, JobResult

TIMEOUT = timedelta(seconds=30)


async def run(plain: Mapping[str, Any], context: JobContext) -> JobResult:
    """Change the tag, and tell the person's dialogue of a new one."""
    by, tag = f"admin:{context.job.person_id}", plain["tag"]
    try:
        person_id = context.tags.whose(plain["person"])
        if plain["off"]:
            context.tags.take_off(person_id, tag, by)
        else:
            context.tags.put(person_id, tag, by)
    except TagRefused as refused:
        return JobResult({"reason": refused.reason}, succeeded=False)
    return JobResult({"tells": "tags", "tags": context.tags.of(person_id)})


KIND = JobKind(TAG_JOB, TIMEOUT, run, {"reason": "unavailable"})
