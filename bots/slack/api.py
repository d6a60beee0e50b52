"""The calls of one workspace: the one place that knows its token.

Methods live at `{api_url}/<method>`, and the token travels in a header. slack_sdk would repeat a lost
`chat.postMessage` once by itself, and that may double the message; here nothing is repeated, the outbox decides.
"""

from collections.abc import Awaitable, Mapping
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

import orjson
from yarl import URL

from bots.addresses import require_base
from bots.slack.interpret import interpret
from bots.transport import CALL_TIMEOUT, Answer, Transport, TransportError, unanswered
from core import errors

API_URL = "https://slack.com/api"
"""Base of Slack's own Web API."""
JSON_HEADERS = {"content-type": "application/json; charset=utf-8"}
FORM_HEADERS = {"content-type": "application/x-www-form-urlencoded"}

Result = TypeVar("Result")


class SlackApi:
    """Calls to the Web API with one token.

    Args:
        token: `xoxb-…` of a workspace or `xapp-…` of the app; empty for one that can call nothing.
        api_url: Base of the Web API; the operator vouches for its host.
        transport: The shared HTTP client.

    Raises:
        ConfigurationError: The token or the base cannot be right. The message never repeats them.
    """

    def __init__(self, token: str, api_url: str, transport: Transport) -> None:
        if not (token.isascii() and all(letter.isalnum() or letter in "-._" for letter in token)):
            raise errors.ConfigurationError("A Slack token is of letters, digits, dots and hyphens, as in xoxb-1-2-a.")
        self.api_url = require_base("SUNUP_SLACK_API_URL", api_url, API_URL)
        self.transport = transport
        self.__token = token
        self.__urls: dict[str, URL] = {}

    def __repr__(self) -> str:
        return f"SlackApi(api_url={self.api_url!r})"

    @property
    def speaks(self) -> bool:
        """Whether there is a token."""
        return bool(self.__token)

    @property
    def bearer(self) -> dict[str, str]:
        """The header that proves who we are; for Slack's own hosts alone."""
        return {"authorization": f"Bearer {self.__token}"}

    async def post(self, method: str, params: Mapping[str, Any], *, within: timedelta = CALL_TIMEOUT) -> Any:
        """Call a method with JSON.

        Args:
            method: `chat.postMessage` and so on.
            params: Its parameters; nested ones stay nested.
            within: How long the answer may take.

        Returns:
            Slack's answer.

        Raises:
            SendError: Classified.
        """
        try:
            body = orjson.dumps(params)
        except orjson.JSONEncodeError:
            raise errors.MessageRejected("The message holds half a character.", code="unencodable") from None
        return await self._call(method, body, JSON_HEADERS | self._proof(), within)

    async def form(self, method: str, params: Mapping[str, str], *, within: timedelta = CALL_TIMEOUT) -> Any:
        """Call a method with a form, which the newer ones of files and those that read something want."""
        return await self._call(method, urlencode(params).encode("ascii"), FORM_HEADERS | self._proof(), within)

    async def ask(self, method: str, params: Mapping[str, str], *, within: timedelta = CALL_TIMEOUT) -> Any:
        """Call a method that shows nothing to anybody; one whose answer was lost may simply be called again.

        Raises:
            SendError: Classified, and never as of unknown outcome.
        """
        return await harmless(self.form(method, params, within=within))

    async def exchange(self, method: str, params: Mapping[str, str], proof: Mapping[str, str]) -> Any:
        """Call a method with a form and another proof than the token."""
        return await self._call(method, urlencode(params).encode("ascii"), {**FORM_HEADERS, **proof}, CALL_TIMEOUT)

    def _proof(self) -> dict[str, str]:
        if not self.__token:
            raise errors.AccountRevoked("This account has no bot token; install the app, or set one.", code="no_token")
        return self.bearer

    async def _call(self, method: str, body: bytes, headers: Mapping[str, str], within: timedelta) -> Any:
        url = self.__urls.get(method)
        if url is None:
            url = self.__urls[method] = URL(f"{self.api_url}/{method}")
        try:
            answer = await self.transport.call("POST", url, body=body, headers=headers, within=within)
        except TransportError as error:
            unanswered("Slack", error)
        return result(method, answer)


async def harmless(call: Awaitable[Result]) -> Result:
    """Await a call that does no harm when it is made twice: an unknown outcome is as good as none."""
    try:
        return await call
    except errors.OutcomeUnknown as error:
        raise errors.ChannelUnavailable(str(error), code=error.code) from None


def result(method: str, answer: Answer) -> Mapping[str, Any]:
    """Return what an answer says; raises `SendError` where it says no."""
    return interpret(method, answer.status, answer.headers, answer.body)
