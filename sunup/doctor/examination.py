"""The examination: all probes in two rounds, first the ground, then what stands on it."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from bots.transport import Transport
from core import errors
from storage.accounts import Account, Accounts
from storage.database import Database
from storage.sealing import Sealer
from sunup.clock import SystemClock, Uuid7Source
from sunup.database_file import check_database_file
from sunup.doctor import machine, slack, store, telegram, whatsapp
from sunup.doctor.finding import Finding, Mark, Probe, broken, fine
from sunup.doctor.probing import LONGEST, in_thread, probe_all
from sunup.doctor.sight import Sight
from sunup.settings import Settings

_PLATFORMS: Mapping[str, tuple[Callable[[Sight], dict[str, Probe]], Finding]] = {
    "telegram": (telegram.probes, telegram.NONE),
    "whatsapp": (whatsapp.probes, whatsapp.NONE),
    "slack": (slack.probes, slack.NONE),
}
"""For each platform what looks at its accounts, and what is found where there are none."""
_CLOSING_SECONDS = 1.0
"""How long a connection may take to close; one that hangs is left to the end of the process."""


async def examine(settings: Settings, longest: timedelta = LONGEST) -> list[Finding]:
    """Look at everything.

    Args:
        settings: What is configured.
        longest: How long each probe may take.

    Returns:
        Findings, the ground first.
    """
    now = SystemClock().now()
    async with Transport() as transport:
        ground = await probe_all(
            {
                "settings": _plain(lambda: machine.configured(settings)),
                "data folder": partial(machine.data_folder, settings),
                "master key": partial(machine.master_key, settings),
                "queue": partial(machine.queue, settings),
                "web process": partial(machine.web_process, settings, transport),
                "public URL": _plain(lambda: machine.public_url(settings)),
            },
            longest,
        )
        found, accounts = await _store(settings, now, longest)
        return [*ground, *found, *await _platforms(Sight(settings, accounts, transport, now), longest)]


async def _store(settings: Settings, now: datetime, longest: timedelta) -> tuple[list[Finding], list[Account]]:
    if store.there_is_none(settings):
        return [fine("database", "there is none yet; the first start makes it")], []
    try:
        check_database_file(settings)
    except errors.ConfigurationError as error:
        return [broken("database", str(error), "")], []
    database = Database(settings.database_url, pool=8)
    try:
        return await _examine_store(settings, database, now, longest)
    finally:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(in_thread(database.close), _CLOSING_SECONDS)


async def _examine_store(
    settings: Settings, database: Database, now: datetime, longest: timedelta
) -> tuple[list[Finding], list[Account]]:
    ground = {"database": _blocking(store.answers, database), "schema": _blocking(store.schema, database)}
    found = await probe_all(ground, longest)
    if not any(one.name == "schema" and one.mark is Mark.FINE for one in found):
        return found, []
    accounts: list[Account] = []

    async def read_accounts() -> Sequence[Finding]:
        sealer = _sealer(settings)
        if sealer is None:
            return []
        accounts.extend(await in_thread(Accounts(database, sealer, Uuid7Source(), SystemClock()).all))
        return store.paused(accounts)

    probes: dict[str, Probe] = {
        "sealing": _blocking(lambda base: store.sealed(base, _sealer(settings)), database),
        "workflows": _blocking(store.workflows, database),
        "accounts": read_accounts,
        "stock": _blocking(lambda base: store.stocked(base, now), database),
    }
    return found + await probe_all(probes, longest), accounts


async def _platforms(sight: Sight, longest: timedelta) -> list[Finding]:
    made: dict[str, Probe] = {}

    def maker(name: str) -> Probe:
        probes, none = _PLATFORMS[name]

        def make() -> Sequence[Finding]:
            found = probes(sight)
            made.update(found)
            return () if found else (none,)

        return _plain(make)

    found = await probe_all({name: maker(name) for name in _PLATFORMS}, longest)
    return found + await probe_all(made, longest)


def _sealer(settings: Settings) -> Sealer | None:
    try:
        key = machine.known_master_key(settings)
    except errors.ConfigurationError:
        return None  # the probe of the master key says so
    return None if key is None else Sealer(key)


def _plain(work: Callable[[], Sequence[Finding]]) -> Probe:
    async def probe() -> Sequence[Finding]:
        return work()

    return probe


def _blocking(work: Callable[[Database], Sequence[Finding]], database: Database) -> Probe:
    async def probe() -> Sequence[Finding]:
        return await in_thread(lambda: work(database))

    return probe
