"""`sunup doctor` on WhatsApp: what Twilio says of the account, the sender, its webhook and the templates."""

from pathlib import Path

import pytest

from bots.transport import Transport
from bots.whatsapp.api import TwilioApi
from bots.whatsapp.content import Draft, Templates
from sunup.doctor.examination import examine
from sunup.doctor.finding import Mark
from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio.account import SANDBOX, Account
from tests.integration.command_line import Installation

PUBLIC = "https://sunup.example"
WEBHOOK = f"{PUBLIC}/webhooks/whatsapp"
ANSWERS = "✓ whatsapp default: the Twilio account answers and is active"


@pytest.fixture
def here(
    tmp_path: Path, sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch, twilio: FakeTwilio, account: Account
) -> Installation:
    installation = Installation(tmp_path, sqlite_database_url, monkeypatch)
    for name, value in twilio.connect(PUBLIC).items():
        installation.set(name.removeprefix("SUNUP_"), value)
    return installation


async def look(here: Installation, name: str = "whatsapp default") -> list[str]:
    return [str(one) for one in await examine(here.settings) if one.name in (name, "whatsapp")]


async def approve(twilio: FakeTwilio, account: Account) -> None:
    """Have a template made and approved."""
    async with Transport() as transport:
        api = TwilioApi(account.sid, account.auth_token, (twilio.api_url, twilio.api_url), transport)
        sid = await Templates(api).create(Draft("nudge", "en", "Hi {{1}}, shall we go on?", {"1": "Asha"}))
    account.templates[sid].submit("nudge", "UTILITY")
    account.templates[sid].approve()


async def test_no_sender_is_no_fault(tmp_path: Path, sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = await look(Installation(tmp_path, sqlite_database_url, monkeypatch))

    assert len(found) == 1
    assert found[0].startswith("✓ whatsapp: no sender is set up; SUNUP_TWILIO_ACCOUNT_SID")


async def test_sender_that_is_well(here: Installation, twilio: FakeTwilio, account: Account) -> None:
    await approve(twilio, account)

    assert await look(here) == [
        ANSWERS,
        f"✓ whatsapp default: the sender +15550001111 is online and delivers to {WEBHOOK}",
        "✓ whatsapp default: the Content API answers; templates that may be used: 1",
    ]


async def test_connection_overrides_are_no_part_of_the_webhook(here: Installation, account: Account) -> None:
    account.webhook = f"{WEBHOOK}#rc=2&rp=all"

    assert f"is online and delivers to {WEBHOOK}" in (await look(here))[1]


@pytest.mark.parametrize(
    ("told", "found"),
    [("https://elsewhere.example/hook", "delivers to https://elsewhere.example/hook"), ("", "nowhere")],
)
async def test_other_webhook_is_broken_and_names_the_right_one(
    here: Installation, account: Account, told: str, found: str
) -> None:
    account.webhook = told

    finding = (await look(here))[1]

    assert finding.startswith("✗")
    assert found in finding
    assert finding.endswith(f"– set its webhook in Twilio's console to {WEBHOOK}, by POST")


async def test_without_a_public_url_nothing_can_be_proven(here: Installation) -> None:
    here.set("PUBLIC_URL", "")

    finding = (await look(here))[1]

    assert finding.startswith("✗ whatsapp default: there is no public URL")
    assert "set SUNUP_PUBLIC_URL" in finding


async def test_no_approved_template_is_a_warning(here: Installation) -> None:
    finding = (await look(here))[2]

    assert finding.startswith("! whatsapp default: no template is approved")


async def test_sandbox_says_what_its_settings_must_name(here: Installation, account: Account) -> None:
    account.sender = SANDBOX
    here.set("WHATSAPP_FROM", SANDBOX)

    assert (await look(here))[1] == (
        "✓ whatsapp default: the sender +14155238886; the sandbox's settings in Twilio's console must name " + WEBHOOK
    )


async def test_sender_of_another_account_is_broken(here: Installation) -> None:
    here.set("WHATSAPP_FROM", "whatsapp:+15559999999")

    assert (await look(here))[1].startswith("✗ whatsapp default: the account has no sender +15559999999")


async def test_sender_that_waits_is_broken(here: Installation, account: Account) -> None:
    account.sender_status = "PENDING_VERIFICATION"

    assert "is pending_verification" in (await look(here))[1]


async def test_senders_that_cannot_be_looked_up_are_a_warning(here: Installation, twilio: FakeTwilio) -> None:
    twilio.faults.fail(method="senders")

    finding = (await look(here))[1]

    assert finding.startswith("! whatsapp default: the sender +15550001111 could not be looked up (")
    assert finding.endswith(WEBHOOK)


async def test_content_api_that_is_away_is_broken(here: Installation) -> None:
    here.set("TWILIO_CONTENT_API_URL", "http://127.0.0.1:1")

    finding = (await look(here))[2]

    assert finding.startswith("✗ whatsapp default: the Content API was not reached")


async def test_refused_credentials_are_broken_and_not_told(here: Installation, account: Account) -> None:
    token = account.auth_token
    account.revoke()

    found = await examine(here.settings)

    broken = [str(one) for one in found if one.mark is Mark.BROKEN]
    assert broken[0].startswith("✗ whatsapp default: Twilio refuses the credentials – copy the account's SID")
    assert token not in " ".join(map(str, found))


async def test_twilio_that_is_away_is_broken(here: Installation) -> None:
    here.set("TWILIO_API_URL", "http://127.0.0.1:1")

    assert (await look(here))[0].startswith("✗ whatsapp default: Twilio was not reached (")


async def test_suspended_account_is_broken(here: Installation, account: Account) -> None:
    account.status = "suspended"

    assert await look(here) == ["✗ whatsapp default: the Twilio account is suspended – Twilio's console says why"]


async def test_trial_account_is_a_warning(here: Installation, account: Account) -> None:
    account.trial = True

    assert (await look(here))[1].startswith("! whatsapp default: it is a trial account")


async def test_stored_sender_has_its_own_webhook(here: Installation, twilio: FakeTwilio) -> None:
    here.make_database()
    other = twilio.account("whatsapp:+15550002222")
    other.webhook = f"{WEBHOOK}/support"
    credentials = {"account_sid": other.sid, "auth_token": other.auth_token, "sender": other.service_sid}
    foundation = here.foundation()
    foundation.accounts.put("whatsapp", "support", credentials)
    foundation.database.close()

    found = await look(here, "whatsapp support")

    assert f"the sender {other.service_sid} is online and delivers to {WEBHOOK}/support" in found[1]
