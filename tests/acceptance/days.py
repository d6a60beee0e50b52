"""A day of the daily loop on channels whose clock nobody can put forward: its morning comes seconds after a nap."""

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from storage import tables
from tests.acceptance import documents
from tests.acceptance.program import Program
from tests.acceptance.story import photograph
from tests.conformance.house import House
from tests.fakes.slack import Person as InSlack
from tests.fakes.twilio import Person as OnWhatsApp

SHIPPED = Path(__file__).parents[2] / "sunup" / "workflows"
ALOUD = "I finish what I begin."
BOARD = ("Our house", "A desk of my own", "The sea")
"""Words below the pictures of a vision board."""


def publish_morning(program: Program) -> None:
    """Let the shipped morning come by itself three seconds after the nap of `documents.NAP` was completed."""
    source = (SHIPPED / "morning_protocol.yaml").read_text(encoding="utf-8")
    soon = "triggers: [{completed: nap, delay: 3s}]\n\nsteps:"
    documents.publish(program, documents.NAP, re.sub(r"schedule:\n.*?\nsteps:", soon, source, count=1, flags=re.DOTALL))


async def hang_up(here: House, person: OnWhatsApp | InSlack) -> None:
    """Put three pictures on somebody's vision board."""
    await here.says(person, "/board", "Your vision board is empty.")
    await here.taps(person, "Change", "Send a picture to add it")
    for caption in BOARD:
        await person.upload(photograph(), mime="image/jpeg", text=caption)
        await here.reads(person, f"Kept: {BOARD.index(caption) + 1} of 8.")
    await here.taps(person, "Done", "I show it to you every morning.")


def session(here: House, person: UUID) -> Any:
    """Return the only daily session of a person."""
    [row] = here.records.rows(sa.select(tables.daily_sessions).where(tables.daily_sessions.c.person_id == person))
    return row
