"""Explaining: `/why PERSON` tells an admin what came to somebody by itself, what did not, and why.

The looking up is a job, `workers/jobs/explain_nudges.py`. It is told `person`, what the admin wrote, and gives back one
of these; moments are ISO 8601:

    {"people": [{"id": "0193…", "name": "Asha", "at": ["telegram:501"]}, …]}      several fit
    {"person": {"id": "0193…", "name": "Asha", "at": […], "zone": "Asia/Kolkata", "held": "stopped" | "",
                "quiet": "22:00–07:00", "most": 3 | null},
     "enrolments": [{"workflow": "morning_page", "schedule": {…}, "due_at": "…" | null, "paused_until": … | null}],
     "nudges": [{"rule": "morning_page", "date": "2026-03-03", "result": "skipped", "reason": "quiet", "at": "…",
                 "status": "failed" | null, "error": "expired"}]}
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from babel.dates import format_date, format_datetime

from conversations.effects import StartJob
from conversations.events import JobFinished
from conversations.explaining_words import WORDS
from conversations.inputs.language import locale_of
from conversations.scene import Scene
from conversations.timetable import describe
from core.messages import Button
from core.nudges import QUEUED
from core.schedules import from_plain
from core.zones import to_local

EXPLAIN_JOB: Final = "explain_nudges"
_KEY: Final = "why:"
REFUSALS: Final = ("nobody", "unavailable")
_LONGEST: Final = 200
_SENT = ("wired", "sent", "delivered", "read")
_WAITING = ("queued", "errored", "held")


def why(scene: Scene, argument: str) -> None:
    """Have somebody looked up."""
    if not argument:
        scene.say(_word(scene.language, "how"))
        return
    scene.effects.append(StartJob(EXPLAIN_JOB, f"{_KEY}{scene.event_id}", {"person": argument[:_LONGEST]}))
    scene.say(_word(scene.language, "searching"))


def asked_for(event: JobFinished) -> bool:
    """Return whether this is the end of a job that was started here."""
    return event.key.startswith(_KEY)


def answered(scene: Scene, event: JobFinished) -> None:
    """Tell what was found."""
    told, language = event.result, scene.language
    if not event.succeeded:
        reason = str(told.get("reason"))
        scene.say(_word(language, reason if reason in REFUSALS else "unavailable"))
        return
    people = told.get("people", ())
    scene.say(in_words(told, language, scene.now), tuple(Button(_named(one), f"/why {one['id']}") for one in people))


def in_words(told: Mapping[str, Any], language: str, now: datetime) -> str:
    """Return what was found of somebody in plain words, or whom of several the words may mean.

    Args:
        told: As the module describes it.
        language: IETF tag; English where it is not shipped.
        now: This moment.
    """
    if "people" in told:
        lines = [f"• {_named(one)} – {', '.join(one['at'])} – {one['id']}" for one in told["people"]]
        return "\n".join([_word(language, "several"), *lines])
    return _Telling(told["person"], language, now).whole(told)


def _word(language: str, key: str, **values: object) -> str:
    return WORDS.get(language.partition("-")[0], WORDS["en"])[key].format_map(values)


def _named(person: Mapping[str, Any]) -> str:
    return str(person["name"] or person["id"])


class _Telling:
    """One person told of, by their own clock and in an admin's language."""

    def __init__(self, person: Mapping[str, Any], language: str, now: datetime) -> None:
        self._person = person
        self._zone = str(person["zone"])
        self._language = language
        self._locale = locale_of(language)
        self._now = now

    def whole(self, told: Mapping[str, Any]) -> str:
        plans = [self._plan(one) for one in told["enrolments"]]
        nudges = [self._nudge(one) for one in told["nudges"]] or [self._word("none")]
        return "\n".join([*self._head(), *plans, "", *nudges])

    def _word(self, key: str, **values: object) -> str:
        return _word(self._language, key, **values)

    def _head(self) -> list[str]:
        person = self._person
        clock = self._word("clock", zone=self._zone, now=f"{to_local(self._now, self._zone):%H:%M}")
        lines = [f"{_named(person)} ({', '.join(person['at'])})", clock if self._zone else self._word("no_clock")]
        if person["held"]:
            lines.append(self._word(f"held_{person['held']}"))
        if person["quiet"]:
            lines.append(self._word("quiet", hours=person["quiet"]))
        if person["most"] is not None:
            lines.append(self._word("most", count=person["most"]))
        return lines

    def _plan(self, enrolment: Mapping[str, Any]) -> str:
        when = describe(from_plain(enrolment["schedule"]), self._language, self._zone)
        if enrolment["due_at"] is None:
            return self._word("plan_none", title=enrolment["workflow"], when=when)
        local = to_local(datetime.fromisoformat(enrolment["due_at"]), self._zone)
        moment = format_datetime(local, "EEE d MMM, HH:mm", locale=self._locale)
        return self._word("plan", title=enrolment["workflow"], when=when, moment=moment)

    def _nudge(self, nudge: Mapping[str, Any]) -> str:
        day = format_date(date.fromisoformat(nudge["date"]), "EEE d MMM", locale=self._locale)
        clock = f"{to_local(datetime.fromisoformat(nudge['at']), self._zone):%H:%M}"
        return f"• {day}, {nudge['rule']}: {self._fate(nudge, clock)}"

    def _fate(self, nudge: Mapping[str, Any], clock: str) -> str:
        reason = self._word(f"reason_{nudge['reason']}") if nudge["reason"] else ""
        status = nudge["status"]
        if nudge["result"] != QUEUED:
            return self._word("skipped", reason=reason, time=clock)
        if status in _SENT:
            fate = self._word("sent", time=clock)
        elif status in _WAITING:
            fate = self._word("waiting", error=f" ({nudge['error']})" if nudge["error"] else "")
        elif status is None:
            fate = self._word("written", time=clock)
        else:
            key = "unknown" if status == "unknown" else "dropped"
            fate = self._word(key, error=nudge["error"] or status)
        return f"{fate} ({reason})" if reason else fate
