"""Words for broadcasts: to whom, when, and what became of them, in an admin's language."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from conversations.phrases import SENTENCES
from conversations.scene import Scene
from core.zones import to_local


def audience(scene: Scene, words: str) -> str:
    """Return for whom, as it is written."""
    return scene.phrase("audience_everybody") if words == "everybody" else words


def when(scene: Scene, local_at: str) -> str:
    """Return when, as `core.broadcasts.local_at` keeps it."""
    if not local_at:
        return scene.phrase("broadcast_when_now")
    day, _, clock = local_at.rpartition("T")
    shown = str(format_time(time.fromisoformat(clock), "short", locale=scene.locale))
    if day:
        shown = f"{format_date(date.fromisoformat(day), 'medium', locale=scene.locale)}, {shown}"
    return scene.phrase("broadcast_their_time", time=shown)


def reasons(scene: Scene, key: str, counted: Mapping[str, int]) -> Iterator[str]:
    """Yield one line that says how many people by each reason, the most first; none where there is nobody."""
    listed = [f"{reason(scene, name)} {count_of(scene, people)}" for name, people in _most_first(counted)]
    if listed:
        yield scene.phrase(key, reasons=", ".join(listed))


def reason(scene: Scene, name: str) -> str:
    """Return why somebody got nothing; a platform's own words stay as they are."""
    key = f"broadcast_why_{name.replace(' ', '_')}"
    return scene.phrase(key) if key in SENTENCES["en"] else name


def line(scene: Scene, told: Mapping[str, Any]) -> str:
    """Return a broadcast in one line."""
    results = told["results"]
    return scene.phrase(
        "broadcast_line",
        moment=moment(scene, told),
        audience=audience(scene, told["audience"]),
        status=scene.phrase(f"broadcast_status_{told['status']}"),
        sent=count_of(scene, results["sent"]),
        all=count_of(scene, results["recipients"]),
    )


def moment(scene: Scene, told: Mapping[str, Any]) -> str:
    """Return when a broadcast was confirmed, by the admin's clock."""
    local = to_local(datetime.fromisoformat(told["confirmed_at"]), scene.person.zone)
    day = format_date(local.date(), "medium", locale=scene.locale)
    return f"{day} {format_time(local.time(), 'short', locale=scene.locale)}"


def report(scene: Scene, told: Mapping[str, Any]) -> Iterator[str]:
    """Yield what became of a broadcast, line by line."""
    results = {name: count_of(scene, value) for name, value in told["results"].items() if isinstance(value, int)}
    yield line(scene, told)
    yield scene.phrase("broadcast_at", when=when(scene, told["local_at"]))
    yield scene.phrase("broadcast_results", **results)
    yield from reasons(scene, "broadcast_left_out", told["results"]["skipped"])
    yield from reasons(scene, "broadcast_failed", told["results"]["failed"])
    if told["reason"]:
        yield scene.phrase(f"broadcast_{told['reason']}")


def _most_first(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))


def count_of(scene: Scene, figure: int) -> str:
    """Return a number as the admin's language writes it."""
    return str(format_decimal(figure, locale=scene.locale))
