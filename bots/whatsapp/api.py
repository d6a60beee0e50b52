"""The calls of one Twilio account: the one place that knows its token.

Messages live at `{api_url}/2010-04-01/Accounts/{sid}/Messages.json`, contents at `{content_api_url}/v1/Content`, and
senders on a host beside the first of the two. Every call carries Basic credentials; a page's successor and a redirect
are followed to no host but the configured one.
"""

import re
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from bots.adapter import too_large
from bots.addresses import HostRefused, require_base
from bots.transport import (
    CALL_TIMEOUT,
    Answer,
    BodyTooLarge,
    Transport,
    TransportError,
    unanswered,
)
from bots.whatsapp.interpret import interpret
from core import errors

API_URL = "https://api.twilio.com"
CONTENT_API_URL = "https://content.twilio.com"
ACCOUNT = re.compile(r"AC[0-9A-Za-z]+", re.ASCII)
TWILIO_FILE = re.compile(r"https://(?:[a-z0-9-]+\.)*twilio\.com/[!-~]*", re.ASCII)
"""An address at Twilio itself; narrow enough that no two programs read another host out of it."""
TWILIO_API = re.compile(r"https://api\.(?=(?:[a-z0-9-]+\.)*twilio\.com$)", re.ASCII)
FORM_HEADERS = {"content-type": "application/x-www-form-urlencoded"}
JSON_HEADERS = {"content-type": "application/json"}
MOST_PAGES = 1000


