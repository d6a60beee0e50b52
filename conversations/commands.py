"""Commands for people: as `/word`, as a plain word, and as a button."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from babel import Locale

from conversations import (
    broadcasting,
    channels,
    explaining,
    facts,
    limits,
    linking,
    phrases,
    protocol_commands,
    scheduling,
)
from conversations.fitting import fitting
from conversations.link_codes import read_code
from conversations.scene import Scene
from conversations.state import Execution
from conversations.step import Step
from conversations.words import place_of, plain_words
from conversations.workflow import WELCOME, Workflow
from core.messages import Button, InboundKind, InboundMessage


@dataclass(frozen=True, slots=True)
class Command:
    """Something that a person can ask for at any time.

    Args:
        name: The word after the slash.
        act: What it does; takes the scene and the words behind the command.
        reserved: Its plain word goes ahead even of a question that takes any words.
        while_stopped: It answers also a person who said stop.
        admin: Only admins have it; to everybody else it is a word like any that there is no command for.
    """

    name: str
    act: Callable[[Scene, str], None]
    reserved: bool = False
    while_stopped: bool = False
    admin: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command as somebody gave it."""

    command: Command
    argument: str = ""


_LONGEST_PLAIN = 80
"""Characters of words that may name a command or a workflow; longer ones are something else."""
_MARK_OF_A_CODE = re.compile(r"[\d-]")
_SLASH = re.compile(r"^[\u200e\u200f\u2066-\u2069]*/([a-z_]+)(?:@\w+)?(?:\s+(.*))?$", re.IGNORECASE | re.DOTALL)


def recognise(scene: Scene, message: InboundMessage) -> Spoken | None:
    """Return the command that a message gives, if it gives one."""
    if message.kind is InboundKind.TAP:
        return _slashed(scene, message.payload)
    if message.kind is not InboundKind.TEXT:
        return None
    return _slashed(scene, message.text.strip()) or _numbered(scene, message.text) or _plain(scene, message.text)


def _slashed(scene: Scene, text: str) -> Spoken | None:
    found = _SLASH.match(text)
    if not found:
        return None
    command = COMMANDS.get(found.group(1).lower())
    if command is None or (command.admin and not scene.by_admin):
        command = COMMANDS["help"]
    return Spoken(command, (found.group(2) or "").strip())


def _numbered(scene: Scene, text: str) -> Spoken | None:
    """Read the number of a choice, where a menu of commands is what was asked last, and was asked in this chat."""
    menu = scene.menu
    if menu is None or menu.here not in (None, scene.here):
        return None
    place = place_of(plain_words(text), len(menu.commands))
    return None if place is None else _slashed(scene, menu.commands[place])


def _plain(scene: Scene, text: str) -> Spoken | None:
    """Read a plain word: reserved ones always, the others only where the open question does not take them."""
    words = plain_words(text)
    if len(words) > _LONGEST_PLAIN:
        return None
    name = phrases.command_for(scene.language, words)
    if name is None:
        return _stop_in_another_language(scene, words) or _start_by_name(scene, words) or _link_by_code(scene, words)
    command = COMMANDS[name]
    if command.reserved or not _are_an_answer(scene, words):
        return Spoken(command)
    return None


def _stop_in_another_language(scene: Scene, words: str) -> Spoken | None:
    """Read what ends messages in any of our languages: a channel may not tell which one a person speaks."""
    if not phrases.ends_messages(words):
        return None
    found = _open_step(scene)
    is_option = found is not None and not found[0].takes_words and _are_an_answer(scene, words)
    return None if is_option else Spoken(COMMANDS["stop"])


def _start_by_name(scene: Scene, words: str) -> Spoken | None:
    """Read "start prompt_selling" or "start sell three prompt packs", where such a workflow is published."""
    first, _, rest = words.partition(" ")
    if not rest or phrases.command_for(scene.language, first) != "start":
        return None
    return Spoken(COMMANDS["start"], rest) if _find(scene, rest) else None


