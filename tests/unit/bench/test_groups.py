from collections.abc import Sequence
from pathlib import Path

import orjson
import pytest

from bench import __main__ as command
from bench.dialogue import FIRST_PERSON
from bench.figures import Bar, Figure
from bench.groups import GROUPS
from bench.groups.exchange import expected_replies
from bench.load import Order
from bench.rounds import Rounds
from bench.site import Site
from bench.walk import replies


def test_expected_replies_follow_what_each_part_of_the_crowd_has_sent() -> None:
    known = replies(3)
    expected = expected_replies(Order(1, "x", people=4, connections=2, seconds=1, first=10), [5, 2])
    assert expected == {
        str(FIRST_PERSON + 10): known[3],
        str(FIRST_PERSON + 11): known[2],
        str(FIRST_PERSON + 12): known[1],
        str(FIRST_PERSON + 13): known[1],
    }


def test_command_runs_the_chosen_group_and_writes_what_it_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[Rounds] = []

    def measure(site: Site, rounds: Rounds) -> Sequence[Figure]:
        seen.append(rounds)
        return [Figure("engine.turns", 1, "turns/s", None, Bar(20_000))]

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "GROUPS", {**GROUPS, "engine": measure})
    status = command.main(["engine", "--rounds", "2", "--seconds", "1"])
    assert status == 0, "a bar that does not hold is shown and fails nothing"
    assert seen == [Rounds(2, 1.0)]
    assert orjson.loads((tmp_path / "var" / "bench.json").read_bytes())[0]["holds"] is False


def test_command_refuses_a_group_that_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["outbound"])
    assert "there is no group 'outbound'" in capsys.readouterr().err


@pytest.mark.parametrize(("whole", "share", "expected"), [(200_000, 1.0, 200_000), (200_000, 0.1, 20_000), (3, 0.1, 1)])
def test_rounds_size_what_is_counted(whole: int, share: float, expected: int) -> None:
    assert Rounds(share=share).sized(whole) == expected
