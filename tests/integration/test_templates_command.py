"""`sunup templates` against a Twilio: wordings are submitted, fetched, and used once they are approved."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from typer.testing import Result

from core import errors
from storage import tables
from tests.fakes.twilio import Account, FakeTwilio, Template
from tests.integration.command_line import Installation, lines

BODY = "Hello {{name}}, this is open: {{text}} Answer here to go on."


@pytest.fixture
def here(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, twilio: FakeTwilio, account: Account
) -> Installation:
    installation = Installation(tmp_path, database_url, monkeypatch)
    installation.make_database()
    installation.set("TWILIO_API_URL", twilio.api_url)
    installation.set("TWILIO_CONTENT_API_URL", twilio.api_url)
    installation.set("TWILIO_ACCOUNT_SID", account.sid)
    installation.set("TWILIO_AUTH_TOKEN", account.auth_token)
    installation.set("WHATSAPP_FROM", account.sender)
    return installation


async def run(here: Installation, *arguments: str) -> Result:
    """Give a command beside the running server."""
    return await asyncio.to_thread(lambda: here.run("templates", *arguments))


async def submit(here: Installation, *more: str, body: str = BODY) -> Result:
    return await run(here, "submit", "--purpose", "reminder", "--body", body, *more)


async def listed(here: Installation) -> list[list[str]]:
    return [line.split("\t") for line in lines(await run(here, "list"))]


def only(account: Account) -> Template:
    [template] = account.templates.values()
    return template


async def test_template_is_submitted_approved_and_known(here: Installation, account: Account) -> None:
    told = lines(await submit(here, "--language", "pt-BR", "--category", "marketing"))
    made = only(account)
    assert told[0] == f"{made.sid} was sent for approval: received."
    assert (made.friendly_name, made.language) == ("sunup_reminder", "pt_BR")
    assert made.types["twilio/text"]["body"] == "Hello {{1}}, this is open: {{2}} Answer here to go on."
    assert made.approval is not None
    assert made.approval["category"] == "MARKETING"
    assert [row[:4] for row in await listed(here)] == [["whatsapp default", "reminder", "pt-BR", "received"]]

    made.approve()
    assert lines(await run(here, "sync")) == ["1 approved."]

    [row] = here.rows(tables.templates)
    assert (row.status, row.variables, row.external_id) == ("approved", "name text", made.sid)
    data = f'{{"purpose":"reminder","language":"pt-BR","id":"{made.sid}"}}'
    assert here.audited() == [("template_submitted", data)]


async def test_rejection_is_shown_with_its_reason_and_a_new_wording_may_follow(
    here: Installation, account: Account
) -> None:
    await submit(here)
    only(account).reject("It reads like an advertisement.")
    assert lines(await run(here, "sync")) == ["1 rejected."]
    assert (await listed(here))[0][-1] == "It reads like an advertisement."

    assert (await submit(here, body="Good day {{name}}, still open: {{text}} Answer here.")).exit_code == 0
    list(account.templates.values())[-1].approve()
    assert lines(await run(here, "sync")) == ["1 approved."]
    assert here.rows(tables.templates)[0].body.startswith("Good day")


async def test_wording_in_use_stays_until_the_next_one_is_approved(here: Installation, account: Account) -> None:
    await submit(here)
    only(account).approve()
    await run(here, "sync")
    await submit(here, body="Good day {{name}}, still open: {{text}} Answer here.")
    assert [row[3] for row in await listed(here)] == ["approved"]
    await run(here, "sync")
    assert here.rows(tables.templates)[0].body.startswith("Hello")


async def test_template_that_is_gone_at_the_platform_is_gone_here(here: Installation, account: Account) -> None:
    await submit(here)
    account.templates.clear()
    told = lines(await run(here, "sync"))
    assert told == ["The account has no template whose name begins with sunup_; `sunup templates submit` makes one."]
    assert here.rows(tables.templates) == []


async def test_sync_has_what_is_held_looked_at_again(here: Installation) -> None:
    await run(here, "sync")
    message = hold(here)
    await run(here, "sync")
    [row] = here.rows(tables.outbox, tables.outbox.c.id == message)
    assert row.next_attempt_at <= datetime.now(UTC)


async def test_wording_that_would_be_rejected_never_leaves_the_house(here: Installation, account: Account) -> None:
    with pytest.raises(errors.ConfigurationError, match="begin or end"):
        lines(await submit(here, body="{{name}}, go on."))
    assert account.templates == {}


async def test_credentials_that_are_refused_are_told_of(here: Installation, account: Account) -> None:
    account.revoke()
    with pytest.raises(errors.ConfigurationError, match=r"Twilio did not do it .*SUNUP_TWILIO_ACCOUNT_SID"):
        lines(await run(here, "sync"))


async def test_account_that_is_none_is_told_of_with_what_to_set(here: Installation) -> None:
    with pytest.raises(errors.ConfigurationError, match="sunup accounts add whatsapp shop"):
        lines(await run(here, "sync", "--account", "shop"))


async def test_list_of_nothing_says_how_to_begin(here: Installation) -> None:
    assert lines(await run(here, "list")) == [
        "There are no templates; `sunup templates sync` fetches them, `submit` makes one."
    ]


async def test_outbox_lists_what_is_held_with_its_reason(here: Installation) -> None:
    await run(here, "sync")
    message = hold(here)
    result = await asyncio.to_thread(lambda: here.run("outbox", "list", "--held"))
    [line] = lines(result)
    shown = line.split("\t")
    assert (shown[0], shown[2], shown[3], shown[-1]) == (str(message), "whatsapp default", "held", "no template")
    await asyncio.to_thread(
        lambda: here.change(lambda one: one.execute(sa.update(tables.outbox).values(status="queued")))
    )
    assert lines(await asyncio.to_thread(lambda: here.run("outbox", "list", "--held"))) == ["Nothing waits."]
    assert len(lines(await asyncio.to_thread(lambda: here.run("outbox", "list")))) == 1


def hold(here: Installation) -> UUID:
    """Let a message to somebody on WhatsApp be held."""
    [account] = [row.id for row in here.rows(tables.accounts) if row.channel == "whatsapp"]
    now, later = datetime.now(UTC), datetime.now(UTC) + timedelta(minutes=5)
    person, identity, conversation, message = (UUID(int=number) for number in range(1, 5))
    words = dict.fromkeys(("language", "zone", "goal", "market", "skill_level", "country"), "")
    moments = {"created_at": now, "updated_at": now}
    row = {
        "id": message,
        "conversation_id": conversation,
        "account_id": account,
        "seq": 1,
        "priority": 1,
        "status": "held",
        "on_unknown": "give_up",
        "tap_id": "",
        "notice": "",
        "created_at": now,
        "next_attempt_at": later,
        "attempts": 0,
        "parts_sent": 0,
        "external_ids": "",
        "error": "no template",
    }

    def write(connection: sa.Connection) -> None:
        connection.execute(tables.people.insert().values(id=person, next_seq=2, **words, **moments))
        who = {"id": identity, "person_id": person, "account_id": account, "address": "+491512345678"}
        connection.execute(tables.identities.insert().values(**who, created_at=now))
        where = {"id": conversation, "identity_id": identity, "account_id": account, "chat": "+491512345678"}
        connection.execute(tables.conversations.insert().values(**where, created_at=now))
        connection.execute(tables.outbox.insert().values(**row))

    here.change(write)
    return message


# -- the daily protocol ------------------------------------------------------------------------


async def test_daily_wordings_are_submitted_once_in_five_languages(here: Installation, account: Account) -> None:
    told = lines(await run(here, "submit", "--daily"))
    made = {(one.friendly_name, one.language): one for one in account.templates.values()}
    assert len(told) == len(made) + 1 == 31
    morning = made["sunup_morning", "de"]
    assert morning.types["twilio/quick-reply"]["actions"] == [
        {"type": "QUICK_REPLY", "title": title, "id": str(place)}
        for place, title in enumerate(("Bereit", "In 30 Minuten", "Heute nicht"), 1)
    ]
    assert lines(await run(here, "submit", "--daily"))[0].startswith("All of them were submitted before")

    morning.reject("It reads like an advertisement.")
    await run(here, "sync")
    assert len(lines(await run(here, "submit", "--daily"))) == 2
    kept = {(row.purpose, row.language): row for row in here.rows(tables.templates)}
    assert (len(kept), kept["morning", "de"].variables) == (30, "question")


async def test_daily_wordings_that_were_sent_before_a_failure_are_known(
    here: Installation, account: Account, twilio: FakeTwilio
) -> None:
    twilio.faults.fail(503, method="content", after=6)
    failed = await run(here, "submit", "--daily")
    sent = len(here.rows(tables.templates))
    assert (failed.exit_code != 0, 0 < sent < 30) == (True, True)
    twilio.faults.clear()
    assert len(lines(await run(here, "submit", "--daily"))) == 30 - sent + 1
    assert len(here.rows(tables.templates)) == 30


async def test_button_is_submitted_with_its_wording(here: Installation, account: Account) -> None:
    await submit(here, "--button", "Go on", "--button", "Not now", body="Hello, still open: {{question}} Tap to go on.")
    titles = [one["title"] for one in only(account).types["twilio/quick-reply"]["actions"]]
    assert titles == ["Go on", "Not now"]


@pytest.mark.parametrize(
    ("more", "cure"),
    [
        (["--daily", "--purpose", "reminder"], "leave the other options out"),
        (["--purpose", "reminder"], "Give --purpose and --body"),
        ([], "Give --purpose and --body"),
    ],
)
async def test_submit_that_is_not_clear_says_what_to_give(here: Installation, more: list[str], cure: str) -> None:
    refused = await run(here, "submit", *more)
    assert refused.exit_code != 0
    assert cure in f"{refused.output}{refused.exception}"
