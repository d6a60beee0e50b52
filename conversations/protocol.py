"""The daily protocol in a dialogue: what its steps and commands know of it, and how they change it.

All that it remembers is `core.sessions.DailyProtocol`, a part of the state; every change of it is also an effect, which
writes the tables of `storage/sessions.py`. Two kinds of jobs serve it, and tell the dialogue what they found:

    number_member  {}  ->  {"number": 47}
    leaderboard    {}  ->  {"rows": [["Asha", 47, 12], …]}      name, member number, current streak
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Final

from conversations import effects
from conversations.workflow import TriggerKind
from core.messages import Button
from core.people import PROFILE_FIELDS
from core.sessions import SESSION_FIELDS, DailyProtocol, DailySession
from core.streaks import LATE_UNTIL, Streak, excused_by_move, open_date
from core.zones import local_moment

if TYPE_CHECKING:
    from conversations.events import JobFinished
    from conversations.scene import Scene

MORNING, EVENING, WEEK = "morning_protocol", "evening_review", "weekly_summary"
AFFIRMATIONS, BOARD = "affirmations", "vision_board"
"""Names of the workflows that ship with the protocol."""
NUMBER_JOB = "number_member"
STREAK_TIMER = "protocol:streak"
_NUMBER: Final = "member:"
_WEEK: Final = 7
_BEST: Final = 10
_PIN: Final = "_session"
"""Answer of an execution that says of which date it is; no step can be called so."""

_NOTHING: Final[dict[str, Any]] = {
    "day": 1,
    "streak": 0,
    "longest": 0,
    "repairs": 0,
    "away": 0,
    "morning_done": False,
    "evening_done": False,
    "action": "",
    "affirmations": "",
    "pictures": 0,
    "member": "",
    "week_mornings": 0,
    "week_actions": 0,
    "week_average": "–",
}
SAVE_FIELDS = (*PROFILE_FIELDS, *SESSION_FIELDS)
"""What a step's `save:` may fill: the profile, and the daily session."""
VALUES: Final = tuple(_NOTHING)
"""What texts and conditions of a workflow may use; `docs/how-to/daily-protocol.md` says what each means."""


def values(scene: "Scene") -> dict[str, Any]:
    """Return what is known of the person's daily protocol, by the names of `VALUES`."""
    kept = scene.protocol
    if kept is None:
        return _NOTHING
    now, zone = scene.now, scene.person.zone
    standing, days = kept.standing(now, zone), week(scene)
    ratings = [rating for _, _, rating, _ in days if rating]
    # Of an execution that is of a date it is that date's morning, though the night may be open for the next one.
    morning_done = (_pinned(scene) or kept.morning_date(now, zone)) in kept.done
    return {
        "day": len(kept.done) + (0 if morning_done else 1),
        "streak": standing.current,
        "longest": standing.longest,
        "repairs": standing.repairs,
        "away": kept.away(now, zone),
        "morning_done": morning_done,
        "evening_done": kept.session(kept.evening_date(now, zone)).evening_completed_at is not None,
        "action": kept.session(session_date(scene)).action,
        "affirmations": kept.text,
        "pictures": len(kept.board),
        "member": number_of(kept),
        "week_mornings": sum(done for _, done, _, _ in days),
        "week_actions": sum(acted for _, _, _, acted in days),
        "week_average": f"{sum(ratings) / len(ratings):.1f}" if ratings else "–",
    }


def week(scene: "Scene") -> list[tuple[str, bool, int | None, bool]]:
    """Return the last seven days, the open one last: date, morning done, rating, action done."""
    kept = scene.protocol or DailyProtocol()
    last = open_date(scene.now, scene.person.zone)
    acted = {one.day for one in kept.tried if one.done}
    days = [last - timedelta(days=back) for back in reversed(range(_WEEK))]
    return [(day.isoformat(), day in kept.done, kept.ratings.get(day), day in acted) for day in days]


def number_of(kept: DailyProtocol) -> str:
    """Return a member number as people see it, for instance "047"; empty until it is known."""
    return f"{kept.number:03d}" if kept.number else ""


def take_part(scene: "Scene") -> DailyProtocol:
    """Return what is remembered of a person, who takes part from now on."""
    if scene.protocol is None:
        scene.protocol = DailyProtocol()
        scene.effects.append(effects.KeepMember(listed=False))
        scene.effects.append(effects.StartJob(NUMBER_JOB, f"{_NUMBER}{scene.event_id}"))
    return scene.protocol


# -- dates -----------------------------------------------------------------------------------


def session_date(scene: "Scene") -> date:
    """Return the date that the execution is of: the one it was pinned to, else the one on which it began."""
    run, pinned = scene.run, _pinned(scene)
    if pinned is not None:
        return pinned
    kept = scene.protocol or DailyProtocol()
    return kept.evening_date(run.started_at if run else scene.now, scene.person.zone)


def _pinned(scene: "Scene") -> date | None:
    run = scene.run
    return date.fromisoformat(run.answers[_PIN]) if run is not None and _PIN in run.answers else None


def pin_morning(scene: "Scene", moment: datetime) -> None:
    """Let the execution be of the date that a morning done at a moment counts for, whatever takes time after it."""
    kept = scene.protocol or DailyProtocol()
    scene.open_run().answers[_PIN] = kept.morning_date(moment, scene.person.zone).isoformat()


