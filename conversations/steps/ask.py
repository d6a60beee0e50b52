"""ask: a question that is answered in the person's own words."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from conversations import facts, limits, protocol
from conversations.inputs import INPUTS, Answer, Reading, Refused
from conversations.protocol import SAVE_FIELDS
from conversations.step import Step, StepName
from conversations.text import Text
from core.messages import Button, Form, InboundMessage

if TYPE_CHECKING:
    from conversations.scene import Scene

InputType = Literal["text", "name", "number", "date", "time", "email", "phone", "zone"]


class Ask(Step):
    """A question that is answered in the person's own words.

    Attributes:
        ask: The step's name; conditions and texts know the answer by it.
        text: The question.
        type: What kind of answer is wanted.
        least: Smallest number, or fewest characters of a text or name.
        most: Largest number, or most characters of a text or name.
        retry: Said instead of Sunup's own sentence when an answer was not understood.
        optional: Whether the person may skip the question.
        save: Field of the person's profile, or of the daily session, that keeps the answer.
    """

    kind: ClassVar[str] = "ask"
    takes_words: ClassVar[bool] = True

    ask: StepName
    text: Text
    type: InputType = "text"
    least: float | None = None
    most: float | None = None
    retry: Text | None = None
    optional: bool = False
    save: Literal[SAVE_FIELDS] | None = Field(default=None)  # type: ignore[valid-type]  # a Literal of the tuple's values

    @model_validator(mode="after")
    def _check_bounds(self) -> Self:
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError(f"least ({self.least:g}) is more than most ({self.most:g}); swap them")
        if self.type not in ("text", "name", "number") and (self.least is not None or self.most is not None):
            raise ValueError("least and most go with the types text, name and number")
        return self

    def enter(self, scene: "Scene") -> None:
        """Ask."""
        self.ask_again(scene)

    def ask_again(self, scene: "Scene") -> None:
        """Ask, or repeat what still has to be confirmed."""
        data = scene.open_run().data
        if "unsure" in data:
            self._confirm(scene, data["unsure"]["label"])
        else:
            scene.prompt(scene.words(self.text), self._buttons(scene), form=self._form(scene))

    def _buttons(self, scene: "Scene") -> tuple[Button, ...]:
        """Offer what is known already, so that it need not be typed; else to skip, where that is allowed."""
        known = self._known(scene)
        if known:
            return (scene.choice(known, "keep"),)
        return scene.choices("skip") if self.optional else ()

    def _form(self, scene: "Scene") -> Form | None:
        """Offer room for many words, where words are what is wanted."""
        return scene.form() if self.type == "text" else None

    def _known(self, scene: "Scene") -> str:
        """Return what is known of the person that this question would save; empty where nothing is."""
        return str(scene.facts_of_person().get(self.save) or "") if self.save else ""

    def accept(self, scene: "Scene", message: InboundMessage, choice: str) -> None:
        """Take the answer, or say what would be right."""
        run = scene.open_run()
        words = message.text.strip()
        if self.optional and (choice == "skip" or scene.means(words, "skip")):
            scene.finish(skipped=True)
        elif "unsure" in run.data and self._settle(scene, run.data["unsure"], words, choice):
            return
        elif choice == "keep" and self._known(scene):
            scene.finish(self._known(scene))
        elif choice:
            self.ask_again(scene)
        elif not words or message.attachments:
            self._refuse(scene, Refused("need_words"))
        else:
            self._read(scene, words)

    def _read(self, scene: "Scene", words: str) -> None:
        person = scene.person
        country = person.profile.get("country", "")
        reading = Reading(person.language, country, person.zone, scene.now, self.least, self.most)
        try:
            answer = INPUTS[self.type](words[: limits.ANSWER_CHARACTERS], reading)
        except Refused as refusal:
            self._refuse(scene, refusal)
            return
        if answer.sure:
            if len(words) > limits.ANSWER_CHARACTERS:
                scene.lead_in("noted_cut", limit=limits.ANSWER_CHARACTERS)
            self._keep(scene, answer)
        else:
            label = answer.label or str(answer.value)
            scene.open_run().data["unsure"] = {"value": answer.value, "label": label}
            self._confirm(scene, label)

    def _confirm(self, scene: "Scene", label: str) -> None:
        scene.prompt(scene.phrase("is_that_right", answer=label), scene.choices("yes", "no"))

    def _settle(self, scene: "Scene", unsure: dict[str, Any], words: str, choice: str) -> bool:
        """Act on yes or no; return False where the words are another answer altogether."""
        if not words and not choice:
            return False
        del scene.open_run().data["unsure"]
        if choice == "yes" or scene.means(words, "yes"):
            self._keep(scene, Answer(unsure["value"], unsure["label"]))
            return True
        if choice == "no" or scene.means(words, "no"):
            self.ask_again(scene)
            return True
        return False

    def _keep(self, scene: "Scene", answer: Answer) -> None:
        if self.save:
            protocol.save(scene, self.save, answer.value)
        scene.finish(answer.value, answer.label)

    def _refuse(self, scene: "Scene", refusal: Refused) -> None:
        run = scene.open_run()
        run.tries += 1
        scene.record(facts.ANSWER_REFUSED, step=self.name, reason=refusal.phrase)
        own = scene.words(self.retry) if self.retry else scene.phrase(refusal.phrase, **refusal.values)
        again = run.tries > 1 and not self.retry
        words = f"{own}\n\n{scene.words(self.text)}" if again else own
        scene.say(words, self._buttons(scene), form=self._form(scene))
