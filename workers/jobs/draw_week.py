"""draw_week: a person's last seven days become a picture, which is kept as one of their files.

Takes and gives back what `conversations/steps/summary.py` describes.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from conversations.steps.summary import JOB
from workers.charts import Day, draw_week
from workers.jobs.keep_media import check
from workers.jobs.kind import JobContext, JobKind, JobResult

TIMEOUT = timedelta(seconds=30)


async def run(plain: Mapping[str, Any], context: JobContext) -> JobResult:
    """Draw and keep it, unless an earlier attempt has kept it."""
    kept = context.media.of_job(context.job.id)
    if kept is None:
        days = [Day(date.fromisoformat(day), done, rating, acted) for day, done, rating, acted in plain["days"]]
        drawn = draw_week(days, mirrored=bool(plain.get("mirrored")))
        kept = context.media.keep(context.job.person_id, context.job.id, context.seal, check(drawn, ("image",)))
    return JobResult({"media": str(kept.id)})


KIND = JobKind(JOB, TIMEOUT, run, {"reason": "unavailable"})
