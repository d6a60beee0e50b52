"""keep_media: a file that a message announced is downloaded, checked and kept.

Takes and gives back what `conversations/evidence.py` describes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from conversations.evidence import JOB
from core import errors
from core.media import MAX_MEDIA_BYTES, Attachment, MediaKind
from storage.bodies import attachments_from
from storage.media import SHOWN, THUMBNAIL, KeptFile, NewFile
from workers.content import type_of
from workers.jobs.kind import JobContext, JobKind, JobResult
from workers.pictures import read_picture
from workers.recordings import seconds_of

TIMEOUT = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Payload:
    """What the job needs to know.

    Args:
        channel: Where the file is.
        account: Which of our accounts may fetch it.
        wants: Kinds that are accepted; empty for any.
        attachment: The file as it was announced.
    """

    channel: str
    account: str
    wants: tuple[str, ...]
    attachment: Attachment

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> "Payload":
        """Read the payload of a job's row."""
        attachment = attachments_from([plain["attachment"]])[0]
        return cls(plain["channel"], plain["account"], tuple(plain["wants"]), attachment)


async def run(plain: Mapping[str, Any], context: JobContext) -> JobResult:
    """Fetch, check and keep the file, unless an earlier attempt has kept it."""
    kept = context.media.of_job(context.job.id)
    if kept is not None:
        return _told(kept)
    payload = Payload.read(plain)
    adapter = context.find_adapter(payload.channel, payload.account)
    if adapter is None:
        raise errors.ChannelUnavailable("This account is not served here just now.", code="no_adapter")
    try:
        fetched = await adapter.fetch(payload.attachment, MAX_MEDIA_BYTES)
        file = check(fetched.data, payload.wants, payload.attachment.seconds)
    except errors.MediaRejected as error:
        return JobResult({"reason": error.reason, "detail": dict(error.detail)}, succeeded=False)
    return _told(context.media.keep(context.job.person_id, context.job.id, context.seal, file))


def check(data: bytes, wants: Sequence[str], seconds: int = 0) -> NewFile:
    """Return a file as it is to be kept.

    Args:
        data: The original bytes.
        wants: Kinds that are accepted; empty for any.
        seconds: Claimed duration of a recording.

    Raises:
        MediaRejected: It is not what was asked for.
    """
    if not data:
        raise errors.MediaRejected("empty")
    if len(data) > MAX_MEDIA_BYTES:
        raise errors.MediaRejected("too_large", {"limit": f"{MAX_MEDIA_BYTES // 2**20} MB"})
    found = type_of(data)
    if wants and found.kind.value not in wants:
        raise errors.MediaRejected("wrong_kind", {"kind": found.kind.value})
    if found.kind is MediaKind.IMAGE:
        picture = read_picture(data, found.decoder)
        copies = {SHOWN: picture.shown, THUMBNAIL: picture.thumbnail}
        return NewFile(found.kind, found.mime, data, 0, picture.width, picture.height, copies)
    if found.kind is MediaKind.VOICE:
        return NewFile(found.kind, found.mime, data, seconds_of(data, found.mime, seconds))
    return NewFile(found.kind, found.mime, data)


def _told(kept: KeptFile) -> JobResult:
    return JobResult(
        {
            "media": str(kept.id),
            "kind": kept.kind.value,
            "size": kept.size,
            "seconds": kept.seconds,
            "sha256": kept.sha256,
        }
    )


KIND = JobKind(JOB, TIMEOUT, run, {"reason": "unavailable"})
