"""The server itself: HTTP in front of an account, and a second server that stands for the media network."""

import base64
import itertools
import re
from collections.abc import Awaitable, Callable

from aiohttp import web

from tests.fakes.clock import Clock
from tests.fakes.deliveries import Deliveries
from tests.fakes.server import FakeServer, misbehave
from tests.fakes.twilio import resources
from tests.fakes.twilio.account import VERSION, Account, Message
from tests.fakes.twilio.errors import Refused
from tests.fakes.twilio.faults import Faults, Limits
from tests.fakes.twilio.people import Person, Shown
from tests.fakes.twilio.sending import read_draft, verdict
from tests.fakes.twilio.statuses import Report, Statuses
from tests.fakes.twilio.webhooks import Params, Webhooks

SPOKEN = re.compile(rb"<Message[^>]*>(.*?)</Message>", re.DOTALL)
MEDIA_LIMIT = 16 * 1024 * 1024
Answer = Callable[[Account, web.Request], Awaitable[web.StreamResponse]]


class MediaNetwork(FakeServer):
    """Where media really lie: another host, which wants no credentials and remembers who sent some."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.files: dict[str, tuple[bytes, str]] = {}
        self.leaked: list[str] = []
        self.router.add_get("/{name}", self._serve)

    async def _serve(self, request: web.Request) -> web.Response:
        if "Authorization" in request.headers:
            self.leaked.append(request.headers["Authorization"])
        found = self.files.get(request.match_info["name"])
        return web.Response(body=found[0], content_type=found[1]) if found else web.Response(status=404)


class FakeTwilio(FakeServer):
    """Twilio on the loopback; see the package's docstring.

    Args:
        host: Where to listen.
        port: 0 takes a free one.
        pace: Factor on every waiting time between deliveries.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0, *, pace: float = 1.0) -> None:
        super().__init__(host, port)
        self.clock = Clock(pace)
        self.faults = Faults()
        self.limits: Limits | None = None
        self.accounts: dict[str, Account] = {}
        self.people: dict[str, Person] = {}
        self.network = MediaNetwork(host)
        self.redirect_media_to = ""
        self.webhooks = Webhooks(self.clock)
        self.statuses = Statuses(self.webhooks)
        self.inbound = Deliveries[tuple[Person, Message, Params]](self._carry)
        self.lost: list[str] = []
        self._numbers = itertools.count(4915700000001)
        for method, path, name, answer in self._routes():
            self.router.add_route(method, path, self._guarded(name, answer))

    @property
    def api_url(self) -> str:
        """What SUNUP_TWILIO_API_URL and SUNUP_TWILIO_CONTENT_API_URL are to be."""
        return self.url

    def connect(self, program: str) -> dict[str, str]:
        """Deliver to a program, and return what it is to be told."""
        account = next(iter(self.accounts.values()), None) or self.account()
        account.webhook = f"{program}/webhooks/whatsapp"
        account.status_callback = f"{program}/webhooks/whatsapp/status"
        return {
            "SUNUP_PUBLIC_URL": program,
            "SUNUP_TWILIO_API_URL": self.api_url,
            "SUNUP_TWILIO_CONTENT_API_URL": self.api_url,
            "SUNUP_TWILIO_ACCOUNT_SID": account.sid,
            "SUNUP_TWILIO_AUTH_TOKEN": account.auth_token,
            "SUNUP_WHATSAPP_FROM": account.sender,
        }

    async def start(self) -> None:
        """Listen, on both ports."""
        await self.network.start()
        await super().start()

    async def stop(self) -> None:
        """Stop delivering, answering and listening."""
        await self.inbound.close()
        await self.statuses.deliveries.close()
        await self.webhooks.outgoing.close()
        await super().stop()
        await self.network.stop()

    def account(self, sender: str = "whatsapp:+15550001111") -> Account:
        """Return a new account with a sender of its own."""
        account = Account(sender)
        self.accounts[account.sid] = account
        return account

    def person(self, name: str = "Asha", *, account: Account | None = None, address: str = "") -> Person:
        """Return somebody who writes to an account, the first one where none is named."""
        account = account or next(iter(self.accounts.values()), None) or self.account()
        person = Person(self, account, name, address or f"+{next(self._numbers)}")
        self.people[name] = person
        return person

    def bring(self, person: Person, message: Message, params: Params) -> None:
        """Bring an inbound message to the program."""
        self.inbound.put((person, message, params), person.address)

    def read(self, account: Account, sid: str) -> None:
        """Tell that somebody has read a message."""
        message = account.find(sid)
        if message is not None:
            message.status = "read"
            self.statuses.put(Report(account, message, "read"))

    async def settled(self) -> None:
        """Wait until everything that was said and told has been delivered."""
        await self.inbound.settled()
        await self.statuses.settled()

    async def _carry(self, parcel: tuple[Person, Message, Params]) -> None:
        person, message, params = parcel
        account = person.account
        if not account.webhook:
            self.lost.append(message.sid)
            return
        answer = await self.webhooks.deliver(account.auth_token, account.webhook, account.fallback, params)
        if not answer.taken:
            self.lost.append(message.sid)
        for words in SPOKEN.findall(answer.body):
            person.screen.show(Shown("", re.sub(r"<[^>]+>", "", words.decode())))

    # -- calls -------------------------------------------------------------------------------

    def _routes(self) -> list[tuple[str, str, str, Answer]]:
        base = f"/{VERSION}/Accounts/{{account}}"
        return [
            ("GET", f"{base}.json", "account", resources.show_account),
            ("POST", f"{base}/Messages.json", "create", self._create),
            ("GET", f"{base}/Messages.json", "list", resources.list_messages),
            ("GET", f"{base}/Messages/{{message}}.json", "fetch", resources.show_message),
            ("GET", f"{base}/Messages/{{message}}/Media.json", "fetch", resources.list_media),
            ("GET", f"{base}/Messages/{{message}}/Media/{{media}}", "media", self._media),
            ("GET", "/v2/Channels/Senders", "senders", resources.list_senders),
            ("GET", "/v1/Services/{service}", "service", resources.show_service),
            ("POST", "/v1/Content", "content", resources.create_content),
            ("GET", "/v1/Content", "content", resources.list_content),
            ("GET", "/v1/ContentAndApprovals", "content", resources.list_approvals),
            ("GET", "/v1/Content/{content}", "content", resources.show_content),
            ("DELETE", "/v1/Content/{content}", "content", resources.delete_content),
            ("GET", "/v1/Content/{content}/ApprovalRequests", "content", resources.show_approval),
            ("POST", "/v1/Content/{content}/ApprovalRequests/whatsapp", "content", resources.submit_content),
        ]

    def _guarded(self, name: str, answer: Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                account = self._account_of(request)
                form = await _form(request)
                account.calls.append((name, form))
                fault = self.faults.next(name, form.get("To"))
                if fault is not None and fault.error is not None:
                    raise fault.error
                if fault is not None and not fault.acted:
                    return await misbehave(request, fault)
                found = await answer(account, request)
                return found if fault is None else await misbehave(request, fault)
            except Refused as refusal:
                return resources.as_response(refusal.as_json(), refusal.status)

        return handle

    def _account_of(self, request: web.Request) -> Account:
        kind, _, proof = request.headers.get("Authorization", "").partition(" ")
        try:
            sid, _, token = base64.b64decode(proof, validate=True).decode().partition(":")
        except ValueError:
            sid = token = ""
        account = self.accounts.get(sid)
        if kind.lower() != "basic" or account is None or token != account.auth_token:
            raise Refused(401, 20003)
        if request.match_info.get("account", sid) != sid:
            raise Refused(404, 20404)
        return account

    async def _create(self, account: Account, request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/x-www-form-urlencoded":
            raise Refused(400, 21604)
        draft = read_draft(account, await _form(request), self.clock)
        message = draft.message
        person = next(
            (each for each in self.people.values() if (each.whatsapp, each.account) == (message.recipient, account)),
            None,
        )
        if person is not None and person.opted_out and account.handles_opt_out:
            raise Refused(400, 21610)
        if self.limits is not None:
            self.limits.admit(account.sender, message.recipient)
        account.messages.append(message)
        answer = message.as_json(account.sid)
        code = verdict(draft, person)
        if not code and message.media_url:
            code = await self._fetch(draft.shown, message.media_url)
        message.sent_at = self.clock.now()
        if person is not None and not code:
            person.screen.show(draft.shown)
        await self.statuses.tell(account, message, code)
        return resources.as_response(answer, 201)

    async def _fetch(self, shown: Shown, url: str) -> int:
        found = await self.webhooks.outgoing.get(url, 10.0)
        if found.status != 200:
            return 63019
        if len(found.body) > MEDIA_LIMIT:
            return 63034
        shown.media, shown.mime = found.body, found.headers.get("Content-Type", "")
        return 0

    async def _media(self, account: Account, request: web.Request) -> web.StreamResponse:
        sid = request.match_info["media"]
        file = account.media(request.match_info["message"], sid)
        if file is None:
            raise Refused(404, 20404)
        self.network.files[sid] = (file.data, file.mime)
        place = self.redirect_media_to or f"{self.network.url}/{sid}?Signature=abc"
        return web.Response(status=307, headers={"Location": place})


async def _form(request: web.Request) -> dict[str, str]:
    if request.content_type != "application/x-www-form-urlencoded":
        return {}
    return {name: str(value) for name, value in (await request.post()).items()}
