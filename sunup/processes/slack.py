"""Slack in the web process: workspaces are got to know, tokens renewed, the app installed, or Socket Mode spoken."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from os import getpid
from secrets import token_hex

import structlog
from aiohttp import web

from bots.adapter import Request, Response
from bots.slack.adapter import SlackAdapter
from bots.slack.install import App, Installer, InstallRefused, renew
from bots.slack.installation import Installation
from bots.slack.socket_mode import app_api, listen
from bots.transport import Transport
from core import errors
from core.ports import Clock
from storage.accounts import REFUSED, Account, Accounts, AccountStatus
from storage.leases import Leases
from storage.pausing import Pausing
from sunup.channels import Channels
from sunup.processes.stopping import rest
from sunup.settings import Settings
from webhooks.door import Door

_log = structlog.get_logger()

CHANNEL = "slack"
_LOOK_SECONDS = 5.0
_FIRST_TRY = timedelta(seconds=5)
_RETRY = timedelta(seconds=30)
_RENEWAL_EVERY = timedelta(minutes=5)
_LEASE = timedelta(seconds=60)
"""Longer than an exchange of tokens takes."""
_INSTALLED = "Sunup is connected to {name}. Say hello to it there: find it under Apps."


class SlackOffice:
    """What Slack needs beside its doors.

    Args:
        channels: The accounts' adapters.
        accounts: Their rows.
        pausing: Pauses one whose token Slack renews no more.
        leases: Of all web processes one renews a token; begun installations wait in them as well.
        transport: The shared HTTP client.
        clock: The time.
    """

    def __init__(
        self,
        channels: Channels,
        accounts: Accounts,
        pausing: Pausing,
        *,
        leases: Leases,
        transport: Transport,
        clock: Clock,
    ) -> None:
        self._channels = channels
        self._accounts = accounts
        self._pausing = pausing
        self._leases = leases
        self._transport = transport
        self._clock = clock
        self._used_up: set[str] = set()
        self._owner = f"{socket.gethostname()[:40]}-{getpid()}-{token_hex(4)}"

    async def open(self) -> None:
        """Try once to get to know every workspace, so that the first request is taken for the right one's."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_FIRST_TRY.total_seconds()):
                await asyncio.gather(*(self._introduce(one) for one in self._adapters()))

    async def run(self, settings: Settings, door: Door, stop: asyncio.Event) -> None:
        """Serve every workspace, also those that are added later, until told to stop."""
        tasks = [asyncio.create_task(self._introduce_all(stop))]
        installer = self.installer(settings)
        if installer is not None:
            tasks.append(asyncio.create_task(self._renew_all(installer, stop)))
        if settings.slack_app_token is not None and settings.public_url is None:
            tasks.append(asyncio.create_task(self._listen(settings, door, stop)))
        await asyncio.gather(*tasks)

    # -- workspaces --------------------------------------------------------------------------

    async def _introduce_all(self, stop: asyncio.Event) -> None:
        known: set[SlackAdapter] = set()
        while not stop.is_set():
            adapters = set(self._adapters())
            known &= adapters
            for adapter in adapters - known:
                if await self._introduce(adapter):
                    known.add(adapter)
            await rest(stop, timedelta(seconds=_LOOK_SECONDS) if adapters <= known else _RETRY)

    def _adapters(self) -> list[SlackAdapter]:
        return [one for one in self._channels.all(CHANNEL) if isinstance(one, SlackAdapter) and one.api.speaks]

    async def _introduce(self, adapter: SlackAdapter) -> bool:
        if adapter.workspace.team and adapter.workspace.app:
            return True
        try:
            workspace = await adapter.introduce()
        except errors.AccountRevoked:
            _log.error("slack_token_refused", account=adapter.account)
        except errors.SendError as error:
            _log.warning("slack_not_reached", account=adapter.account, code=error.code)
        else:
            _log.info("slack_workspace", account=adapter.account, team=workspace.team)
            return True
        return False

    # -- tokens ------------------------------------------------------------------------------

    async def _renew_all(self, installer: Installer, stop: asyncio.Event) -> None:
        while not stop.is_set():
            for adapter in self._adapters():
                await self._renew(installer, adapter.account)
            await rest(stop, _RENEWAL_EVERY)

    async def _renew(self, installer: Installer, account: str) -> None:
        """Exchange a token that is about to end. Without one, everything of this workspace would wait for an admin."""
        try:
            await renew(installer, account, self, self._locked(account), now=self._clock.now())
        except errors.AccountRevoked:
            self._used_up.add(account)
            account_id = await asyncio.to_thread(self._accounts.id_of, CHANNEL, account)
            await asyncio.to_thread(self._pausing.pause, account_id, REFUSED)
        except (errors.SunupError, TimeoutError) as error:
            _log.warning("slack_token_not_renewed", account=account, error=type(error).__name__)

    @asynccontextmanager
    async def _locked(self, account: str) -> AsyncIterator[None]:
        name = f"slack-token:{account}"[:60]
        async with asyncio.timeout(_LEASE.total_seconds()):
            # The one who holds it may be another process, which sets no event here.
            while not await asyncio.to_thread(self._leases.take, name, self._owner, _LEASE):  # noqa: ASYNC110 - as above
                await asyncio.sleep(1)
        try:
            yield
        finally:
            await asyncio.to_thread(self._leases.release, name, self._owner)

    async def read(self, account: str) -> Installation | None:
        """Return an installed workspace as it is kept; see `bots.slack.installation.Vault`."""
        row = await asyncio.to_thread(self._accounts.find, CHANNEL, account)
        if row is None or not self._is_renewed(row) or not row.credentials.get("team_id"):
            return None
        return Installation.read(row.credentials)

    def _is_renewed(self, row: Account) -> bool:
        """Return whether an account's token is kept fresh: also one that ended while we were away and was refused."""
        if row.status is AccountStatus.ACTIVE:
            self._used_up.discard(row.name)
            return True
        return row.reason == REFUSED and row.name not in self._used_up

    async def write(self, installation: Installation) -> None:
        """Keep a renewed token; what waited for it goes out."""
        await asyncio.to_thread(self._accounts.renew, CHANNEL, installation.account, installation.credentials())
        row = await asyncio.to_thread(self._accounts.find, CHANNEL, installation.account)
        if row is not None and row.reason == REFUSED:
            await asyncio.to_thread(self._accounts.set_status, row.id, AccountStatus.ACTIVE)
        await asyncio.to_thread(self._channels.refresh)

    # -- installing --------------------------------------------------------------------------

    def installer(self, settings: Settings) -> Installer | None:
        """Return what installs the app; None where the settings name no app, or nobody can be sent back to us."""
        if not (settings.slack_client_id and settings.slack_client_secret and settings.public_url):
            return None
        secret = settings.slack_client_secret.get_secret_value()
        app = App(settings.slack_client_id, secret, f"{settings.public_url}/slack/oauth")
        return Installer(app, settings.slack_api_url, self._transport, self)

    async def keep(self, digest: str, expires_at: datetime) -> None:
        """Remember a begun installation; see `bots.slack.install.States`."""
        await asyncio.to_thread(self._leases.take, _state(digest), self._owner, expires_at - self._clock.now())

    async def use(self, digest: str, now: datetime) -> bool:
        """Forget a begun installation, and return whether it was there and in time."""
        return await asyncio.to_thread(self._leases.end, _state(digest))

    def add_to(self, app: web.Application, settings: Settings) -> None:
        """Add the pages by which a workspace installs the app; without an app they are not there."""
        installer = self.installer(settings)
        if installer is None:
            return

        async def begin(request: web.Request) -> web.Response:
            response = await installer.begin(self._clock.now())
            return web.Response(status=response.status, headers=dict(response.headers))

        async def finish(request: web.Request) -> web.Response:
            try:
                installation = await installer.finish(request.query_string, request.cookies, self._clock.now())
            except InstallRefused as refused:
                return _page(400, str(refused))
            except errors.SendError:
                return _page(502, "Slack did not answer; open /slack/install again in a minute.")
            await asyncio.to_thread(self._accounts.put, CHANNEL, installation.account, installation.credentials())
            await asyncio.to_thread(self._channels.refresh)
            _log.info("slack_installed", account=installation.account)
            return _page(200, _INSTALLED.format(name=installation.name or "your workspace"))

        app.router.add_get("/slack/install", begin)
        app.router.add_get("/slack/oauth", finish)

    # -- Socket Mode -------------------------------------------------------------------------

    async def _listen(self, settings: Settings, door: Door, stop: asyncio.Event) -> None:
        """Have requests brought over a connection of ours; where several processes have one, Slack deals them out."""
        assert settings.slack_app_token is not None  # noqa: S101 - looked at by who calls
        api = app_api(settings.slack_app_token.get_secret_value(), settings.slack_api_url, self._transport)

        async def take(request: Request) -> Response:
            adapter = self._channels.find(CHANNEL, "default")
            if adapter is None:
                raise errors.ConfigurationError("There is no Slack account in the environment.")
            return (await door.admit(adapter, request))[1]

        async def react(request: Request) -> None:
            """Do nothing: the door has it done."""

        while not stop.is_set():
            try:
                await listen(api, take, react, stop=stop)
            except errors.AccountRevoked:
                await rest(stop, _RETRY * 10)


def _state(digest: str) -> str:
    return f"slack-state:{digest[:48]}"


def _page(status: int, sentence: str) -> web.Response:
    return web.Response(status=status, text=sentence, headers={"Cache-Control": "no-store"})