def _link_by_code(scene: Scene, words: str) -> Spoken | None:
    """Read "link K7QD-M2PX", and the bare code where nothing is asked; no word that has eight letters by chance."""
    if not _MARK_OF_A_CODE.search(words):
        return None
    for place in (place for place, letter in enumerate(words) if letter == " "):
        if phrases.command_for(scene.language, words[:place]) == "link" and read_code(words[place:]):
            return Spoken(COMMANDS["link"], words[place:].strip())
    return Spoken(COMMANDS["link"], words) if not scene.parked and read_code(words) else None


def _are_an_answer(scene: Scene, words: str) -> bool:
    found = _open_step(scene)
    return found is not None and found[0].takes(words, scene.language, found[1])


def _open_step(scene: Scene) -> tuple[Step, str] | None:
    """Return the step that is open, and its workflow's language."""
    if not scene.parked:
        return None
    execution = scene.parked[-1]
    workflow = scene.library.version(execution.workflow, execution.version)
    if workflow is None or execution.step >= len(workflow.steps):
        return None
    return workflow.steps[execution.step], workflow.language


# -- what they do ----------------------------------------------------------------------------


def greet(scene: Scene) -> None:
    """Meet a stranger: say who speaks, and begin the welcome."""
    scene.met = True
    scene.say(scene.phrase("hello", name=_comma_name(scene)))
    workflow = scene.library.current(WELCOME)
    if workflow is None:
        _menu(scene, "")
    else:
        scene.begin(workflow)


def nothing_open(scene: Scene, text: str) -> None:
    """Begin the workflow that somebody names where nothing is open, return a courtesy, or say what could be done."""
    words = plain_words(text)
    workflow = _find(scene, words) if 0 < len(words) <= _LONGEST_PLAIN else None
    if workflow is not None:
        scheduling.begin(scene, workflow)
        return
    courtesy = phrases.courtesy(scene.language, words)
    key = f"reply_{courtesy}" if courtesy else "not_understood"
    scene.say(scene.phrase(key, name=_comma_name(scene)), _menu_buttons(scene))


def _comma_name(scene: Scene) -> str:
    return scene.phrase("called", name=scene.person.name) if scene.person.name else ""


def _help(scene: Scene, argument: str) -> None:
    scene.say(scene.phrase("help"), _menu_buttons(scene))


def _menu(scene: Scene, argument: str) -> None:
    scene.say(scene.phrase("menu"), _menu_buttons(scene))


def _menu_buttons(scene: Scene) -> tuple[Button, ...]:
    names = ("continue",) if scene.parked else ()
    return tuple(scene.command_button(name) for name in (*names, "workflows", "today", "settings", "help"))


def _start(scene: Scene, argument: str) -> None:
    if scene.stopped:
        _come_back(scene)
    workflow = _find(scene, argument) if argument else None
    if workflow is not None:
        if not scene.met:
            scene.met = True
            scene.say(scene.phrase("hello", name=_comma_name(scene)))
        _start_workflow(scene, workflow)
    elif argument and scene.met:
        scene.lead_in("no_such_workflow", name=argument[:60])
        _workflows(scene, "")
    elif not scene.met:
        greet(scene)
    elif scene.parked:
        _continue(scene, "")
    else:
        _menu(scene, "")


def _come_back(scene: Scene) -> None:
    scene.stopped = False
    scene.hinted = False
    scene.record(facts.STARTED_AGAIN)
    if scene.paused:
        scene.paused = False
        scene.record(facts.RESUMED)
    scene.lead_in("started_again")
    scene.touch_all(new_patience=True)


def _find(scene: Scene, wanted: str) -> Workflow | None:
    """Return the workflow of this name or title, in any of its languages."""
    words = plain_words(wanted)
    workflow = scene.library.current(words.replace(" ", "_").replace("-", "_"))
    if workflow is not None:
        return workflow
    for listed in scene.library.listed():
        if any(plain_words(template.render({})) == words for template in listed.title.every()):
            return listed
    return None


def _start_workflow(scene: Scene, workflow: Workflow) -> None:
    """Begin a workflow, or go on with it where the person already is in the middle of it."""
    already = next((one for one in scene.parked if one.workflow == workflow.name), None)
    if already is not None:
        _take_up(scene, already)
        return
    if scene.parked and workflow.listed:
        left = _title(scene, scene.parked[-1])
        scene.say_phrase("parked", title=left)
        scene.record(facts.EXECUTION_PARKED, workflow=scene.parked[-1].workflow)
    scheduling.begin(scene, workflow)


