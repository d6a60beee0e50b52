"""Buttons and lists: contents kept at Twilio, one for each shape, whose every word is a variable.

WhatsApp shows buttons only through the Content API. A content for each message would fill the account, so there is one
for each number of choices and arrangement of lines, since a variable may hold no line end. It is made when it is first
needed and found again by its name after a restart. These are never submitted for approval; without it they reach people
inside the reply window alone. Source: Twilio, twilio/quick-reply, twilio/list-picker, Using variables with Content
Templates (at most 100 of them), error 21656.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from time import monotonic
from typing import Any

import orjson
import structlog

from bots.whatsapp.api import TwilioApi
from core import errors
from core.messages import Button

log = structlog.get_logger(__name__)

NAMES = "sunup_shape_"
"""How the names of these contents begin."""
QUICK_REPLY = "twilio/quick-reply"
LIST_PICKER = "twilio/list-picker"
BODY_LIMIT = 1024
ID_LIMIT = 200
BUTTON_TITLE_LIMIT = 20
ROW_TITLE_LIMIT = 24
"""A row may have a description of 72 characters besides; nothing of ours has one."""
ROWS = 10
MOST_LINES = 30
PAUSE = 300.0
"""Seconds for which a content that could not be had is not asked for again."""
PATIENCE = timedelta(seconds=10)
"""How long a message waits for its content before it goes out as numbered text."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The kind of content behind a message's choices.

    Args:
        kind: `twilio/quick-reply` or `twilio/list-picker`.
        count: How many choices, at most 3 or 10.
        breaks: How many line ends follow each line of the body but the last, 1 or 2; empty for a body of one line.
    """

    kind: str
    count: int
    breaks: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """Its name at Twilio; changes with its definition, so that an older one is never taken for it."""
        digest = sha256(orjson.dumps(self.types())).hexdigest()[:12]
        return f"{NAMES}{self.kind.partition('/')[2].replace('-', '_')}_{self.count}_{digest}"

    @property
    def lines(self) -> int:
        """How many lines the body has; its variables are the first ones."""
        return len(self.breaks) + 1

    def types(self) -> dict[str, Any]:
        """Return the definition: a variable for each line of the body, then for each choice its title and its id."""
        ends = ["\n" * count for count in self.breaks]
        body = "".join(_hole(number) + end for number, end in enumerate([*ends, ""], 1))
        holes = [(_hole(title), _hole(title + 1)) for title in range(self.lines + 1, self._places, 2)]
        if self.kind == QUICK_REPLY:
            actions = [{"type": "QUICK_REPLY", "title": title, "id": id_} for title, id_ in holes]
            return {QUICK_REPLY: {"body": body, "actions": actions}}
        items = [{"item": title, "id": id_} for title, id_ in holes]
        # The button that opens the list is shown in every language, so it says nothing but how many there are.
        return {LIST_PICKER: {"body": body, "button": f"☰ 1–{self.count}", "items": items}}

    def request(self) -> dict[str, Any]:
        """Return what makes this content at Twilio."""
        samples = {str(place): f"sample {place}" for place in range(1, self._places)}
        return {"friendly_name": self.name, "language": "en", "variables": samples, "types": self.types()}

    @property
    def _places(self) -> int:
        return self.lines + 1 + 2 * self.count


def fit(kind: str, body: str, buttons: Sequence[Button]) -> tuple[Shape, dict[str, str]] | None:
    """Return the shape that a message needs, and the variables that make it say this.

    Args:
        kind: `twilio/quick-reply` or `twilio/list-picker`.
        body: At least one word.
        buttons: At most 3 or 10.

    Returns:
        None where the body has more lines than a content has variables for.
    """
    lines = [variable(line) for line in body.splitlines()]
    words = [line for line in lines if line]
    if len(words) > MOST_LINES:
        return None
    values = [*words, *(part for button in buttons for part in (variable(button.title), button.payload))]
    shape = Shape(kind, len(buttons), _breaks(lines))
    return shape, {str(place): value for place, value in enumerate(values, 1)}


def variable(text: str) -> str:
    """Return a text as the value of a variable.

    Line ends, tabs and runs of spaces are refused, and so, as people report, is a straight apostrophe.
    Source: Twilio, error 21656; twilio-node, issue 1082.
    """
    return " ".join(text.split()).replace("'", "’")


def _breaks(lines: Sequence[str]) -> tuple[int, ...]:
    found: list[int] = []
    gap = 0
    for line in lines:
        gap += 1
        if line:
            found.append(min(gap, 2))
            gap = 0
    return tuple(found[1:])


class Shelf:
    """The contents of one account, by shape.

    Args:
        api: The account's calls.
        clock: Seconds that never run backwards.
    """

    def __init__(self, api: TwilioApi, clock: Callable[[], float] = monotonic) -> None:
        self._api = api
        self._clock = clock
        self._sids: dict[str, str] = {}
        self._looked = False
        self._not_before: dict[str, float] = {}
        self._lock = asyncio.Lock()

    async def sid_of(self, shape: Shape) -> str | None:
        """Return the id of a shape's content, made where there is none; None where it cannot be had now."""
        name = shape.name
        if name not in self._sids:
            async with self._lock:
                await self._provide(shape)
        return self._sids.get(name)

    def forget(self, shape: Shape) -> None:
        """Forget a content that Twilio no longer has; the next message makes it anew."""
        self._sids.pop(shape.name, None)

    async def _provide(self, shape: Shape) -> None:
        if shape.name in self._sids or self._clock() < self._not_before.get(shape.name, 0):
            return
        try:
            if not self._looked:
                await self._look()
            if shape.name not in self._sids:
                made = await self._api.content("POST", "/v1/Content", shape.request(), within=PATIENCE)
                self._sids[shape.name] = str(made["sid"])
        except (errors.SendError, KeyError) as error:
            self._not_before[shape.name] = self._clock() + PAUSE
            code = error.code if isinstance(error, errors.SendError) else "unreadable"
            log.warning("whatsapp_content_not_made", shape=shape.name, code=code)

    async def _look(self) -> None:
        async for content in self._api.contents("/v1/Content?PageSize=100"):
            name, sid = content.get("friendly_name"), content.get("sid")
            if isinstance(name, str) and name.startswith(NAMES) and isinstance(sid, str):
                self._sids.setdefault(name, sid)
        self._looked = True


def _hole(number: int) -> str:
    return "{{" + str(number) + "}}"
