"""affirm: the person writes, or changes, what they read to themselves every morning."""

from typing import TYPE_CHECKING, ClassVar

from conversations import facts, protocol
from conversations.inputs.text import clean
from conversations.step import Step, StepName
from conversations.text import Text
from core.messages import Button, InboundMessage
from core.sessions import LONGEST_AFFIRMATIONS, DailyProtocol

if TYPE_CHECKING:
    from conversations.scene import Scene

_SHORTEST = 3
"""Characters; less is a slip of the finger."""


class Affirm(Step):
    """The person writes, or changes, what they read to themselves every morning; each change is a new version.

    Attributes:
        affirm: The step's name.
        text: What is asked, above Sunup's own help to write three good ones.
        optional: Whether the person may go on without any.
    """

    kind: ClassVar[str] = "affirm"
    takes_words: ClassVar[bool] = True

    affirm: StepName
    text: Text
    optional: bool = False

    def enter(self, scene: "Scene") -> None:
        """Ask."""
        self.ask_again(scene)

    def ask_again(self, scene: "Scene") -> None:
        """Show those in use, or help to write the first ones, and ask."""
        text = (scene.protocol or DailyProtocol()).text
        shown = text or scene.phrase("affirm_help")
        scene.prompt(f"{scene.words(self.text)}\n\n{shown}", self._buttons(scene), form=scene.form())

    def _buttons(self, scene: "Scene") -> tuple[Button, ...]:
        """Offer to keep what there is; else to go on without, where that is allowed."""
        if (scene.protocol or DailyProtocol()).version:
            return scene.choices("keep")
        return scene.choices("skip") if self.optional else ()

    def accept(self, scene: "Scene", message: InboundMessage, choice: str) -> None:
        """Keep the words as a new version."""
        words = clean(message.text).strip()
        ways_out = [button.payload.partition(":")[2] for button in self._buttons(scene)]
        if any(choice == way or scene.means(words, way) for way in ways_out):
            scene.finish(skipped=True)
        elif choice:
            self.ask_again(scene)
        elif len(words) > LONGEST_AFFIRMATIONS:
            self._refuse(scene, "affirm_too_long")
        elif len(words) < _SHORTEST or message.attachments:
            self._refuse(scene, "need_words")
        else:
            version = protocol.keep_affirmations(scene, words)
            scene.lead_in("affirm_kept", version=version)
            scene.finish(version)

    def _refuse(self, scene: "Scene", key: str) -> None:
        scene.open_run().tries += 1
        scene.record(facts.ANSWER_REFUSED, step=self.name, reason=key)
        scene.say(scene.phrase(key, limit=LONGEST_AFFIRMATIONS), self._buttons(scene), form=scene.form())
