"""People on WhatsApp: those who write to a sender, and what their chat shows."""

import itertools
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.reading import Reader, Screen
from tests.fakes.twilio.account import Account, MediaFile, Message, new_sid
from tests.fakes.twilio.content import Choice
from tests.fakes.twilio.webhooks import Params

if TYPE_CHECKING:
    from tests.fakes.twilio.server import FakeTwilio

WINDOW_SECONDS = 24 * 3600.0
STOP = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit"})
START = frozenset({"start", "unstop", "yes"})
_user_ids = itertools.count(1349201)


@dataclass(slots=True)
class Shown:
    """A message from the sender as a person sees it."""

    sid: str
    text: str
    choices: list[Choice] = field(default_factory=list)
    is_list: bool = False
    media: bytes = b""
    mime: str = ""
    template: str = ""
    """The ContentSid that it was made from; empty for free text."""
    read: bool = False

    @property
    def titles(self) -> list[str]:
        """What stands on its buttons, or in the rows of its list."""
        return [choice.title for choice in self.choices]


class Person(Reader[Shown]):
    """Somebody who writes to one sender.

    Args:
        twilio: The server.
        account: Whose sender they write to.
        name: As their profile shows it.
        address: `+…` for a phone number, `CC.…` for a business-scoped user id.
    """

    def __init__(self, twilio: "FakeTwilio", account: Account, name: str, address: str) -> None:
        self.screen: Screen[Shown] = Screen()
        super().__init__(name, self.screen)
        self.twilio = twilio
        self.account = account
        self.address = address
        self.user_id = f"ID.{next(_user_ids)}"
        self.wrote_at: float | None = None
        self.opted_out = False
        self.blocked = False
        self.joined = not account.sandbox

    @property
    def messages(self) -> list[Shown]:
        """What the sender has sent, oldest first."""
        return self.screen.shown

    @property
    def whatsapp(self) -> str:
        """Their address as Twilio writes it."""
        return f"whatsapp:{self.address}"

    @property
    def window_open(self) -> bool:
        """Whether free text reaches them now."""
        return self.wrote_at is not None and self.twilio.clock.time() - self.wrote_at < WINDOW_SECONDS

    def close_window(self) -> None:
        """Let more than a day pass since they last wrote, for Twilio alone."""
        if self.wrote_at is not None:
            self.wrote_at = self.twilio.clock.time() - WINDOW_SECONDS - 1

    async def say(self, text: str, *, extra: Params = ()) -> str:
        """Write a message and return its id; `extra` are parameters that Twilio has only just invented."""
        return self._send([("MessageType", "text"), ("Body", text), *extra], text)

    async def upload(self, data: bytes, *, name: str = "", mime: str = "image/jpeg", text: str = "") -> str:
        """Send a file; a voice note is `audio/ogg`. Its name stays with WhatsApp."""
        kind = mime.partition("/")[0].replace("application", "document")
        return self._send([("MessageType", kind), ("Body", text)], text, [MediaFile(new_sid("ME"), data, mime)])

    async def share_location(self, latitude: float = 19.076, longitude: float = 72.8777, label: str = "") -> str:
        """Send where they are."""
        place = [("Latitude", str(latitude)), ("Longitude", str(longitude)), ("Address", ""), ("Label", label)]
        return self._send([("MessageType", "location"), ("Body", ""), *place], "")

    async def tap(self, title: str, *, message: Shown | None = None) -> str:
        """Tap the newest button of this title, or the one of a certain message.

        Raises:
            AssertionError: There is no such button.
        """
        for shown in [message] if message else reversed(self.messages):
            for choice in shown.choices:
                if choice.title == title:
                    return self.tap_choice(choice, shown)
        raise AssertionError(
            f"no button {title!r}; there are {[each.titles for each in self.messages if each.choices]}"
        )

    def tap_choice(self, choice: Choice, shown: Shown) -> str:
        """Tap a button by what it carries."""
        quoted = [("OriginalRepliedMessageSender", self.account.sender), ("OriginalRepliedMessageSid", shown.sid)]
        if shown.is_list:
            fields = [("MessageType", "interactive"), ("ListId", choice.id), ("ListTitle", choice.title)]
        else:
            fields = [("MessageType", "button"), ("ButtonPayload", choice.id), ("ButtonText", choice.title)]
        return self._send([*fields, ("Body", choice.title), *quoted], choice.title)

    async def opens(self) -> None:
        """Look at the chat: everything in it is read, and the sender is told."""
        for shown in self.messages:
            if not shown.read:
                shown.read = True
                self.twilio.read(self.account, shown.sid)

    async def block(self) -> None:
        """Block the sender; nobody tells it."""
        self.blocked = True

    async def unblock(self) -> None:
        """Take the block away."""
        self.blocked = False

    def _send(self, fields: Params, text: str, media: list[MediaFile] | None = None) -> str:
        media = media or []
        word = text.strip().casefold()
        if self.account.sandbox and word.startswith("join "):
            self.joined = True
            self.wrote_at = self.twilio.clock.time()
            return ""
        now = self.twilio.clock.now()
        sid = new_sid("MM" if media else "SM")
        message = Message(sid, self.whatsapp, self.account.sender, text, "received", True, now, now, media=media)
        self.account.messages.append(message)
        self.wrote_at = self.twilio.clock.time()
        extra = self._opt(word) if self.account.handles_opt_out else []
        if self.joined:
            self.twilio.bring(self, message, [*self._frame(message), *fields, *extra])
        return sid

    def _opt(self, word: str) -> list[tuple[str, str]]:
        if word not in STOP | START:
            return []
        if word in START and not self.opted_out:
            return []
        self.opted_out = word in STOP
        return [("OptOutType", "STOP" if self.opted_out else "START")]

    def _frame(self, message: Message) -> list[tuple[str, str]]:
        number = self.address.removeprefix("+") if self.address.startswith("+") else ""
        contact = {"type": "whatsapp", "data": {"context": {"ProfileName": self.name, "WaId": number}}}
        known = [("WaId", number), ("ExternalUserId", f"whatsapp:{self.user_id}")] if number else []
        base = f"{self.twilio.url}/2010-04-01/Accounts/{self.account.sid}/Messages/{message.sid}/Media"
        files = [
            pair
            for place, file in enumerate(message.media)
            for pair in ((f"MediaUrl{place}", f"{base}/{file.sid}"), (f"MediaContentType{place}", file.mime))
        ]
        return [
            ("SmsMessageSid", message.sid),
            ("SmsSid", message.sid),
            ("MessageSid", message.sid),
            ("AccountSid", self.account.sid),
            ("From", self.whatsapp),
            ("To", self.account.sender),
            ("NumMedia", str(len(message.media))),
            ("NumSegments", "1"),
            ("ReferralNumMedia", "0"),
            ("SmsStatus", "received"),
            ("ApiVersion", "2010-04-01"),
            ("ProfileName", self.name),
            ("ChannelMetadata", json.dumps(contact)),
            # Blank parameters are signed too, and new ones come without notice.
            ("ForwardedHint", ""),
            *known,
            *files,
        ]
