"""The dialogue that every group plays: people who walk through a workflow that ships with Sunup, again and again."""

from dataclasses import dataclass

import orjson

ANSWERS = (
    "/start client_followup",
    "Nadia",
    "An open quote",
    "done",
    "skip",
    "go on now",
    "Not yet",
    "done",
    "1",
    "skip",
)
"""One walk from the start to the summary; each answer is one complete turn, and the last one ends the workflow."""

FIRST_PERSON = 700_000_000
FIRST_UPDATE = 800_000_000
MOMENT = 1_790_000_000
"""When the first message was sent, in seconds since 1970."""


@dataclass(slots=True)
class Crowd:
    """People who write in turn, each with the next answer of their own walk.

    A crowd is cut in as many parts as there are connections, so that one person's answers keep their order.

    Args:
        people: How many.
        connections: How many parts.
        first: Number of the first one, so that two crowds share nobody.
        channel: Where they write.
    """

    people: int
    connections: int
    first: int = 0
    channel: str = "telegram"

    def turns(self, part: int, count: int, start: int) -> list[tuple[int, int]]:
        """Return who speaks next in one part, and in which turn of theirs.

        Args:
            part: Which one, from 0.
            count: How many.
            start: How many this part has sent before.
        """
        mine = max(1, self.people // self.connections)
        found = []
        for place in range(start, start + count):
            round_, who = divmod(place, mine)
            found.append((self.first + part * mine + who, round_))
        return found


def answer(turn: int) -> str:
    """Return what somebody says in their `turn`-th turn, the same every time."""
    return ANSWERS[turn % len(ANSWERS)]


def update(person: int, turn: int) -> bytes:
    """Return a Telegram update with a person's answer in their `turn`-th turn, the same one every time."""
    text = answer(turn)
    number = FIRST_PERSON + person
    message = {
        "message_id": 2 * turn + 1,
        "from": {
            "id": number,
            "is_bot": False,
            "first_name": "Asha",
            "last_name": "Rao",
            "username": f"asha_{person}",
            "language_code": "en",
        },
        "chat": {
            "id": number,
            "first_name": "Asha",
            "last_name": "Rao",
            "username": f"asha_{person}",
            "type": "private",
        },
        "date": MOMENT + turn,
        "text": text,
    }
    if text.startswith("/"):
        message["entities"] = [{"offset": 0, "length": len(text.partition(" ")[0]), "type": "bot_command"}]
    return orjson.dumps({"update_id": FIRST_UPDATE + person * 10_000 + turn, "message": message})
