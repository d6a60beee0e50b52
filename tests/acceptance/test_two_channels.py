"""One person on two channels: what begins on WhatsApp goes on in Slack, in the middle of a step."""

import re
from decimal import Decimal
from pathlib import Path

from storage import tables
from tests.acceptance.drivers import WhatsAppAndSlackDriver
from tests.acceptance.program import PATIENCE, until
from tests.acceptance.recording import Chat, compare
from tests.acceptance.story import SUMMARY, photograph
from tests.acceptance.town import patient
from tests.conformance.house import house

pytestmark = patient

CODE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")


async def test_person_begins_on_whatsapp_and_ends_in_slack(tmp_path: Path) -> None:
    driver = WhatsAppAndSlackDriver()
    async with house(driver, tmp_path) as here:
        phone = Chat(here, driver.person("Asha"))
        desk = Chat(here, driver.beside.person("Asha"))
        await phone.says("hello", "What shall I call you?")
        await phone.says("start prompt_selling", "Where did your prompts help a paying client most?")
        await phone.taps("Design", "Put your twenty best Design prompts into one document.")
        await phone.says("/link", "Say this to me in your other chat")
        code = CODE.search(phone.talker.messages[-1].text)
        assert code is not None

        await desk.says("link AAAA-AAAA", "I don't know that code.")
        await desk.says(f"link {code[0]}", "Put your twenty best Design prompts into one document.")
        await phone.reads("is connected now.")
        await desk.taps("Done", "Send a screenshot of the page where it is on sale.")
        await desk.uploads(photograph(), "my little shop on the web", "What did the first three sales bring?")
        await phone.says("/today", "Sell three prompt packs")
        await desk.says("4500", SUMMARY)
        await here.quiet()

        whole = [*phone.ends(), "", "# Asha in Slack", "", *desk.ends()]
        compare("linked", "Asha on WhatsApp", [CODE.sub("XXXX-XXXX", line) for line in whole])
        person = here.person(phone.talker)
        address = driver.beside.address(desk.talker)
        assert here.records.count(tables.identities, tables.identities.c.person_id == person) == 2
        assert here.records.person(address, channel="slack") == person
        [execution] = here.records.executions(person, "prompt_selling")
        assert (execution.status, execution.steps_completed, execution.steps_total) == ("completed", 4, 4)
        [outcome] = here.records.outcomes(person)
        assert (outcome.value, outcome.currency) == (Decimal(4500), "INR")
        assert set(here.records.keys().values()) == {1}
        # A code is good for one use.
        stranger = driver.beside.person("Mallory")
        await here.says(stranger, f"link {code[0]}", "That code was used already.")
        assert here.records.person(driver.beside.address(stranger), channel="slack") != person


async def test_admin_in_slack_is_told_once_that_twilio_refuses_us_and_nothing_is_lost(tmp_path: Path) -> None:
    driver = WhatsAppAndSlackDriver()
    admin = driver.beside.person("Ada")
    settings = {"ADMINS": f"slack:{driver.beside.address(admin)}"}
    async with house(driver, tmp_path, settings=settings) as here:
        asha, bo = driver.person("Asha"), driver.person("Bo")
        for talker in (admin, asha, bo):
            await here.says(talker, "hello", "What shall I call you?")
        await here.quiet()
        for talker in (asha, bo):
            # The questions have to be in before the token is worthless, for it proves them too.
            driver.faults.hang(4.0, method=driver.method, chat=driver.chat(talker))
            await here.says(talker, "/today")
        await driver.settled(PATIENCE)
        driver.revoke()
        await here.reads(admin, "The platform refuses the credentials of this account; give it new ones.")
        await until(lambda: here.program.events("account_paused"), "the pause of the account")
        assert set((await here.program.stop()).values()) == {0}

        driver.renew()
        await here.start()
        here.records.hurry()
        for talker in (asha, bo):
            await here.reads(talker, "This is open:")
        await here.quiet()
        told = [shown.text for shown in admin.messages if "give it new ones" in shown.text]
        assert (len(told), len(here.program.events("account_paused"))) == (1, 1)
        assert "whatsapp" in told[0].lower()
        assert set(here.records.keys().values()) == {1}
