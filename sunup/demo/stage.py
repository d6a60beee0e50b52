"""The stage: plays a story over an installation of its own, whose clock stands still until it is put forward."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path

from bots.terminal.adapter import Shown
from bots.terminal.parse import CHANNEL, File, chosen
from core.messages import Button
from core.zones import local_moment, to_local
from storage.attendance import attended
from storage.moments import next_moment
from sunup.clock import VirtualClock
from sunup.composition import Foundation
from sunup.demo.props import prop
from sunup.demo.story import At, Beat, Heard, Said, Sent, Told
from sunup.terminal import ACCOUNT, Speaker, TerminalHost

_REPLY_TAKES = timedelta(seconds=40)
"""How long a person thinks before they answer."""
_MOST_MOMENTS = 200
"""Moments that may lie between two beats; more means that something plans itself without end."""


class StoryBroken(Exception):
    """The story does not come out as it is written."""


class Watcher:
    """Sees the play; each method is told the local time."""

    async def said(self, at: datetime, shown: Shown) -> None:
        """Sunup says something."""

    async def answered(self, at: datetime, words: str) -> None:
        """The person says or sends something."""

    async def told(self, words: str) -> None:
        """The story is told."""


class Stage:
    """Plays a story.

    Args:
        foundation: What the installation stands on.
        clock: Its clock.
        speaker: The person.
        zone: IANA name of the zone in which the story's times are meant.
        watcher: Who sees it.
        folder: Where files are kept that the person sends.
    """

    def __init__(
        self,
        foundation: Foundation,
        clock: VirtualClock,
        *,
        speaker: Speaker,
        zone: str,
        watcher: Watcher,
        folder: Path,
    ) -> None:
        self._foundation = foundation
        self._clock = clock
        self._session = speaker.session
        self._zone = zone
        self._watcher = watcher
        self._folder = folder
        self._choices: tuple[Button, ...] = ()
        self._heard: list[str] = []
        self._host = TerminalHost(foundation, speaker, self._show)
        self._account_id = foundation.accounts.id_of(CHANNEL, ACCOUNT)

    async def play(self, story: Iterable[Beat]) -> None:
        """Play all of it.

        Raises:
            StoryBroken: It does not come out as it is written.
        """
        async with self._host:
            for beat in story:
                await self._act(beat)

    async def _act(self, beat: Beat) -> None:
        match beat:
            case Told(words):
                await self._watcher.told(words)
            case At(moment):
                await self._go_on_to(moment)
            case Said(words):
                await self._answer(words)
                choices = self._choices if chosen(words, self._choices) else ()
                await self._host.take(words, choices)
            case Sent(name, caption):
                path = prop(self._folder, name)
                await self._answer(f"({name}) {caption}".strip())
                await self._host.take(caption, file=File(str(path), path.stat().st_size))
            case Heard(words):
                self._check(words)

    async def _answer(self, words: str) -> None:
        self._heard.clear()
        self._clock.forward(self._clock.now() + _REPLY_TAKES)
        await self._watcher.answered(self._local(), words)

    async def _go_on_to(self, wanted: time) -> None:
        """Put the clock forward from moment to moment, up to the next one at which it shows this time of day."""
        self._heard.clear()
        end = _next_time(self._clock.now(), wanted, self._zone)
        for _ in range(_MOST_MOMENTS):
            moment = await asyncio.to_thread(self._next_moment)
            if moment is None or moment > end:
                self._clock.forward(end)
                return
            self._clock.forward(moment)
            await self._host.settle()
        raise StoryBroken(f"More than {_MOST_MOMENTS} things happen before {wanted:%H:%M}.")

    def _next_moment(self) -> datetime | None:
        with self._foundation.database.read() as connection:
            who = attended(connection, self._account_id, self._session)
            return next_moment(connection, self._clock.now(), who) if who else None

    async def _show(self, shown: Shown) -> None:
        self._choices = shown.buttons or self._choices
        self._heard.extend([*(line.words for line in shown.lines), *(one.title for one in shown.buttons)])
        await self._watcher.said(self._local(), shown)

    def _check(self, words: str) -> None:
        if not any(words in line for line in self._heard):
            raise StoryBroken(f"{words!r} was not said, but: {_joined(self._heard)}")

    def _local(self) -> datetime:
        return to_local(self._clock.now(), self._zone)


def _next_time(after: datetime, wanted: time, zone: str) -> datetime:
    day = to_local(after, zone).date()
    moment = local_moment(day, wanted.hour, wanted.minute, zone)
    return moment if moment > after else local_moment(day + timedelta(days=1), wanted.hour, wanted.minute, zone)


def _joined(lines: Sequence[str]) -> str:
    return " / ".join(lines) or "nothing"
