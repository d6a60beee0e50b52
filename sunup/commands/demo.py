"""demo: a person's first three days with Sunup, in half a minute."""

import asyncio
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sunup.demo.stage import Watcher

_ZONE = "Asia/Kolkata"
_MONDAY = 0
_BEGINS = (20, 15)


def demo(fast: Annotated[bool, typer.Option("--fast", help="Leave no time for reading.")] = False) -> None:
    """Live through a person's first three days: the real engine and database, on a clock that is put forward.

    It keeps nothing: all of it happens in a folder that is removed at the end.
    """
    # Late: what holds a conversation, down to the checks of pictures, is more than any other command needs.
    from rich.console import Console

    from core import errors
    from sunup.demo.screen import DemoScreen
    from sunup.demo.stage import StoryBroken

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    screen = DemoScreen(console, paced=sys.stdout.isatty() and not fast)
    with tempfile.TemporaryDirectory(prefix="sunup-demo-") as folder:
        try:
            asyncio.run(_play(Path(folder), screen))
        except StoryBroken as broken:
            raise errors.SunupError(f"The demo does not come out as it is written: {broken}") from broken
    console.print("Your own begins with `sunup serve`, or in this terminal with `sunup chat`.")


async def _play(folder: Path, watcher: "Watcher") -> None:
    from core.zones import local_moment
    from sunup.clock import VirtualClock
    from sunup.commands.standing import standing
    from sunup.demo.stage import Stage
    from sunup.demo.story import first_days
    from sunup.logs import configure_logs
    from sunup.settings import Settings
    from sunup.terminal import Speaker

    settings = Settings(
        _env_file=None,
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'sunup.db'}",
        media_url=f"file://{folder / 'media'}",
        redis_url=None,
        master_key=None,
    )
    configure_logs(settings.log_format, "WARNING", settings.secrets)
    today = datetime.now(UTC).date()
    monday = today + timedelta(days=(_MONDAY - today.weekday()) % 7)
    clock = VirtualClock(local_moment(monday, *_BEGINS, _ZONE))
    with standing(settings, clock) as foundation:
        asha = Speaker("asha", language="en")
        await Stage(foundation, clock, speaker=asha, zone=_ZONE, watcher=watcher, folder=folder).play(first_days())