class TwilioApi:
    """Calls to Twilio in one account's name.

    Args:
        account_sid: Such as `AC` and 32 hexadecimal digits.
        auth_token: The account's own token; signs webhooks as well.
        urls: Base of the API and base of the Content API; the operator vouches for their hosts.
        transport: The shared HTTP client.

    Raises:
        ConfigurationError: One of them cannot be right. The message never repeats it.
    """

    def __init__(self, account_sid: str, auth_token: str, urls: tuple[str, str], transport: Transport) -> None:
        if not ACCOUNT.fullmatch(account_sid):
            raise errors.ConfigurationError("SUNUP_TWILIO_ACCOUNT_SID must be the account's id, AC and 32 digits.")
        if not auth_token or not auth_token.isascii() or not auth_token.isprintable() or " " in auth_token:
            raise errors.ConfigurationError("SUNUP_TWILIO_AUTH_TOKEN must be the account's auth token.")
        self.account_sid = account_sid
        self.api_url = require_base("SUNUP_TWILIO_API_URL", urls[0], API_URL)
        self.content_api_url = require_base("SUNUP_TWILIO_CONTENT_API_URL", urls[1], CONTENT_API_URL)
        self.__token = auth_token
        self.__credentials = {
            "authorization": "Basic " + b64encode(f"{account_sid}:{auth_token}".encode()).decode(),
            "accept": "application/json",
        }
        self._transport = transport
        self._host = urlsplit(self.api_url).hostname or ""
        # Twilio's own senders live on another host; whoever speaks its API elsewhere has them at the same place.
        self._messaging_url = TWILIO_API.sub("https://messaging.", self.api_url)

    def __repr__(self) -> str:
        return f"TwilioApi(account_sid={self.account_sid!r})"

    @property
    def token(self) -> str:
        """The token that webhooks are signed with; keep it out of logs and errors."""
        return self.__token

    async def create_message(self, fields: Mapping[str, str], *, within: timedelta = CALL_TIMEOUT) -> str:
        """Hand a message over and return its id.

        There is no key that would make a second call harmless, so a lost answer is an unknown outcome.

        Args:
            fields: As the API names them: `To`, `From`, `Body` and so on.
            within: How long the answer may take.

        Raises:
            SendError: Classified.
        """
        try:
            body = urlencode(fields).encode()
        except UnicodeEncodeError:
            raise errors.MessageRejected("The message holds half a character.", code="unencodable") from None
        url = f"{self.api_url}{self._messages()}"
        answer = await self._call("POST", url, FORM_HEADERS, body, within=within)
        sid = answer.get("sid")
        if not isinstance(sid, str):
            raise errors.OutcomeUnknown("The answer names no message.", code="unreadable")
        return sid

    async def messages(self, query: Mapping[str, str]) -> AsyncIterator[dict[str, Any]]:
        """Go through the account's messages, the latest first, page by page.

        Args:
            query: Filters as the API names them: `To`, `From`, `DateSent>`, `PageSize`.

        Raises:
            SendError: Classified; whoever asks again begins anew.
        """
        first = f"{self._messages()}?{urlencode(query)}"
        async for record in self._pages(self.api_url, first, "messages"):
            yield record

    async def media(self, message_sid: str) -> list[tuple[str, str]]:
        """Return address and claimed type of every file of a message."""
        path = f"/2010-04-01/Accounts/{self.account_sid}/Messages/{message_sid}/Media.json"
        found = []
        async for record in self._pages(self.api_url, path, "media_list"):
            uri, mime = record.get("uri"), record.get("content_type")
            if isinstance(uri, str) and uri.startswith("/"):
                found.append((self.api_url + uri.removesuffix(".json"), mime if isinstance(mime, str) else ""))
        return found

    async def contents(self, path: str) -> AsyncIterator[dict[str, Any]]:
        """Go through a list of the Content API, such as `/v1/ContentAndApprovals?PageSize=100`."""
        async for record in self._pages(self.content_api_url, path, "contents"):
            yield record

    async def account(self) -> dict[str, Any]:
        """Return the account itself, such as `{"sid": "AC…", "status": "active", "type": "Full"}`.

        Raises:
            SendError: Classified.
        """
        return await self._call("GET", f"{self.api_url}/2010-04-01/Accounts/{self.account_sid}.json", {})

    async def senders(self) -> AsyncIterator[dict[str, Any]]:
        """Go through the account's registered WhatsApp senders; the sandbox is none of them."""
        async for record in self._pages(self._messaging_url, "/v2/Channels/Senders?Channel=whatsapp", "senders"):
            yield record

    async def service(self, sid: str) -> dict[str, Any]:
        """Return a Messaging Service.

        Raises:
            SendError: Classified; `20404` where there is none.
        """
        return await self._call("GET", f"{self._messaging_url}/v1/Services/{sid}", {})

    async def content(
        self, method: str, path: str, fields: Mapping[str, Any] | None = None, *, within: timedelta = CALL_TIMEOUT
    ) -> dict[str, Any]:
        """Make one call of the Content API with JSON and return its answer.

        Raises:
            SendError: Classified.
        """
        body = None if fields is None else orjson.dumps(fields)
        return await self._call(method, f"{self.content_api_url}{path}", JSON_HEADERS, body, within=within)

    async def download(self, url: str, limit: int) -> Answer:
        """Download a file; the credentials go to Twilio and to the configured base alone, and along with no redirect.

        Raises:
            MediaRejected: Larger than `limit`, gone, or where a stranger may not send us.
            ChannelUnavailable: It may be there later.
        """
        trusted = [self.api_url]
        ours = url.startswith(f"{self.api_url}/")
        if TWILIO_FILE.fullmatch(url):
            trusted, ours = [*trusted, url], True
        headers = {"authorization": self.__credentials["authorization"]} if ours else None
        try:
            # Whoever keeps the API may keep its media beside it, as on another port of the same host.
            answer = await self._transport.download(url, limit, trusted=trusted, hosts=(self._host,), headers=headers)
        except BodyTooLarge:
            raise too_large(limit) from None
        except (HostRefused, ValueError):  # a stranger's address may not even be one
            raise errors.MediaRejected("unavailable") from None
        except TransportError as error:
            raise errors.ChannelUnavailable(code=type(error).__name__) from None
        if answer.status == 200:
            return answer
        if answer.status in (408, 425, 429) or answer.status >= 500 or (ours and answer.status in (401, 403)):
            raise errors.ChannelUnavailable(code=str(answer.status))
        raise errors.MediaRejected("unavailable")

    def _messages(self) -> str:
        return f"/2010-04-01/Accounts/{self.account_sid}/Messages.json"

    async def _pages(self, base: str, path: str, key: str) -> AsyncIterator[dict[str, Any]]:
        seen: set[str] = set()
        while path and path not in seen and len(seen) < MOST_PAGES:
            seen.add(path)
            page = await self._call("GET", base + path, {})
            records = page.get(key)
            for record in records if isinstance(records, list) else ():
                if isinstance(record, dict):
                    yield record
            path = _successor(page)

    async def _call(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        within: timedelta = CALL_TIMEOUT,
    ) -> dict[str, Any]:
        headers = {**self.__credentials, **headers}
        try:
            answer = await self._transport.call(method, url, body=body, headers=headers, within=within)
        except TransportError as error:
            unanswered("Twilio", error, acts=method != "GET")
        try:
            return interpret(answer.status, answer.headers, answer.body)
        except errors.OutcomeUnknown as error:
            if method == "GET":  # asking again is harmless
                raise errors.ChannelUnavailable(str(error), code=error.code) from None
            raise


def _successor(page: Mapping[str, Any]) -> str:
    """Return path and query of the next page; its host is ours to choose, whatever the answer says."""
    meta = page.get("meta")
    following = meta.get("next_page_url") if isinstance(meta, dict) else page.get("next_page_uri")
    if not isinstance(following, str) or not following:
        return ""
    parts = urlsplit(following)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
