"""Answers about broadcasts: what an admin hears of a job that `conversations/broadcasting.py` has started."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from babel.numbers import format_currency

from conversations import broadcast_words, channels
from conversations.broadcast_words import count_of
from conversations.broadcasting import KEY, LEG, token_of
from conversations.events import JobFinished
from conversations.scene import Scene
from core.messages import Button

_REASONS = ("gone", "not_a_draft", "audience", "unavailable", "given_up", "nobody", "several", "many")


def asked_for(event: JobFinished) -> bool:
    """Return whether this is the end of a job that was started here, or for a broadcast."""
    return event.key.startswith((KEY, LEG))


def answered(scene: Scene, event: JobFinished) -> None:
    """Say what a job found; a leg that went well says nothing."""
    if not event.succeeded:
        reason = str(event.result.get("reason"))
        scene.say_phrase(f"broadcast_{reason if reason in _REASONS else 'unavailable'}")
        return
    match event.result.get("tells"):
        case "preview":
            _preview(scene, event.result)
        case "act":
            _acted(scene, event.result)
        case "one":
            _report(scene, event.result)
        case "list":
            _list(scene, event.result["broadcasts"])
        case "tags":
            scene.say_phrase("tag_now", tags=", ".join(event.result["tags"]) or "–")
        case _:
            pass


def _preview(scene: Scene, told: Mapping[str, Any]) -> None:
    """Show how it reads on each channel, then to how many, when and for how much."""
    for shown in told["shown"]:
        named = ", ".join(channels.title(scene.language, one) for one in shown["channels"])
        head = scene.phrase("broadcast_shown", channels=named, count=count_of(scene, shown["people"]))
        head += scene.phrase("broadcast_by_template") if shown["template"] else ""
        head += scene.phrase("broadcast_in_parts", count=shown["parts"]) if shown["parts"] > 1 else ""
        buttons = "\n".join(f"[{title}]" for title in shown["buttons"])
        scene.say("\n\n".join(filter(None, (head, shown["text"], buttons))))
    token = token_of(UUID(told["broadcast"]))
    lines = [
        scene.phrase("broadcast_for", audience=broadcast_words.audience(scene, told["audience"])),
        scene.phrase("broadcast_at", when=broadcast_words.when(scene, told["local_at"])),
        scene.phrase("broadcast_people", count=count_of(scene, told["reached"]), all=count_of(scene, told["people"])),
        *broadcast_words.reasons(scene, "broadcast_left_out", told["left_out"]),
    ]
    if told["reached"]:
        cost = format_currency(Decimal(told["cost"]), told["currency"], locale=scene.locale)
        time_ = scene.spoken(timedelta(seconds=max(1, told["seconds"])))
        lines.append(scene.phrase("broadcast_takes", time=time_, cost=cost))
    else:
        lines.append(scene.phrase("broadcast_to_nobody"))
    scene.say("\n".join(lines), _preview_buttons(scene, token, told["reached"]))


def _preview_buttons(scene: Scene, token: str, reached: int) -> tuple[Button, ...]:
    title = scene.phrase("button_broadcast_send", count=count_of(scene, reached))
    send = (Button(title, f"/broadcast send {token}"),) if reached else ()
    return (*send, *_offers(scene, token, "who", "when", "button", "text", "cancel"))


def _offers(scene: Scene, token: str, *steps: str) -> tuple[Button, ...]:
    return tuple(Button(scene.phrase(f"button_broadcast_{one}"), f"/broadcast {one} {token}") for one in steps)


def _acted(scene: Scene, told: Mapping[str, Any]) -> None:
    token = token_of(UUID(told["broadcast"]))
    if told["stale"]:
        scene.say(scene.phrase("broadcast_stale"), _offers(scene, token, "look", "cancel"))
        return
    key = f"broadcast_is_{told['status']}"
    words = scene.phrase(key) if told["changed"] else f"{scene.phrase('broadcast_already')} {scene.phrase(key)}"
    scene.say(words, _buttons_of(scene, token, told["status"]))


def _buttons_of(scene: Scene, token: str, status: str) -> tuple[Button, ...]:
    results = Button(scene.phrase("button_broadcast_results"), f"/broadcasts {token}")
    steps = {"running": ("pause", "cancel"), "paused": ("resume", "cancel"), "draft": ("look", "cancel")}
    return (*_offers(scene, token, *steps.get(status, ())), results)


def _report(scene: Scene, told: Mapping[str, Any]) -> None:
    scene.say(
        "\n".join(broadcast_words.report(scene, told)),
        _buttons_of(scene, token_of(UUID(told["broadcast"])), told["status"]),
    )


def _list(scene: Scene, listed: list[Mapping[str, Any]]) -> None:
    if not listed:
        scene.say_phrase("broadcast_none")
        return
    lines = [broadcast_words.line(scene, one) for one in listed]
    buttons = tuple(
        Button(broadcast_words.moment(scene, one), f"/broadcasts {token_of(UUID(one['broadcast']))}") for one in listed
    )
    scene.say("\n".join([scene.phrase("broadcast_list"), *lines]), buttons)
