"""What the database holds: whether it answers, is up to date and can be read, and what waits in it."""

import time
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from storage import migrations, tables
from storage.accounts import Account, AccountStatus
from storage.database import Database
from storage.sealing import Sealer, Unsealable
from storage.stock import stock
from sunup.doctor.finding import Finding, broken, fine, warning
from sunup.settings import Settings

_SLOW = 0.25
"""Seconds for one statement, beyond which a conversation feels slow."""
_LATE = timedelta(minutes=1)
"""What waits longer than this is stuck: senders, timers and jobs are looked at every few seconds."""
_WORKED_OFF = {"outbox": ("message", "send"), "timers": ("overdue timer", "schedule"), "jobs": ("job", "worker")}
"""What waits, and which process works it off."""


def there_is_none(settings: Settings) -> bool:
    """Return whether the database of this machine has yet to be made; opening it would make it."""
    file = sa.make_url(settings.database_url).database
    return settings.embedded_database and bool(file) and not Path(str(file)).exists()


def answers(database: Database) -> list[Finding]:
    """Ask the database something, and say how long that took."""
    database.ping()  # the first question opens the connection, and is not timed
    began = time.perf_counter()
    database.ping()
    seconds = time.perf_counter() - began
    found = f"{database.dialect} answers in {seconds * 1000:.1f} ms"
    if seconds > _SLOW:
        return [warning("database", found, "put it nearer, or look at what else it does")]
    return [fine("database", found)]


def schema(database: Database) -> list[Finding]:
    """Look whether the tables are those of this release."""
    missing = migrations.pending(database)
    if missing:
        return [broken("schema", f"lacks {len(missing)} migration(s) of this release", "run `sunup db upgrade`")]
    return [fine("schema", "up to date")]


def sealed(database: Database, sealer: Sealer | None) -> list[Finding]:
    """Try whether the master key opens what is stored: the newest person's data key."""
    people = tables.people
    newest = sa.select(people.c.id, people.c.data_key).where(people.c.data_key.is_not(None))
    with database.read() as connection:
        row = connection.execute(newest.order_by(people.c.created_at.desc()).limit(1)).one_or_none()
    if row is None:
        return [fine("sealing", "nothing personal is stored yet")]
    cure = "configure the master key that it was sealed under: SUNUP_MASTER_KEY, or master.key in the data folder"
    if sealer is None:
        return [broken("sealing", "people are stored and there is no master key", cure)]
    try:
        sealer.seal_of(row.id, row.data_key)
    except Unsealable:
        return [broken("sealing", "this master key does not open what is stored", cure)]
    return [fine("sealing", "the master key opens what is stored")]


def workflows(database: Database) -> list[Finding]:
    """Count what is published."""
    with database.read() as connection:
        count = connection.execute(sa.select(sa.func.count()).select_from(tables.workflows)).scalar() or 0
    if not count:
        cure = "`sunup db upgrade` publishes those that ship with Sunup"
        return [warning("workflows", "none is published", cure)]
    return [fine("workflows", f"{count} published")]


def paused(accounts: list[Account]) -> list[Finding]:
    """Name the accounts that are not used."""
    return [
        warning(
            f"account {one.channel} {one.name}",
            f"paused: {one.reason or 'no reason was given'}",
            f"`sunup accounts add {one.channel} {one.name}` gives it new credentials, "
            f"`sunup accounts use {one.channel} {one.name}` uses it again",
        )
        for one in accounts
        if one.status is AccountStatus.PAUSED
    ]


def stocked(database: Database, now: datetime) -> list[Finding]:
    """Say what waits, and since when."""
    found = stock(database, now)
    lines = [_waiting(kind, found.waiting[kind], found.oldest_seconds[kind]) for kind in _WORKED_OFF]
    letters = found.waiting["dead_letters"]
    if letters:
        cure = "`sunup dead-letters list` shows them, `sunup dead-letters replay ID` tries one again"
        return [*lines, warning("dead letters", f"{letters} that nobody has looked at", cure)]
    return [*lines, fine("dead letters", "none")]


def _waiting(name: str, count: int, oldest: float) -> Finding:
    if not count:
        return fine(name, "nothing waits")
    noun, process = _WORKED_OFF[name]
    found = f"{_counted(count, noun)}, the oldest for {_lasting(oldest)}"
    if oldest > _LATE.total_seconds():
        return warning(name, found, f"see that `sunup {process}` runs")
    return fine(name, found)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _lasting(seconds: float) -> str:
    for length, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
