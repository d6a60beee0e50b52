"""Linking: `/link` makes two chats one person's, `/unlink` takes one apart, `/reminders` chooses among them.

A code is offered and said in two turns of two dialogues, which never see each other: the joining itself is a job
(`workers/jobs/link_people.py`), and comes back as `PeopleLinked` to the dialogue that both have from then on.
"""

from datetime import timedelta

from conversations import channels, enrolments, facts, limits, nudging, purposes
from conversations.effects import ChooseConversation, OfferLink, StartJob
from conversations.events import ChatParted, JobFinished, PeopleLinked
from conversations.link_codes import code_of, digest_of, read_code
from conversations.scene import Scene
from conversations.state import Connection, Execution, State
from conversations.words import plain_words
from conversations.workflow import WELCOME
from core.ids import ConversationId, ExecutionId
from core.messages import Button
from core.people import Person
from core.sessions import DailyProtocol

LINK_JOB, PART_JOB = "link_people", "part_chat"
"""Kinds of jobs. Both are told `conversation`, the chat that it is about; the first also `digest`, of the code.

A refusal says why in `reason`: one of `REASONS`, and for `busy` in `seconds` for how long.
"""
REASONS = ("unknown", "expired", "used", "own", "same", "busy", "unavailable")
_GUESSES = ("unknown", "expired", "used")
"""Refusals that count as a wrong code."""
_LINK, _PART = "link:", "unlink:"


# -- what a person asks for ------------------------------------------------------------------


def link(scene: Scene, argument: str) -> None:
    """Offer a code, or try the one that was said."""
    if not _is_private(scene):
        return
    if not argument:
        _offer(scene)
        return
    code = read_code(argument)
    if code is None:
        scene.say_phrase("link_no_code")
        return
    scene.tries = tuple(one for one in scene.tries if scene.now - one < limits.LINK_TRIES_WITHIN)
    if len(scene.tries) >= limits.LINK_TRIES:
        _come_back(scene, scene.tries[0] + limits.LINK_TRIES_WITHIN - scene.now)
    elif scene.here is None:
        scene.say_phrase("link_unknown")
    else:
        scene.tries = (*scene.tries, scene.now)
        payload = {"digest": digest_of(code), "conversation": str(scene.here)}
        scene.effects.append(StartJob(LINK_JOB, f"{_LINK}{scene.event_id}", payload))
        scene.say_phrase("link_checking")


def _offer(scene: Scene) -> None:
    code, expires_at = code_of(scene.event_id), scene.now + limits.LINK_CODE_LIFE
    scene.effects.append(OfferLink(digest_of(code), expires_at))
    scene.say_phrase("link_code", code=code, life=scene.spoken(limits.LINK_CODE_LIFE))


def unlink(scene: Scene, argument: str) -> None:
    """Ask which chat is to be taken apart, or have it done."""
    if not _is_private(scene):
        return
    if not scene.connections:
        scene.say(scene.phrase("unlink_alone"), (scene.command_button("link"),))
        return
    wanted = _find(scene, argument)
    if wanted is not None:
        payload = {"conversation": str(wanted.id)}
        scene.effects.append(StartJob(PART_JOB, f"{_PART}{scene.event_id}", payload))
    elif argument:
        scene.say_phrase("unlink_gone")
    else:
        scene.say(scene.phrase("unlink_which"), (*_buttons(scene, "unlink"), scene.command_button("menu")))


def reminders(scene: Scene, argument: str) -> None:
    """Ask where what comes by itself should go, or keep what was chosen."""
    if not scene.connections:
        scene.say(scene.phrase("reminders_alone"), (scene.command_button("link"),))
        return
    wanted = _find(scene, argument)
    if wanted is None and argument != "last":
        last = Button(scene.phrase("reminders_where_last"), "/reminders last")
        scene.say(scene.phrase("reminders_which", where=where_they_go(scene)), (last, *_buttons(scene, "reminders")))
        return
    scene.chosen = wanted.id if wanted else None
    scene.reply_until = channels.reply_until(scene.connections, scene.chosen)
    scene.effects.append(ChooseConversation(scene.chosen))
    scene.say_phrase("reminders_chosen", where=where_they_go(scene))


def where_they_go(scene: Scene) -> str:
    """Return in words where nudges go."""
    named = channels.titles(scene)
    return named[scene.chosen] if scene.chosen in named else scene.phrase("reminders_where_last")


def _is_private(scene: Scene) -> bool:
    if scene.message is not None and scene.message.private:
        return True
    scene.say_phrase("link_private")
    return False


def _find(scene: Scene, wanted: str) -> Connection | None:
    """Return the chat that a button or the person's own words name."""
    named, words = channels.titles(scene), plain_words(wanted)
    return next(
        (one for one in scene.connections if wanted == channels.token(one) or words == plain_words(named[one.id])),
        None,
    )


def _buttons(scene: Scene, command: str) -> tuple[Button, ...]:
    named = channels.titles(scene)
    return tuple(Button(_title(scene, one, named), f"/{command} {channels.token(one)}") for one in scene.connections)


def _title(scene: Scene, one: Connection, named: dict[ConversationId, str]) -> str:
    return scene.phrase("channel_here", channel=named[one.id]) if one.id == scene.here else named[one.id]


