"""Graph: which step may follow which, where nobody arrives, and where nobody gets out."""

from collections.abc import Sequence

from conversations.step import Step

Followers = list[list[int]]
"""For each step, by place, the places that may follow; the place behind the last step is the end."""


def followers(steps: Sequence[Step]) -> Followers:
    """Return what may follow each step; a target that does not exist is left out."""
    places = {step.name: place for place, step in enumerate(steps)}
    return [_after(step, place, places) for place, step in enumerate(steps)]


def _after(step: Step, place: int, places: dict[str, int]) -> list[int]:
    named = [places[target] for target in step.targets() if target in places]
    return [*named, place + 1] if step.falls_through() else named


def unreachable(graph: Followers) -> list[int]:
    """Return the places where nobody can arrive."""
    seen: set[int] = set()
    waiting = [0]
    while waiting:
        place = waiting.pop()
        if place not in seen and place < len(graph):
            seen.add(place)
            waiting += graph[place]
    return [place for place in range(len(graph)) if place not in seen]


def endless(graph: Followers, steps: Sequence[Step]) -> list[int]:
    """Return the places that ask, are reached, and from which nobody gets to the end.

    A circle that waits is left out: a habit that comes back every day is meant to go on.
    """
    ending = {place for place, after in enumerate(graph) if not after or len(graph) in after}
    while more := {place for place, after in enumerate(graph) if ending.intersection(after)} - ending:
        ending |= more
    lost = [place for place in range(len(graph)) if place not in ending and place not in unreachable(graph)]
    if any(steps[place].pauses and not steps[place].asks for place in lost):
        return []
    return [place for place in lost if steps[place].asks]


def circles(graph: Followers, steps: Sequence[Step]) -> list[list[int]]:
    """Return the circles that lead through no step at which the dialogue rests, each by its places.

    Whoever gets into one never gets out: without a rest nothing changes that a condition could judge.
    """
    restless = {place for place, step in enumerate(steps) if not step.pauses}
    found: list[list[int]] = []
    done: set[int] = set()
    for start in sorted(restless):
        circle = _circle_from(start, graph, restless, done)
        if circle:
            found.append(circle)
    return found


def _circle_from(start: int, graph: Followers, restless: set[int], done: set[int]) -> list[int]:
    """Walk depth first from a place; return the first circle met, and note the places that are settled."""
    trail: list[int] = []
    stack = [(start, iter(graph[start]))] if start not in done else []
    trail += [place for place, _ in stack]
    while stack:
        place, rest = stack[-1]
        follower = next((one for one in rest if one in restless and one not in done), None)
        if follower is None:
            done.add(place)
            stack.pop()
            trail.pop()
        elif follower in trail:
            done.update(trail)
            return trail[trail.index(follower) :]
        else:
            stack.append((follower, iter(graph[follower])))
            trail.append(follower)
    return []
