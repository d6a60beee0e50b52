"""What lives only for a moment: triggers that open one form, and addresses that take five answers."""

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
from aiohttp import web

from tests.fakes.slack.blocks import read_blocks
from tests.fakes.slack.errors import Json, Refused
from tests.fakes.slack.workspace import Channel, Shown

if TYPE_CHECKING:
    from tests.fakes.slack.people import Person
    from tests.fakes.slack.server import FakeSlack

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 1800.0
RESPONSE_TIMES = 5


class Triggers:
    """Trigger ids: each opens one form within three seconds. Source: Slack's page on interactivity."""

    def __init__(self, slack: "FakeSlack") -> None:
        self.slack = slack
        self.seconds = TRIGGER_SECONDS
        self._made: dict[str, tuple[Person, float]] = {}
        self._used: set[str] = set()
        self._numbers = itertools.count(1)

    def new(self, person: "Person") -> str:
        """Return a trigger of a person's."""
        trigger = f"{next(self._numbers)}.{person.team.id}.{person.id}"
        self._made[trigger] = person, self.slack.clock.time()
        return trigger

    def use(self, trigger: object) -> "Person":
        """Return whose trigger it is; refuses one that is unknown, used or too old."""
        found = self._made.get(str(trigger))
        if found is None:
            raise Refused("invalid_trigger_id")
        if str(trigger) in self._used:
            raise Refused("exchanged_trigger_id")
        person, made_at = found
        if self.slack.clock.time() - made_at > self.seconds:
            raise Refused("expired_trigger_id")
        self._used.add(str(trigger))
        return person


@dataclass(slots=True)
class Place:
    """Where an answer to a response address goes."""

    person: "Person"
    channel: Channel
    ts: str
    made_at: float
    uses: int = 0


class Responses:
    """Response addresses: five answers within thirty minutes, with no token."""

    def __init__(self, slack: "FakeSlack") -> None:
        self.slack = slack
        self._places: dict[str, Place] = {}
        slack.router.add_post("/actions/{key}", self._answer)

    def url(self, person: "Person", channel: Channel, ts: str) -> str:
        """Return an address for answers to what a person did."""
        key = f"r{len(self._places) + 1}"
        self._places[key] = Place(person, channel, ts, self.slack.clock.time())
        return f"{self.slack.url}/actions/{key}"

    async def _answer(self, request: web.Request) -> web.Response:
        place = self._places.get(request.match_info["key"])
        if place is None:
            return web.Response(status=404, text="no_service")
        place.uses += 1
        if place.uses > RESPONSE_TIMES or self.slack.clock.time() - place.made_at > RESPONSE_SECONDS:
            return web.Response(status=404, text="used_url" if place.uses > RESPONSE_TIMES else "expired_url")
        try:
            content = orjson.loads(await request.read())
            self._show(place, content)
        except (orjson.JSONDecodeError, Refused):
            return web.Response(status=400, text="invalid_payload")
        return web.Response(text="ok")

    def _show(self, place: Place, content: Json) -> None:
        blocks = read_blocks(content["blocks"]) if content.get("blocks") else []
        old = place.channel.find(place.ts)
        if old is not None and content.get("delete_original"):
            place.channel.shown.remove(old)
        elif old is not None and content.get("replace_original", True):
            old.words, old.blocks = content.get("text", ""), blocks
            old.edits += 1
        else:
            only_for = "" if content.get("response_type") == "in_channel" else place.person.id
            ts = place.person.team.new_ts()
            place.channel.show(Shown(ts, place.channel.id, content.get("text", ""), blocks, only_for=only_for))
            return
        place.channel.notify()
