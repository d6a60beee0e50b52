"""The fake Twilio behaves as Twilio does; where there is an official library, that is the judge."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList

from tests.fakes.twilio import SANDBOX, Account, FakeTwilio, Limits, Person
from tests.integration.fakes.hook import Brought, Hook


class Redirected(TwilioHttpClient):  # type: ignore[misc]  # the library is untyped
    """The official client, led to the fake."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=5)
        self.base = base

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        for host in ("https://api.twilio.com", "https://content.twilio.com"):
            url = url.replace(host, self.base)
        return super().request(method, url, *args, **kwargs)


@pytest.fixture
async def twilio() -> AsyncIterator[FakeTwilio]:
    async with FakeTwilio(pace=0.01) as server:
        yield server


@pytest.fixture
def account(twilio: FakeTwilio, hook: Hook) -> Account:
    account = twilio.account()
    account.webhook = f"{hook.url}/in"
    account.fallback = f"{hook.url}/fallback"
    account.status_callback = f"{hook.url}/status?id=7"
    return account


@pytest.fixture
async def asha(twilio: FakeTwilio, account: Account) -> Person:
    person = twilio.person("Asha")
    await person.say("hi")
    await twilio.settled()
    return person


Official = Callable[..., Any]


@pytest.fixture
def official(twilio: FakeTwilio, account: Account) -> Official:
    client = Client(account.sid, account.auth_token, http_client=Redirected(twilio.url))
    return lambda act, *args, **kwargs: asyncio.to_thread(lambda: act(client)(*args, **kwargs))


@pytest.fixture
def send(official: Official, account: Account) -> Official:
    async def call(person: Person, **content: Any) -> Any:
        given = {"from_": account.sender, "to": person.whatsapp, **content}
        return await official(lambda client: client.messages.create, **given)

    return call


def proof_of(account: Account) -> dict[str, str]:
    return {"Authorization": aiohttp.encode_basic_auth(account.sid, account.auth_token)}


def statuses(hook: Hook) -> list[str]:
    return [each.form["MessageStatus"] for each in hook.brought if each.path.startswith("/status")]


def inbound(hook: Hook) -> list[Brought]:
    return [each for each in hook.brought if not each.path.startswith("/status")]


# -- what is brought -------------------------------------------------------------------------


async def test_inbound_message_is_signed_as_the_official_validator_wants(
    twilio: FakeTwilio, account: Account, hook: Hook
) -> None:
    asha = twilio.person("Asha")
    await asha.say("hello & <b> 🎉", extra=[("NewlyInvented", "")])
    await twilio.settled()
    [brought] = hook.brought
    validator = RequestValidator(account.auth_token)
    proof = brought.headers["x-twilio-signature"]
    assert validator.validate(f"{hook.url}/in", brought.form, proof)
    assert not validator.validate(f"{hook.url}/in", {**brought.form, "Body": "hello"}, proof)
    assert (brought.form["Body"], brought.form["NewlyInvented"]) == ("hello & <b> 🎉", "")
    assert brought.form["From"] == asha.whatsapp


async def test_signature_spoilt_on_demand_is_refused_by_the_official_validator(
    twilio: FakeTwilio, account: Account, hook: Hook
) -> None:
    twilio.webhooks.spoil()
    await twilio.person("Asha").say("hello")
    await twilio.settled()
    [brought] = hook.brought
    proof = brought.headers["x-twilio-signature"]
    assert not RequestValidator(account.auth_token).validate(f"{hook.url}/in", brought.form, proof)


@pytest.mark.parametrize(
    ("fragment", "answers", "paths"),
    [
        ("", [503, 200], ["/in", "/fallback"]),
        ("", [400, 400], ["/in", "/fallback"]),
        ("#rc=2&rp=5xx", [503, 503, 200], ["/in", "/in", "/in"]),
        ("#rc=2&rp=5xx", [400, 200], ["/in", "/fallback"]),
        ("#rc=1&rp=all", [429, 200], ["/in", "/in"]),
    ],
    ids=["5xx", "4xx", "5xx with retries", "4xx without", "all"],
)
async def test_inbound_message_refused_is_retried_only_as_the_url_asks(
    twilio: FakeTwilio, account: Account, hook: Hook, fragment: str, answers: list[int], paths: list[str]
) -> None:
    account.webhook += fragment
    hook.statuses = list(answers)
    await twilio.person("Asha").say("hello")
    await twilio.settled()
    assert [each.path for each in hook.brought] == paths
    assert len(twilio.lost) == (answers[-1] != 200)
    tokens = {each.headers["i-twilio-idempotency-token"] for each in hook.brought if each.path == "/in"}
    assert len(tokens) == 1


