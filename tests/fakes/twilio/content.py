"""Templates of the Content API: what may be in one, and how it reads with its variables filled in.

Source: Twilio's pages on `twilio/quick-reply`, `twilio/list-picker` and the Content API resources.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.fakes.twilio.errors import Json, Refused, bad_request

KINDS = ("twilio/text", "twilio/media", "twilio/quick-reply", "twilio/list-picker", "twilio/call-to-action")
CANNOT_BEGIN = frozenset({"twilio/list-picker", "twilio/location"})
"""Kinds that never start a conversation."""
BODY_LIMIT = 1024
PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
NAME = re.compile(r"[a-z0-9_]{1,512}")
CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")


@dataclass(frozen=True, slots=True)
class Choice:
    """A button, or a row of a list."""

    title: str
    id: str


@dataclass(slots=True)
class Template:
    """A content resource and what WhatsApp thinks of it."""

    sid: str
    account_sid: str
    friendly_name: str
    language: str
    variables: dict[str, str]
    types: Json
    created_at: datetime
    approval: Json | None = None

    @property
    def kind(self) -> str:
        """The one kind that counts on WhatsApp: the richest that there is."""
        return next(kind for kind in reversed(KINDS) if kind in self.types)

    @property
    def approved(self) -> bool:
        """Whether it may start a conversation."""
        return self.approval is not None and self.approval["status"] == "approved"

    @property
    def places(self) -> set[str]:
        """Names of the variables in it."""
        return set(PLACE.findall(json.dumps(self.types[self.kind])))

    def submit(self, name: object, category: object) -> Json:
        """Ask WhatsApp for approval."""
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise bad_request(20001, "The name may hold lowercase letters, digits and underscores")
        if category not in CATEGORIES:
            raise bad_request(20001, "Invalid template category")
        if self.approval is not None and self.approval["status"] in ("received", "pending", "approved"):
            raise Refused(409, 20409, "An approval request already exists for this content")
        self.approval = {
            "name": name,
            "category": category,
            "content_type": self.kind,
            "status": "received",
            "rejection_reason": "",
            "allow_category_change": True,
        }
        return self.approval

    def approve(self) -> None:
        """Let WhatsApp approve it."""
        self._judge("approved")

    def reject(self, reason: str = "INVALID_FORMAT") -> None:
        """Let WhatsApp reject it."""
        self._judge("rejected", reason)

    def pause(self) -> None:
        """Let WhatsApp pause it for low quality."""
        self._judge("paused")

    def _judge(self, status: str, reason: str = "") -> None:
        if self.approval is None:
            self.submit(re.sub(r"[^a-z0-9_]", "_", self.friendly_name.lower()) or "template", "UTILITY")
        assert self.approval is not None
        self.approval |= {"status": status, "rejection_reason": reason}

    def filled(self, text: str, given: dict[str, str]) -> str:
        """Return a text of it with its variables in place."""
        values = {**self.variables, **given}
        return PLACE.sub(lambda found: values.get(found[1], ""), text)

    def read(self, given: dict[str, str]) -> tuple[str, list[Choice], str]:
        """Return the words, the choices and the media of a message that is made from it."""
        content = self.types[self.kind]
        rows = content.get("actions") or content.get("items") or []
        choices = [
            Choice(self.filled(row.get("title") or row.get("item", ""), given), self.filled(row.get("id", ""), given))
            for row in rows
        ]
        media = content.get("media") or [""]
        return self.filled(content.get("body", ""), given), choices, self.filled(media[0], given)

    def as_json(self, base: str) -> Json:
        """Return the resource."""
        moment = self.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        url = f"{base}/v1/Content/{self.sid}"
        approval = f"{url}/ApprovalRequests"
        return {
            "account_sid": self.account_sid,
            "date_created": moment,
            "date_updated": moment,
            "friendly_name": self.friendly_name,
            "language": self.language,
            "links": {"approval_create": f"{approval}/whatsapp", "approval_fetch": approval},
            "sid": self.sid,
            "types": self.types,
            "url": url,
            "variables": self.variables,
        }

    def approval_json(self) -> Json:
        """Return what the approval endpoints show; `unsubmitted` before anybody asked."""
        found = self.approval or {
            "name": "",
            "category": "",
            "content_type": "",
            "status": "unsubmitted",
            "rejection_reason": "",
            "allow_category_change": True,
        }
        return {**found, "type": "whatsapp", "flows": None}


def read_template(body: Any) -> Json:
    """Return the fields of a new template; refuses what Twilio refuses."""
    if not isinstance(body, dict) or not isinstance(body.get("types"), dict) or not body["types"]:
        raise bad_request(20001, "Invalid or missing 'types'")
    if not isinstance(body.get("language"), str) or not body["language"]:
        raise bad_request(20001, "Missing 'language'")
    variables = body.get("variables") or {}
    if not _is_string_map(variables):
        raise bad_request(20001, "Invalid 'variables'")
    # The official library sends every kind that there is, most of them null.
    types = {kind: content for kind, content in body["types"].items() if content is not None}
    for kind, content in types.items():
        _check(kind, content)
    return {
        "friendly_name": str(body.get("friendly_name") or ""),
        "language": body["language"],
        "variables": variables,
        "types": types,
    }


def read_variables(text: str) -> dict[str, str]:
    """Return the `ContentVariables` of a call.

    Source: error 21656: an object of strings to strings, none empty, without line breaks, tabs or four spaces in a row.
    """
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        raise bad_request(21656) from None
    if not _is_string_map(found) or any(not value or re.search(r"[\n\r\t]| {4}", value) for value in found.values()):
        raise bad_request(21656)
    return dict(found)


def _is_string_map(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for pair in value.items() for each in pair)


def _check(kind: str, content: Any) -> None:
    if kind not in KINDS:
        raise bad_request(20001, f"Invalid content type {kind}")
    if not isinstance(content, dict):
        raise bad_request(20001, f"Invalid {kind}")
    body = content.get("body", "")
    if kind != "twilio/media" and (not isinstance(body, str) or not body.strip()):
        raise bad_request(20001, f"{kind} needs a body")
    if kind in ("twilio/quick-reply", "twilio/list-picker") and len(body) > BODY_LIMIT:
        raise bad_request(20001, f"The body of {kind} may have {BODY_LIMIT} characters")
    if kind == "twilio/quick-reply":
        _check_rows(content.get("actions"), {"title": 20, "id": 200}, "title")
    elif kind == "twilio/list-picker":
        if not 1 <= len(str(content.get("button") or "")) <= 20:
            raise bad_request(20001, "A list picker needs a button of at most 20 characters")
        _check_rows(content.get("items"), {"item": 24, "id": 200, "description": 72}, "item")


def _check_rows(rows: Any, limits: dict[str, int], title: str) -> None:
    if not isinstance(rows, list) or not 1 <= len(rows) <= 10:
        raise bad_request(20001, "There must be 1 to 10 of them")
    for row in rows:
        if not isinstance(row, dict) or not str(row.get(title) or "").strip() or not row.get("id"):
            raise bad_request(20001, f"Each needs {title} and id")
        for name, limit in limits.items():
            if len(str(row.get(name) or "")) > limit:
                raise bad_request(20001, f"{name} may have {limit} characters")
    if len({row["id"] for row in rows}) < len(rows) or len({row[title] for row in rows}) < len(rows):
        raise bad_request(20001, f"Each {title} and each id must be unique")
