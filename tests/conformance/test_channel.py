"""What every channel owes, on the whole program: whoever writes an adapter makes these pass against a fake.

Nothing here knows a provider; what differs between them is in their drivers.
"""

import asyncio
import time
from dataclasses import replace
from hashlib import sha256

import pytest
import sqlalchemy as sa

from conversations import facts
from storage import tables
from storage.accounts import AccountStatus
from tests.acceptance import documents
from tests.acceptance.program import PATIENCE, until
from tests.acceptance.story import photograph
from tests.conformance.house import House
from tests.fakes.talking import Talker

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(240),
    # One process at a time may start whole programs and measure time.
    pytest.mark.xdist_group("acceptance"),
]

QUESTION = "Where did your prompts help a paying client most?"
DESIGN = "Put your twenty best Design prompts"
NOTE = "Noted."
ODD = "a & b <b>bold</b> &amp; שלום नमस्ते e\u0301 👩🏽‍🚀 <!channel> {{ name }} %s"
TOO_MUCH = b" " * (1024 * 1024 + 1)


def texts(talker: Talker) -> list[str]:
    return [shown.text for shown in talker.messages]


# -- who may come in -------------------------------------------------------------------------


async def test_request_forged_unproven_or_stale_is_refused_in_silence(here: House) -> None:
    genuine = here.driver.genuine(here.driver.person("Stranger"), "from a stranger")
    stale = here.driver.stale(genuine)
    posts = [here.driver.forged(genuine), here.driver.unproven(genuine), *([stale] if stale else [])]
    # Nothing may be read before it is proven: an unproven body in pieces is no different.
    posts += [replace(post, body=b'{"half') for post in posts]
    before = here.taken(), here.records.letters()
    answers = [await here.post(post) for post in posts]
    assert answers == [(401, b"")] * len(posts)
    assert (here.taken(), here.records.letters()) == before


async def test_request_malformed_is_refused_and_nothing_is_kept(here: House) -> None:
    before = here.taken(), here.records.letters()
    answers = [await here.post(post) for post in here.driver.malformed()]
    assert answers
    assert {status for status, _ in answers} <= {400, 401}
    assert {body for _, body in answers} == {b""}
    assert (here.taken(), here.records.letters()) == before


async def test_request_too_large_is_refused(here: House) -> None:
    genuine = here.driver.genuine(here.driver.person("Loud"), "hello")
    assert (await here.post(replace(genuine, body=TOO_MUCH)))[0] == 413


async def test_request_for_a_foreign_account_acts_on_nothing(here: House) -> None:
    talker = here.driver.person("Elsewhere")
    before = here.taken()
    for post in here.driver.foreign(talker, "for somebody else"):
        await here.post(post)
    await here.quiet()
    assert here.taken() == before
    assert talker.messages == []


async def test_request_replayed_acts_once(here: House) -> None:
    talker = await here.met("Echo")
    genuine = here.driver.genuine(talker, "/note once is enough")
    answers = [(await here.post(genuine))[0] for _ in range(3)]
    await here.reads(talker, NOTE)
    await here.quiet()
    assert answers == [200, 200, 200]
    assert here.records.facts(here.person(talker), facts.NOTE_TAKEN) == 1
    assert texts(talker).count(NOTE) == 1


# -- what people do --------------------------------------------------------------------------


async def test_person_is_answered_and_known_by_one_address(here: House) -> None:
    talker = await here.met("Asha")
    await here.says(talker, "Asha of the conformance street", "Which city do you live in")
    await here.quiet()
    assert here.records.said(here.person(talker), inbound=True) == ["hello", "Asha of the conformance street"]


async def test_button_tapped_acts_and_tapped_again_does_not(here: House) -> None:
    talker = await here.met("Tara")
    await here.says(talker, "start prompt_selling", QUESTION)
    await talker.tap("Design")
    await here.taps(talker, "Design", DESIGN)
    await here.quiet()
    assert sum(DESIGN in text for text in texts(talker)) == 1
    [execution] = here.records.executions(here.person(talker), "prompt_selling")
    assert execution.steps_completed == 1


async def test_file_is_kept_as_it_was_sent(here: House) -> None:
    photo, talker = photograph(), await here.met("Flora")
    await here.says(talker, "start prompt_selling", QUESTION)
    await here.taps(talker, "Design", DESIGN)
    await here.taps(talker, "Done", "Send a screenshot")
    await talker.upload(photo, name="shop.jpg", mime="image/jpeg", text="my little shop")
    await here.reads(talker, "Kept, thank you.")
    await here.quiet()
    person = here.person(talker)
    [kept] = here.records.media(person)
    assert (kept.kind, kept.sha256, kept.size) == ("image", sha256(photo).hexdigest(), len(photo))
    assert here.records.original(person, kept.id) == photo


async def test_words_of_every_script_come_and_go_unharmed_and_call_nobody(here: House) -> None:
    await asyncio.to_thread(documents.publish, here.program, documents.LONG)
    talker = await here.met("Uma")
    await here.says(talker, "start parrot", "What shall I repeat?")
    await here.says(talker, ODD, "One:")
    await here.quiet()
    assert here.records.said(here.person(talker), inbound=True)[-1] == ODD
    assert sum(text.count(ODD) for text in texts(talker)) == 2
    assert [each for shown in talker.messages for each in getattr(shown, "pings", [])] == []


