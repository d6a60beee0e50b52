"""The kinds of jobs, in one table: a new one is a file in this folder and a line here."""

from collections.abc import Mapping
from datetime import timedelta

from workers.jobs import (
    broadcast_act,
    broadcast_draft,
    broadcast_leg,
    broadcast_report,
    draw_week,
    explain_nudges,
    keep_media,
    leaderboard,
    link_people,
    number_member,
    part_chat,
    tag_person,
)
from workers.jobs.kind import JobKind

JOBS: Mapping[str, JobKind] = {
    kind.name: kind
    for kind in (
        broadcast_act.KIND,
        broadcast_draft.KIND,
        broadcast_leg.KIND,
        broadcast_report.KIND,
        draw_week.KIND,
        explain_nudges.KIND,
        keep_media.KIND,
        leaderboard.KIND,
        link_people.KIND,
        number_member.KIND,
        part_chat.KIND,
        tag_person.KIND,
    )
}

_UNKNOWN_KIND = timedelta(minutes=1)


def timeout_of(kind: str) -> timedelta:
    """Return how long one attempt at a job of this kind may take."""
    found = JOBS.get(kind)
    return found.timeout if found else _UNKNOWN_KIND
