"""proof: a picture, a document or a recording that shows that something was done."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from conversations import evidence
from conversations.step import Step, StepName
from conversations.text import Text
from core.messages import Button, InboundMessage

if TYPE_CHECKING:
    from conversations.events import JobFinished
    from conversations.scene import Scene

ProofKind = Literal["image", "document", "voice"]


class Proof(Step):
    """A picture, a document or a recording that shows that something was done.

    Attributes:
        proof: The step's name.
        text: What to send.
        accept_: Written `accept`: the kinds that count.
        optional: Whether the person may skip it.
    """

    kind: ClassVar[str] = "proof"

    proof: StepName
    text: Text
    accept_: Annotated[tuple[ProofKind, ...], Field(alias="accept", min_length=1)] = ("image", "document", "voice")
    optional: bool = False

    def enter(self, scene: "Scene") -> None:
        """Ask for it."""
        self.ask_again(scene)

    def ask_again(self, scene: "Scene") -> None:
        """Ask for it, unless one is being checked."""
        if evidence.is_checking(scene):
            scene.say_phrase("still_checking")
        else:
            scene.prompt(scene.words(self.text), self._buttons(scene))

    def _buttons(self, scene: "Scene") -> tuple[Button, ...]:
        return scene.choices("skip") if self.optional else ()

    def accept(self, scene: "Scene", message: InboundMessage, choice: str) -> None:
        """Have a file checked; say what would be right to anything else."""
        if self.optional and (choice == "skip" or scene.means(message.text, "skip")):
            scene.finish(skipped=True)
        elif message.attachments:
            evidence.take(scene, message, self.accept_)
        elif evidence.is_checking(scene):
            scene.say_phrase("still_checking")
        else:
            evidence.insist(scene, self.accept_, self._buttons(scene))

    def job_finished(self, scene: "Scene", event: "JobFinished") -> None:
        """Go on with a proof that was kept."""
        kept = evidence.verdict(scene, event, self.accept_)
        if kept is not None:
            scene.say_phrase("proof_kept")
            scene.finish(kept["media"], "")
