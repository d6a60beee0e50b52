"""broadcast_draft: what an admin is about to say is kept, changed, and shown as those will see it who get it.

Takes and gives back what `conversations/broadcasting.py` describes.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from conversations import purposes
from conversations.broadcasting import DRAFT_JOB
from core.audiences import AudienceUnreadable, both, read, written
from core.messages import Button, Content
from storage.broadcasts import Broadcasts, BroadcastUnknown, Draft
from storage.sealing import MasterKeyMissing, Unsealable
from workers.broadcast_preview import Preview
from workers.jobs.kind import JobContext, JobKind, JobResult

TIMEOUT = timedelta(minutes=3)
"""A million people are looked at in one of them."""


async def run(plain: Mapping[str, Any], context: JobContext) -> JobResult:
    """Keep the draft, and look at everybody whom it is for; a second attempt finds it kept."""
    broadcasts = context.broadcasts
    try:
        broadcast_id = _kept(broadcasts, plain, context)
        if broadcast_id is None:
            return JobResult({"reason": "not_a_draft"}, succeeded=False)
        draft = broadcasts.draft(broadcast_id)
    except BroadcastUnknown:
        return JobResult({"reason": "gone"}, succeeded=False)
    except AudienceUnreadable:
        return JobResult({"reason": "audience"}, succeeded=False)
    except MasterKeyMissing:
        raise
    except Unsealable:
        return JobResult({"reason": "gone"}, succeeded=False)
    preview = Preview(context.find_adapter, context.prices)
    preview.look(broadcasts, draft)
    told = preview.told(draft, str(plain.get("name", "")))
    place = {"tells": "preview", "broadcast": str(broadcast_id), "audience": draft.audience, "local_at": draft.local_at}
    return JobResult({**place, **told})


def _kept(broadcasts: Broadcasts, plain: Mapping[str, Any], context: JobContext) -> UUID | None:
    """Keep a new draft or change one; None where it is a draft no more."""
    if "broadcast" not in plain:
        content = Content(plain["text"], purpose=purposes.BROADCAST)
        broadcasts.keep_draft(context.job.id, context.job.person_id, context.seal, Draft(content, "everybody"))
        return context.job.id
    broadcast_id = UUID(plain["broadcast"])
    return broadcast_id if broadcasts.change_draft(broadcast_id, _change(plain)) else None


def _change(plain: Mapping[str, Any]) -> Callable[[Draft], Draft]:
    def change(draft: Draft) -> Draft:
        if "text" in plain:
            draft = replace(draft, content=replace(draft.content, text=plain["text"]))
        if "audience" in plain:
            draft = replace(draft, audience=plain["audience"])
        if "and" in plain:
            draft = replace(draft, audience=written(both(read(draft.audience), read(plain["and"]))))
            read(draft.audience)  # together they may be too long
        if "local_at" in plain:
            draft = replace(draft, local_at=plain["local_at"])
        if "button" in plain:
            buttons = (Button(*plain["button"]),) if plain["button"] else ()
            draft = replace(draft, content=replace(draft.content, buttons=buttons))
        return draft

    return change


KIND = JobKind(DRAFT_JOB, TIMEOUT, run, {"reason": "unavailable"})
