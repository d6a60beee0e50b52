"""Members of a workspace: those who talk to the app."""

import itertools
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import orjson

from tests.fakes.outgoing import Answer
from tests.fakes.reading import Reader
from tests.fakes.slack.blocks import buttons, named, visible
from tests.fakes.slack.dispatch import Parcel
from tests.fakes.slack.errors import Json
from tests.fakes.slack.workspace import Channel, Shown, Workspace, new_id

if TYPE_CHECKING:
    from tests.fakes.slack.files import File
    from tests.fakes.slack.server import FakeSlack

_events = itertools.count(1)


class Tap:
    """A tapped button: the program has three seconds to say that it has heard."""

    def __init__(self, trigger_id: str) -> None:
        self.trigger_id = trigger_id
        self.answer: Answer | None = None

    def end(self, answer: Answer) -> None:
        """Keep what the program answered."""
        self.answer = answer

    @property
    def failed(self) -> bool:
        """Whether Slack has shown a warning sign beside the button."""
        return self.answer is not None and not self.answer.taken


class Person(Reader[Shown]):
    """A member who talks to the app, in direct messages unless a channel is named.

    Args:
        slack: The server.
        team: The workspace.
        name: What people call them.
        zone: Their time zone; empty for somebody of whom it is not known.
        locale: Their language, for instance `en-IN`.
    """

    def __init__(self, slack: "FakeSlack", team: Workspace, name: str, zone: str, locale: str) -> None:
        self.channel = Channel(new_id("D"), "directmessage")
        team.channels[self.channel.id] = self.channel
        super().__init__(name, self.channel)
        self.slack = slack
        self.team = team
        self.id = new_id("U")
        self.zone = zone
        self.locale = locale
        self.deleted = False
        self.is_bot = False
        self.home: Json | None = None
        self.modal: Json | None = None
        self.errors: dict[str, str] = {}
        self.notices: list[str] = []
        """What the app has said to them alone: answers to commands."""

    @property
    def messages(self) -> list[Shown]:
        """What the app has sent to the direct messages, oldest first."""
        return self.channel.shown

    @property
    def views(self) -> list[Json]:
        """What stands beside the messages: the home tab, and a form that is open."""
        found = [("home", self.home), ("form", self.modal)]
        return [
            {
                "place": place,
                "text": visible(view["blocks"]),
                "buttons": [element["text"]["text"] for element, _ in buttons(view["blocks"])],
                "fields": [block["label"]["text"] for block in view["blocks"] if block["type"] == "input"],
            }
            for place, view in found
            if view is not None
        ]

    def as_json(self, *, with_locale: bool = False) -> Json:
        """Return the member as `users.info` shows them."""
        found: Json = {
            "id": self.id,
            "team_id": self.team.id,
            "name": self.name.lower().replace(" ", "."),
            "real_name": self.name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": int(time.time()),
            "profile": {"real_name": self.name, "display_name": self.name.partition(" ")[0], "team": self.team.id},
        }
        if self.zone:
            offset = self.slack.clock.now().astimezone(ZoneInfo(self.zone)).utcoffset()
            found |= {"tz": self.zone, "tz_label": self.zone, "tz_offset": int(offset.total_seconds() if offset else 0)}
        return {**found, "locale": self.locale} if with_locale else found

    # -- messages ----------------------------------------------------------------------------

    async def say(self, text: str, *, channel: Channel | None = None, thread: str = "") -> str:
        """Write a message and return its timestamp."""
        return self._post({"text": _escape(text)}, channel, thread)

    async def mention(self, text: str, channel: Channel, *, thread: str = "") -> str:
        """Call the app in a channel: two events come of it."""
        return self._post({"text": f"<@{self.team.bot_user}> {_escape(text)}"}, channel, thread, mentions=True)

    async def upload(
        self,
        data: bytes,
        *,
        name: str = "photo.jpg",
        mime: str = "image/jpeg",
        text: str = "",
        channel: Channel | None = None,
        seconds: float = 0,
    ) -> "File":
        """Send a file; an audio clip is one with `seconds`."""
        file = self.slack.files.keep(self.team, data, name, mime)
        file.seconds = seconds
        fields: Json = {"subtype": "file_share", "files": [file.as_json(self.slack.url)], "upload": False}
        self._post({"text": _escape(text), **fields}, channel)
        return file

    async def edit(self, ts: str, text: str, *, channel: Channel | None = None) -> None:
        """Change a message of one's own."""
        place = channel or self.channel
        old = next(each for each in place.said if each["ts"] == ts)
        new = {**old, "text": _escape(text), "edited": {"user": self.id, "ts": self.team.new_ts()}}
        place.said[place.said.index(old)] = new
        self._event({"type": "message", "subtype": "message_changed", "message": new, "previous_message": old}, place)

    async def delete(self, ts: str, *, channel: Channel | None = None) -> None:
        """Delete a message of one's own."""
        place = channel or self.channel
        old = next(each for each in place.said if each["ts"] == ts)
        place.said.remove(old)
        gone = {"type": "message", "subtype": "message_deleted", "deleted_ts": ts, "previous_message": old}
        self._event(gone, place)

    def _post(self, content: Json, channel: Channel | None, thread: str = "", *, mentions: bool = False) -> str:
        place, ts = channel or self.channel, self.team.new_ts()
        message = {"type": "message", "user": self.id, "ts": ts, "team": self.team.id, **content}
        message |= {"client_msg_id": f"00000000-0000-4000-8000-{next(_events):012x}"} if "files" not in content else {}
        if thread:
            message["thread_ts"] = thread
        if self.is_bot:
            message["bot_id"] = f"B{self.id[1:]}"
        place.said.append(message)
        self._event(message, place)
        if mentions:
            self._event({**message, "type": "app_mention"}, place)
        return ts

    def _event(self, event: Json, channel: Channel) -> None:
        if not channel.app_is_in:
            return
        where = {"channel": channel.id, "event_ts": self.team.new_ts()}
        if event["type"] == "message":
            where["channel_type"] = "im" if channel.direct else "channel"
        self.slack.event(self.team, {**event, **where}, queue=channel.id)

    # -- buttons, forms, commands ------------------------------------------------------------

    async def tap(self, title: str, *, message: Shown | None = None, channel: Channel | None = None) -> Tap:
        """Tap the newest button of this title, or the one of a certain message.

        Raises:
            AssertionError: There is no such button.
        """
        place = channel or self.channel
        for shown in [message] if message else reversed(place.shown):
            for element, block_id in buttons(shown.blocks):
                if element["text"]["text"] == title:
                    return self.tap_element(element, block_id, shown, place)
        raise AssertionError(f"no button {title!r}; there are {[each.titles for each in place.shown if each.titles]}")

    async def tap_home(self, title: str) -> Tap:
        """Tap a button of the home tab."""
        view: Json = self.home or {"blocks": []}
        for element, block_id in buttons(view["blocks"]):
            if element["text"]["text"] == title:
                tap = self._tap()
                container = {"type": "view", "view_id": view["id"]}
                self._act(tap, element, block_id, {"container": container, "view": view})
                return tap
        raise AssertionError(f"no button {title!r} at home")

    def tap_element(self, element: Json, block_id: str, shown: Shown, channel: Channel | None = None) -> Tap:
        """Tap a button by what it carries."""
        place, tap = channel or self.channel, self._tap()
        message: Json = {
            "container": {
                "type": "message",
                "message_ts": shown.ts,
                "channel_id": place.id,
                "is_ephemeral": bool(shown.only_for),
            },
            "channel": {"id": place.id, "name": place.name},
            "message": shown.as_json(self.team),
            "state": {"values": {}},
            "response_url": self.slack.responses.url(self, place, shown.ts),
        }
        if shown.thread:
            message["container"]["thread_ts"] = shown.thread
        self._act(tap, element, block_id, message)
        return tap

    def _act(self, tap: Tap, element: Json, block_id: str, more: Json) -> None:
        carried: Json = {name: element[name] for name in ("value", "selected_option") if name in element}
        action: Json = {
            "type": element["type"],
            "action_id": element.get("action_id") or "x1",
            "block_id": block_id,
            "text": element["text"],
            "action_ts": self.team.new_ts(),
            **carried,
        }
        payload = {"type": "block_actions", **self._interaction(tap), "actions": [action], **more}
        self.slack.dispatch.put(Parcel("interactive", tap.trigger_id, payload, tap.end), self.id)

    async def opens_home(self) -> None:
        """Look at the app's home tab."""
        event = {"type": "app_home_opened", "user": self.id, "channel": self.channel.id, "tab": "home"}
        shown = {"view": self.home} if self.home else {}
        self.slack.event(self.team, {**event, **shown, "event_ts": self.team.new_ts()}, queue=self.id)

    async def submits(self, answers: Mapping[str, str] | str) -> Tap:
        """Send the open form; a single text goes into every field, else fields go by label or block id.

        Raises:
            AssertionError: No form is open.
        """
        view = self.modal
        if view is None:
            raise AssertionError(f"{self.name} has no form open")
        values: Json = {}
        for block in (each for each in view["blocks"] if each["type"] == "input"):
            element, label = block["element"], block["label"]["text"]
            given = answers if isinstance(answers, str) else answers.get(label, answers.get(block["block_id"]))
            answer = {"type": element["type"], "value": given}
            values[block["block_id"]] = {element.get("action_id") or "x1": answer}
        filled = {**view, "state": {"values": values}}
        tap = self._tap()

        def answered(answer: Answer) -> None:
            tap.end(answer)
            self._after(answer)

        payload = {"type": "view_submission", **self._interaction(tap), "view": filled, "response_urls": []}
        self.slack.dispatch.put(Parcel("interactive", tap.trigger_id, payload, answered), self.id)
        return tap

    def _after(self, answer: Answer) -> None:
        if not answer.taken:
            return
        found = orjson.loads(answer.body) if answer.body.startswith(b"{") else {}
        self.errors = found.get("errors", {})
        match found.get("response_action"):
            case "errors":
                pass
            case "update" | "push":
                self.modal = {**found["view"], "blocks": named(found["view"]["blocks"]), "id": new_id("V")}
            case _:
                self.modal = None

    async def command(self, command: str, text: str = "", *, channel: Channel | None = None) -> Tap:
        """Use a slash command."""
        place, tap = channel or self.channel, self._tap()
        form = {
            "token": self.slack.app.token,
            "team_id": self.team.id,
            "team_domain": self.team.domain,
            "channel_id": place.id,
            "channel_name": place.name,
            "user_id": self.id,
            "user_name": self.name.lower(),
            "command": command,
            "text": _escape(text),
            "api_app_id": self.slack.app.id,
            "is_enterprise_install": "false",
            "response_url": self.slack.responses.url(self, place, ""),
            "trigger_id": tap.trigger_id,
        }

        def answered(answer: Answer) -> None:
            tap.end(answer)
            if answer.taken and answer.body:
                self.notices.append(_said(answer.body))

        self.slack.dispatch.put(Parcel("slash_commands", tap.trigger_id, form, answered), self.id)
        return tap

    def _tap(self) -> Tap:
        return Tap(self.slack.triggers.new(self))

    def _interaction(self, tap: Tap) -> Json:
        return {
            "user": {"id": self.id, "username": self.name.lower(), "name": self.name.lower(), "team_id": self.team.id},
            "api_app_id": self.slack.app.id,
            "token": self.slack.app.token,
            "trigger_id": tap.trigger_id,
            "team": {"id": self.team.id, "domain": self.team.domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    # -- the account -------------------------------------------------------------------------

    async def changes(self, *, name: str = "", zone: str = "", locale: str = "") -> None:
        """Change one's profile, of which the app is told."""
        self.name, self.zone, self.locale = name or self.name, zone or self.zone, locale or self.locale
        event = {"type": "user_change", "user": self.as_json(with_locale=True), "event_ts": self.team.new_ts()}
        self.slack.event(self.team, event, queue=self.id)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _said(body: bytes) -> str:
    if body.startswith(b"{"):
        return str(orjson.loads(body).get("text", ""))
    return parse_qs(body.decode()).get("text", [body.decode()])[0]