def move(scene: "Scene", zone: str) -> None:
    """Note that the person's clock goes by another zone from now on; a date that the journey took is excused."""
    kept, before = scene.protocol, scene.person.zone
    if kept is not None and before and zone and zone != before:
        taken = excused_by_move(scene.now, before, zone)
        scene.protocol = replace(kept, excused=kept.excused | taken)


# -- the daily session -----------------------------------------------------------------------


def session(scene: "Scene") -> DailySession:
    """Return the daily session that the execution is of."""
    return (scene.protocol or DailyProtocol()).session(session_date(scene))


def change_session(scene: "Scene", **changes: Any) -> None:
    """Change fields of the daily session that the execution is of."""
    day = session_date(scene)
    kept = take_part(scene)
    changed = replace(kept.session(day), **changes)
    scene.protocol = kept.with_session(changed)
    scene.effects.append(effects.KeepSession(changed))


def end_morning(scene: "Scene") -> None:
    """Note that the morning is done; a second time changes nothing."""
    if session(scene).morning_completed_at is None:
        change_session(scene, morning_completed_at=scene.now)
        standing = keep_member(scene)
        scene.happened.append((TriggerKind.STREAK, str(standing.current)))
        _watch(scene, standing)


def look_at_streak(scene: "Scene") -> None:
    """Note that the streak has broken, where the timer that `_watch` has set finds none alive."""
    kept = scene.protocol
    if kept is None:
        return
    standing = kept.standing(scene.now, scene.person.zone)
    if standing.current:
        _watch(scene, standing)
    else:
        scene.happened.append((TriggerKind.STREAK, "broken"))


def _watch(scene: "Scene", standing: Streak) -> None:
    """Have the streak looked at once it can be broken, where a workflow begins with that."""
    if standing.alive_until is not None and scene.library.triggered(TriggerKind.STREAK):
        after = standing.alive_until + timedelta(days=1)
        moment = local_moment(after, LATE_UNTIL.hour, LATE_UNTIL.minute, scene.person.zone)
        scene.effects.append(effects.SetTimer(STREAK_TIMER, moment))


def end_evening(scene: "Scene") -> None:
    """Note that the evening review is done; a second time changes nothing."""
    if session(scene).evening_completed_at is None:
        day = session_date(scene)
        scene.open_run().answers[_PIN] = day.isoformat()
        change_session(scene, evening_completed_at=scene.now)


def keep_member(scene: "Scene") -> Streak:
    """Record what a leaderboard is made of; return how the person stands."""
    kept = take_part(scene)
    standing = kept.standing(scene.now, scene.person.zone)
    scene.effects.append(effects.KeepMember(kept.listed, standing.current, standing.alive_until))
    return standing


def save(scene: "Scene", field: str, value: Any) -> None:
    """Keep an answer where a step's `save:` says: in the daily session, or else in the person's profile."""
    if field not in SESSION_FIELDS:
        scene.change_person(**{field: str(value)})
        return
    name = field.partition(".")[2]
    if name == "action_completed":
        change_session(scene, action_completed=value in (True, "yes"))
    elif name == "discipline_rating":
        _save_rating(scene, str(value))
    else:
        change_session(scene, biggest_win=str(value))


def _save_rating(scene: "Scene", value: str) -> None:
    """Keep a rating; a half counts as the whole number above it, and what is none of 1 to 10 is not kept."""
    try:
        rating = int(Decimal(value).to_integral_value(ROUND_HALF_UP))
    except (ArithmeticError, ValueError):
        return
    if 1 <= rating <= _BEST:
        change_session(scene, rating=rating)


# -- affirmations and board ------------------------------------------------------------------


def keep_affirmations(scene: "Scene", text: str) -> int:
    """Keep a new version and use it from now on; return its number."""
    kept = scene.protocol = take_part(scene).with_affirmations(text)
    scene.effects.append(effects.KeepAffirmations(kept.version, text))
    return kept.version


def use_affirmations(scene: "Scene", version: int) -> bool:
    """Use an earlier version again; return whether it is at hand."""
    kept = take_part(scene)
    if version not in {one.version for one in kept.affirmations}:
        return False
    kept = scene.protocol = replace(kept, version=version)
    scene.effects.append(effects.KeepAffirmations(version, kept.text))
    return True


def keep_board(scene: "Scene", board: tuple[Any, ...]) -> None:
    """Keep the vision board as it is now."""
    scene.protocol = replace(take_part(scene), board=board)
    scene.effects.append(effects.KeepBoard(board))


def button(scene: "Scene", workflow: str) -> Button:
    """Return a button that begins a workflow of the protocol, titled with Sunup's own words `button_WORKFLOW`."""
    return Button(scene.phrase(f"button_{workflow}"), f"/start {workflow}")


# -- jobs ------------------------------------------------------------------------------------


def numbered(scene: "Scene", event: "JobFinished") -> bool:
    """Take over a member number; return whether this was the end of that job."""
    if not event.key.startswith(_NUMBER):
        return False
    number = event.result.get("number")
    if event.succeeded and scene.protocol is not None and isinstance(number, int):
        scene.protocol = replace(scene.protocol, number=number)
    return True
