"""Addresses of pictures: they open one picture for a while, and nothing else."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.ids import MediaId
from sunup.pictures import VALID, Pictures

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PUBLIC = "https://chat.example.org"
PICTURE = MediaId(UUID("0198e180-7d60-7000-aded-7d8b151cbd5b"))


class At:
    """A clock that stands still."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


def pictures(now: datetime = NOW, key: bytes = b"k" * 32) -> Pictures:
    return Pictures(key, PUBLIC, At(now))


def ticket() -> str:
    return pictures().url_of(PICTURE).removeprefix(f"{PUBLIC}/pictures/")


def test_url_opens_its_picture_until_it_is_over() -> None:
    assert pictures().opened(ticket()) == PICTURE
    assert pictures(NOW + VALID - timedelta(seconds=1)).opened(ticket()) == PICTURE
    assert pictures(NOW + VALID).opened(ticket()) is None


def test_url_tells_nothing_but_id_end_and_proof() -> None:
    name, end, proof = ticket().split(".")
    assert (name, end) == (str(PICTURE), str(int((NOW + VALID).timestamp())))
    assert len(proof) == 40


def test_another_installation_opens_nothing() -> None:
    assert pictures(key=b"o" * 32).opened(ticket()) is None


def _changed() -> dict[str, str]:
    name, end, proof = ticket().split(".")
    return {
        "another picture": f"{UUID(int=7)}.{end}.{proof}",
        "a later end": f"{name}.{int(end) + 1}.{proof}",
        "another proof": f"{name}.{end}.{'0' * 40}",
        "half a proof": f"{name}.{end}.{proof[:20]}",
        "no proof": f"{name}.{end}.",
        "a proof that is not ASCII": f"{name}.{end}.{'ä' * 40}",
        "half of a pair": f"{name}.{end}.\ud800",
        "an end beyond all years": f"{name}.{10**30}.{proof}",
        "an end before all years": f"{name}.-{10**12}.{proof}",
        "no number": f"{name}.soon.{proof}",
        "no id": f"picture.{end}.{proof}",
        "more parts": f"{name}.{end}.{proof}.{proof}",
        "nothing": "",
    }


@pytest.mark.parametrize("changed", _changed().values(), ids=_changed())
def test_ticket_changed_in_any_way_opens_nothing(changed: str) -> None:
    assert pictures().opened(changed) is None


@given(st.text())
@example("..")
@example("\udcff.\udcff.\udcff")
def test_whatever_is_no_ticket_opens_nothing(words: str) -> None:
    assert pictures().opened(words) is None
