"""Resources that are only looked at, and templates: a function for each call.

Source: Twilio's REST interface, lists of the API of 2010 and lists of the newer kind with `meta`.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import orjson
from aiohttp import web

from tests.fakes.twilio.account import VERSION, Account, Message, new_sid
from tests.fakes.twilio.content import Template, read_template
from tests.fakes.twilio.errors import Json, Refused, bad_request


def as_response(content: Any, status: int = 200) -> web.Response:
    """Return JSON."""
    return web.Response(status=status, body=orjson.dumps(content), content_type="application/json")


async def show_account(account: Account, request: web.Request) -> web.Response:
    """Answer the account's own resource."""
    kind = "Trial" if account.trial else "Full"
    return as_response({"sid": account.sid, "status": account.status, "friendly_name": "Sunup", "type": kind})


async def list_senders(account: Account, request: web.Request) -> web.Response:
    """Answer the senders that were registered; the sandbox is none of them."""
    if "Channel" not in request.query:
        raise bad_request(20001, "Channel is required")
    webhook = {"callback_url": account.webhook or None, "status_callback_url": account.status_callback or None}
    sender = {"sid": new_sid("XE"), "status": account.sender_status, "sender_id": account.sender, "webhook": webhook}
    meta = {"page": 0, "page_size": 50, "next_page_url": None, "key": "senders"}
    return as_response({"senders": [] if account.sandbox else [sender], "meta": meta})


async def show_service(account: Account, request: web.Request) -> web.Response:
    """Answer the account's Messaging Service."""
    if request.match_info["service"] != account.service_sid:
        raise Refused(404, 20404)
    found = {"sid": account.service_sid, "inbound_request_url": account.webhook or None}
    return as_response({**found, "use_inbound_webhook_on_number": False})


async def list_messages(account: Account, request: web.Request) -> web.Response:
    """Answer messages in both directions, newest first, by pages."""
    wanted = [each for each in reversed(account.messages) if _is_wanted(each, request)]
    size = min(max(int(request.query.get("PageSize", "50")), 1), 1000)
    page = int(request.query.get("Page", "0"))
    part = wanted[page * size : (page + 1) * size]
    path = f"/{VERSION}/Accounts/{account.sid}/Messages.json"

    def uri(number: int) -> str:
        query = {**request.query, "PageSize": str(size), "Page": str(number), "PageToken": f"PASM{number}"}
        return f"{path}?{urlencode(query)}"

    return as_response(
        {
            "messages": [each.as_json(account.sid) for each in part],
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": max(page * size + len(part) - 1, 0),
            "uri": uri(page),
            "first_page_uri": uri(0),
            "previous_page_uri": uri(page - 1) if page else None,
            "next_page_uri": uri(page + 1) if (page + 1) * size < len(wanted) else None,
        }
    )


def _is_wanted(message: Message, request: web.Request) -> bool:
    query = request.query
    if query.get("To", message.recipient) != message.recipient or query.get("From", message.sender) != message.sender:
        return False
    moment = message.sent_at or message.created_at
    on, after, before = (query.get(f"DateSent{sign}", "") for sign in ("", ">", "<"))
    return (
        (not on or _span(on)[0] <= moment <= _span(on)[1])
        and (not after or _span(after)[0] <= moment)
        and (not before or moment <= _span(before)[1])
    )


def _span(text: str) -> tuple[datetime, datetime]:
    """Return the first and last moment that a filter means: a date alone is a whole day."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise bad_request(20001, "Invalid DateSent") from None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found, found + timedelta(days=1, microseconds=-1) if len(text) == len("2026-01-31") else found


async def show_message(account: Account, request: web.Request) -> web.Response:
    """Answer one message."""
    return as_response(_message(account, request).as_json(account.sid))


async def list_media(account: Account, request: web.Request) -> web.Response:
    """Answer the files of a message."""
    message = _message(account, request)
    base = f"/{VERSION}/Accounts/{account.sid}/Messages/{message.sid}/Media"
    files = [
        {
            "sid": file.sid,
            "account_sid": account.sid,
            "parent_sid": message.sid,
            "content_type": file.mime,
            "uri": f"{base}/{file.sid}.json",
        }
        for file in message.media
    ]
    return as_response({"media_list": files, "page": 0, "page_size": 50, "next_page_uri": None, "uri": f"{base}.json"})


def _message(account: Account, request: web.Request) -> Message:
    message = account.find(request.match_info["message"])
    if message is None:
        raise Refused(404, 20404)
    return message


# -- templates -------------------------------------------------------------------------------


async def create_content(account: Account, request: web.Request) -> web.Response:
    """Keep a new template."""
    fields = read_template(await _body(request))
    template = Template(new_sid("HX"), account.sid, created_at=datetime.now(UTC), **fields)
    account.templates[template.sid] = template
    return as_response(template.as_json(_base(request)), 201)


async def list_content(account: Account, request: web.Request) -> web.Response:
    """Answer templates by pages."""
    return _page(account, request, "Content", "contents", lambda each: each.as_json(_base(request)))


async def list_approvals(account: Account, request: web.Request) -> web.Response:
    """Answer templates by pages, each with what WhatsApp thinks of it."""

    def both(template: Template) -> Json:
        found = template.as_json(_base(request))
        del found["url"], found["links"]
        return {**found, "approval_requests": template.approval_json()}

    return _page(account, request, "ContentAndApprovals", "contents", both)


async def show_content(account: Account, request: web.Request) -> web.Response:
    """Answer one template."""
    return as_response(_template(account, request).as_json(_base(request)))


async def delete_content(account: Account, request: web.Request) -> web.Response:
    """Forget a template."""
    del account.templates[_template(account, request).sid]
    return web.Response(status=204)


async def show_approval(account: Account, request: web.Request) -> web.Response:
    """Answer what WhatsApp thinks of a template."""
    template = _template(account, request)
    url = f"{_base(request)}/v1/Content/{template.sid}/ApprovalRequests"
    found = {"sid": template.sid, "account_sid": account.sid, "url": url, "whatsapp": template.approval_json()}
    return as_response(found)


async def submit_content(account: Account, request: web.Request) -> web.Response:
    """Ask WhatsApp to approve a template."""
    body = await _body(request)
    return as_response(_template(account, request).submit(body.get("name"), body.get("category")), 201)


def _template(account: Account, request: web.Request) -> Template:
    template = account.templates.get(request.match_info["content"])
    if template is None:
        raise Refused(404, 20404)
    return template


def _page(account: Account, request: web.Request, name: str, key: str, show: Any) -> web.Response:
    templates = list(account.templates.values())
    size = min(max(int(request.query.get("PageSize", "50")), 1), 500)
    page = int(request.query.get("Page", "0"))

    def url(number: int) -> str:
        return f"{_base(request)}/v1/{name}?PageSize={size}&Page={number}"

    meta = {
        "key": key,
        "page": page,
        "page_size": size,
        "url": url(page),
        "first_page_url": url(0),
        "previous_page_url": url(page - 1) if page else None,
        "next_page_url": url(page + 1) if (page + 1) * size < len(templates) else None,
    }
    return as_response({"meta": meta, key: [show(each) for each in templates[page * size : (page + 1) * size]]})


async def _body(request: web.Request) -> Json:
    if request.content_type != "application/json":
        raise Refused(415, 20415, "Unsupported Media Type")
    try:
        found = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        raise bad_request(20001, "Invalid JSON") from None
    if not isinstance(found, dict):
        raise bad_request(20001, "Invalid JSON")
    return found


def _base(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"
