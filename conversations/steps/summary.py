"""summary: the person's last seven days, with a chart."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from conversations import protocol
from conversations.step import Step, StepName
from conversations.text import Text
from core.ids import MediaId
from core.messages import Priority

if TYPE_CHECKING:
    from conversations.events import JobFinished
    from conversations.scene import Scene

JOB = "draw_week"
"""Draws a picture; takes `{"days": [["2026-11-16", true, 7, true], …], "mirrored": false}`, for each day whether the
morning was done, the rating or null, and whether the action was done; gives back `{"media": "0193…"}`."""
_PATIENCE = timedelta(minutes=15)
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


class Summary(Step):
    """The person's last seven days in words and as a chart; where nothing was done, a kind word alone.

    Attributes:
        summary: The step's name.
        text: What is said with it; `week_mornings`, `week_actions` and `week_average` are the week's.
        empty: What is said where nothing was done in these days.
    """

    kind: ClassVar[str] = "summary"
    asks: ClassVar[bool] = False

    summary: StepName
    text: Text
    empty: Text

    def enter(self, scene: "Scene") -> None:
        """Have the chart drawn; say the words alone where there is nothing to draw."""
        week = protocol.week(scene)
        if not any(done or rating for _, done, rating, _ in week):
            scene.say(scene.words(self.empty), (protocol.button(scene, protocol.MORNING),))
            scene.finish()
            return
        data = scene.open_run().data
        data["nudged"] = scene.priority is not Priority.REPLY
        mirrored = scene.language.partition("-")[0] in _RIGHT_TO_LEFT
        scene.start_job(JOB, days=week, mirrored=mirrored)
        scene.wake("late", _PATIENCE)

    def job_finished(self, scene: "Scene", event: "JobFinished") -> None:
        """Say the words, with the chart where there is one."""
        if scene.open_run().data.get("nudged"):
            scene.priority = Priority.NUDGE
            scene.purpose = scene.open_run().purpose
        self._say(scene, event.result.get("media") if event.succeeded else None)

    def wake(self, scene: "Scene", kind: str) -> None:
        """Say the words alone; the chart takes too long."""
        scene.purpose = scene.open_run().purpose
        self._say(scene, None)

    def _say(self, scene: "Scene", media: Any) -> None:
        scene.say(scene.words(self.text), image=_media(media))
        scene.finish()


def _media(media: Any) -> MediaId | None:
    try:
        return MediaId(UUID(str(media)))
    except ValueError:
        return None
