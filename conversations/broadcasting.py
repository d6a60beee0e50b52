"""Broadcasting: `/broadcast` says something to many, `/broadcasts` tells what became of it, `/tag` marks people.

Only admins have these commands. Who is meant stands in the database, so each step is a job, and the dialogue only
remembers what it has asked for:

    {"asks": "text", "broadcast": "AZMAAAAAcACAAAAAAAAAAQ", "until": "2026-11-21T08:00:00+00:00"}

`asks` is `text`, `who`, `when` or `button`; the broadcast is named as in buttons, by 22 characters, and empty while
there is none. Jobs, with what they take and give back in `tells`:

    broadcast_draft   text, or broadcast and text, audience, and, local_at, button; name   -> preview
    broadcast_act     broadcast, act                                                       -> act
    broadcast_report  broadcast or nothing                                                 -> one, list
    tag_person        person, tag, off                                                     -> tags
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from babel import Locale
from babel.numbers import format_decimal

from conversations import broadcast_words
from conversations.effects import StartJob
from conversations.inputs import clock_time
from conversations.inputs import date as calendar
from conversations.inputs.answer import Reading, Refused
from conversations.scene import Scene
from conversations.text import Template
from conversations.words import plain_words
from conversations.workflow import Workflow
from core.audiences import AudienceUnreadable, Field, read, read_tag, written
from core.broadcasts import LONGEST, Act, local_at
from core.messages import Button, InboundKind, InboundMessage
from core.people import Goal, Market, SkillLevel
from core.zones import to_local

DRAFT_JOB, ACT_JOB, REPORT_JOB, TAG_JOB = "broadcast_draft", "broadcast_act", "broadcast_report", "tag_person"
LEG_JOB = "broadcast_leg"
LEG = "broadcast-leg:"
"""Begins the key of the job that writes copies; the broadcast's id follows."""
KEY = "broadcast:"
"""Begins the key of a job that an admin waits for."""
_PATIENCE: Final = timedelta(minutes=30)
"""How long what was asked for is waited for; later words are for somebody else."""
_PAYLOAD: Final = 64
NAME: Final = "{{ name }}"
"""What stands in a broadcast for the name of who reads it."""
_MOST_WORKFLOWS: Final = 8
_TIMES = ("07:30", "12:30", "18:00")
_CHOICES: Mapping[Field, tuple[str, ...]] = {
    Field.MARKET: tuple(Market),
    Field.GOAL: tuple(Goal),
    Field.LEVEL: tuple(SkillLevel),
    Field.LANGUAGE: ("en", "de", "es", "hi", "ar"),
    Field.ACTIVE: ("1d", "7d", "30d"),
    Field.SILENT: ("7d", "14d", "30d"),
}
"""What can be chosen by buttons; everything else is written."""


# -- what an admin asks for ------------------------------------------------------------------


def broadcast(scene: Scene, argument: str) -> None:
    """Show what would be said to everybody, ask for it, or go on with one that there is."""
    if not _is_private(scene):
        return
    word, _, rest = argument.partition(" ")
    token, _, more = rest.strip().partition(" ")
    step = _STEPS.get(word.lower())
    if step is not None and id_of(token) is not None:
        step(scene, token, more.strip())
    elif argument:
        _take_text(scene, "", argument)
    else:
        _ask(scene, "text", "")
        scene.say_phrase("broadcast_ask_text", place=NAME)


def broadcasts(scene: Scene, argument: str) -> None:
    """Tell what became of one broadcast, or of the newest."""
    if not _is_private(scene):
        return
    wanted = id_of(argument)
    _start(scene, REPORT_JOB, {"broadcast": str(wanted)} if wanted else {})


def tag(scene: Scene, argument: str) -> None:
    """Put a tag on somebody; with `-` before it, take it off."""
    if not _is_private(scene):
        return
    person, _, word = argument.partition(" ")
    off = word.strip().startswith("-")
    try:
        wanted = read_tag(word.strip().removeprefix("-").removeprefix("#"))
    except AudienceUnreadable:
        scene.say_phrase("tag_how")
        return
    _start(scene, TAG_JOB, {"person": person, "tag": wanted, "off": off})


def awaits(scene: Scene, message: InboundMessage) -> bool:
    """Return whether words are what was asked for here."""
    asked = scene.broadcasting
    if not asked or not scene.by_admin or message.kind not in (InboundKind.TEXT, InboundKind.MEDIA):
        return False
    return message.private and scene.now < datetime.fromisoformat(asked["until"])