async def test_inbound_message_that_nobody_took_stands_in_the_list(
    twilio: FakeTwilio, account: Account, hook: Hook, official: Official
) -> None:
    hook.statuses = [503, 503]
    asha = twilio.person("Asha")
    sid = await asha.upload(b"photo", text="look")
    await twilio.settled()
    found = await official(lambda client: client.messages.list, to=account.sender)
    assert [(each.sid, each.body, each.direction, each.num_media) for each in found] == [(sid, "look", "inbound", "1")]
    [file] = await official(lambda client: client.messages(sid).media.list)
    assert (file.parent_sid, file.content_type) == (sid, "image/jpeg")


async def test_person_without_a_number_is_known_by_a_user_id(twilio: FakeTwilio, account: Account, hook: Hook) -> None:
    await twilio.person("Nemo", address="US.1349201").say("hello")
    await twilio.settled()
    assert hook.brought[0].form["From"] == "whatsapp:US.1349201"
    assert "WaId" not in hook.brought[0].form


async def test_answer_in_the_webhook_reaches_the_person(twilio: FakeTwilio, account: Account, hook: Hook) -> None:
    hook.body = b"<Response><Message><Body>Good morning</Body></Message></Response>"
    asha = twilio.person("Asha")
    await asha.say("hello")
    await asha.reads("Good morning")


# -- what is sent ----------------------------------------------------------------------------


async def test_message_is_shown_and_its_statuses_follow(
    twilio: FakeTwilio, asha: Person, hook: Hook, send: Official, account: Account
) -> None:
    sent = await send(asha, body="Good morning")
    assert (sent.status, sent.direction, sent.error_code, len(sent.sid)) == ("queued", "outbound-api", None, 34)
    await asha.reads("Good morning")
    await twilio.settled()
    await asha.opens()
    await twilio.settled()
    assert statuses(hook) == ["sent", "delivered", "read"]
    last = hook.brought[-1]
    proof = last.headers["x-twilio-signature"]
    assert RequestValidator(account.auth_token).validate(f"{hook.url}/status?id=7", last.form, proof)
    assert last.form["MessageSid"] == sent.sid


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"body": "x" * 1601}, 21617),
        ({"body": ""}, 21619),
        ({"body": "x", "to": "whatsapp:4915"}, 21211),
        ({"body": "x", "to": "whatsapp:+0123"}, 21211),
        ({"body": "x", "to": "+4915700000001"}, 21910),
        ({"body": "x", "from_": "whatsapp:+15559999999"}, 63007),
        ({"content_sid": "HX0"}, 21655),
        ({"media_url": ["ftp://example.org/a"]}, 21620),
        ({"body": "x", "status_callback": "nonsense"}, 21609),
    ],
)
async def test_message_wrong_is_refused_at_once(
    asha: Person, send: Official, content: dict[str, Any], code: int
) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        await send(asha, **content)
    assert (refusal.value.status, refusal.value.code) == (400, code)
    assert asha.messages == []


async def test_token_revoked_is_refused_with_401(asha: Person, send: Official, account: Account) -> None:
    account.revoke()
    with pytest.raises(TwilioRestException) as refusal:
        await send(asha, body="hello")
    assert (refusal.value.status, refusal.value.code) == (401, 20003)


async def test_text_outside_the_window_is_taken_and_fails_later(
    twilio: FakeTwilio, asha: Person, hook: Hook, send: Official
) -> None:
    twilio.clock.advance(hours=24.1)
    sent = await send(asha, body="Good morning")
    await twilio.settled()
    assert sent.status == "queued"
    assert statuses(hook) == ["undelivered"]
    assert hook.brought[-1].form["ErrorCode"] == "63016"
    assert asha.messages == []
    await asha.say("I am back")
    await send(asha, body="Welcome back")
    await asha.reads("Welcome back")


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda person: setattr(person, "blocked", True), "63033"),
        (lambda person: setattr(person, "joined", False), "63015"),
        (lambda person: person.twilio.people.clear(), "63024"),
    ],
    ids=["blocked", "not joined", "nobody"],
)
async def test_message_that_whatsapp_refuses_fails_later(
    twilio: FakeTwilio, asha: Person, hook: Hook, send: Official, prepare: Callable[[Person], None], code: str
) -> None:
    prepare(asha)
    await send(asha, body="Good morning")
    await twilio.settled()
    assert (statuses(hook), hook.brought[-1].form["ErrorCode"]) == (["failed"], code)


async def test_person_who_said_stop_is_unsubscribed_until_start(
    twilio: FakeTwilio, asha: Person, hook: Hook, send: Official
) -> None:
    await asha.say("Stop")
    await twilio.settled()
    assert hook.brought[-1].form["OptOutType"] == "STOP"
    with pytest.raises(TwilioRestException) as refusal:
        await send(asha, body="hello")
    assert refusal.value.code == 21610
    await asha.say("start")
    await send(asha, body="hello again")
    await asha.reads("hello again")


