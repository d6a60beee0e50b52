"""Which steps follow which: a walk over random graphs agrees with a plain search."""

from hypothesis import given
from hypothesis import strategies as st

from conversations.documents import graph
from conversations.step import Step
from conversations.steps.ask import Ask
from conversations.steps.say import Say

GRAPHS = st.integers(1, 8).flatmap(
    lambda size: st.tuples(
        st.lists(st.lists(st.integers(0, size), max_size=3), min_size=size, max_size=size),
        st.lists(st.booleans(), min_size=size, max_size=size),
    )
)


def _step(place: int, rests: bool) -> Step:
    plain = {"text": "A"}
    return (
        Ask.model_validate({"ask": f"s{place}", **plain})
        if rests
        else Say.model_validate({"say": f"s{place}", **plain})
    )


def _arrives(followers: graph.Followers, start: int) -> set[int]:
    seen: set[int] = set()
    waiting = list(followers[start])
    while waiting:
        place = waiting.pop()
        if place < len(followers) and place not in seen:
            seen.add(place)
            waiting += followers[place]
    return seen


@given(GRAPHS)
def test_circles_found_exactly_where_a_step_leads_back_to_itself_without_a_rest(
    drawn: tuple[graph.Followers, list[bool]],
) -> None:
    followers, rests = drawn
    steps = [_step(place, rest) for place, rest in enumerate(rests)]
    restless = [[one for one in after if one < len(rests) and not rests[one]] for after in followers]
    in_circles = {place for place in range(len(rests)) if not rests[place] and place in _arrives(restless, place)}
    found = graph.circles(followers, steps)
    assert bool(found) == bool(in_circles)
    in_found = [place for circle in found for place in circle]
    assert len(set(in_found)) == len(in_found), "a step is told of once"
    assert set(in_found) <= in_circles
    for circle in found:
        assert all(after in followers[place] for place, after in zip(circle, [*circle[1:], circle[0]], strict=True))


@given(GRAPHS)
def test_unreachable_is_everything_that_a_search_from_the_start_misses(
    drawn: tuple[graph.Followers, list[bool]],
) -> None:
    followers, _ = drawn
    assert set(graph.unreachable(followers)) == set(range(len(followers))) - _arrives(followers, 0) - {0}
