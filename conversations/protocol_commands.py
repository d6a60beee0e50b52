"""Commands of the daily protocol: where a person stands, their affirmations, their vision board, the leaderboard."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from babel.numbers import format_decimal

from conversations import protocol
from conversations.effects import StartJob
from conversations.events import JobFinished
from conversations.scene import Scene
from conversations.steps.album import pictures
from core.messages import Button
from core.sessions import MOST_PICTURES, DailyProtocol
from core.streaks import open_date

LEADERBOARD_JOB: Final = "leaderboard"
_LEADERBOARD: Final = "leaderboard:"
_DONE, _OPEN = "✓", "○"


def show_protocol(scene: Scene, argument: str) -> None:
    """Say where the person stands, and what can be done next."""
    kept = scene.protocol
    if kept is None:
        scene.say(scene.phrase("protocol_none"), _buttons(scene, protocol.MORNING, protocol.AFFIRMATIONS))
        return
    known, standing = protocol.values(scene), kept.standing(scene.now, scene.person.zone)
    words = scene.phrase(
        "protocol_status",
        day=known["day"],
        streak=standing.current,
        longest=standing.longest,
        total=standing.total,
        rate=format_decimal(standing.completion_rate, locale=scene.locale),
        average="–"
        if standing.average_rating is None
        else format_decimal(standing.average_rating, locale=scene.locale),
        repairs=standing.repairs,
    )
    if known["member"]:
        words = f"{scene.phrase('protocol_member', number=known['member'])}\n{words}"
    part = protocol.EVENING if known["morning_done"] else protocol.MORNING
    shows = tuple(scene.command_button(name) for name in ("affirmations", "board", "leaderboard"))
    scene.say(words, (*_buttons(scene, part), *shows))


@dataclass(frozen=True, slots=True)
class Today:
    """The day's session at a glance; empty where the person takes no part."""

    words: str = ""
    buttons: tuple[Button, ...] = ()


def today(scene: Scene) -> Today:
    """Return what of the day's session is done, its bold action, the streak, and a button for what comes next.

    Late at night it is still the session of the day before, as it is for the evening review.
    """
    kept = scene.protocol
    if kept is None:
        return Today()
    zone = scene.person.zone
    session = kept.session(open_date(scene.now, zone))
    morning, evening = session.date in kept.done, session.evening_completed_at is not None
    parts = [(scene.phrase("button_morning_protocol"), morning)]
    if session.action:
        parts.append((scene.phrase("home_action", action=session.action), bool(session.action_completed)))
    parts.append((scene.phrase("button_evening_review"), evening))
    streak = kept.standing(scene.now, zone).current
    lines = [scene.phrase("home_day", day=len(kept.done) + (0 if morning else 1), streak=streak)]
    lines += [f"{_DONE if done else _OPEN} {title}" for title, done in parts]
    left = [name for name, done in ((protocol.MORNING, morning), (protocol.EVENING, evening)) if not done]
    return Today("\n".join(lines), (*_buttons(scene, *left[:1]), scene.command_button("protocol")))


def show_affirmations(scene: Scene, argument: str) -> None:
    """Show the affirmations in use, or use the version again that is named."""
    kept = scene.protocol or DailyProtocol()
    if not kept.version:
        help_to_begin = f"{scene.phrase('affirmations_none')}\n\n{scene.phrase('affirm_help')}"
        scene.say(help_to_begin, _buttons(scene, protocol.AFFIRMATIONS))
        return
    wanted = int(argument) if argument.isdecimal() and len(argument) < 9 else 0
    back = bool(wanted) and protocol.use_affirmations(scene, wanted)
    if argument and not back:
        scene.lead_in("affirmations_gone", version=argument[:20])
    kept = scene.protocol or kept
    others = [one.version for one in reversed(kept.affirmations) if one.version != kept.version]
    versions = tuple(
        Button(scene.phrase("affirmations_version", version=version), f"/affirmations {version}") for version in others
    )
    key = "affirmations_back" if back else "affirmations_shown"
    change = Button(scene.phrase("button_change"), f"/start {protocol.AFFIRMATIONS}")
    scene.say(scene.phrase(key, version=kept.version, text=kept.text), (change, *versions))


def show_board(scene: Scene, argument: str) -> None:
    """Show the vision board."""
    board = scene.protocol.board if scene.protocol else ()
    change = (Button(scene.phrase("button_change"), f"/start {protocol.BOARD}"),)
    if board:
        shown = scene.phrase("board_shown", count=len(board), most=MOST_PICTURES)
        scene.say(shown, change, album=pictures(board))
    else:
        scene.say(scene.phrase("board_empty", most=MOST_PICTURES), change)


def show_leaderboard(scene: Scene, argument: str) -> None:
    """Have the leaderboard read; join or leave it before, where that is asked."""
    if argument in ("join", "leave"):
        kept = protocol.take_part(scene)
        scene.protocol = replace(kept, listed=argument == "join")
        protocol.keep_member(scene)
        scene.say_phrase("leaderboard_joined" if argument == "join" else "leaderboard_left")
    else:
        scene.say_phrase("leaderboard_asked")
    scene.effects.append(StartJob(LEADERBOARD_JOB, f"{_LEADERBOARD}{scene.event_id}"))


def job_finished(scene: Scene, event: JobFinished) -> bool:
    """Say or keep what a job of the protocol found; return whether it was one."""
    if event.key.startswith(_LEADERBOARD):
        _say_leaderboard(scene, event)
        return True
    return protocol.numbered(scene, event)


def _say_leaderboard(scene: Scene, event: JobFinished) -> None:
    if not event.succeeded:
        scene.say_phrase("leaderboard_unavailable")
        return
    rows: Sequence[Any] = event.result.get("rows") or ()
    lines = [_line(scene, place, row) for place, row in enumerate(rows, 1)]
    listed = scene.protocol is not None and scene.protocol.listed
    words = [scene.phrase("leaderboard" if lines else "leaderboard_empty"), *lines]
    if not listed:
        words += ["", scene.phrase("leaderboard_hidden")]
    wish = "leave" if listed else "join"
    scene.say("\n".join(words), (Button(scene.phrase(f"button_{wish}"), f"/leaderboard {wish}"),))


def _line(scene: Scene, place: int, row: Sequence[Any]) -> str:
    name, number, streak = row
    shown = f"{name} · {number:03d}" if name and number else name or (f"{number:03d}" if number else "–")
    # Each name keeps its own direction, whatever stands around it.
    return f"{place}. \u2068{shown}\u2069 – {streak}"


def _buttons(scene: Scene, *workflows: str) -> tuple[Button, ...]:
    return tuple(protocol.button(scene, name) for name in workflows)