def _come_back(scene: Scene, after: timedelta) -> None:
    minutes = max(1, -(-after // timedelta(minutes=1)))
    scene.say_phrase("link_busy", wait=scene.spoken(timedelta(minutes=minutes)))


# -- what comes of it ------------------------------------------------------------------------


def asked_for(event: JobFinished) -> bool:
    """Return whether this is the end of a job that was started here."""
    return event.key.startswith((_LINK, _PART))


def answered(scene: Scene, event: JobFinished) -> None:
    """Say why a job came to nothing; what it did was told with what it changed."""
    if event.succeeded:
        return
    reason = str(event.result.get("reason"))
    reason = reason if reason in REASONS else "unavailable"
    if event.key.startswith(_LINK) and reason not in _GUESSES:
        scene.tries = scene.tries[:-1]
    if reason == "busy":
        seconds = event.result.get("seconds")
        _come_back(scene, timedelta(seconds=seconds) if isinstance(seconds, float) else limits.LINK_TRIES_WITHIN)
    else:
        scene.say_phrase(f"link_{reason}", life=scene.spoken(limits.LINK_CODE_LIFE))


def linked(scene: Scene, event: PeopleLinked) -> None:
    """Tell a person that two of their chats are one from now on, and go on where they were."""
    other = channels.title(scene.language, event.other.channel)
    if event.gave:
        scene.record(facts.LINKED, channel=event.other.channel)
        scene.purpose = purposes.LINKED
        _take_timers_over(scene, event.superseded)
        scene.say(scene.phrase("link_made", channel=other), (scene.command_button("unlink"),))
    elif scene.stopped:
        scene.say(scene.phrase("link_made_stopped", channel=other), (scene.command_button("start"),))
    elif scene.parked:
        scene.lead_in("link_made_here", channel=other)
        _go_on(scene)
    else:
        scene.say(scene.phrase("link_made_here", channel=other), (scene.command_button("menu"),))


def _take_timers_over(scene: Scene, superseded: tuple[ExecutionId, ...]) -> None:
    """Set the timers of both dialogues anew, and end the welcomes that nobody needs any more."""
    scene.timers_were_lost()
    scene.touch_all(new_patience=False)
    nudging.take_timers_over(scene)
    for execution in [one for one in scene.parked if one.id in superseded]:
        if scene.load(execution):
            scene.abandon("linked")
            scene.put_aside()


def _go_on(scene: Scene) -> None:
    if scene.load(scene.parked[-1]):
        scene.plan_patience()
        scene.open_run().current.ask_again(scene)


def parted(scene: Scene, event: ChatParted) -> None:
    """Tell a person that a chat of theirs was taken apart."""
    channel = channels.title(scene.language, event.chat.channel)
    scene.record(facts.PARTED, channel=event.chat.channel)
    if event.here:
        scene.say(scene.phrase("unlink_done_here"), (scene.command_button("menu"),))
    else:
        scene.purpose = purposes.LINKED
        scene.say_phrase("unlink_done", channel=channel)


# -- two dialogues in one --------------------------------------------------------------------


def joined(state: State, other: State, here: Connection, there: Connection) -> State:
    """Return one dialogue made of two.

    Args:
        state: The dialogue in which the code was given; where both know something of the person, it has the say.
        other: The one in which the code was said, and in which the person therefore wrote last.
        here: The chat of the first.
        there: The chat of the second.
    """
    connections = _joined_connections(state, other, here, there)
    chosen = state.chosen or other.chosen
    return State(
        person=_joined_person(state.person, other.person, known=state.met),
        met=state.met or other.met,
        stopped=state.stopped or other.stopped,
        blocked=False,
        hinted=state.hinted or other.hinted,
        paused=state.paused or other.paused,
        executions=_joined_executions(state.executions, other.executions),
        reply_until=channels.reply_until(connections, chosen),
        reported={**other.reported, **state.reported},
        connections=connections,
        chosen=chosen,
        tries=state.tries,
        enrolments=enrolments.joined(state.enrolments, other.enrolments),
        standing=enrolments.joined_standing(state.standing, other.standing),
        protocol=_joined_protocol(state.protocol, other.protocol),
    )


def _joined_protocol(one: DailyProtocol | None, other: DailyProtocol | None) -> DailyProtocol | None:
    return one.joined_with(other) if one and other else one or other


def superseded(state: State, other: State) -> tuple[ExecutionId, ...]:
    """Return the welcomes of two dialogues that need not go on: who is known already is not asked once more."""
    mine, theirs = _welcomes(state), _welcomes(other)
    if mine and theirs:
        newest = _joined_executions(tuple(mine), tuple(theirs))[-1]
        return tuple(one.id for one in (*mine, *theirs) if one.id != newest.id)
    return tuple(one.id for one in ((mine if other.met else []) + (theirs if state.met else [])))


def _welcomes(state: State) -> list[Execution]:
    return [one for one in state.executions if one.workflow == WELCOME]


def _joined_person(one: Person, other: Person, *, known: bool) -> Person:
    return Person(
        name=one.name or other.name,
        # What everybody begins with says nothing of somebody who was never greeted.
        language=one.language if known or one.language != Person().language else other.language,
        zone=one.zone or other.zone,
        profile={**other.profile, **{key: value for key, value in one.profile.items() if value}},
    )


def _joined_executions(ones: tuple[Execution, ...], others: tuple[Execution, ...]) -> tuple[Execution, ...]:
    """Return the executions of both, the one that was talked about last at the end."""
    newest = [those[-1] for those in (ones, others) if those]
    older = [*ones[:-1], *others[:-1]]
    return (*sorted(older, key=_talked_about), *sorted(newest, key=_talked_about))


def _talked_about(execution: Execution) -> float:
    return execution.asked_at.timestamp()


def _joined_connections(state: State, other: State, here: Connection, there: Connection) -> tuple[Connection, ...]:
    mine = state.connections or (_of_one_chat(here, state),)
    theirs = other.connections or (_of_one_chat(there, other),)
    last = [one for one in theirs if one.id == there.id]
    return (*mine, *(one for one in theirs if one.id != there.id), *last)


def _of_one_chat(connection: Connection, state: State) -> Connection:
    return Connection(connection.id, connection.channel, connection.account, state.reply_until, state.blocked)