def _take_up(scene: Scene, execution: Execution) -> None:
    if scene.load(execution):
        scene.plan_patience()
        scene.open_run().current.ask_again(scene)


def _title(scene: Scene, execution: Execution) -> str:
    workflow = scene.library.version(execution.workflow, execution.version)
    if workflow is None:
        return execution.workflow
    return workflow.title.template(scene.language, workflow.language).render({})


def _continue(scene: Scene, argument: str) -> None:
    if not scene.parked:
        scene.say(scene.phrase("nothing_open"), _menu_buttons(scene))
        return
    _take_up(scene, scene.parked[-1])


def _workflows(scene: Scene, argument: str) -> None:
    listed = fitting(scene.person, scene.library.listed())
    if not listed:
        scene.say_phrase("no_workflows")
        return
    lines = [scene.phrase("workflows")]
    buttons = []
    for workflow in listed[:20]:
        title = workflow.title.template(scene.language, workflow.language).render({})
        summary = workflow.summary.template(scene.language, workflow.language).render({}) if workflow.summary else ""
        lines.append(f"• {title}" + (f" – {summary}" if summary else ""))
        buttons.append(Button(title, f"/start {workflow.name}"))
    scene.say("\n".join(lines), tuple(buttons))


def show_home(scene: Scene) -> None:
    """Show the day's session and what is open in the place beside the chat, and with buttons what could be done."""
    if scene.stopped:
        scene.say(scene.phrase("stopped_hint"), (way_back(scene),))
    elif not scene.met:
        scene.say(scene.phrase("hello", name=_comma_name(scene)), (scene.command_button("start"),))
    elif not scene.parked and scene.protocol is None:
        scene.say(scene.phrase("today_empty"), _menu_buttons(scene))
    else:
        today = protocol_commands.today(scene)
        open_ones = [Button(_title(scene, one), f"/start {one.workflow}") for one in reversed(scene.parked)]
        others = (scene.command_button(name) for name in ("workflows", "settings", "help"))
        # What is open is not offered a second time as the next part of the day.
        buttons = {button.payload: button for button in (*today.buttons, *open_ones, *others)}
        words = (today.words, _open_lines(scene) if scene.parked else "")
        scene.say("\n\n".join(filter(None, words)), tuple(buttons.values()))


def _today(scene: Scene, argument: str) -> None:
    if not scene.parked:
        scene.say(scene.phrase("today_empty"), _menu_buttons(scene))
        return
    scene.say(_open_lines(scene), (scene.command_button("continue"), scene.command_button("workflows")))


def _open_lines(scene: Scene) -> str:
    lines = [scene.phrase("today")]
    for execution in reversed(scene.parked):
        workflow = scene.library.version(execution.workflow, execution.version)
        if workflow is not None and execution.step < len(workflow.steps):
            total = execution.steps_completed + workflow.asks_left[execution.step]
            place = min(execution.steps_completed + 1, total)
            title = _title(scene, execution)
            lines.append("• " + scene.phrase("today_line", title=title, place=place, total=total))
    return "\n".join(lines)


def _note(scene: Scene, argument: str) -> None:
    if not argument:
        scene.say_phrase("note_how")
        return
    note = argument[: limits.ANSWER_CHARACTERS]
    if scene.parked and scene.load(scene.parked[-1]):
        scene.record(facts.NOTE_TAKEN, note=note, step=scene.open_run().current.name)
    else:
        scene.record(facts.NOTE_TAKEN, note=note)
    scene.say_phrase("noted" if len(note) == len(argument) else "noted_cut", limit=limits.ANSWER_CHARACTERS)


def _pause(scene: Scene, argument: str) -> None:
    if not scene.paused:
        scene.paused = True
        scene.record(facts.PAUSED)
        scene.touch_all(new_patience=False)
    scene.say(scene.phrase("paused"), (scene.command_button("resume"),))


