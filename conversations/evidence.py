"""Evidence: having a file checked and kept while the person waits for the verdict.

The job `keep_media` takes, and gives back as the result of its `JobFinished`:

    {"channel": "telegram", "account": "default", "purpose": "proof", "wants": ["image"],
     "attachment": {"kind": "image", "ref": "AgACAg…", "mime": "image/jpeg", "size": 81234, "name": "", "seconds": 0}}

    {"media": "0193…", "kind": "image", "size": 81234, "seconds": 0, "sha256": "9f86…"}
    {"reason": "wrong_kind", "detail": {"kind": "document"}}        (where it did not succeed)
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from conversations import facts
from conversations.events import JobFinished
from core.media import MAX_MEDIA_BYTES, Attachment
from core.messages import Button, InboundMessage

if TYPE_CHECKING:
    from conversations.scene import Scene

JOB = "keep_media"
REASONS = ("too_large", "wrong_kind", "unreadable", "too_many_pixels", "empty", "unavailable")
CHECKING = "checking"


def payload(attachment: Attachment, message: InboundMessage, purpose: str, wants: Sequence[str]) -> dict[str, Any]:
    """Return what the job needs to know."""
    plain = {name: getattr(attachment, name) for name in Attachment.__slots__}
    return {
        "channel": message.channel,
        "account": message.account,
        "purpose": purpose,
        "wants": list(wants),
        "attachment": plain,
    }


def take(scene: "Scene", message: InboundMessage, wants: Sequence[str]) -> None:
    """Have the first file of a message checked as proof, and say so; further ones are kept as notes."""
    run = scene.open_run()
    first, *others = message.attachments
    if first.size > MAX_MEDIA_BYTES:
        refuse(scene, {"reason": "too_large"}, wants)
        return
    scene.start_job(JOB, **payload(first, message, "proof", wants))
    run.data[CHECKING] = run.data["jobs"]
    keep_as_notes(scene, message, others)
    if message.text:
        scene.record(facts.NOTE_TAKEN, step=run.current.name, note=message.text, files=0)
    scene.say_phrase("checking")


def keep_as_notes(scene: "Scene", message: InboundMessage, attachments: Sequence[Attachment]) -> None:
    """Have files kept that nobody waits for; what a person sent is not lost because it was not asked for."""
    for attachment in attachments:
        scene.start_job(JOB, **payload(attachment, message, "note", ()))


def is_checking(scene: "Scene") -> bool:
    """Return whether a file of the current step is being checked."""
    return CHECKING in scene.open_run().data


def verdict(scene: "Scene", event: JobFinished, wants: Sequence[str]) -> dict[str, Any] | None:
    """Return what was kept, or None after telling the person what would be right.

    A verdict about another file than the one that is waited for says nothing.
    """
    run = scene.open_run()
    if event.key.rpartition(":")[2] != str(run.data.get(CHECKING)):
        return None
    del run.data[CHECKING]
    if not event.succeeded or not _names_a_file(event.result):
        refuse(scene, event.result, wants)
        return None
    scene.record(facts.PROOF_KEPT, **{**event.result, "step": run.current.name})
    return event.result


def _names_a_file(result: dict[str, Any]) -> bool:
    try:
        UUID(str(result.get("media")))
    except ValueError:
        return False
    return True


def refuse(scene: "Scene", result: dict[str, Any], wants: Sequence[str]) -> None:
    """Tell a person who sent the wrong thing what would be right."""
    run = scene.open_run()
    run.tries += 1
    reason = result.get("reason", "")
    known = reason if reason in REASONS else "unavailable"
    scene.record(facts.PROOF_REFUSED, step=run.current.name, reason=known)
    limit = f"{MAX_MEDIA_BYTES // (1024 * 1024)} MB"
    scene.say_phrase(f"proof_{known}", wanted=wanted(scene, wants), limit=limit)


def insist(scene: "Scene", wants: Sequence[str], buttons: tuple[Button, ...]) -> None:
    """Ask for a file once more; the second time also say that there is no hurry, and show a way elsewhere."""
    run = scene.open_run()
    run.tries += 1
    words = scene.phrase("need_proof", wanted=wanted(scene, wants))
    if run.tries > 1:
        words = f"{words}\n\n{scene.phrase('no_hurry')}"
        buttons = (*buttons, Button(scene.phrase("button_menu"), "/menu"))
    scene.say(words, buttons)


def wanted(scene: "Scene", wants: Sequence[str]) -> str:
    """Return "a picture or a document" for the kinds that are accepted."""
    names = [scene.phrase(f"media_{kind}") for kind in wants]
    return scene.phrase("or").join(names)
