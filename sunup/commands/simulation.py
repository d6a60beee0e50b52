"""Simulation: a document is played in the terminal, on a clock that moves when it is told to."""

import re
from collections.abc import Callable
from datetime import datetime

from rich.console import Console

from conversations import evidence
from conversations.documents import Stage
from conversations.duration import parse_duration
from conversations.workflow import Workflow
from core.media import Attachment, MediaKind
from core.people import Person
from core.zones import to_local
from sunup.commands.speech import say

HOW = """Answer in words, or choose a button by its number; “= 3” says 3 where a number would choose.
  /wait 2h  /until 09:00      time goes by
  /photo  /document  /voice   send a file; /refused too_large sends one that is refused
  /signal order_shipped       something happens elsewhere
  /quit                       the end; every other command is Sunup's own, such as /help"""

Ask = Callable[[str], str]


class Simulation:
    """One person at a terminal, playing one workflow.

    Args:
        workflow: What is played.
        person: Who plays it.
        now: When it begins, aware, in UTC.
        console: Where it is shown.
        ask: Shows a prompt and returns what was typed; raises EOFError at the end.
    """

    def __init__(self, workflow: Workflow, person: Person, now: datetime, *, console: Console, ask: Ask) -> None:
        self._workflow = workflow
        self._stage = Stage([workflow], person, now)
        self._console = console
        self._ask = ask
        self._deeds: dict[str, Callable[[str], None]] = {
            "wait": lambda words: self._stage.wait(parse_duration(words)),
            "until": self._until,
            "photo": lambda words: self._send(MediaKind.IMAGE, words),
            "document": lambda words: self._send(MediaKind.DOCUMENT, words),
            "voice": lambda words: self._send(MediaKind.VOICE, words),
            "refused": self._send_refused,
            "signal": self._stage.signal,
        }

    def run(self) -> None:
        """Play until the person quits or the input ends."""
        say(self._console, HOW, "dim")
        self._stage.write(f"/start {self._workflow.name}")
        while True:
            self._show()
            try:
                typed = self._ask(self._prompt()).strip()
            except (EOFError, KeyboardInterrupt):
                say(self._console)
                return
            if typed == "/quit":
                return
            self._act(typed)

    def _prompt(self) -> str:
        local = to_local(self._stage.now, self._stage.state.person.zone)
        return f"{local:%a %H:%M} > "

    def _show(self) -> None:
        while (content := self._stage.hear()) is not None:
            if content.title:
                say(self._console, content.title, "dim")
            say(self._console, content.text, "bold")
            titles = [button.title for button in content.buttons]
            if titles:
                say(self._console, "  ".join(f"[{place}] {title}" for place, title in enumerate(titles, 1)), "cyan")
        for outcome in self._stage.outcomes:
            say(
                self._console,
                f"(outcome: {outcome.metric.value} {outcome.value:f} {outcome.currency})".replace(" )", ")"),
                "green",
            )
        self._stage.outcomes.clear()
        if not self._stage.state.executions:
            say(self._console, "(nothing is open)", "dim")

    def _act(self, typed: str) -> None:
        command, _, words = typed.removeprefix("/").partition(" ")
        if typed.startswith("/") and command in self._deeds:
            try:
                self._deeds[command](words.strip())
            except ValueError as error:
                say(self._console, f"({error})", "yellow")
        elif typed.startswith("="):
            self._stage.write(typed[1:].strip())
        elif typed:
            self._answer(typed)

    def _answer(self, typed: str) -> None:
        buttons = self._stage.buttons
        if typed.isdecimal() and 1 <= int(typed[:4]) <= len(buttons) and len(typed) < 4:
            self._stage.press(buttons[int(typed) - 1])
        else:
            self._stage.write(typed)

    def _until(self, words: str) -> None:
        found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", words)
        if not found:
            raise ValueError("write a time of day such as /until 09:00")
        self._stage.wait_until(int(found.group(1)), int(found.group(2)))

    def _send(self, kind: MediaKind, caption: str) -> None:
        self._stage.send(Attachment(kind, "simulated"), caption)

    def _send_refused(self, reason: str) -> None:
        if reason not in evidence.REASONS:
            raise ValueError(f"a file is refused for one of: {', '.join(evidence.REASONS)}")
        self._send(MediaKind.IMAGE, "")
        if not self._stage.refuse_file(reason):
            raise ValueError("no file is wanted here")
