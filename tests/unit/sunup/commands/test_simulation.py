"""Playing a document in the terminal."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO

from rich.console import Console

from conversations.documents import load_workflow
from core.people import Person
from sunup.commands.simulation import HOW, Simulation

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

TEA = load_workflow("""\
workflow: tea
title: Tea
steps:
  - choose: kind
    text: Which tea?
    options: {green: Green, black: Black}
  - do: boil
    text: Boil the water for {{ kind }}.
    tips: {10m: Use a lid.}
  - proof: cup
    text: Send a photo.
    accept: [image]
  - wait: delivery
    event: cup_delivered
  - outcome: revenue
    text: What did it bring?
    currency: EUR
""")


def _played(*typed: str) -> list[str]:
    """Return what is shown after the introduction, without the prompts that nobody types at."""
    shown = StringIO()
    lines: Iterator[str] = iter(typed)
    prompts: list[str] = []

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        try:
            line = next(lines)
        except StopIteration:
            raise EOFError from None
        shown.write(f"{prompt}{line}\n")
        return line

    console = Console(file=shown, width=200)
    Simulation(TEA, Person(zone="Asia/Kolkata"), NOW, console=console, ask=ask).run()
    return shown.getvalue().removeprefix(HOW).strip().splitlines()


def test_simulation_shows_messages_with_numbered_buttons_and_the_local_time() -> None:
    assert _played("/quit") == ["Step 1 of 4 · Tea", "Which tea?", "[1] Green  [2] Black", "Mon 13:30 > /quit"]


def test_simulation_number_chooses_a_button_and_an_equals_sign_writes_it() -> None:
    assert "Boil the water for Black." in _played("2")
    assert "Boil the water for Green." in _played("= green")
    written = _played("2", "= 1")
    assert written[-1] == "[1] Done  [2] Skip  [3] Stuck"
    assert "Send a photo." not in written
    assert "Send a photo." in _played("2", "1")


def test_simulation_clock_moves_when_told() -> None:
    lines = _played("1", "/wait 10m", "/until 15:00", "/quit")
    assert "Use a lid." in lines
    assert lines[-1] == "Mon 15:00 > /quit"


def test_simulation_file_is_refused_then_kept_then_signal_and_outcome() -> None:
    lines = _played("1", "done", "/refused empty", "/photo here", "/signal cup_delivered", "4.50", "")
    assert any(line.startswith("That file is empty.") for line in lines)
    assert "Kept, thank you." in lines
    assert "(outcome: revenue 4.50 EUR)" in lines
    assert "(nothing is open)" in lines


def test_simulation_what_is_not_understood_is_said() -> None:
    shown = " ".join(_played("/wait long", "/until noon", "/refused ugly", "/refused empty"))
    assert "('long' is not a duration; write for instance 45m, 2h30m or 1d)" in shown
    assert "(write a time of day such as /until 09:00)" in shown
    assert "(a file is refused for one of: too_large" in shown
    assert "(no file is wanted here)" in shown


def test_simulation_other_commands_are_sunups_own() -> None:
    assert "I walk you through workflows" in " ".join(_played("/help"))
