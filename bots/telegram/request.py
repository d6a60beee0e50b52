"""python-telegram-bot over our transport: its `Bot` for the rare calls, one shared pool of connections.

Its own client costs twenty times ours for a send and writes every address, token included, to the log.
"""

import os
from datetime import timedelta
from typing import Any

from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bots.telegram.api import BotApi
from bots.transport import CALL_TIMEOUT, AnswerLost, Transport, TransportError, Upload


class TransportRequest(BaseRequest):
    """Carries python-telegram-bot's calls over the shared transport.

    Args:
        transport: The shared HTTP client; who made it closes it.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    @property
    def read_timeout(self) -> float:
        """How long an answer may take, in seconds, where a call does not say."""
        return CALL_TIMEOUT.total_seconds()

    async def initialize(self) -> None:
        """Do nothing: the transport opens by itself."""

    async def shutdown(self) -> None:
        """Do nothing: the transport is shared."""

    async def do_request(  # budget: python-telegram-bot dictates the signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call and return status and body.

        Raises:
            TimedOut: The answer was lost; what became of the call is not known.
            NetworkError: The call did not reach Telegram.
        """
        seconds = read_timeout if isinstance(read_timeout, (int, float)) else self.read_timeout
        try:
            if request_data is not None and request_data.contains_files:
                files = [
                    Upload(field, str(name), data if isinstance(data, bytes) else data.read(), mime)
                    for field, (name, data, mime) in request_data.multipart_data.items()
                ]
                answer = await self._transport.upload(url, request_data.json_parameters, files)
            else:
                body = request_data.json_payload if request_data is not None else b"{}"
                answer = await self._transport.call(
                    method,
                    url,
                    body=body,
                    headers={"content-type": "application/json"},
                    within=timedelta(seconds=seconds),
                )
        except AnswerLost as error:
            raise TimedOut(str(error)) from None  # no cause: it might name the address
        except TransportError as error:
            raise NetworkError(str(error)) from None
        return answer.status, answer.body


def library_bot(api: BotApi) -> Bot:
    """Return python-telegram-bot's `Bot` for this account, over the shared transport."""
    # Its documented switch for durations as timedelta; without it every 429 warns of a deprecation.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    request = TransportRequest(api.transport)
    return Bot(
        api.token,
        base_url=f"{api.api_url}/bot",
        base_file_url=f"{api.api_url}/file/bot",
        request=request,
        get_updates_request=request,
    )
