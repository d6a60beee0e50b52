"""Long polling: fetching updates where Telegram cannot reach us. One poller per bot.

Telegram forgets an update as soon as a later offset is asked for, so the offset moves only after the
updates before it were committed. Source: Bot API, getUpdates.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import structlog

from bots.adapter import Request
from bots.stopping import unless
from bots.telegram import setup
from bots.telegram.adapter import TelegramAdapter
from bots.telegram.batch import update_id_of
from bots.telegram.parse import ALLOWED_UPDATES
from bots.telegram.signature import HEADER
from core import errors

log = structlog.get_logger(__name__)

HOLD = timedelta(seconds=50)
"""How long Telegram holds a request open while there is nothing to tell."""
MARGIN = timedelta(seconds=15)
"""How much longer than `HOLD` an answer may take before it counts as lost."""
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(seconds=60)
BATCH = 100

Take = Callable[[Sequence[Request]], Awaitable[None]]
"""Keeps requests for good; returns only when they are committed."""
Bury = Callable[[Request, errors.Uninterpretable], Awaitable[None]]
"""Keeps one that cannot be understood as a dead letter."""


async def poll(
    adapter: TelegramAdapter,
    take: Take,
    bury: Bury,
    *,
    stop: asyncio.Event,
    hold: timedelta = HOLD,
    first_pause: timedelta = FIRST_PAUSE,
) -> None:
    """Fetch updates and hand them on, until told to stop.

    Each update becomes the request that a webhook would have brought, with its secret. One that cannot be
    understood goes to `bury` and never holds up its neighbours; one of no concern is dropped.

    Args:
        adapter: The account.
        take: Called with what came in at once, in order; while it fails, the same is fetched again.
        bury: Called with a dead letter.
        stop: Set it to end; a request under way is dropped, and a `take` under way is finished.
        hold: How long Telegram holds a request open.
        first_pause: Pause after a first failure; doubles up to a minute.

    Raises:
        AccountRevoked: The token is no longer accepted.
    """
    poller = _Poller(adapter, take, bury, hold)
    pause = first_pause
    while not stop.is_set():
        try:
            updates = await unless(stop, poller.fetch())
            await poller.hand_on(updates or [])
            pause = first_pause
            continue
        except errors.AccountRevoked:
            log.error("telegram_token_refused", account=adapter.account)
            raise
        except errors.SendError as error:
            wait = error.retry_after or pause
            log.warning("telegram_polling_failed", account=adapter.account, code=error.code)
            if error.code == "409":
                await poller.resolve_conflict()
        except errors.StorageUnavailable:
            wait = pause
            log.warning("telegram_polling_not_kept", account=adapter.account)
        except Exception as error:  # noqa: BLE001 - whatever `take` raises, the updates stay with Telegram
            wait = pause
            log.error("telegram_polling_not_kept", account=adapter.account, error=type(error).__name__)
        pause = min(pause * 2, LONGEST_PAUSE)
        await unless(stop, asyncio.sleep(wait.total_seconds()))


class _Poller:
    """Where one bot's polling stands."""

    def __init__(self, adapter: TelegramAdapter, take: Take, bury: Bury, hold: timedelta) -> None:
        self._adapter = adapter
        self._take = take
        self._bury = bury
        self._hold = hold
        self._offset: int | None = None
        self._webhook_deleted = False

    async def fetch(self) -> list[bytes]:
        params: dict[str, Any] = {
            "timeout": int(self._hold.total_seconds()),
            "limit": BATCH,
            "allowed_updates": ALLOWED_UPDATES,
        }
        if self._offset is not None:
            params["offset"] = self._offset
        updates = await self._adapter.api.updates(params, within=self._hold + MARGIN)
        if not updates:
            # What we confirmed is confirmed. Asking for it again after a quiet week, when Telegram goes on
            # with a random number, could pass over a lower one.
            self._offset = None
        return updates

    async def hand_on(self, updates: Sequence[bytes]) -> None:
        numbers = [number for number in map(update_id_of, updates) if number is not None]
        if updates and not numbers:
            raise errors.ChannelUnavailable("Telegram's updates have no numbers to confirm.", code="unreadable")
        wanted: list[Request] = []
        odd: list[tuple[Request, errors.Uninterpretable]] = []
        for update in updates:
            request = self._request(update)
            try:
                if self._adapter.parse(request):
                    wanted.append(request)
            except errors.Uninterpretable as error:
                odd.append((request, error))
            except errors.Malformed:
                odd.append((request, errors.Uninterpretable("update that is no JSON object")))
            except Exception as error:  # noqa: BLE001 - a parser that breaks must not have the same updates come for ever
                odd.append((request, errors.Uninterpretable(f"parse failed: {type(error).__name__}")))
        if wanted:
            await self._take(wanted)
        # Last: where the others are not kept, all of it is fetched again.
        for request, why in odd:
            await self._bury(request, why)
        self._offset = max(numbers) + 1 if numbers else self._offset

    def _request(self, update: bytes) -> Request:
        headers = {"content-type": "application/json", HEADER: self._adapter.secret}
        return Request("POST", setup.webhook_url("", self._adapter.account), headers, body=update)

    async def resolve_conflict(self) -> None:
        """Take our own webhook away, once; a second poller can only be told about."""
        try:
            health = await setup.webhook_health(self._adapter)
            if health.url and not self._webhook_deleted:
                self._webhook_deleted = True
                await setup.delete_webhook(self._adapter)
                log.warning("telegram_webhook_deleted", account=self._adapter.account)
            else:
                log.error("telegram_another_poller", account=self._adapter.account, webhook=bool(health.url))
        except errors.SendError as error:
            log.warning("telegram_conflict_unresolved", account=self._adapter.account, code=error.code)