async def test_sandbox_hears_only_who_has_joined(twilio: FakeTwilio, hook: Hook) -> None:
    account = twilio.account(SANDBOX)
    account.webhook = f"{hook.url}/in"
    asha = twilio.person("Asha", account=account)
    await asha.say("hello")
    await asha.say("join happy-cat")
    await asha.say("hello again")
    await twilio.settled()
    assert [each.form["Body"] for each in inbound(hook)] == ["hello again"]


# -- templates -------------------------------------------------------------------------------


async def template(official: Official, **types: Any) -> Any:
    body = {"friendly_name": "reminder_en", "language": "en", "variables": {"1": "friend"}, "types": types}
    return await official(lambda client: client.content.v1.contents.create, ContentList.ContentCreateRequest(body))


async def test_template_is_sent_outside_the_window_once_it_is_approved(
    twilio: FakeTwilio, asha: Person, account: Account, official: Official, send: Official
) -> None:
    made = await template(official, **{"twilio/text": ContentList.TwilioText({"body": "Good morning, {{1}}"})})
    asha.close_window()
    await send(asha, content_sid=made.sid, content_variables=json.dumps({"1": "Asha"}))
    await asha.reads_nothing()
    request = ApprovalCreateList.ContentApprovalRequest({"name": "reminder_en", "category": "UTILITY"})
    asked = await official(lambda client: client.content.v1.contents(made.sid).approval_create.create, request)
    assert asked.status == "received"
    account.templates[made.sid].approve()
    fetched = await official(lambda client: client.content.v1.contents(made.sid).approval_fetch().fetch)
    assert fetched.whatsapp["status"] == "approved"
    [listed] = await official(lambda client: client.content.v1.content_and_approvals.list)
    assert (listed.sid, listed.approval_requests["category"]) == (made.sid, "UTILITY")
    await send(asha, content_sid=made.sid, content_variables=json.dumps({"1": "Asha"}))
    shown = await asha.reads("Good morning, Asha")
    assert shown.template == made.sid


async def test_template_paused_or_with_wrong_variables_is_refused(
    twilio: FakeTwilio, asha: Person, account: Account, official: Official, send: Official, hook: Hook
) -> None:
    made = await template(official, **{"twilio/text": ContentList.TwilioText({"body": "Hi {{1}}, {{2}}"})})
    for wrong in ("{", '{"1": 2}', '{"1": "a\\nb"}', '{"1": ""}'):
        with pytest.raises(TwilioRestException) as refusal:
            await send(asha, content_sid=made.sid, content_variables=wrong)
        assert refusal.value.code == 21656
    await send(asha, content_sid=made.sid)
    account.templates[made.sid].pause()
    await send(asha, content_sid=made.sid, content_variables='{"2": "b"}')
    await twilio.settled()
    assert [each.form["ErrorCode"] for each in hook.brought if "ErrorCode" in each.form] == ["63028", "63041"]


async def test_buttons_and_lists_are_tapped(
    twilio: FakeTwilio, asha: Person, hook: Hook, official: Official, send: Official
) -> None:
    actions = [{"type": "QUICK_REPLY", "title": title, "id": f"p:{title}"} for title in ("Begin", "Later")]
    reply = ContentList.TwilioQuickReply(
        {"body": "Ready?", "actions": [ContentList.QuickReplyAction(each) for each in actions]}
    )
    items = [{"item": "Design", "id": "p:design", "description": ""}]
    picker = ContentList.TwilioListPicker(
        {"body": "Which?", "button": "Choose", "items": [ContentList.ListItem(each) for each in items]}
    )
    made = [
        await template(official, **each) for each in ({"twilio/quick-reply": reply}, {"twilio/list-picker": picker})
    ]
    for each in made:
        await send(asha, content_sid=each.sid)
    await asha.tap("Begin")
    await asha.tap("Design")
    await twilio.settled()
    first, second = (each.form for each in inbound(hook)[1:])
    assert (first["ButtonPayload"], first["ButtonText"], first["Body"]) == ("p:Begin", "Begin", "Begin")
    assert (second["ListId"], second["ListTitle"]) == ("p:design", "Design")
    asha.close_window()
    await send(asha, content_sid=made[1].sid)
    await twilio.settled()
    assert hook.brought[-1].form["ErrorCode"] == "63016"


