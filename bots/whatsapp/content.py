"""Approved templates: what may be said after the reply window has closed.

WhatsApp approves each wording. The Content API holds it, submits it, and says what became of it; here is no command
and no table, only what both need. Source: Twilio, Content API resources; WhatsApp template approvals and statuses.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any

from bots.reading import Json, clean, inner
from bots.whatsapp.api import TwilioApi
from bots.whatsapp.interactive import BODY_LIMIT, BUTTON_TITLE_LIMIT, NAMES, QUICK_REPLY
from core import errors
from core.messages import Button

TEXT = "twilio/text"
NEVER_APPROVED = frozenset({"twilio/list-picker", "twilio/location"})
"""Kinds that cannot begin a conversation. Source: Twilio, twilio/list-picker, twilio/location."""
MOST_BUTTONS = 10
NAME = re.compile(r"[a-z0-9_]{1,512}", re.ASCII)
HOLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
VARIABLE = re.compile(r"[A-Za-z0-9_]{1,16}", re.ASCII)


class Category(StrEnum):
    """What WhatsApp takes a template for; the price of a message depends on it."""

    UTILITY = "UTILITY"
    MARKETING = "MARKETING"
    AUTHENTICATION = "AUTHENTICATION"


class Approval(StrEnum):
    """Where a template stands with WhatsApp."""

    UNSUBMITTED = "unsubmitted"
    RECEIVED = "received"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    PAUSED = "paused"
    DISABLED = "disabled"
    OTHER = "other"
    """A word that we do not know; it is not usable."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template as the Content API holds it.

    Args:
        sid: Its id `HX…`, the `ContentSid` of a message.
        name: Its name at Twilio.
        language: Such as `en` or `pt_BR`.
        body: Its words, with `{{1}}` where a variable stands.
        kinds: Its content types, such as `twilio/text`.
        variables: Sample values by name.
        approval: Where it stands with WhatsApp.
        category: As WhatsApp sees it; empty before it was submitted.
        reason: Why it was rejected; empty where it was not.
    """

    sid: str
    name: str
    language: str
    body: str
    kinds: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    approval: Approval = Approval.UNSUBMITTED
    category: str = ""
    reason: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether it reaches a person whose window has closed."""
        return self.approval is Approval.APPROVED and NEVER_APPROVED.isdisjoint(self.kinds)


@dataclass(frozen=True, slots=True)
class Draft:
    """A template that is to be made.

    Args:
        name: Small letters, digits and underscores.
        language: Such as `en` or `pt_BR`.
        body: Its words, with `{{1}}` or `{{name}}` where a variable stands.
        samples: A value for each variable, which WhatsApp's reviewers read.
        buttons: At most ten, each with a title of at most 20 characters.
    """

    name: str
    language: str
    body: str
    samples: Mapping[str, str] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()


def read_template(record: Json) -> Template:
    """Read one record of `/v1/ContentAndApprovals`.

    Args:
        record: Such as `{"sid": "HX…", "friendly_name": "nudge_en", "language": "en", "variables": {"1": "Asha"},
            "types": {"twilio/text": {"body": "Hi {{1}}, …"}}, "approval_requests": {"status": "approved", …}}`.
    """
    types, approval = inner(record, "types"), inner(record, "approval_requests")
    bodies = (clean(inner(types, kind).get("body")) for kind in types)
    return Template(
        sid=clean(record.get("sid")),
        name=clean(record.get("friendly_name")),
        language=clean(record.get("language")),
        body=next(filter(None, bodies), ""),
        kinds=tuple(types),
        variables={name: clean(value) for name, value in inner(record, "variables").items()},
        approval=read_approval(approval.get("status")),
        category=clean(approval.get("category")),
        reason=clean(approval.get("rejection_reason")),
    )


def read_approval(status: object) -> Approval:
    """Return where a template stands; one that was never submitted has no status."""
    try:
        return Approval(clean(status).lower() or "unsubmitted")
    except ValueError:
        return Approval.OTHER


