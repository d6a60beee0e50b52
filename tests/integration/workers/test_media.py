"""The job that keeps media: what is kept, what is refused, and who may see it."""

import io
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa
from PIL import Image

from conversations import evidence
from core import errors
from core.media import MAX_MEDIA_BYTES, Attachment, MediaKind
from core.messages import InboundKind, InboundMessage
from core.retry import MOST_JOB_ATTEMPTS
from storage import tables
from storage.media import KeptFile
from storage.media_store import MediaStore
from tests.integration.workers.rig import Rig, Talk
from tests.unit.workers import samples
from workers.jobs import keep_media


def keep(
    rig: Rig, content: bytes | Exception, *wants: str, kind: MediaKind = MediaKind.IMAGE, seconds: int = 0
) -> tuple[Talk, UUID, Any]:
    """Run the job for a file, and return whose it is, the job, and what the dialogue was told."""
    talk = rig.meet("1")
    rig.channel.files["ref"] = content
    attachment = Attachment(kind, "ref", mime="image/svg+xml", name="../../evil.svg", seconds=seconds)
    message = InboundMessage("k", "telegram", "default", "a1", "1", InboundKind.MEDIA, attachments=(attachment,))
    job = rig.add_job(talk, evidence.JOB, "x", evidence.payload(attachment, message, "proof", wants))
    rig.runner(keep_media.KIND).run(job)
    told = [orjson.loads(words) for words in rig.said()]
    return talk, job, told[0][1:] if told else None


def test_keep_photo_keeps_the_original_and_shows_a_clean_copy(rig: Rig) -> None:
    photo = samples.photo((60, 30), orientation=6)
    talk, job, told = keep(rig, photo, "image")
    digest = sha256(photo).hexdigest()
    assert told == [True, {"media": str(job), "kind": "image", "size": len(photo), "seconds": 0, "sha256": digest}]
    assert rig.media.original(talk.person, job) == (photo, "image/jpeg")
    for thumbnail in (False, True):
        shown = rig.media.picture(talk.person, job, thumbnail)
        assert shown is not None
        image = Image.open(io.BytesIO(shown[0]))
        assert (image.size, dict(image.getexif()), shown[1]) == ((30, 60), {}, "image/jpeg")
    [row] = rig.rows(tables.media)
    assert (row.width, row.height, row.copies) == (30, 60, "shown thumbnail")


def test_kept_bytes_are_sealed_and_their_keys_name_nobody(rig: Rig) -> None:
    photo = samples.photo()
    talk, job, _ = keep(rig, photo, "image")
    stored = rig.store.get(f"{talk.person}/{job}/original")
    assert photo[:20] not in stored
    assert len(stored) > len(photo)


def test_picture_is_shown_to_its_person_alone(rig: Rig) -> None:
    talk, job, _ = keep(rig, samples.photo(), "image")
    stranger = rig.meet("2")
    assert rig.media.picture(stranger.person, job) is None
    assert rig.media.original(stranger.person, job) is None
    assert rig.media.picture_at("telegram", "a1", job) == rig.media.picture(talk.person, job)
    assert rig.media.picture_at("telegram", "a2", job) is None
    assert rig.media.picture_at("web", "a1", job) is None
    assert rig.media.for_sending(job) == rig.media.picture(talk.person, job)


def test_picture_of_a_forgotten_person_is_gone(rig: Rig) -> None:
    talk, job, _ = keep(rig, samples.photo(), "image")
    with rig.database.write() as connection:
        connection.execute(sa.update(tables.people).values(data_key=None))
    assert rig.media.picture(talk.person, job) is None


@pytest.mark.parametrize(
    ("content", "wants", "result"),
    [
        (b"", ("image",), {"reason": "empty", "detail": {}}),
        (b"a" * (MAX_MEDIA_BYTES + 1), (), {"reason": "too_large", "detail": {"limit": "20 MB"}}),
        (samples.opus(3), ("image", "document"), {"reason": "wrong_kind", "detail": {"kind": "voice"}}),
        (samples.photo(), ("voice",), {"reason": "wrong_kind", "detail": {"kind": "image"}}),
        (b"<svg onload='x()'/>", ("image",), {"reason": "wrong_kind", "detail": {"kind": "other"}}),
        (b"<html><script>", ("document",), {"reason": "wrong_kind", "detail": {"kind": "other"}}),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", ("image",), {"reason": "unreadable", "detail": {}}),
        (samples.bomb(), ("image",), {"reason": "too_many_pixels", "detail": {}}),
        (
            errors.MediaRejected("too_large", {"limit": "20 MB"}),
            (),
            {"reason": "too_large", "detail": {"limit": "20 MB"}},
        ),
        (errors.MediaRejected("unavailable"), (), {"reason": "unavailable", "detail": {}}),
    ],
    ids=[
        "empty",
        "too large",
        "voice for image",
        "image for voice",
        "svg",
        "html",
        "heic",
        "bomb",
        "channel's limit",
        "gone",
    ],
)
def test_keep_refuses(rig: Rig, content: bytes | Exception, wants: tuple[str, ...], result: dict[str, Any]) -> None:
    _, _, told = keep(rig, content, *wants)
    assert told == [False, result]
    assert rig.rows(tables.media) == []


