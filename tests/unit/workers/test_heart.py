"""The watch over senders: who stands still is dead, unless the watcher looked away."""

from datetime import UTC, datetime, timedelta

from workers.heart import BEAT, BELIEVED, BLINK, STILL, Watch

FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = FIRST + timedelta(seconds=1)


class Tick:
    """Seconds that go by when a test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def look(watch: Watch, tick: Tick, beat: datetime, *, after: float = 2) -> list[str]:
    tick.seconds += after
    return watch.look({"ann": beat})


def test_times_leave_a_live_sender_room_for_a_heartbeat() -> None:
    assert BLINK + BEAT < STILL
    assert BEAT < BELIEVED < STILL


def test_look_sender_that_stands_still_is_dead() -> None:
    tick = Tick()
    watch = Watch(tick)
    assert [look(watch, tick, FIRST) for _ in range(4)] == [[], [], [], ["ann"]]


def test_look_sender_whose_heartbeat_changes_lives() -> None:
    tick = Tick()
    watch = Watch(tick)
    assert [look(watch, tick, FIRST + timedelta(seconds=beat)) for beat in range(9)] == [[]] * 9


def test_look_clock_of_a_sender_that_was_set_back_is_a_heartbeat_too() -> None:
    tick = Tick()
    watch = Watch(tick)
    beats = [FIRST, FIRST, FIRST, FIRST - timedelta(hours=1), FIRST - timedelta(hours=1)]
    assert [look(watch, tick, beat) for beat in beats] == [[]] * 5


def test_look_away_for_long_proves_nothing() -> None:
    tick = Tick()
    watch = Watch(tick)
    look(watch, tick, FIRST)
    look(watch, tick, FIRST)
    assert look(watch, tick, FIRST, after=60) == []
    assert [look(watch, tick, FIRST) for _ in range(3)] == [[], [], ["ann"]]


def test_look_sender_that_came_back_is_watched_anew() -> None:
    tick = Tick()
    watch = Watch(tick)
    look(watch, tick, FIRST)
    look(watch, tick, FIRST)
    tick.seconds += 2
    assert watch.look({}) == []
    assert [look(watch, tick, FIRST) for _ in range(4)] == [[], [], [], ["ann"]]
    assert look(watch, tick, LATER) == []