def take(scene: Scene, message: InboundMessage) -> None:
    """Take what was asked for."""
    asked = scene.broadcasting
    if message.kind is not InboundKind.TEXT:
        scene.say_phrase("broadcast_words_only")
        return
    scene.broadcasting = {}
    _TAKES[asked["asks"]](scene, asked["broadcast"], message.text.strip())


def _is_private(scene: Scene) -> bool:
    if scene.message is not None and scene.message.private:
        return True
    scene.say_phrase("link_private")
    return False


def _ask(scene: Scene, what: str, token: str) -> None:
    scene.broadcasting = {"asks": what, "broadcast": token, "until": (scene.now + _PATIENCE).isoformat()}


def _start(scene: Scene, kind: str, payload: dict[str, Any]) -> None:
    scene.effects.append(StartJob(kind, f"{KEY}{scene.event_id}", payload))


def _draft(scene: Scene, token: str, **change: Any) -> None:
    """Keep or change a draft, and have it shown."""
    place = {"broadcast": str(id_of(token))} if token else {}
    _start(scene, DRAFT_JOB, {**place, **change, "name": scene.person.name})
    scene.say_phrase("broadcast_looking")


# -- steps of a draft ------------------------------------------------------------------------


def _take_text(scene: Scene, token: str, text: str) -> None:
    fault = _fault_of(scene, text) if text else scene.phrase("broadcast_ask_text", place=NAME)
    if fault:
        _ask(scene, "text", token)
        scene.say(fault)
    else:
        _draft(scene, token, text=text)


def _fault_of(scene: Scene, text: str) -> str:
    """Return why a text cannot be sent, or nothing."""
    if len(text) > LONGEST:
        count, most = (format_decimal(figure, locale=scene.locale) for figure in (len(text), LONGEST))
        return scene.phrase("broadcast_too_long", count=count, most=most)
    try:
        fits = Template(text).names <= {"name"}
    except ValueError:
        fits = False
    return "" if fits else scene.phrase("broadcast_places", place=NAME, other="{{ name | friend }}")


def _who(scene: Scene, token: str, words: str) -> None:
    """Take an audience, or ask for one."""
    if words:
        _take_who(scene, token, words)
        return
    _ask(scene, "who", token)
    everybody = Button(scene.phrase("audience_everybody"), f"/broadcast who {token} everybody")
    fields = tuple(Button(scene.phrase(f"audience_by_{one}"), f"/broadcast by {token} {one}") for one in _CHOICES)
    scene.say(scene.phrase("broadcast_ask_who", fields=", ".join(Field)), (everybody, *fields))


def _take_who(scene: Scene, token: str, words: str) -> None:
    try:
        audience = written(read(words))
    except AudienceUnreadable as fault:
        _ask(scene, "who", token)
        scene.say_phrase(f"audience_{fault.fault}", **fault.values)
        return
    _draft(scene, token, audience=audience)


def _by(scene: Scene, token: str, words: str) -> None:
    """Offer what can be chosen of one field."""
    field = next((one for one in _CHOICES if one == words), None)
    if field is None:
        _who(scene, token, "")
        return
    buttons = tuple(
        Button(_title(scene, field, value), f"/broadcast and {token} {field}:{value}") for value in _CHOICES[field]
    )
    scene.say(scene.phrase(f"audience_by_{field}"), buttons)


def _title(scene: Scene, field: Field, value: str) -> str:
    if field is Field.LANGUAGE:
        return str(Locale.parse(value).get_display_name(scene.locale))
    if field in (Field.ACTIVE, Field.SILENT):
        return scene.spoken(timedelta(days=int(value.removesuffix("d"))))
    return value.replace("_", " ").capitalize()


def _and(scene: Scene, token: str, words: str) -> None:
    """Ask for one thing more of the audience."""
    try:
        term = written(read(words))
    except AudienceUnreadable:
        _who(scene, token, "")
        return
    _draft(scene, token, **{"and": term})


def _when(scene: Scene, token: str, words: str) -> None:
    """Take a time, or ask for one."""
    if words:
        _take_when(scene, token, words)
        return
    _ask(scene, "when", token)
    now = Button(scene.phrase("broadcast_when_now"), f"/broadcast when {token} now")
    times = tuple(Button(broadcast_words.when(scene, one), f"/broadcast when {token} {one}") for one in _TIMES)
    scene.say(scene.phrase("broadcast_ask_when"), (now, *times))