@pytest.mark.parametrize(
    "types",
    [
        {},
        {"twilio/unheard-of": {"body": "x"}},
        {"twilio/text": {"body": " "}},
        {"twilio/quick-reply": {"body": "x", "actions": []}},
        {"twilio/quick-reply": {"body": "x", "actions": [{"title": "t" * 21, "id": "1"}]}},
        {"twilio/quick-reply": {"body": "x", "actions": [{"title": "a", "id": "1"}, {"title": "a", "id": "2"}]}},
        {"twilio/quick-reply": {"body": "x" * 1025, "actions": [{"title": "a", "id": "1"}]}},
        {"twilio/list-picker": {"body": "x", "button": "b", "items": [{"item": "i" * 25, "id": "1"}]}},
        {"twilio/list-picker": {"body": "x", "items": [{"item": "i", "id": "1"}]}},
        {"twilio/list-picker": {"body": "x", "button": "b", "items": [{"item": "i", "id": "1"}] * 11}},
    ],
)
async def test_template_outside_the_limits_is_refused(twilio: FakeTwilio, account: Account, types: Any) -> None:
    async with (
        aiohttp.ClientSession(headers=proof_of(account)) as http,
        http.post(f"{twilio.url}/v1/Content", json={"language": "en", "types": types}) as answer,
    ):
        assert answer.status == 400
        assert (await answer.json())["code"] == 20001


# -- media -----------------------------------------------------------------------------------


async def test_media_want_credentials_and_lie_on_another_host(twilio: FakeTwilio, account: Account, hook: Hook) -> None:
    await twilio.person("Asha").upload(b"\x89PNG", mime="image/png")
    await twilio.settled()
    url, proof = hook.brought[0].form["MediaUrl0"], proof_of(account)
    async with aiohttp.ClientSession() as http:
        async with http.get(url) as answer:
            assert answer.status == 401
        async with http.get(url, headers=proof, allow_redirects=False) as answer:
            assert answer.status == 307
            place = answer.headers["Location"]
        assert place.startswith(twilio.network.url)
        assert twilio.network.url != twilio.url
        async with http.get(place) as answer:
            assert (await answer.read(), answer.content_type) == (b"\x89PNG", "image/png")
        assert twilio.network.leaked == []
        async with http.get(place, headers=proof) as answer:
            assert len(twilio.network.leaked) == 1
        account.lose_media()
        async with http.get(url, headers=proof) as answer:
            assert answer.status == 404


# -- faults ----------------------------------------------------------------------------------


async def test_statuses_come_shuffled_early_twice_and_invented(
    twilio: FakeTwilio, asha: Person, hook: Hook, send: Official
) -> None:
    twilio.statuses.shuffle()
    twilio.statuses.hurry()
    twilio.statuses.invent("teleported")
    twilio.statuses.repeat()
    await send(asha, body="hello")
    assert statuses(hook) == ["delivered", "delivered", "teleported", "sent"]


async def test_call_cut_after_it_acted_shows_the_message_and_tells_the_caller_nothing(
    twilio: FakeTwilio, asha: Person, account: Account
) -> None:
    twilio.faults.reset(method="create")
    twilio.faults.throttle(63018, method="create", after=1, times=1)
    form = {"From": account.sender, "To": asha.whatsapp, "Body": "hello"}
    url = f"{twilio.url}/2010-04-01/Accounts/{account.sid}/Messages.json"
    async with aiohttp.ClientSession(headers=proof_of(account)) as http:
        with pytest.raises(aiohttp.ClientError):
            await http.post(url, data=form)
        assert [each.text for each in asha.messages] == ["hello"]
        answers = []
        for _ in range(2):
            async with http.post(url, data=form) as answer:
                answers.append((answer.status, (await answer.json()).get("code")))
    assert answers == [(201, None), (429, 63018)]


async def test_limits_refuse_what_is_too_much_for_one_recipient(
    twilio: FakeTwilio, asha: Person, send: Official
) -> None:
    twilio.limits = Limits(pair_burst=2)
    for _ in range(2):
        await send(asha, body="hello")
    with pytest.raises(TwilioRestException) as refusal:
        await send(asha, body="hello")
    assert (refusal.value.status, refusal.value.code, len(asha.messages)) == (429, 63018, 2)


async def test_list_of_messages_goes_by_pages_and_filters(
    twilio: FakeTwilio, asha: Person, account: Account, official: Official, send: Official
) -> None:
    for number in range(5):
        await send(asha, body=f"number {number}")
    found = await official(lambda client: client.messages.list, to=asha.whatsapp, page_size=2)
    assert [each.body for each in found] == [f"number {number}" for number in (4, 3, 2, 1, 0)]
    now = twilio.clock.now()
    day = timedelta(days=1)
    for given, count in (
        ({"date_sent_after": now - day}, 6),
        ({"date_sent_after": now + day}, 0),
        ({"date_sent_before": now - day}, 0),
        ({"from_": asha.whatsapp}, 1),
    ):
        assert len(await official(lambda client: client.messages.list, **given)) == count
