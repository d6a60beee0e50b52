"""offer: three bold actions for the day, of which the person picks one, or writes their own."""

from typing import TYPE_CHECKING, Any, ClassVar

from conversations import facts, protocol
from conversations.inputs.text import clean
from conversations.step import Step, StepName
from conversations.text import Text
from conversations.words import place_of, plain_words
from core.actions import LIBRARY, Action, offers
from core.messages import Button, InboundMessage

if TYPE_CHECKING:
    from conversations.scene import Scene

_LONGEST_OWN = 300
_SHORTEST_OWN = 4
"""Characters; what is shorter is no action."""


class Offer(Step):
    """Three bold actions for the day, of which the person picks one, or writes their own.

    They come from the library, each of another part of life: one milder than the person's level, one that fits, one
    bolder. The level grows with what they do and how they rate themselves; nothing comes again within weeks.

    Attributes:
        offer: The step's name; its answer is the action in words.
        text: The question above them.
    """

    kind: ClassVar[str] = "offer"
    takes_words: ClassVar[bool] = True

    offer: StepName
    text: Text

    def enter(self, scene: "Scene") -> None:
        """Choose three and offer them."""
        self._choose(scene)
        self.ask_again(scene)

    def _choose(self, scene: "Scene") -> None:
        kept, day = protocol.take_part(scene), protocol.session_date(scene)
        chosen = [one.id for one in offers(kept.tried, kept.shown, day, str(scene.event_id))]
        scene.protocol = kept.with_shown(LIBRARY, tuple(chosen), day)
        scene.open_run().data["offered"] = chosen

    def ask_again(self, scene: "Scene") -> None:
        """Offer the same ones."""
        lines = [scene.words(self.text), ""]
        for place, action in enumerate(self._offered(scene), 1):
            words, description = action.words(scene.language)
            lines += [f"{place}. {words}", description, ""]
        lines.append(scene.phrase("offer_own"))
        scene.prompt("\n".join(lines), self._buttons(scene), form=scene.form())

    def _offered(self, scene: "Scene") -> list[Action]:
        """Return what is on offer; an action that has left the library meanwhile leaves the offer too."""
        names: Any = scene.open_run().data.get("offered", ())
        return [LIBRARY[name] for name in names if name in LIBRARY]

    def _buttons(self, scene: "Scene") -> tuple[Button, ...]:
        numbers = tuple(scene.choice(str(place + 1), str(place)) for place in range(len(self._offered(scene))))
        return (*numbers, *scene.choices("others"))

    def accept(self, scene: "Scene", message: InboundMessage, choice: str) -> None:
        """Take one of them or the person's own words, or offer three others."""
        words = " ".join(clean(message.text).split())
        if choice == "others" or scene.means(words, "others"):
            self._choose(scene)
            self.ask_again(scene)
            return
        picked = self._picked(scene, words, choice)
        if picked is not None:
            self._take(scene, picked.words(scene.language)[0], picked.id)
        elif choice or message.attachments or len(words) < _SHORTEST_OWN or words.endswith(("?", "؟")):
            scene.open_run().tries += 1
            scene.record(facts.ANSWER_REFUSED, step=self.name, reason="offer_how")
            scene.say(scene.phrase("offer_how"), self._buttons(scene), form=scene.form())
        else:
            self._take(scene, words[:_LONGEST_OWN], "")

    def _picked(self, scene: "Scene", words: str, choice: str) -> Action | None:
        offered, plain = self._offered(scene), plain_words(words)
        if choice.isdecimal() and int(choice) < len(offered):
            return offered[int(choice)]
        place = place_of(plain, len(offered))
        if place is not None:
            return offered[place]
        titles = {plain_words(one.words(scene.language)[0]): one for one in offered}
        return titles.get(plain)

    def _take(self, scene: "Scene", action: str, name: str) -> None:
        protocol.change_session(scene, action=action, action_id=name, action_set_at=scene.now, action_completed=None)
        scene.finish(action)
