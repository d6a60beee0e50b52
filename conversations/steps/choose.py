"""choose: a question that is answered by tapping a button."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from conversations import facts, phrases, protocol
from conversations.protocol import SAVE_FIELDS
from conversations.step import Step, StepName
from conversations.text import Text
from conversations.words import place_of, plain_words
from core.messages import Button, InboundMessage

if TYPE_CHECKING:
    from conversations.scene import Scene

Option = Annotated[str, Field(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_-]{0,31}$")]
"""Value of an option; short, because it travels in a button of at most 64 bytes."""

_MOST_OTHERS = 3


class Choose(Step):
    """A question that is answered by tapping a button.

    The title, the value, its number ("2"), the beginning of one title only, and a title among a few other words
    ("code, please") are understood as well.

    Attributes:
        choose: The step's name; conditions know the chosen value by it, texts its title.
        text: The question.
        options: Titles by value, in the order in which they are shown; at least one, at most 20.
        save: Field of the person's profile, or of the daily session, that keeps the value.
    """

    kind: ClassVar[str] = "choose"

    choose: StepName
    text: Text
    options: Annotated[dict[Option, Text], Field(min_length=1, max_length=20)]
    save: Literal[SAVE_FIELDS] | None = Field(default=None)  # type: ignore[valid-type]  # a Literal of the tuple's values

    def takes(self, words: str, language: str, default: str) -> bool:
        """Return whether the words are an option, which goes ahead of a command of the same name."""
        titles = (title.template(language, default).render({}) for title in self.options.values())
        return any(words == plain_words(one) for one in (*titles, *self.options))

    def enter(self, scene: "Scene") -> None:
        """Ask."""
        self.ask_again(scene)

    def ask_again(self, scene: "Scene") -> None:
        """Ask, with a button for each option."""
        scene.prompt(scene.words(self.text), self._buttons(scene))

    def _buttons(self, scene: "Scene") -> tuple[Button, ...]:
        return tuple(scene.choice(scene.words(title), value) for value, title in self.options.items())

    def accept(self, scene: "Scene", message: InboundMessage, choice: str) -> None:
        """Take the choice, or ask politely a second time."""
        value = choice if choice in self.options else self._understood(scene, message.text)
        if value is None:
            scene.open_run().tries += 1
            scene.record(facts.ANSWER_REFUSED, step=self.name, reason="choose_one")
            scene.say(scene.phrase("choose_one"), self._buttons(scene))
            return
        if self.save:
            protocol.save(scene, self.save, value)
        scene.finish(value, scene.words(self.options[value]))

    def _understood(self, scene: "Scene", text: str) -> str | None:
        words = plain_words(text)
        if not words:
            return None
        titles = {value: plain_words(scene.words(title)) for value, title in self.options.items()}
        for value, title in titles.items():
            if words in (title, value.casefold()):
                return value
        if (place := place_of(words, len(titles))) is not None:
            return list(titles)[place]
        begun = [value for value, title in titles.items() if len(words) > 1 and title.startswith(words)]
        if len(begun) == 1:
            return begun[0]
        named = [value for value, title in titles.items() if _is_named(title, words, scene.language)]
        return named[0] if len(named) == 1 and "?" not in text and "؟" not in text else None


def _is_named(title: str, words: str, language: str) -> bool:
    """Return whether a title stands whole among at most three other words, none of which refuses: "code, please"."""
    before, found, behind = f" {_bare(words)} ".partition(f" {_bare(title)} ")
    others = f"{before} {behind}".split()
    return bool(found) and len(others) <= _MOST_OTHERS and not any(phrases.refuses(language, word) for word in others)


def _bare(words: str) -> str:
    """Return words without marks between them, which end no title: "code," is code."""
    return " ".join(filter(None, (word.strip(",.;:!–-") for word in words.split())))