def _resume(scene: Scene, argument: str) -> None:
    was_paused = scene.paused
    if was_paused:
        scene.paused = False
        scene.record(facts.RESUMED)
        scene.touch_all(new_patience=True)
        scene.lead_in("resumed")
    if scene.parked:
        _continue(scene, "")
    else:
        scene.say(scene.phrase("menu" if was_paused else "nothing_open"), _menu_buttons(scene))


def _stop(scene: Scene, argument: str) -> None:
    if scene.stopped:
        return
    scene.say(scene.phrase("stopped"), (way_back(scene),))
    scene.stopped = True
    scene.hinted = False
    scene.record(facts.STOPPED)
    scene.touch_all(new_patience=False)


def way_back(scene: Scene) -> Button:
    """Return the button that ends a stop."""
    return scene.command_button("start")


def _settings(scene: Scene, argument: str) -> None:
    person = scene.person
    nothing = scene.phrase("settings_unset")
    language = Locale.parse(scene.locale.language).get_display_name(scene.locale) or person.language
    words = scene.phrase(
        "settings",
        name=person.name or nothing,
        language=language,
        zone=person.zone or nothing,
        nudges=scene.phrase("settings_paused" if scene.paused else "settings_on"),
    )
    pause = "resume" if scene.paused else "pause"
    names = [
        "timezone",
        "language",
        pause,
        "stop",
        *(("reminders", "unlink") if scene.connections else ()),
        "link",
        "schedule",
    ]
    lines = (words, _chats(scene), *scheduling.settings(scene))
    scene.say("\n".join(lines), tuple(scene.command_button(name) for name in names))


def _chats(scene: Scene) -> str:
    """Say which chats are connected, and where nudges go if there are several."""
    if not scene.connections:
        here = scene.message.channel if scene.message else ""
        return scene.phrase("settings_chats", chats=channels.title(scene.language, here))
    named = ", ".join(channels.titles(scene).values())
    where = scene.phrase("settings_reminders_go", where=linking.where_they_go(scene))
    return f"{scene.phrase('settings_chats', chats=named)}\n{where}"


def _timezone(scene: Scene, argument: str) -> None:
    _ask_by_workflow(scene, "timezone")


def _language(scene: Scene, argument: str) -> None:
    _ask_by_workflow(scene, "language")


def _ask_by_workflow(scene: Scene, name: str) -> None:
    """Ask by one of the small unlisted workflows that ship with the product."""
    workflow = scene.library.current(name)
    if workflow is None:
        scene.say_phrase("no_such_workflow", name=name)
    else:
        _start_workflow(scene, workflow)


COMMANDS = {
    command.name: command
    for command in (
        Command("help", _help, reserved=True, while_stopped=True),
        Command("menu", _menu, reserved=True),
        Command("start", _start, reserved=True, while_stopped=True),
        Command("stop", _stop, reserved=True, while_stopped=True),
        Command("continue", _continue),
        Command("workflows", _workflows),
        Command("today", _today),
        Command("note", _note),
        Command("pause", _pause),
        Command("resume", _resume),
        Command("settings", _settings),
        Command("timezone", _timezone),
        Command("language", _language),
        Command("link", linking.link),
        Command("unlink", linking.unlink),
        Command("schedule", scheduling.show),
        Command("quiet", scheduling.quiet),
        Command("limit", scheduling.limit),
        Command("protocol", protocol_commands.show_protocol),
        Command("affirmations", protocol_commands.show_affirmations),
        Command("board", protocol_commands.show_board),
        Command("leaderboard", protocol_commands.show_leaderboard),
        Command("reminders", linking.reminders),
        Command("why", explaining.why, admin=True),
        Command("broadcast", broadcasting.broadcast, admin=True),
        Command("broadcasts", broadcasting.broadcasts, admin=True),
        Command("tag", broadcasting.tag, admin=True),
    )
}
"""The table of commands. Every name has its plain words in `conversations/phrases/`."""

MENU_COMMANDS = (
    "menu",
    "workflows",
    "today",
    "protocol",
    "note",
    "pause",
    "resume",
    "settings",
    "schedule",
    "timezone",
    "language",
    "link",
    "help",
    "stop",
)
"""What a channel shows in its own menu of commands, in this order."""
