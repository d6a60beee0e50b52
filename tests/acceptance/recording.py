"""A chat as a reader sees it, beside the recording of it that is kept.

    # Asha on WhatsApp

    > start prompt_selling
    < Step 1 of 5 · Sell three prompt packs
      Where did your prompts help a paying client most?
      [Design] [Copywriting] [Code]
    > [Design]
    > (shop.jpg) my little shop on the web

A `>` is what the person did, a `<` what they read. `SUNUP_TEST_RECORD=1 make test ARGS=tests/acceptance/…` records
anew; what has changed is then seen in the difference.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from sunup.settings import TEST_PREFIX
from tests.acceptance.program import PATIENCE
from tests.conformance.house import House
from tests.fakes.reading import Readable
from tests.fakes.talking import Talker

CHATS = Path(__file__).parent / "chats"


class Chat:
    """One person's chat, written down as it goes on.

    Args:
        here: The installation.
        talker: Who talks.
    """

    def __init__(self, here: House, talker: Talker) -> None:
        self.here = here
        self.talker = talker
        self.lines: list[str] = []
        self._written = len(talker.messages)

    async def says(self, text: str, *answers: str) -> None:
        """Write, and read the answers."""
        self.lines.append(f"> {text}")
        await self.here.says(self.talker, text)
        await self.reads(*answers)

    async def taps(self, title: str, *answers: str) -> None:
        """Tap the newest button of a title, and read the answers."""
        self.lines.append(f"> [{title}]")
        await self.here.taps(self.talker, title)
        await self.reads(*answers)

    async def uploads(self, data: bytes, words: str, *answers: str) -> None:
        """Send a photo with words, and read the answers."""
        self.lines.append(f"> (shop.jpg) {words}")
        await self.talker.upload(data, name="shop.jpg", mime="image/jpeg", text=words)
        await self.reads(*answers)

    async def reads(self, *answers: str) -> None:
        """Wait for messages, each after the one before, and write down everything up to the last of them."""
        for answer in answers:
            shown = await self.talker.reads(answer, timeout=PATIENCE)
            place = next(place for place, each in enumerate(self.talker.messages) if each is shown)
            self._write(place + 1)

    def ends(self) -> list[str]:
        """Write down what has come since, and return the whole chat."""
        self._write(len(self.talker.messages))
        return self.lines

    def _write(self, end: int) -> None:
        for shown in self.talker.messages[self._written : end]:
            self.lines.extend(_lines(shown))
        self._written = max(self._written, end)


def compare(name: str, heading: str, lines: list[str]) -> None:
    """Assert that a chat went as it is recorded.

    Args:
        name: Of the recording.
        heading: Its first line.
        lines: The chat.
    """
    file = CHATS / f"{name}.txt"
    whole = [f"# {heading}", "", *lines]
    if os.environ.get(f"{TEST_PREFIX}RECORD"):
        file.write_text("\n".join(whole) + "\n")
    assert whole == file.read_text().splitlines(), f"the chat differs from {file}"


def _lines(shown: Readable) -> Iterator[str]:
    first, *others = shown.text.splitlines() or [""]
    yield f"< {first}".rstrip()
    yield from (f"  {line}".rstrip() for line in others)
    if shown.titles:
        mark = "(list) " if getattr(shown, "is_list", False) else ""
        yield f"  {mark}{' '.join(f'[{title}]' for title in shown.titles)}"
