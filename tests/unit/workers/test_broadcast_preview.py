"""Previews with the capabilities of the real channels: what is read on each, how long it takes and what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from bots.adapter import Adapter
from bots.slack.adapter import CAPABILITIES as SLACK
from bots.telegram.adapter import CAPABILITIES as TELEGRAM
from bots.terminal.adapter import CAPABILITIES as TERMINAL
from bots.web.adapter import CAPABILITIES as WEB
from bots.whatsapp.adapter import CAPABILITIES as WHATSAPP
from core.forecast import DEFAULT_PRICES
from core.messages import Button, Content
from storage.broadcasts import Broadcasts, Draft
from storage.reach import Reach
from storage.templates import Template
from workers.broadcast_preview import Preview

ABLE = {"telegram": TELEGRAM, "whatsapp": WHATSAPP, "slack": SLACK, "web": WEB, "terminal": TERMINAL}
BROADCAST = Template("broadcast", "en", "HX1", "News for you: {{1}} Answer here.", ("text",))
SELL = Button("Sell a pack", "/start prompt_selling")


@dataclass
class Audience:
    """People of whom each is reached on one channel, some by a template."""

    channels: Sequence[str]
    by_template: bool = False

    def look_over(self, draft: Draft, able: object, see: Any) -> None:
        places = {
            UUID(int=number): Reach(
                UUID(int=1), UUID(int=2), channel, "default", BROADCAST if self.by_template else None
            )
            for number, channel in enumerate(self.channels)
        }
        see([SimpleNamespace(id=number, stopped=False) for number in places], places)


def told(audience: Audience, text: str, *buttons: Button) -> dict[str, Any]:
    def find(channel: str, account: str) -> Adapter | None:
        return cast("Adapter", SimpleNamespace(capabilities=ABLE[channel]))

    preview, draft = Preview(find, DEFAULT_PRICES), Draft(Content(text, buttons=buttons), "everybody")
    preview.look(cast("Broadcasts", audience), draft)
    return preview.told(draft, "Asha")


def test_preview_that_reads_alike_everywhere_is_shown_once() -> None:
    [shown] = told(Audience([*ABLE]), "Good morning, {{ name }}", SELL)["shown"]
    assert (shown["channels"], shown["text"], shown["buttons"]) == (sorted(ABLE), "Good morning, Asha", ["Sell a pack"])


def test_preview_shows_long_words_in_the_parts_of_each_channel() -> None:
    found = told(Audience([*ABLE]), "word " * 900)
    parts = {channel: shown["parts"] for shown in found["shown"] for channel in shown["channels"]}
    assert parts == {"telegram": 2, "whatsapp": 3, "slack": 2, "web": 1, "terminal": 1}
    assert found["cost"] == "0.015"  # three messages on WhatsApp, and nothing elsewhere


def test_preview_shows_choices_as_each_channel_can_carry_them() -> None:
    long = Button("Begin to sell your first pack", "/start prompt_selling")
    found = told(Audience(["telegram", "whatsapp"]), "News", long)
    shown = {one["channels"][0]: (one["text"], one["buttons"]) for one in found["shown"]}
    assert shown["telegram"] == ("News", [long.title])
    assert shown["whatsapp"] == (f"News\n\n1. {long.title}", ["1"])


@pytest.mark.parametrize(
    ("channel", "seconds", "cost"),
    [("telegram", 20, "0"), ("whatsapp", 60, "3.000"), ("slack", 120, "0")],
)
def test_forecast_goes_by_the_rate_and_the_price_of_the_channel(channel: str, seconds: int, cost: str) -> None:
    found = told(Audience([channel] * 600), "News")
    assert (found["reached"], found["seconds"], found["cost"]) == (600, seconds, cost)


def test_preview_by_template_reads_as_approved_and_costs_what_templates_cost() -> None:
    found = told(Audience(["whatsapp"] * 100, by_template=True), "We open at nine.", SELL)
    [shown] = found["shown"]
    assert (shown["template"], shown["people"]) == (True, 100)
    assert shown["text"] == "News for you: We open at nine. 1. Sell a pack Answer here."
    assert (found["seconds"], found["cost"]) == (10, "8.500")
