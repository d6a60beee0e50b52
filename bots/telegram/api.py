"""The calls of one bot: the one place that knows its token.

Methods live at `{api_url}/bot<token>/<method>`, files at `{api_url}/file/bot<token>/<path>`. The token is
in every address, so addresses are kept in here and go to the transport alone.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import orjson
from yarl import URL

from bots.adapter import too_large
from bots.addresses import HostRefused, require_base
from bots.telegram.batch import updates_in
from bots.telegram.delivery import API_URL
from bots.telegram.interpret import interpret
from bots.transport import (
    CALL_TIMEOUT,
    Answer,
    BodyTooLarge,
    Transport,
    TransportError,
    Upload,
    unanswered,
)
from core import errors

TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)
JSON_HEADERS = {"content-type": "application/json"}


class BotApi:
    """Calls to the Bot API in one bot's name.

    Args:
        token: As BotFather gave it, `<id>:<letters>`.
        api_url: Base of the Bot API; the operator vouches for its host.
        transport: The shared HTTP client.

    Raises:
        ConfigurationError: The token or the base cannot be right. The message never repeats them.
    """

    def __init__(self, token: str, api_url: str, transport: Transport) -> None:
        if not TOKEN.fullmatch(token):
            raise errors.ConfigurationError(
                "SUNUP_TELEGRAM_TOKEN must be the token that BotFather gave, digits, a colon and letters."
            )
        self.bot_id = token.partition(":")[0]
        self.api_url = require_base("SUNUP_TELEGRAM_API_URL", api_url, API_URL)
        self.transport = transport
        self.__token = token
        self.__urls: dict[str, URL] = {}

    def __repr__(self) -> str:
        return f"BotApi(bot_id={self.bot_id!r})"

    @property
    def token(self) -> str:
        """The token, for python-telegram-bot's own calls; keep it out of logs and errors."""
        return self.__token

    async def call(self, method: str, params: Mapping[str, Any], *, within: timedelta = CALL_TIMEOUT) -> Any:
        """Call a method with JSON.

        Args:
            method: `sendMessage` and so on.
            params: Its parameters; nested ones stay nested.
            within: How long the answer may take.

        Returns:
            Telegram's `result`.

        Raises:
            SendError: Classified.
        """
        try:
            body = orjson.dumps(params)
        except orjson.JSONEncodeError:
            raise errors.MessageRejected("The message holds half a character.", code="unencodable") from None
        return _result(await self._post(method, body, within))

    async def updates(self, params: Mapping[str, Any], *, within: timedelta) -> list[bytes]:
        """Fetch updates.

        Returns:
            Each as Telegram wrote it and unread, so that one which cannot be read does not take the others with it.

        Raises:
            SendError: Classified.
        """
        answer = await self._post("getUpdates", orjson.dumps(params), within)
        found = updates_in(answer.body) if answer.status == 200 else None
        if found is None:
            _result(answer)
            raise errors.ChannelUnavailable("Telegram's answer holds no updates.", code="unreadable")
        return found

    async def upload(self, method: str, params: Mapping[str, Any], files: Sequence[Upload]) -> Any:
        """Call a method with files; in a form, nested parameters travel as JSON texts."""
        fields = {
            name: value if isinstance(value, str) else orjson.dumps(value).decode() for name, value in params.items()
        }
        try:
            answer = await self.transport.upload(self._url(method), fields, files)
        except TransportError as error:
            unanswered("Telegram", error)
        return _result(answer)

    async def download(self, path: str, limit: int) -> Answer:
        """Download a file by the path that `getFile` gave.

        Raises:
            MediaRejected: Larger than `limit`, or gone.
            ChannelUnavailable: It may be there later.
        """
        url = f"{self.api_url}/file/bot{self.__token}/{quote(path)}"
        try:
            answer = await self.transport.download(url, limit, trusted=(self.api_url,))
        except BodyTooLarge:
            raise too_large(limit) from None  # what comes next to a URL stays unsaid
        except (TransportError, HostRefused) as error:
            raise errors.ChannelUnavailable(code=type(error).__name__) from None
        if answer.status in (400, 404, 410):
            raise errors.MediaRejected("unavailable")
        if answer.status != 200:
            raise errors.ChannelUnavailable(code=str(answer.status))
        return answer

    async def _post(self, method: str, body: bytes, within: timedelta) -> Answer:
        try:
            return await self.transport.call("POST", self._url(method), body=body, headers=JSON_HEADERS, within=within)
        except TransportError as error:
            unanswered("Telegram", error)

    def _url(self, method: str) -> URL:
        url = self.__urls.get(method)
        if url is None:
            url = self.__urls[method] = URL(f"{self.api_url}/bot{self.__token}/{method}")
        return url


def _result(answer: Answer) -> Any:
    return interpret(answer.status, answer.headers, answer.body)
