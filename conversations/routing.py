"""Routing: to whom in the dialogue an inbound message speaks.

The order is the promise: reserved words, then the stop, then commands, then the question that a
tapped button belongs to, then the execution that was talked about last, then a greeting or a hint.
"""

import re
from dataclasses import replace

from conversations import broadcasting, channels, commands, facts, nudging, triggers
from conversations.effects import AnswerTap
from conversations.inputs.text import clean
from conversations.scene import Scene
from conversations.state import Execution
from core.messages import InboundKind, InboundMessage, Place
from core.people import Person
from core.zones import zone_names

_OURS = re.compile(r"/|[0-9a-f]{10}\.[0-9a-f]+:", re.ASCII)
"""How the payload of our own buttons begins: a command, or the token of a question."""


def receive(scene: Scene, message: InboundMessage) -> None:
    """Act on what came in."""
    match message.kind:
        case InboundKind.BLOCKED:
            _block(scene, message)
        case InboundKind.UNBLOCKED:
            channels.open_here(scene)
            _unblock(scene)
        case InboundKind.EDIT:
            # Telegram reports edits of fields that a bot cannot even see; a flow step is never run again for one.
            scene.record(facts.MESSAGE_EDITED)
        case InboundKind.MOVED:
            pass
        case InboundKind.PROFILE:
            _take_over(scene, message)
        case InboundKind.HOME:
            scene.place = Place.HOME
            commands.show_home(scene)
        case _:
            message = _in_words(message)
            channels.hear(scene, message)
            _unblock(scene)
            triggers.hear(scene)
            _meet(scene, message)
            _answer(scene, message)


def _in_words(message: InboundMessage) -> InboundMessage:
    """Return a tap on what was not made for one question, such as a button of an approved template, as its words.

    Such a button is the same in every message of its template. A channel whose taps have to be answered has none.
    """
    if message.kind is not InboundKind.TAP or message.tap_id or not message.text or _OURS.match(message.payload):
        return message
    return replace(message, kind=InboundKind.TEXT, payload="")


def _block(scene: Scene, message: InboundMessage) -> None:
    if channels.close_here(scene, message) and not scene.blocked:
        scene.blocked = True
        scene.record(facts.BLOCKED)
        scene.touch_all(new_patience=False)


def _unblock(scene: Scene) -> None:
    if scene.blocked:
        scene.blocked = False
        scene.record(facts.UNBLOCKED)
        scene.touch_all(new_patience=True)


def _meet(scene: Scene, message: InboundMessage) -> None:
    """Take over what the channel knows of a stranger, where nothing else is known."""
    if scene.met:
        return
    person = scene.person
    known = {
        "name": "" if person.name else clean(message.name)[:80].strip(),
        "language": "" if person.name or person.zone else message.language[:35],
        "zone": message.zone if not person.zone and message.zone in zone_names() else "",
    }
    news = {key: value for key, value in known.items() if value and value != scene.facts_of_person()[key]}
    if news:
        scene.learn(**news)


def _take_over(scene: Scene, message: InboundMessage) -> None:
    """Take over what the channel tells of a person, unless they themselves have said otherwise."""
    told = {
        "name": clean(message.name)[:80].strip(),
        "language": message.language[:35],
        "zone": message.zone if message.zone in zone_names() else "",
    }
    known = scene.facts_of_person()
    news = {field: value for field, value in told.items() if value and _may_follow(scene, field, known[field])}
    scene.reported = {**scene.reported, **news}
    if changes := {field: value for field, value in news.items() if value != known[field]}:
        scene.learn(**changes)


def _may_follow(scene: Scene, field: str, value: str) -> bool:
    """Return whether what is known is what the channel reported last, or nothing yet."""
    if field in scene.reported:
        return value == scene.reported[field]
    return value == {"name": "", "zone": "", "language": Person().language}[field]


def _answer(scene: Scene, message: InboundMessage) -> None:
    spoken = commands.recognise(scene, message)
    if message.tap_id and (spoken or scene.stopped or _asked_by(scene, message)):
        scene.effects.append(AnswerTap(message.tap_id))
    if scene.broadcasting and (spoken or message.kind is InboundKind.TAP):
        scene.broadcasting = {}
    if scene.stopped and not (spoken and spoken.command.while_stopped):
        _hint(scene)
    elif spoken:
        spoken.command.act(scene, spoken.argument)
    elif message.kind is InboundKind.TAP:
        _tap(scene, message)
    elif scene.broadcasting and broadcasting.awaits(scene, message):
        broadcasting.take(scene, message)
    elif scene.parked and scene.load(scene.parked[-1]):
        _take(scene, message, "")
    elif scene.met:
        commands.nothing_open(scene, message.text)
    else:
        commands.greet(scene)


def _hint(scene: Scene) -> None:
    """Tell a person who stopped how to come back, once; after that, silence is what they asked for."""
    if not scene.hinted:
        scene.hinted = True
        scene.say(scene.phrase("stopped_hint"), (commands.way_back(scene),))


def _asked_by(scene: Scene, message: InboundMessage) -> Execution | None:
    """Return the open execution whose present question carries the tapped button."""
    token = message.payload.partition(":")[0]
    for execution in reversed(scene.parked):
        if f"{execution.id.hex[-10:]}.{execution.visit:x}" == token:
            return execution
    return None


def _tap(scene: Scene, message: InboundMessage) -> None:
    execution = _asked_by(scene, message)
    if execution is None:
        # A second tap on an answered question, or one that comes after a give-up: it acts once, so not again.
        if message.tap_id:
            scene.effects.append(AnswerTap(message.tap_id, scene.phrase("tap_stale")))
        return
    if scene.load(execution):
        _take(scene, message, message.payload.partition(":")[2])


def _take(scene: Scene, message: InboundMessage, choice: str) -> None:
    """Give the loaded execution's step what the person sent; whatever it says to that goes on with its question."""
    scene.menu = None
    if scene.enrolments:
        nudging.answered(scene)
    scene.plan_patience()
    scene.open_run().current.accept(scene, message, choice)
