"""board: the person changes their vision board: adds a picture, replaces, removes or captions one."""

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from conversations import evidence, facts, protocol
from conversations.inputs.text import clean
from conversations.step import Step, StepName
from conversations.steps.album import pictures
from conversations.text import Text
from conversations.words import place_of, plain_words
from core.messages import InboundMessage
from core.sessions import LONGEST_CAPTION, MOST_PICTURES, BoardPicture

if TYPE_CHECKING:
    from conversations.events import JobFinished
    from conversations.scene import Scene

_WANTS = ("image",)
_DOING, _CAPTION, _PICTURE, _PLACE = "doing", "caption", "picture", "place"
_WHICH = {"replace": "board_which_replace", "remove": "board_which_remove", "caption": "board_which_caption"}
"""What can be done to one picture among several, each with the question for which."""


class Board(Step):
    """The person changes their vision board of at most eight pictures.

    A picture that is sent is added, with the words below it as its caption; on a full board it takes the place of
    another. Buttons remove a picture and change its words.

    Attributes:
        board: The step's name.
        text: What is asked.
    """

    kind: ClassVar[str] = "board"
    takes_words: ClassVar[bool] = True

    board: StepName
    text: Text

    def enter(self, scene: "Scene") -> None:
        """Show the board and ask."""
        board = _board(scene)
        if board:
            scene.say(scene.phrase("board_shown", count=len(board), most=MOST_PICTURES), album=pictures(board))
        self._ask(scene)

    def ask_again(self, scene: "Scene") -> None:
        """Ask what is open: which picture, which words, or what to do."""
        data = scene.open_run().data
        if evidence.is_checking(scene):
            scene.say_phrase("still_checking")
        elif data.get(_DOING) in _WHICH:
            self._ask_which(scene, data[_DOING])
        elif data.get(_DOING) == "words":
            scene.prompt(scene.phrase("board_words"), scene.choices("skip"))
        else:
            self._ask(scene)

    def _ask(self, scene: "Scene") -> None:
        scene.open_run().data.pop(_DOING, None)
        keys = ("remove", "caption", "done") if _board(scene) else ("done",)
        scene.prompt(scene.words(self.text), scene.choices(*keys))

    def _ask_which(self, scene: "Scene", doing: str) -> None:
        data, board = scene.open_run().data, _board(scene)
        data[_DOING] = doing
        lines = [f"{place}. {one.caption or '–'}" for place, one in enumerate(board, 1)]
        numbers = tuple(scene.choice(str(place), str(place)) for place in range(1, len(board) + 1))
        words = "\n".join([scene.phrase(_WHICH[doing], most=MOST_PICTURES), *lines])
        scene.prompt(words, (*numbers, *scene.choices("back")))

    def accept(self, scene: "Scene", message: InboundMessage, choice: str) -> None:
        """Do what is asked, one thing after another, until the person is done."""
        data, words = scene.open_run().data, clean(message.text).strip()
        if message.attachments:
            data[_CAPTION] = words[:LONGEST_CAPTION]
            evidence.take(scene, message, _WANTS)
        elif evidence.is_checking(scene):
            scene.say_phrase("still_checking")
        elif choice == "back" or scene.means(words, "back"):
            self._ask(scene)
        elif data.get(_DOING) in _WHICH:
            self._take_place(scene, choice or plain_words(words))
        elif data.get(_DOING) == "words":
            self._take_words(scene, words, choice)
        else:
            self._begin(scene, words, choice)

    def _begin(self, scene: "Scene", words: str, choice: str) -> None:
        wish = choice or next((key for key in ("remove", "caption", "done") if scene.means(words, key)), "")
        if wish == "done":
            scene.finish(len(_board(scene)))
        elif wish in _WHICH and _board(scene):
            self._ask_which(scene, wish)
        else:
            scene.open_run().tries += 1
            scene.record(facts.ANSWER_REFUSED, step=self.name, reason="board_how")
            scene.say(scene.phrase("board_how"), scene.choices("done"))

    def _take_place(self, scene: "Scene", said: str) -> None:
        data, board = scene.open_run().data, _board(scene)
        place = place_of(said, len(board))
        if place is None:
            self._ask_which(scene, data[_DOING])
        elif data[_DOING] == "remove":
            protocol.keep_board(scene, board[:place] + board[place + 1 :])
            scene.lead_in("board_removed")
            self._ask(scene)
        elif data[_DOING] == "replace":
            self._put(scene, BoardPicture(data.pop(_PICTURE), data.pop(_CAPTION, "")), place)
        else:
            data[_PLACE] = place
            self._ask_words(scene)

    def _ask_words(self, scene: "Scene") -> None:
        scene.open_run().data[_DOING] = "words"
        self.ask_again(scene)

    def _take_words(self, scene: "Scene", words: str, choice: str) -> None:
        data, board = scene.open_run().data, list(_board(scene))
        place = int(data.pop(_PLACE, len(board) - 1))
        skipped = choice == "skip" or scene.means(words, "skip") or not words
        if not skipped and place < len(board):
            board[place] = replace(board[place], caption=words[:LONGEST_CAPTION])
            protocol.keep_board(scene, tuple(board))
        scene.lead_in("board_kept", count=len(board), most=MOST_PICTURES)
        self._ask(scene)

    def job_finished(self, scene: "Scene", event: "JobFinished") -> None:
        """Put a picture that was kept on the board, or ask which one it is to replace."""
        kept = evidence.verdict(scene, event, _WANTS)
        if kept is None:
            return
        data, board = scene.open_run().data, _board(scene)
        if len(board) < MOST_PICTURES:
            self._put(scene, BoardPicture(kept["media"], data.pop(_CAPTION, "")), len(board))
        else:
            data[_PICTURE] = kept["media"]
            self._ask_which(scene, "replace")

    def _put(self, scene: "Scene", picture: BoardPicture, place: int) -> None:
        board = _board(scene)
        protocol.keep_board(scene, (*board[:place], picture, *board[place + 1 :]))
        if picture.caption:
            scene.lead_in("board_kept", count=len(_board(scene)), most=MOST_PICTURES)
            self._ask(scene)
        else:
            scene.open_run().data[_PLACE] = place
            self._ask_words(scene)


def _board(scene: "Scene") -> tuple[BoardPicture, ...]:
    return scene.protocol.board if scene.protocol else ()
