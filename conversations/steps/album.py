"""album: the person's vision board is shown."""

from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from conversations import protocol
from conversations.step import Step, StepName
from conversations.text import Text
from core.ids import MediaId
from core.messages import Picture
from core.sessions import BoardPicture

if TYPE_CHECKING:
    from conversations.scene import Scene


class Album(Step):
    """The person's vision board is shown, as one album where the channel can; nothing is said where it is empty.

    Attributes:
        album: The step's name.
        text: What is said with it.
    """

    kind: ClassVar[str] = "album"
    asks: ClassVar[bool] = False
    pauses: ClassVar[bool] = False

    album: StepName
    text: Text

    def enter(self, scene: "Scene") -> None:
        """Show it and go straight on."""
        board = scene.protocol.board if scene.protocol else ()
        if board:
            scene.say(scene.words(self.text), album=pictures(board))
            protocol.change_session(scene, vision_board_viewed=True)
        scene.finish()


def pictures(board: tuple[BoardPicture, ...]) -> tuple[Picture, ...]:
    """Return a vision board as part of a message."""
    return tuple(Picture(MediaId(UUID(one.media)), one.caption) for one in board)
