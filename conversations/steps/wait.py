"""wait: nothing happens until a moment, after a while, or until a signal comes."""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from babel.dates import format_datetime
from pydantic import Field, model_validator

from conversations import facts, phrases
from conversations.duration import Duration
from conversations.step import Step, StepName
from conversations.text import Text
from core.messages import InboundMessage
from core.zones import local_moment, to_local

if TYPE_CHECKING:
    from conversations.events import SignalRaised
    from conversations.scene import Scene

_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"


class Wait(Step):
    """Nothing happens until a moment, after a while, or until a signal comes; the first of them.

    Attributes:
        wait: The step's name.
        text: What is said on arrival; may be left out.
        for_: Written `for`: how long.
        until: Local time of day such as "09:00", the next one that comes; without a zone, in UTC.
        event: Name of a signal, for instance `order_shipped` or `completed.welcome`.
        skippable: Whether the person may go on at once.
    """

    kind: ClassVar[str] = "wait"
    asks: ClassVar[bool] = False

    wait: StepName
    text: Text | None = None
    for_: Duration | None = Field(default=None, alias="for")
    until: Annotated[str, Field(pattern=_TIME)] | None = None
    event: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{0,79}$")] | None = None
    skippable: bool = False

    @model_validator(mode="after")
    def _check_end(self) -> Self:
        if self.for_ is None and self.until is None and self.event is None:
            raise ValueError("a wait says how it ends: for a duration, until a time of day, or on an event")
        return self

    def takes(self, words: str, language: str, default: str) -> bool:
        """Return whether the words ask to go on, where that is allowed."""
        return self.skippable and phrases.means(language, words, "go_on")

    def enter(self, scene: "Scene") -> None:
        """Say that there is a wait, and plan its end."""
        if self.text:
            scene.say(scene.words(self.text), scene.choices("go_on") if self.skippable else ())
        if self.for_:
            scene.wake("over", self.for_)
        if self.until:
            scene.wake_at("until", _next_time(self.until, scene.person.zone, scene.now))

    def ask_again(self, scene: "Scene") -> None:
        """Say until when there is nothing to do."""
        wakes = scene.open_run().wakes
        if wakes and wakes[0].due_at <= scene.now:
            return  # Its end came while the person wanted quiet; the timer fires in a moment and says what is next.
        words = scene.phrase("waiting_until", moment=_spoken(scene, wakes[0].due_at)) if wakes else ""
        words = words or scene.phrase("waiting_event")
        scene.say(words, scene.choices("go_on") if self.skippable else ())

    def accept(self, scene: "Scene", message: InboundMessage, choice: str) -> None:
        """Go on at once where that is allowed, else say until when there is nothing to do."""
        if self.skippable and (choice == "go_on" or scene.means(message.text, "go_on")):
            self._go_on(scene, "skipped")
        else:
            self.ask_again(scene)

    def wake(self, scene: "Scene", kind: str) -> None:
        """Go on; the wait is over."""
        self._go_on(scene, kind)

    def waits_for(self, signal: str) -> bool:
        """Return whether the wait is for this signal."""
        return signal == self.event

    def signal_raised(self, scene: "Scene", event: "SignalRaised") -> None:
        """Go on; what was waited for has happened."""
        self._go_on(scene, "event")

    def _go_on(self, scene: "Scene", reason: str) -> None:
        scene.record(facts.WAIT_ENDED, step=self.name, reason=reason)
        scene.finish(value=reason)


def _spoken(scene: "Scene", moment: datetime) -> str:
    """Return "Monday 09:00", with the date where the weekday alone could mean two days, and UTC without a zone."""
    pattern = "EEEE HH:mm" if moment - scene.now < timedelta(days=6) else "d MMMM, HH:mm"
    words = format_datetime(to_local(moment, scene.person.zone), pattern, locale=scene.locale)
    return words if scene.person.zone else f"{words} UTC"


def _next_time(time_of_day: str, zone: str, now: datetime) -> datetime:
    hour, minute = (int(part) for part in re.split(":", time_of_day))
    today = to_local(now, zone).date()
    moment = local_moment(today, hour, minute, zone)
    return moment if moment > now else local_moment(today + timedelta(days=1), hour, minute, zone)
