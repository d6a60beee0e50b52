"""The kinds of jobs, in one table: a new one is a file in this folder and a line here."""

from collections.abc import Mapping
from datetime import timedelta

from workers.jobs import keep_media, link_people, part_chat
from workers.jobs.kind import JobKind

JOBS: Mapping[str, JobKind] = {kind.name: kind for kind in (keep_media.KIND, link_people.KIND, part_chat.KIND)}

_UNKNOWN_KIND = timedelta(minutes=1)


def timeout_of(kind: str) -> timedelta:
    """Return how long one attempt at a job of this kind may take."""
    found = JOBS.get(kind)
    return found.timeout if found else _UNKNOWN_KIND