def _take_when(scene: Scene, token: str, words: str) -> None:
    at = _read_when(scene, words)
    if at is None:
        _ask(scene, "when", token)
        scene.say_phrase("broadcast_bad_when")
    else:
        _draft(scene, token, local_at=at)


def _read_when(scene: Scene, words: str) -> str | None:
    """Read "now", a time, or a day and a time in either order; None for anything else, and for a day that is over."""
    if plain_words(words) in ("now", plain_words(scene.phrase("broadcast_when_now"))):
        return ""
    reading = Reading(scene.language, scene.person.profile.get("country", ""), scene.person.zone, scene.now)
    if clock := _clock(words, reading):
        return local_at(clock)
    parts = words.split()
    for cut in range(1, len(parts)):
        front, back = " ".join(parts[:cut]), " ".join(parts[cut:])
        for day, clock in (
            (_day(front, reading), _clock(back, reading)),
            (_day(back, reading), _clock(front, reading)),
        ):
            if day and clock:
                return local_at(clock, day) if day >= to_local(scene.now, scene.person.zone).date() else None
    return None


def _clock(words: str, reading: Reading) -> time | None:
    try:
        return time.fromisoformat(str(clock_time.read(words, reading).value))
    except Refused:
        return None


def _day(words: str, reading: Reading) -> date | None:
    try:
        return date.fromisoformat(str(calendar.read(words, reading).value))
    except Refused:
        return None


def _button(scene: Scene, token: str, words: str) -> None:
    """Take the workflow that a button below begins, or ask for one."""
    if words:
        _take_button(scene, token, words)
        return
    _ask(scene, "button", token)
    nothing = Button(scene.phrase("broadcast_no_button"), f"/broadcast button {token} -")
    offered = (
        Button(_title_of(scene, one), f"/broadcast button {token} {one.name}")
        for one in scene.library.listed()[:_MOST_WORKFLOWS]
    )
    fitting = tuple(one for one in offered if len(one.payload.encode()) <= _PAYLOAD)
    scene.say(scene.phrase("broadcast_ask_button"), (nothing, *fitting))


def _take_button(scene: Scene, token: str, words: str) -> None:
    if words == "-":
        _draft(scene, token, button=None)
        return
    workflow = _workflow(scene, words)
    if workflow is None:
        _ask(scene, "button", token)
        scene.say_phrase("no_such_workflow", name=words[:60])
    else:
        _draft(scene, token, button=[_title_of(scene, workflow), f"/start {workflow.name}"[:_PAYLOAD]])


def _workflow(scene: Scene, words: str) -> Workflow | None:
    plain = plain_words(words)
    named = scene.library.current(plain.replace(" ", "_").replace("-", "_"))
    if named is not None:
        return named
    return next((one for one in scene.library.listed() if plain_words(_title_of(scene, one)) == plain), None)


def _title_of(scene: Scene, workflow: Workflow) -> str:
    return workflow.title.template(scene.language, workflow.language).render({})


def _look(scene: Scene, token: str, words: str) -> None:
    """Show a draft once more, as it is now."""
    _draft(scene, token)


def _rewrite(scene: Scene, token: str, words: str) -> None:
    """Ask for other words."""
    _ask(scene, "text", token)
    scene.say_phrase("broadcast_ask_text", place=NAME)


def _act(act: Act) -> "Step":
    def do(scene: Scene, token: str, words: str) -> None:
        _start(scene, ACT_JOB, {"broadcast": str(id_of(token)), "act": act.value})

    return do


Step = Callable[[Scene, str, str], None]
"""Takes the scene, the broadcast as buttons name it, and further words."""

_STEPS: Mapping[str, Step] = {
    "text": _rewrite,
    "who": _who,
    "by": _by,
    "and": _and,
    "when": _when,
    "button": _button,
    "look": _look,
    **{act.value: _act(act) for act in Act},
}
_TAKES: Mapping[str, Step] = {"text": _take_text, "who": _take_who, "when": _take_when, "button": _take_button}


# -- names of broadcasts ---------------------------------------------------------------------


def token_of(broadcast_id: UUID) -> str:
    """Return how a button names a broadcast: 22 characters, so that there is room for more."""
    return urlsafe_b64encode(broadcast_id.bytes).decode().rstrip("=")


def id_of(token: str) -> UUID | None:
    """Return the broadcast that a button or an admin names; None where it is no name."""
    try:
        return UUID(token) if len(token) > 22 else UUID(bytes=urlsafe_b64decode(f"{token}=="))
    except (ValueError, NoBase64):
        return None