async def test_text_too_long_for_one_message_arrives_whole_and_in_order(here: House) -> None:
    await asyncio.to_thread(documents.publish, here.program, documents.LONG)
    talker = await here.met("Longina")
    await here.says(talker, "start parrot", "What shall I repeat?")
    shown = len(texts(talker))
    sentences = [f"Sentence {number:04d} 🎉." for number in range(here.driver.longest_said // 20)]
    await here.says(talker, " ".join(sentences), "One:")
    await here.quiet()
    whole = " ".join(" ".join(texts(talker)[shown:]).split())
    numbers = [word for word in whole.replace(".", " ").split() if word.isdecimal()]
    assert numbers[: 2 * len(sentences)] == [f"{number:04d}" for number in range(len(sentences))] * 2
    assert whole.count("🎉") == 2 * len(sentences)


# -- order and repetition --------------------------------------------------------------------


async def test_messages_in_quick_succession_keep_their_order(here: House) -> None:
    talker = await here.met("Quick")
    notes = [f"/note number {number}" for number in range(5)]
    for note in notes:
        await here.says(talker, note)
    await here.reads(talker, *[NOTE] * 5)
    await here.quiet()
    assert here.records.said(here.person(talker), inbound=True)[1:] == notes


async def test_messages_delivered_twice_act_once(here: House) -> None:
    talker = await here.met("Dora")
    here.driver.repeat(3)
    for number in range(3):
        await here.says(talker, f"/note number {number}", NOTE)
    await here.quiet()
    assert here.records.facts(here.person(talker), facts.NOTE_TAKEN) == 3
    assert texts(talker).count(NOTE) == 3
    assert set(here.records.keys().values()) == {1}


async def test_messages_in_reverse_order_act_once_each(here: House) -> None:
    talker = await here.met("Rosa")
    async with here.driver.reversed():
        for number in range(3):
            await here.says(talker, f"/note number {number}")
    await here.reads(talker, *[NOTE] * 3)
    await here.quiet()
    notes = here.records.said(here.person(talker), inbound=True)[1:]
    assert notes == ["/note number 2", "/note number 1", "/note number 0"]
    assert texts(talker).count(NOTE) == 3


# -- what is sent ----------------------------------------------------------------------------


async def test_throttled_message_waits_as_long_as_asked_and_comes_once(here: House) -> None:
    talker = await here.met("Theo")
    before, asked = here.driver.calls(talker), here.driver.throttle(talker, 2)
    await here.says(talker, "start prompt_selling")
    await until(lambda: here.driver.calls(talker) > before, "the throttled call")
    begun = time.monotonic()
    await until(lambda: here.driver.calls(talker) > before + 1, "the next call")
    assert time.monotonic() - begun > asked - 0.1
    await here.reads(talker, QUESTION)
    await here.quiet()
    assert sum(QUESTION in text for text in texts(talker)) == 1


async def test_message_that_the_server_failed_on_is_repeated_in_order(here: House) -> None:
    talker = await here.met("Fay")
    here.driver.fail(talker, times=2)
    await here.says(talker, "start prompt_selling", "I keep your place", QUESTION)
    await here.quiet()
    assert sum(QUESTION in text for text in texts(talker)) == 1


async def test_message_of_unknown_outcome_is_never_doubled_in_silence(here: House) -> None:
    talker = await here.met("Una")
    here.driver.faults.reset(method=here.driver.method, chat=here.driver.chat(talker), acted=True)
    await here.says(talker, "/note whatever may become of the answer", NOTE)
    await here.says(talker, "/today", "This is open:")
    await here.quiet()
    [message] = [number for number, text in here.records.outbound(here.person(talker)) if text == NOTE]
    [row] = here.records.rows(sa.select(tables.outbox.c.attempts).where(tables.outbox.c.id == message))
    assert 1 <= texts(talker).count(NOTE) <= row.attempts


# -- credentials; the last test, for it takes the account away -------------------------------


async def test_credentials_revoked_pause_the_account_and_new_ones_lose_nothing(here: House) -> None:
    talker = await here.met("Nora")
    await here.quiet()
    # Some providers prove with the same secret what they bring: the question has to be in before that is worthless.
    here.driver.faults.hang(5.0, method=here.driver.method, chat=here.driver.chat(talker))
    await here.says(talker, "/today")
    await here.driver.settled(PATIENCE)
    here.driver.revoke()
    await until(lambda: here.program.events("account_paused"), "the pause of the account")

    def statuses() -> list[AccountStatus]:
        return [one.status for one in here.records.base.accounts.all() if one.channel == here.driver.channel]

    assert statuses() == [AccountStatus.PAUSED]
    assert not any("This is open:" in text for text in texts(talker))
    assert set((await here.program.stop()).values()) == {0}
    here.driver.renew()
    await here.start()
    here.records.hurry()
    await here.reads(talker, "This is open:")
    await here.says(talker, "/note it works again", NOTE)
    await here.quiet()
    assert sum("This is open:" in text for text in texts(talker)) == 1
    assert len(here.program.events("account_paused")) == 1