@pytest.mark.parametrize(
    ("content", "wants", "kind", "seconds"),
    [
        (samples.opus(9), ("voice",), "voice", 9),
        (b"ID3" + bytes(100), ("voice",), "voice", 4),
        (b"%PDF-1.4 x", ("image", "document"), "document", 0),
        (samples.office("word/"), ("document",), "document", 0),
        (b"just words", ("document",), "document", 0),
        (bytes(50), (), "other", 0),
    ],
    ids=["opus", "mp3", "pdf", "docx", "text", "anything as a note"],
)
def test_keep_takes(rig: Rig, content: bytes, wants: tuple[str, ...], kind: str, seconds: int) -> None:
    talk, job, told = keep(rig, content, *wants, kind=MediaKind.DOCUMENT, seconds=4)
    assert told[0] is True
    assert (told[1]["kind"], told[1]["seconds"]) == (kind, seconds)
    assert rig.media.picture(talk.person, job) is None
    assert (rig.media.original(talk.person, job) or (b"",))[0] == content


def test_keep_picture_sent_as_a_document_counts_as_a_picture(rig: Rig) -> None:
    _, _, told = keep(rig, samples.picture("PNG"), "image", kind=MediaKind.DOCUMENT)
    assert told[1]["kind"] == "image"


def test_keep_channel_that_is_away_is_tried_again_and_in_the_end_unavailable(rig: Rig) -> None:
    _, job, told = keep(rig, errors.ChannelUnavailable(), "image")
    assert told is None
    for _ in range(MOST_JOB_ATTEMPTS):
        rig.clock.ahead += timedelta(minutes=10)
        rig.runner(keep_media.KIND).run(job)
    assert [orjson.loads(words) for words in rig.said()] == [["x", False, {"reason": "unavailable"}]]


def test_keep_again_after_a_crash_reports_the_same_file(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(kept: KeptFile) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(keep_media, "_told", die)
        with pytest.raises(Killed):
            keep(rig, samples.photo(), "image")
    [row] = rig.rows(tables.media)
    rig.channel.files["ref"] = AssertionError("it was fetched again")
    rig.clock.ahead = timedelta(minutes=5)
    rig.runner(keep_media.KIND).run(row.job_id)
    [told] = [orjson.loads(words) for words in rig.said()]
    assert (told[1], told[2]["media"], told[2]["sha256"]) == (True, str(row.id), row.sha256)
    assert len(rig.rows(tables.media)) == 1


# -- uploads and the store -------------------------------------------------------------------------


def test_upload_is_given_back_to_its_owner_alone(rig: Rig) -> None:
    ref = rig.uploads.put("ann", b"bytes", "image/png", "a.png")
    assert 8 <= len(ref) <= 128
    assert rig.uploads.get("ann", ref) == (b"bytes", "image/png", "a.png")
    assert rig.uploads.get("bob", ref) is None
    assert rig.uploads.get("ann", "nothing-here") is None
    assert b"bytes" not in rig.store.get(f"uploads/{ref}")


def test_upload_nobody_claims_expires(rig: Rig) -> None:
    claimed = rig.uploads.put("ann", b"1", "", "")
    lost = rig.uploads.put("ann", b"2", "", "")
    assert rig.uploads.claim("bob", lost) is None
    assert rig.uploads.claim("ann", claimed) is not None
    later = rig.clock.now() + timedelta(seconds=1)
    assert rig.uploads.expire(later, 100) == 1
    assert rig.uploads.get("ann", lost) is None
    assert rig.uploads.get("ann", claimed) is not None
    with pytest.raises(LookupError):
        rig.store.get(f"uploads/{lost}")


def test_store_in_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    store = MediaStore(f"file://{tmp_path}/a b/media")
    store.put("x/y", b"1")
    store.put("x/y", b"2")
    assert store.get("x/y") == b"2"
    store.delete("x/y")
    store.delete("x/y")
    with pytest.raises(LookupError):
        store.get("x/y")


def test_store_at_a_wrong_url_is_a_wrong_setting() -> None:
    with pytest.raises(errors.ConfigurationError):
        MediaStore("ftp://nowhere")
