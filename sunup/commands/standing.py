"""What a small command stands on: the settings, quiet logs, and a database that is up to date."""

import contextlib
import getpass
import logging
from collections.abc import Iterator

from core import errors
from core.ports import Clock
from storage import migrations
from sunup.composition import Foundation, found
from sunup.logs import configure_logs
from sunup.settings import Settings, read_settings
from sunup.shipped import publish_shipped


def quiet_settings() -> Settings:
    """Read the settings, and let the logs speak of trouble alone: a command's own words are what somebody reads."""
    settings = read_settings()
    levels = logging.getLevelNamesMapping()
    level = max(settings.log_level, "WARNING", key=levels.__getitem__)
    configure_logs(settings.log_format, level, settings.secrets)
    return settings


@contextlib.contextmanager
def standing(settings: Settings, clock: Clock | None = None) -> Iterator[Foundation]:
    """Hold what a command stands on. A database of this machine is made and brought up to date on the way.

    Args:
        settings: Where it is.
        clock: The time; see `sunup.composition.found`.

    Raises:
        ConfigurationError: A database elsewhere lacks migrations; processes there may still run the earlier release.
        StorageUnavailable: The database does not answer.
    """
    foundation = found(settings, clock)
    try:
        _bring_up_to_date(foundation)
        yield foundation
    finally:
        foundation.database.close()


def _bring_up_to_date(foundation: Foundation) -> None:
    missing = migrations.pending(foundation.database)
    if not missing:
        return
    if not foundation.settings.embedded_database:
        raise errors.ConfigurationError(
            f"The database lacks {len(missing)} migration(s) of this release; run `sunup db upgrade` first."
        )
    migrations.upgrade(foundation.database)
    publish_shipped(foundation)


def operator() -> str:
    """Return who gives the command, for the audit: the name of the operating system's user."""
    try:
        return f"operator:{getpass.getuser()}"
    except (KeyError, OSError):
        return "operator"