def faults(draft: Draft) -> list[str]:
    """Return why WhatsApp would reject a draft, each with what would be right; empty where nothing is known.

    Source: Twilio, Using variables with Content Templates, twilio/quick-reply.
    """
    found = []
    if not NAME.fullmatch(draft.name):
        found.append("The name must be small letters, digits and underscores.")
    if not draft.body.strip():
        found.append("The body is empty; write what the person reads.")
    if len(draft.body) > BODY_LIMIT:
        found.append(f"The body has {len(draft.body)} characters; {BODY_LIMIT} are allowed.")
    return [*found, *_variable_faults(draft), *_button_faults(draft.buttons)]


def content_request(draft: Draft) -> dict[str, Any]:
    """Return what makes a draft at `/v1/Content`."""
    kind = TEXT
    definition: dict[str, Any] = {"body": draft.body}
    if draft.buttons:
        actions = [{"type": "QUICK_REPLY", "title": one.title, "id": one.payload} for one in draft.buttons]
        kind, definition = QUICK_REPLY, {"body": draft.body, "actions": actions}
    request = {"friendly_name": draft.name, "language": draft.language, "types": {kind: definition}}
    return {**request, "variables": dict(draft.samples)} if draft.samples else request


class Templates:
    """The templates of one account.

    Args:
        api: The account's calls.
    """

    def __init__(self, api: TwilioApi) -> None:
        self._api = api

    async def list(self) -> list[Template]:
        """Return every template with where it stands; our own contents behind buttons are left out.

        Raises:
            SendError: Classified.
        """
        records = self._api.contents("/v1/ContentAndApprovals?PageSize=100")
        found = [read_template(record) async for record in records]
        return [one for one in found if not one.name.startswith(NAMES)]

    async def create(self, draft: Draft) -> str:
        """Make a template and return its id; it is not submitted yet.

        Raises:
            MessageRejected: WhatsApp would reject it; says why.
            SendError: Classified.
        """
        wrong = faults(draft)
        if wrong:
            raise errors.MessageRejected(" ".join(wrong), code="template")
        answer = await self._api.content("POST", "/v1/Content", content_request(draft))
        sid = answer.get("sid")
        if not isinstance(sid, str):
            raise errors.OutcomeUnknown("The answer names no template.", code="unreadable")
        return sid

    async def submit(self, sid: str, name: str, category: Category) -> Approval:
        """Have WhatsApp look at a template and return where it stands then.

        Raises:
            MessageRejected: Twilio refuses to submit it, for instance a second time under the same name.
            SendError: Classified.
        """
        path = f"/v1/Content/{sid}/ApprovalRequests/whatsapp"
        answer = await self._api.content("POST", path, {"name": name, "category": category.value})
        return read_approval(answer.get("status") or Approval.RECEIVED)

    async def approval(self, sid: str) -> tuple[Approval, str]:
        """Return where one template stands, and why it was rejected.

        Raises:
            SendError: Classified.
        """
        answer = await self._api.content("GET", f"/v1/Content/{sid}/ApprovalRequests")
        whatsapp = inner(answer, "whatsapp")
        return read_approval(whatsapp.get("status")), clean(whatsapp.get("rejection_reason"))


def _variable_faults(draft: Draft) -> list[str]:
    holes = list(HOLE.finditer(draft.body))
    body, found = draft.body.strip(), []
    if holes and (body.startswith("{{") or body.endswith("}}")):
        found.append("The body may not begin or end with a variable; put words around it.")
    if any(not draft.body[one.end() : other.start()].strip() for one, other in pairwise(holes)):
        found.append("Two variables may not stand next to each other; put words between them.")
    names = {hole[1] for hole in holes}
    found += [
        f"The variable {name!r} must be letters and digits, 16 at most."
        for name in sorted(names)
        if not VARIABLE.fullmatch(name)
    ]
    missing = sorted(name for name in names if not draft.samples.get(name, "").strip())
    if missing:
        found.append(f"A sample is missing for {', '.join(missing)}; reviewers read it.")
    return found


def _button_faults(buttons: Sequence[Button]) -> list[str]:
    found = []
    if len(buttons) > MOST_BUTTONS:
        found.append(f"There are {len(buttons)} buttons; {MOST_BUTTONS} are allowed.")
    found += [
        f"The button {one.title!r} must have 1 to {BUTTON_TITLE_LIMIT} characters."
        for one in buttons
        if not 1 <= len(one.title) <= BUTTON_TITLE_LIMIT
    ]
    if len({one.title for one in buttons}) < len(buttons):
        found.append("Two buttons have the same title; give each its own.")
    return found
