"""`sunup demo`: three days in half a minute, with the real engine and a database of its own."""

import asyncio
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bots.terminal.adapter import Shown
from sunup.clock import VirtualClock
from sunup.commands.standing import standing
from sunup.demo.stage import Stage, StoryBroken, Watcher
from sunup.demo.story import read_story
from sunup.settings import PREFIX, Settings
from sunup.terminal import Speaker

MOST_SECONDS = 40
BEGINS = datetime(2026, 11, 23, 13, tzinfo=UTC)
ZONE = "Asia/Kolkata"


class Seen(Watcher):
    """Remembers what was said, and when."""

    def __init__(self) -> None:
        self.said_at: list[tuple[str, str]] = []

    async def said(self, at: datetime, shown: Shown) -> None:
        self.said_at.append((f"{at:%a %H:%M}", " ".join(line.words for line in shown.lines)))


def play(folder: Path, story: str) -> Seen:
    """Play a story in a folder."""
    seen, clock = Seen(), VirtualClock(BEGINS)
    settings = Settings(_env_file=None, data_dir=folder)
    with standing(settings, clock) as foundation:
        stage = Stage(foundation, clock, speaker=Speaker("asha", "Asha", "en"), zone=ZONE, watcher=seen, folder=folder)
        asyncio.run(stage.play(read_story(story)))
    return seen


def test_time_passes_from_moment_to_moment_and_each_message_comes_at_its_own(tmp_path: Path) -> None:
    seen = play(tmp_path, "> start prompt_selling\n> [Copywriting]\nat 19:30\n< Stuck\n< Done")
    tips = [at for at, words in seen.said_at if "Stuck" in words]
    assert tips
    assert all("Mon 18:3" < at <= "Mon 19:30" for at in tips)


def test_what_is_not_said_breaks_the_story_and_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoryBroken, match=r"'never said' was not said, but: .*Copywriting"):
        play(tmp_path, "> start prompt_selling\n< never said")


def test_demo_reads_like_a_story_within_its_time_and_touches_nothing_of_ours(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment |= {"SUNUP_DATA_DIR": str(tmp_path / "mine"), "SUNUP_DATABASE_URL": "postgresql://nowhere/none"}
    began = time.monotonic()

    ended = subprocess.run(
        [sys.executable, "-m", "sunup", "demo"],
        check=False,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    assert time.monotonic() - began < MOST_SECONDS
    assert list(tmp_path.iterdir()) == []
    for words in ("Monday", "Tuesday", "Wednesday", "07:30", "streak"):
        assert words in ended.stdout
