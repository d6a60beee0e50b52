"""The examination: all probes in two rounds, first the ground, then what stands on it."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from bots.transport import Transport
from core import errors
from storage.accounts import Account, Accounts
from storage.database import Database
from storage.sealing import Sealer
from sunup.clock import SystemClock, Uuid7Source
from sunup.database_file import check_database_file
from sunup.doctor import machine, store, telegram
from sunup.doctor.finding import Finding, Mark, Probe, broken, fine
from sunup.doctor.probing import LONGEST, in_thread, probe_all
from sunup.settings import Settings

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
        return [*ground, *found, *await _bots(settings, accounts, transport, now=now, longest=longest)]


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


async def _bots(
    settings: Settings, accounts: Sequence[Account], transport: Transport, *, now: datetime, longest: timedelta
) -> list[Finding]:
    probes: dict[str, Probe] = {}

    async def make() -> Sequence[Finding]:
        for adapter in telegram.adapters(settings, accounts, transport):
            probes[f"telegram {adapter.account}"] = partial(telegram.bot, settings, adapter, now)
        return () if probes else (telegram.none_set_up(),)

    found = await probe_all({"telegram": make}, longest)
    return found + await probe_all(probes, longest)


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
