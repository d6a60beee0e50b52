"""Previews: how many get a broadcast, what they read on each channel, and what that takes."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from bots.adapter import Adapter
from bots.degrade import degrade
from bots.split import split
from conversations.text import Template as Words
from core.forecast import Load, Prices, forecast
from core.messages import Capabilities, Content
from storage.broadcasts import Broadcasts, Draft
from storage.reach import Reach
from storage.templates import Template
from workers.wording import fill, filled_in

Plain = dict[str, Any]
FindAdapter = Callable[[str, str], Adapter | None]


class Preview:
    """Counts people and shows what they would read.

    Args:
        find_adapter: Finds an adapter by channel and account; None where this process has none.
        prices: What messages cost.
    """

    def __init__(self, find_adapter: FindAdapter, prices: Prices) -> None:
        self._find_adapter = find_adapter
        self._prices = prices
        self._people = 0
        self._left_out: Counter[str] = Counter()
        self._free: Counter[tuple[str, str]] = Counter()
        self._templates: Counter[tuple[str, str]] = Counter()
        self._example: dict[str, Template] = {}

    def able(self, channel: str, account: str) -> Capabilities | None:
        """Return what an account can carry; None where nobody sends for it."""
        adapter = self._find_adapter(channel, account)
        return adapter.capabilities if adapter else None

    def look(self, broadcasts: Broadcasts, draft: Draft) -> None:
        """Look at everybody of the audience."""
        broadcasts.look_over(draft, self.able, self._see)

    def _see(self, people: Sequence[Any], places: dict[UUID, Reach | str]) -> None:
        self._people += len(people)
        for person in people:
            place = "stopped" if person.stopped else places[person.id]
            if isinstance(place, str):
                self._left_out[place] += 1
            elif place.template is None:
                self._free[place.channel, place.account] += 1
            else:
                self._templates[place.channel, place.account] += 1
                self._example.setdefault(place.channel, place.template)

    def told(self, draft: Draft, name: str) -> Plain:
        """Return what there is to say of a draft.

            {"people": 812, "reached": 800, "left_out": {"stopped": 12}, "seconds": 27, "cost": "0", "currency": "USD",
             "shown": [{"channels": ["telegram", "web"], "people": 800, "template": false, "parts": 1,
                        "text": "Good morning, Asha", "buttons": ["Sell a pack"]}]}

        Args:
            draft: What is said.
            name: Stands for the name of who reads it.
        """
        content = replace(draft.content, text=Words(draft.content.text).render({"name": name}))
        parts = {key: self._parts(key, content) for key in self._free}
        loads = [
            Load(
                channel=key[0],
                rate=able.account_rate,
                free=self._free[key],
                templates=self._templates[key],
                parts=parts.get(key, 1),
            )
            for key in sorted(self._free.keys() | self._templates.keys())
            if (able := self.able(*key)) is not None
        ]
        takes = forecast(loads, self._prices)
        return {
            "people": self._people,
            "reached": self._free.total() + self._templates.total(),
            "left_out": dict(self._left_out),
            "shown": [*self._shown(content), *self._shown_by_template(content, name)],
            "seconds": int(takes.time.total_seconds()),
            "cost": str(takes.cost),
            "currency": takes.currency,
        }

    def _parts(self, key: tuple[str, str], content: Content) -> int:
        able = self.able(*key)
        return _parts(degrade(content, able).content.text, able) if able else 1

    def _shown(self, content: Content) -> list[Plain]:
        """Return what is read in free words, once for all channels on which it reads the same."""
        alike: defaultdict[tuple[str, tuple[str, ...], int], list[tuple[str, str]]] = defaultdict(list)
        for key in sorted(self._free):
            if able := self.able(*key):
                shaped = degrade(content, able).content
                titles = tuple(button.title for button in shaped.buttons)
                alike[shaped.text, titles, _parts(shaped.text, able)].append(key)
        return [
            {
                "channels": sorted({channel for channel, _ in keys}),
                "people": sum(self._free[key] for key in keys),
                "template": False,
                "parts": parts,
                "text": text,
                "buttons": list(titles),
            }
            for (text, titles, parts), keys in alike.items()
        ]

    def _shown_by_template(self, content: Content, name: str) -> list[Plain]:
        return [
            {
                "channels": [channel],
                "people": sum(count for key, count in self._templates.items() if key[0] == channel),
                "template": True,
                "parts": 1,
                "text": filled_in(template, fill(template, content, name)),
                "buttons": [],
            }
            for channel, template in sorted(self._example.items())
        ]


def _parts(text: str, able: Capabilities) -> int:
    return max(1, len(split(text, able.text_limit, able.text_unit)))
