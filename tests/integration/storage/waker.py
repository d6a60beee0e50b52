"""A desk that wakes people each morning, and a process that fires timers until it is killed."""

from multiprocessing.connection import Connection
from typing import Any

from conversations.documents.loader import load_workflow
from conversations.documents.stage import Shelf
from conversations.engine import Engine
from core.messages import InboundMessage
from sunup.shipped import shipped_sources
from tests.integration.storage.desk import Desk, text

MORNING = """
workflow: morning
title: Morning
give_up: 20h
schedule: {at: "07:30"}
steps:
  - ask: plan
    text: What is the plan?
"""


def engine() -> Engine:
    """Return an engine with a workflow that comes every morning; who starts it is enrolled at its author's time."""
    quiet = next(source for source in shipped_sources() if "\nworkflow: quiet_hours\n" in source)
    return Engine(Shelf([load_workflow(MORNING), load_workflow(quiet)]))


def sleeper(who: str, **changes: Any) -> list[InboundMessage]:
    """Return the messages with which somebody enrols."""
    return [text(f"{who}.1", "start morning", who, **changes), text(f"{who}.2", "none yet", who, **changes)]


def fire_all(url: str, ahead: float, most: int, fired: Connection) -> None:
    """Fire what is due in small batches, and tell how many each took; `ahead` is the clock's, in seconds."""
    desk = Desk(url, engine())
    desk.clock.ahead += type(desk.clock.ahead)(seconds=ahead)
    fired.send(0)
    while count := desk.fire(most).fired:
        fired.send(count)
    desk.close()
