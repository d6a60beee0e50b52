"""The terminal: the same story from a pipe, without server, account or network."""

from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa

from storage import tables
from tests.acceptance.program import Program
from tests.acceptance.records import Records
from tests.acceptance.story import SUMMARY, photograph
from tests.acceptance.town import patient

pytestmark = patient


def test_story_in_the_terminal_is_lived_and_kept(tmp_path: Path) -> None:
    program = Program(tmp_path, {})
    photo = tmp_path / "shop.jpg"
    photo.write_bytes(photograph())
    lines = ["start prompt_selling", "1", "stuck", "done", f"/file {photo}", "4500"]
    done = program.run("chat", words="\n".join(lines) + "\n", seconds=120)
    assert done.returncode == 0, done.stderr
    told = [
        "Where did your prompts help a paying client most?",
        "Put your twenty best Design prompts",
        "Five prompts that you used this week",
        "Send a screenshot of the page",
        "Kept, thank you.",
        "What did the first three sales bring?",
        SUMMARY,
    ]
    places = [done.stdout.find(words) for words in told]
    assert -1 not in places, done.stdout
    assert places == sorted(places)
    assert "Traceback" not in done.stderr
    records = Records(program)
    [outcome] = records.rows(sa.select(tables.outcomes))
    assert (outcome.value, outcome.currency) == (Decimal(4500), "INR")
    [execution] = records.executions(outcome.person_id, "prompt_selling")
    assert execution.status == "completed"
    records.close()


def test_terminal_goes_on_where_it_was_left(tmp_path: Path) -> None:
    program = Program(tmp_path, {})
    assert program.run("chat", words="start prompt_selling\n1\n").returncode == 0
    again = program.run("chat", words="done\n")
    assert again.returncode == 0, again.stderr
    assert "Send a screenshot of the page" in again.stdout
