"""From a message to the forms that create it at Twilio. Pure.

A title is shown bold in WhatsApp's own marks. Buttons and lists go out through a content whose words are variables,
and each has the same choices as numbered lines beside it, for when that content cannot be had.
Source: Twilio, Message resource; errors 21617, 63016, 63021; twilio/quick-reply, twilio/list-picker.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import orjson

from bots.degrade import Choices, Shaped, degrade, numbered
from bots.reading import clean
from bots.split import length, split
from bots.whatsapp.address import Sender, to_channel
from bots.whatsapp.callback import Told, callback_url
from bots.whatsapp.interactive import BODY_LIMIT, ID_LIMIT, LIST_PICKER, QUICK_REPLY, Shape, fit, variable
from core.errors import MessageRejected
from core.ids import MediaId
from core.messages import Button, Capabilities, Content, OutboundMessage, Place, TemplateUse

Form = Mapping[str, str]
VARIABLE_LIMIT = 1024
NOTHING = "–"
"""Stands for an empty variable, which Twilio refuses. Source: Twilio, error 21656."""


@dataclass(frozen=True, slots=True)
class Call:
    """One message to create; each of them is one part.

    Args:
        form: Its fields. With a shape it lacks the `ContentSid`, which only Twilio knows.
        shape: The content it needs; None where it needs none.
        plain: The same message as numbered text, for when there is no such content.
    """

    form: Form
    shape: Shape | None = None
    plain: Form | None = None


@dataclass(frozen=True, slots=True)
class Outlet:
    """What is the same for all messages of an account.

    Args:
        sender: Who we are.
        callback: Where Twilio reports what became of a message; empty where it cannot reach us.
        picture_url: Where anybody can fetch a kept picture; None where nobody can.
    """

    sender: Sender
    callback: str = ""
    picture_url: Callable[[MediaId], str] | None = None


def render(message: OutboundMessage, outlet: Outlet, capabilities: Capabilities) -> tuple[Call, ...]:
    """Return the calls that carry a message; none for what WhatsApp has no place for.

    Raises:
        MessageRejected: It says nothing, or a button of it cannot be shown.
    """
    frame = {"To": to_channel(message.chat), **outlet.sender.fields()}
    if message.template is not None:
        calls: tuple[Call, ...] = (Call({**frame, **_template(message.template)}),)
    elif message.content.place is Place.HOME:
        return ()
    else:
        calls = tuple(_calls(frame, message.content, outlet, capabilities))
    if not calls and not message.tap_id:
        raise MessageRejected("The message holds neither words nor a picture.", code="empty")
    if not outlet.callback:
        return calls
    told = [Told(message.id, part, len(calls)) for part in range(1, len(calls) + 1)]
    return tuple(_reported(call, callback_url(outlet.callback, one)) for call, one in zip(calls, told, strict=True))


def _reported(call: Call, callback: str) -> Call:
    """Return a call whose message's fate is told at an address."""
    plain = None if call.plain is None else {**call.plain, "StatusCallback": callback}
    return replace(call, form={**call.form, "StatusCallback": callback}, plain=plain)


def _template(template: TemplateUse) -> Form:
    form = {"ContentSid": template.external_id}
    if template.variables:
        values = {name: variable(clean(value))[:VARIABLE_LIMIT] for name, value in template.variables.items()}
        form["ContentVariables"] = _json({name: value or NOTHING for name, value in values.items()})
    return form


def _calls(frame: Form, content: Content, outlet: Outlet, capabilities: Capabilities) -> Iterator[Call]:
    shaped = _shape(content, capabilities)
    text, unit = _words(shaped.content), capabilities.text_unit
    if outlet.picture_url is not None:
        for one in content.album:
            alone, caption = {**frame, "MediaUrl": outlet.picture_url(one.media)}, clean(one.caption).strip()
            yield Call({**alone, "Body": caption} if caption else alone)
    if content.image is not None and outlet.picture_url is not None:
        picture = {**frame, "MediaUrl": outlet.picture_url(content.image)}
        rides = not shaped.content.buttons and length(text, unit) <= capabilities.caption_limit
        yield Call({**picture, "Body": text} if rides and text else picture)
        if rides:
            return
    parts = split(text, capabilities.text_limit, unit)
    if not shaped.content.buttons:
        yield from (Call({**frame, "Body": part}) for part in parts)
        return
    if not parts:
        raise MessageRejected("A message with buttons needs words above them.", code="empty")
    *before, last = (*parts[:-1], *split(parts[-1], BODY_LIMIT, unit))
    yield from (Call({**frame, "Body": part}) for part in before)
    yield _with_choices(frame, last, shaped, spelled_out=shaped.content.text != content.text)


def _with_choices(frame: Form, body: str, shaped: Shaped, *, spelled_out: bool) -> Call:
    buttons = shaped.content.buttons
    kind = LIST_PICKER if shaped.choices is Choices.LIST else QUICK_REPLY
    lines = body if spelled_out else f"{body}\n\n{numbered(buttons)}"
    plain = {**frame, "Body": lines}
    fitted = fit(kind, body, buttons)
    if fitted is None:
        return Call(plain)
    shape, variables = fitted
    return Call({**frame, "ContentVariables": _json(variables)}, shape, plain)


def _shape(content: Content, capabilities: Capabilities) -> Shaped:
    buttons = tuple(Button(clean(button.title).strip(), button.payload) for button in content.buttons)
    for button in buttons:
        if not button.title:
            raise MessageRejected("A button has no title.", code="button_title")
        if not 1 <= len(button.payload) <= ID_LIMIT:
            raise MessageRejected(f"A button's payload must have 1 to {ID_LIMIT} characters.", code="button_payload")
    if len({button.title for button in buttons}) < len(buttons) or len({one.payload for one in buttons}) < len(buttons):
        # WhatsApp refuses two buttons of the same title or id. Source: Meta, Interactive reply buttons.
        capabilities = replace(capabilities, buttons=0, list_rows=0)
    return degrade(replace(content, buttons=buttons), capabilities)


def _words(content: Content) -> str:
    title, text = clean(content.title).strip(), clean(content.text).strip()
    if title and not {"*", "\n"} & set(title):
        title = f"*{title}*"
    return "\n".join(part for part in (title, text) if part)


def _json(values: Mapping[str, str]) -> str:
    return orjson.dumps(values).decode()
