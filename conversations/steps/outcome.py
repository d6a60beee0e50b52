"""outcome: what came of it, measured, with a proof where there is one."""

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from conversations import evidence, facts
from conversations.inputs import Reading, Refused, amount
from conversations.step import Step
from conversations.text import Text
from core.executions import Metric
from core.messages import Button, InboundMessage

if TYPE_CHECKING:
    from conversations.events import JobFinished
    from conversations.scene import Scene

_WANTS = ("image", "document", "voice")


class Outcome(Step):
    """What came of it, measured, with a proof where there is one.

    Attributes:
        outcome: What is measured; also the step's name where no id is written.
        text: The question.
        currency: ISO 4217 code of the money where the person names none; for revenue only.
        unit: What a custom metric counts, for instance "new subscribers".
        proof: Whether a proof is asked for after the value.
    """

    kind: ClassVar[str] = "outcome"

    outcome: Metric
    text: Text
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    unit: Text | None = None
    proof: Literal["none", "optional", "required"] = "none"

    def enter(self, scene: "Scene") -> None:
        """Ask for the value."""
        self.ask_again(scene)

    def ask_again(self, scene: "Scene") -> None:
        """Ask for the value, or for the proof once the value is known."""
        data = scene.open_run().data
        if evidence.is_checking(scene):
            scene.say_phrase("still_checking")
        elif "value" in data:
            scene.prompt(scene.phrase("outcome_proof", amount=data["label"]), self._buttons(scene))
        else:
            scene.prompt(scene.words(self.text))

    def _buttons(self, scene: "Scene") -> tuple[Button, ...]:
        return scene.choices("skip") if self.proof == "optional" else ()

    def accept(self, scene: "Scene", message: InboundMessage, choice: str) -> None:
        """Take the value, then the proof."""
        data = scene.open_run().data
        if "value" not in data:
            self._take_value(scene, message)
        elif message.attachments:
            evidence.take(scene, message, _WANTS)
        elif evidence.is_checking(scene):
            scene.say_phrase("still_checking")
        elif self.proof == "optional" and (choice == "skip" or scene.means(message.text, "skip")):
            self._record(scene, None)
        else:
            evidence.insist(scene, _WANTS, self._buttons(scene))

    def _take_value(self, scene: "Scene", message: InboundMessage) -> None:
        run = scene.open_run()
        person = scene.person
        reading = Reading(person.language, person.profile.get("country", ""), person.zone, scene.now)
        currency = self.currency if self.outcome is Metric.REVENUE else ""
        try:
            value, currency = amount.read(message.text, reading, currency, self.outcome)
        except Refused as refusal:
            run.tries += 1
            evidence.keep_as_notes(scene, message, message.attachments)
            scene.record(facts.ANSWER_REFUSED, step=self.name, reason=refusal.phrase)
            words = scene.phrase(refusal.phrase, **refusal.values)
            scene.say(f"{words}\n\n{scene.words(self.text)}" if run.tries > 1 else words)
            return
        unit = scene.words(self.unit) if self.unit else ""
        label = amount.label(value, currency, self.outcome, unit=unit, locale=scene.locale, counted=scene.counted)
        run.data.update(value=str(value), currency=currency, label=label)
        if message.attachments:
            evidence.take(scene, message, _WANTS)
        elif self.proof == "none":
            self._record(scene, None)
        else:
            self.ask_again(scene)

    def job_finished(self, scene: "Scene", event: "JobFinished") -> None:
        """Record the outcome with a proof that was kept."""
        kept = evidence.verdict(scene, event, _WANTS)
        if kept is not None:
            self._record(scene, kept["media"])

    def _record(self, scene: "Scene", proof: str | None) -> None:
        data = scene.open_run().data
        value = Decimal(data["value"])
        scene.record_outcome(self.outcome, value, data["currency"], proof)
        # A float is exact enough for conditions; the outcome itself keeps the Decimal.
        scene.finish(float(value), data["label"])
