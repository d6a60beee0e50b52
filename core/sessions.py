"""Daily sessions: one local date of a person's daily protocol, and all that the protocol remembers of them.

Plain data that round-trips through JSON. What `DailyProtocol` keeps is little, whatever the years:

    {"done": ["2026-11-02", "5f"], "excused": [], "ratings": {"2026-11-08": 8},
     "sessions": [{"date": "2026-11-08", …}], "board": [["0193…", "Our house"]],
     "affirmations": [{"version": 1, "text": "I finish what I begin."}], "version": 1,
     "tried": [["call_old_client", "2026-11-07", true, 8]], "shown": {"cold_shower": "2026-11-07"},
     "number": 47, "listed": true}
"""

from collections.abc import Container
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from core.actions import SHOWN_AGAIN_AFTER, TRIED_AGAIN_AFTER, Tried
from core.streaks import WINDOW, Days, Excused, Streak, open_date, session_date, streak

MOST_PICTURES: Final = 8
"""Pictures of a vision board. Source: seed 004, `position INTEGER NOT NULL, -- 1-8 for grid position`."""
LONGEST_AFFIRMATIONS: Final = 2_000
LONGEST_CAPTION: Final = 200
_VERSIONS_AT_HAND: Final = 5
_SESSIONS_AT_HAND: Final = 3
"""Today's, and those of the dates before it that may still be open to somebody who travels."""

SESSION_FIELDS: Final = ("session.action_completed", "session.discipline_rating", "session.biggest_win")
"""What a step's `save:` may fill in the daily session."""


@dataclass(frozen=True, slots=True)
class DailySession:
    """One local date of a person's daily protocol.

    Args:
        date: The person's own date.
        morning_completed_at: When the morning was done; None while it is not.
        recording: Id of the kept voice recording; empty where there is none.
        recording_seconds: How long it is.
        affirmations_version: Which version was read.
        vision_board_viewed: Whether the vision board was shown.
        action: The bold action of the day, in the person's language or their own words.
        action_id: Its name in the library; empty for the person's own.
        action_set_at: When it was chosen.
        action_completed: Whether it was done; None while nobody has said.
        evening_completed_at: When the evening review was done.
        rating: How disciplined the person found themselves, 1 to 10.
        biggest_win: In the person's own words.
    """

    date: date
    morning_completed_at: datetime | None = None
    recording: str = ""
    recording_seconds: int = 0
    affirmations_version: int = 1
    vision_board_viewed: bool = False
    action: str = ""
    action_id: str = ""
    action_set_at: datetime | None = None
    action_completed: bool | None = None
    evening_completed_at: datetime | None = None
    rating: int | None = None
    biggest_win: str = ""

    def to_plain(self) -> dict[str, Any]:
        """Return the stored form: what says something."""
        empty = DailySession(self.date)
        plain = {name: value for name, value in asdict(self).items() if value != getattr(empty, name)}
        moments = {name: plain[name].isoformat() for name in _MOMENTS if name in plain}
        return {**plain, **moments, "date": self.date.isoformat()}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "DailySession":
        """Read the stored form."""
        moments = {name: datetime.fromisoformat(plain[name]) for name in _MOMENTS if name in plain}
        return cls(**{**plain, **moments, "date": date.fromisoformat(plain["date"])})


_MOMENTS = ("morning_completed_at", "action_set_at", "evening_completed_at")


@dataclass(frozen=True, slots=True)
class BoardPicture:
    """A picture of a vision board; its position is its place in the row of them, counted from 1."""

    media: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Affirmations:
    """One version of what a person reads to themselves every morning."""

    version: int
    text: str


@dataclass(frozen=True, slots=True)
class DailyProtocol:
    """What the daily protocol remembers of a person.

    Args:
        done: Dates whose morning was completed.
        excused: Dates that travel took.
        ratings: How the person rated themselves, by date, for as long as it counts.
        sessions: The newest daily sessions, the latest last.
        affirmations: The newest versions, in order.
        version: The one in use; 0 before there is any.
        board: The pictures of the vision board, in order.
        tried: Bold actions of the last weeks, in order.
        shown: When an action of the library was last offered, by its id, for the last days.
        number: Member number, counted from 1 in order of joining; 0 until it is known.
        listed: Whether the person is on the leaderboard.
    """

    done: Days = field(default_factory=Days)
    excused: Days = field(default_factory=Days)
    ratings: dict[date, int] = field(default_factory=dict)
    sessions: tuple[DailySession, ...] = ()
    affirmations: tuple[Affirmations, ...] = ()
    version: int = 0
    board: tuple[BoardPicture, ...] = ()
    tried: tuple[Tried, ...] = ()
    shown: dict[str, date] = field(default_factory=dict)
    number: int = 0
    listed: bool = False

    # -- reading -----------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The affirmations in use; empty where there are none."""
        return next((one.text for one in self.affirmations if one.version == self.version), "")

    def session(self, day: date) -> DailySession:
        """Return the daily session of a date, an empty one where nothing was done yet."""
        found = next((one for one in self.sessions if one.date == day), None)
        return found or DailySession(day, affirmations_version=max(1, self.version))

    def morning_date(self, moment: datetime, zone: str) -> date:
        """Return the date that a morning done at a moment counts for."""
        return session_date(moment, zone, self.done)

    def evening_date(self, moment: datetime, zone: str) -> date:
        """Return the date that an evening review begun at a moment is of."""
        reviewed = {one.date for one in self.sessions if one.evening_completed_at}
        return session_date(moment, zone, reviewed)

    def standing(self, moment: datetime, zone: str) -> Streak:
        """Return how the person stands at a moment, on their own date."""
        excused = Excused(self.excused, zone)
        return streak(self.done, open_date(moment, zone), excused=excused, ratings=self.ratings)

    def away(self, moment: datetime, zone: str) -> int:
        """Return how many whole dates lie between the last done one and the one that is open; 0 for a beginner."""
        return max(0, (open_date(moment, zone) - self.done.last).days - 1) if self.done else 0

    # -- changing ----------------------------------------------------------------------------

    def with_session(self, session: DailySession) -> "DailyProtocol":
        """Return the same with a daily session as it stands now, and with what follows from it."""
        others = [one for one in self.sessions if one.date != session.date]
        kept = sorted([*others, session], key=lambda one: one.date)[-_SESSIONS_AT_HAND:]
        ratings = {day: rating for day, rating in self.ratings.items() if day > session.date - timedelta(days=WINDOW)}
        if session.rating is not None:
            ratings[session.date] = session.rating
        return replace(
            self,
            done=self.done.add(session.date) if session.morning_completed_at else self.done,
            ratings=ratings,
            sessions=tuple(kept),
            tried=self._tried(session),
        )

    def _tried(self, session: DailySession) -> tuple[Tried, ...]:
        since = session.date - TRIED_AGAIN_AFTER
        others = [one for one in self.tried if one.day != session.date and one.day > since]
        if session.action:
            others.append(Tried(session.action_id, session.date, session.action_completed, session.rating))
        return tuple(sorted(others, key=lambda one: one.day))

    def with_shown(self, actions: Container[str], names: tuple[str, ...], day: date) -> "DailyProtocol":
        """Return the same with actions noted as offered; what is no longer in the library is forgotten."""
        fresh = {name: at for name, at in self.shown.items() if name in actions and at > day - SHOWN_AGAIN_AFTER}
        return replace(self, shown={**fresh, **dict.fromkeys(names, day)})

    def with_affirmations(self, text: str) -> "DailyProtocol":
        """Return the same with a new version in use."""
        version = max((one.version for one in self.affirmations), default=0) + 1
        kept = (*self.affirmations, Affirmations(version, text))[-_VERSIONS_AT_HAND:]
        return replace(self, affirmations=kept, version=version)

    def joined_with(self, other: "DailyProtocol") -> "DailyProtocol":
        """Return what is remembered of two people who turn out to be one; where they differ, this one counts."""
        mine = {one.date: one for one in (*other.sessions, *self.sessions)}
        tried = {one.day: one for one in (*other.tried, *self.tried)}
        texts = self if self.version else other
        return DailyProtocol(
            done=self.done | other.done,
            excused=self.excused | other.excused,
            ratings={**other.ratings, **self.ratings},
            sessions=tuple(mine[day] for day in sorted(mine)[-_SESSIONS_AT_HAND:]),
            affirmations=texts.affirmations,
            version=texts.version,
            board=self.board or other.board,
            tried=tuple(tried[day] for day in sorted(tried)),
            shown={**other.shown, **self.shown},
            number=self.number or other.number,
            listed=self.listed,
        )

    # -- storing -----------------------------------------------------------------------------

    def to_plain(self) -> dict[str, Any]:
        """Return the stored form."""
        return {
            "done": self.done.to_plain(),
            "excused": self.excused.to_plain(),
            "ratings": {day.isoformat(): rating for day, rating in self.ratings.items()},
            "sessions": [one.to_plain() for one in self.sessions],
            "affirmations": [asdict(one) for one in self.affirmations],
            "version": self.version,
            "board": [[one.media, one.caption] for one in self.board],
            "tried": [[one.action, one.day.isoformat(), one.done, one.rating] for one in self.tried],
            "shown": {name: day.isoformat() for name, day in self.shown.items()},
            "number": self.number,
            "listed": self.listed,
        }

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "DailyProtocol":
        """Read the stored form; what a later release has added is left out."""
        known = {name: plain[name] for name in (one.name for one in fields(cls)) if name in plain}
        return cls(**{name: _READ[name](value) if name in _READ else value for name, value in known.items()})


_READ: dict[str, Any] = {
    "done": Days.from_plain,
    "excused": Days.from_plain,
    "ratings": lambda plain: {date.fromisoformat(day): rating for day, rating in plain.items()},
    "sessions": lambda plain: tuple(DailySession.from_plain(one) for one in plain),
    "affirmations": lambda plain: tuple(Affirmations(**one) for one in plain),
    "board": lambda plain: tuple(BoardPicture(*one) for one in plain),
    "tried": lambda plain: tuple(Tried(one[0], date.fromisoformat(one[1]), *one[2:]) for one in plain),
    "shown": lambda plain: {name: date.fromisoformat(day) for name, day in plain.items()},
}
