"""Two chats become one person's: nothing is lost, nothing is doubled, and whoever has no right to it gets nothing."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from conversations import facts, limits, phrases
from conversations.link_codes import digest_of
from core.media import MediaKind
from core.people import Person
from storage import linking, tables
from storage.media import NewFile
from tests.integration.storage.chats import Chats


def said(key: str, **values: object) -> str:
    return phrases.phrase("en", key, **values)


CHECKING = said("link_checking")
UNKNOWN = said("link_unknown")


def test_person_goes_on_mid_step_on_the_other_channel(chats: Chats) -> None:
    chats.say("telegram", "start selling")
    assert chats.say("telegram", "design") == ["Make the design pack."]
    told = chats.link("telegram", "web")
    made = said("link_made_here", channel="Telegram")
    assert told == [CHECKING, f"{made}\n\nMake the design pack."]
    assert chats.heard_at("telegram")[-1] == said("link_made", channel="Web chat")
    assert chats.say("web", "done") == ["What did it bring?"]
    chats.say("telegram", "4500")
    [execution] = chats.rows(tables.executions)
    assert (execution.status, execution.person_id) == ("completed", chats.person("telegram"))
    assert chats.person("web") == chats.person("telegram")


@pytest.mark.parametrize(
    "typed", ["/link {}", "link {}", "verbinden {}", "conectar {}", "जोड़ें {}", "ربط {}", "{}"], ids=str
)
def test_code_is_taken_in_words_of_every_language(chats: Chats, typed: str) -> None:
    chats.say("telegram", "start selling")
    language = {"verbinden": "de", "conectar": "es", "जोड़ें": "hi", "ربط": "ar"}.get(typed.split(maxsplit=1)[0], "en")
    written = typed.format(chats.code("telegram").lower().replace("-", " " if "{} " in typed else "-"))
    chats.say("web", written, language=language)
    assert chats.person("web") == chats.person("telegram")


def test_code_with_spaces_and_letters_that_look_like_figures_is_taken(chats: Chats) -> None:
    chats.say("telegram", "start selling")
    code = chats.code("telegram").replace("0", "o").replace("1", "l").replace("-", " ")
    chats.say("web", f"/link  {code} ")
    assert chats.person("web") == chats.person("telegram")


def test_only_a_digest_of_the_code_is_kept(chats: Chats) -> None:
    chats.say("telegram", "hello")
    code = chats.code("telegram")
    [kept] = chats.rows(tables.link_codes)
    assert kept.digest == digest_of(code)
    assert code not in str(kept)
    assert kept.person_id == chats.person("telegram")
    left = kept.expires_at - chats.clock.now()
    assert timedelta(minutes=9) < left <= limits.LINK_CODE_LIFE


# -- what is refused -----------------------------------------------------------------------------


def unchanged(chats: Chats, *channels: str) -> bool:
    return len({chats.person(channel) for channel in channels}) == len(channels)


def test_wrong_code_says_what_to_do_and_changes_nothing(chats: Chats) -> None:
    chats.say("telegram", "hello")
    assert chats.say("web", "/link K7QD-M2PX") == [CHECKING, UNKNOWN]
    assert unchanged(chats, "telegram", "web")


def test_words_that_are_no_code_are_told_at_once(chats: Chats) -> None:
    assert chats.say("web", "/link my account please") == [said("link_no_code")]
    assert chats.rows(tables.jobs) == []


def test_code_that_has_run_out_is_refused(chats: Chats) -> None:
    chats.say("telegram", "hello")
    code = chats.code("telegram")
    chats.clock.ahead += limits.LINK_CODE_LIFE
    assert chats.say("web", f"/link {code}") == [CHECKING, said("link_expired", life="10 minutes")]
    assert unchanged(chats, "telegram", "web")


def test_code_counts_once(chats: Chats) -> None:
    chats.say("telegram", "hello")
    code = chats.code("telegram")
    chats.say("web", f"/link {code}")
    assert chats.say("whatsapp", f"/link {code}") == [CHECKING, said("link_used")]
    assert unchanged(chats, "telegram", "whatsapp")


def test_own_code_is_refused(chats: Chats) -> None:
    chats.say("telegram", "hello")
    assert chats.say("telegram", f"/link {chats.code('telegram')}") == [CHECKING, said("link_own")]


def test_chats_that_are_connected_already_are_told_so(chats: Chats) -> None:
    chats.say("telegram", "hello")
    chats.link("telegram", "web")
    assert chats.link("telegram", "web") == [CHECKING, said("link_same")]
    assert chats.count(tables.people) == 2


def test_code_of_somebody_who_was_erased_is_unknown(chats: Chats) -> None:
    chats.say("telegram", "hello")
    code = chats.code("telegram")
    with chats.database.write() as connection:
        connection.execute(sa.delete(tables.conversations))
    assert chats.say("web", f"/link {code}") == [CHECKING, UNKNOWN]


def test_sixth_wrong_code_within_an_hour_is_not_looked_at(chats: Chats) -> None:
    chats.say("telegram", "hello")
    code = chats.code("telegram")
    for _ in range(limits.LINK_TRIES):
        assert chats.say("web", "/link K7QD-M2PX")[-1] == UNKNOWN
        chats.clock.ahead += timedelta(minutes=1)
    assert chats.say("web", f"/link {code}") == [said("link_busy", wait="55 minutes")]
    assert unchanged(chats, "telegram", "web")
    chats.clock.ahead += timedelta(minutes=56)
    chats.link("telegram", "web")
    assert not unchanged(chats, "telegram", "web")


def test_refusals_that_are_no_guess_do_not_count(chats: Chats) -> None:
    chats.say("telegram", "hello")
    for _ in range(limits.LINK_TRIES + 1):
        assert chats.say("telegram", f"/link {chats.code('telegram')}")[-1] == said("link_own")


def test_wrong_codes_of_many_strangers_close_the_account_for_a_while(
    chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking, "MOST_REFUSALS", 3)
    chats.say("telegram", "hello")
    code = chats.code("telegram")
    for stranger in range(3):
        chats.say("web", "/link K7QD-M2PX", f"guest{stranger}")
    assert chats.say("web", f"/link {code}") == [CHECKING, said("link_busy", wait="1 hour")]
    assert chats.say("whatsapp", "/link K7QD-M2PX") == [CHECKING, UNKNOWN]
    chats.later(hours=1)
    chats.link("telegram", "web")
    assert not unchanged(chats, "telegram", "web")


def test_in_a_group_no_code_is_given_and_none_is_taken(chats: Chats) -> None:
    chats.say("telegram", "hello")
    code = chats.code("telegram")
    chats.write("telegram", "/link", chat="-100", private=False)
    chats.write("web", f"/link {code}", chat="-100", private=False)
    chats.work()
    assert unchanged(chats, "telegram", "web")
    assert chats.count(tables.link_codes) == 1


def test_job_that_runs_once_more_after_its_merge_changes_nothing(chats: Chats) -> None:
    chats.say("telegram", "start selling")
    code = chats.code("telegram")
    chats.write("web", f"/link {code}")
    [job] = chats.rows(tables.jobs)
    place = linking.SaidCode(job.id, chats.conversation("web"), digest_of(code))
    assert chats.linking.link(place) is None  # and the worker dies before it notes the end
    told = [chats.heard_at("web"), chats.heard_at("telegram")]
    chats.work()
    assert [chats.heard_at("web"), chats.heard_at("telegram")] == told
    assert chats.count(tables.jobs) == 1


# -- what becomes of the two ---------------------------------------------------------------------


def test_both_histories_stay_readable(chats: Chats) -> None:
    chats.say("telegram", "start selling")
    chats.say("web", "/note before we knew each other")
    chats.link("telegram", "web")
    chats.say("web", "design")
    assert chats.written_at("telegram")[0] == "start selling"
    assert chats.written_at("web")[0] == "/note before we knew each other"
    assert chats.written_at("web")[-1] == "design"
    assert "" not in chats.heard_at("web") + chats.heard_at("telegram")


def test_what_waits_to_be_sent_goes_out_after_the_merge(chats: Chats) -> None:
    chats.say("telegram", "start selling")
    chats.say("web", "/today")
    chats.link("telegram", "web")
    sent = chats.claim()
    assert [m.content.text for m in sent if m.channel == "web"] == chats.heard_at("web")
    assert [m.content.text for m in sent if m.channel == "telegram"] == chats.heard_at("telegram")
    for channel in ("web", "telegram"):
        numbers = [m.seq for m in sent if m.channel == channel]
        assert numbers == sorted(set(numbers))


def test_numbers_of_messages_rise_on_both_sides(chats: Chats) -> None:
    for _ in range(5):
        chats.say("web", "/note more is said here")
    chats.say("telegram", "hello")
    chats.link("telegram", "web")
    chats.say("telegram", "/note a")
    chats.say("web", "/note b")
    for channel in ("telegram", "web"):
        numbers = [entry.seq for entry in chats.entries(channel)]
        assert numbers == sorted(set(numbers))


def test_open_executions_of_both_are_kept_and_the_last_goes_on(chats: Chats) -> None:
    chats.say("telegram", "/note so we have met")
    chats.say("web", "start selling")
    chats.clock.ahead += timedelta(minutes=1)
    chats.say("telegram", "start habit")
    chats.link("telegram", "web")
    assert [one.workflow for one in chats.dialogue("web").executions] == ["selling", "habit"]
    chats.clock.ahead += timedelta(minutes=1)
    assert chats.say("web", "start selling") == ["Which niche?"]


def test_welcome_is_not_asked_of_somebody_who_is_known(chats: Chats) -> None:
    chats.say("telegram", "hello")
    chats.say("telegram", "Asha")
    chats.say("telegram", "Pune")
    chats.say("telegram", "start selling")
    assert chats.say("web", "hello")[-1] == "What shall I call you?"
    assert chats.link("telegram", "web")[-1].endswith("Which niche?")
    state = chats.dialogue("web")
    assert [one.workflow for one in state.executions] == ["selling"]
    assert state.person.name == "Asha"
    statuses = {(row.workflow, row.status) for row in chats.rows(tables.executions)}
    assert statuses == {("welcome", "completed"), ("welcome", "abandoned"), ("selling", "started")}


def test_timers_of_both_are_kept_once_each(chats: Chats) -> None:
    chats.say("telegram", "start habit")
    chats.say("web", "start selling")
    before = {key for _, key in chats.timers()}
    chats.link("telegram", "web")
    whole = chats.person("telegram")
    assert {(person, key) for person, key in chats.timers()} == {(whole, key) for key in before}
    chats.later(days=2, minutes=1)
    assert chats.heard_at("web").count("How was it?") == 1  # they wrote there last


def test_stop_of_either_is_kept_and_said(chats: Chats) -> None:
    chats.say("telegram", "start selling")
    code = chats.code("telegram")
    chats.say("telegram", "stop")
    before = chats.heard_at("telegram")
    assert chats.say("web", f"/link {code}")[-1] == said("link_made_stopped", channel="Telegram")
    assert chats.heard_at("telegram") == before
    assert chats.dialogue("web").stopped
    assert chats.timers() == {}
    assert chats.say("web", "start")[-1].endswith("Which niche?")
    assert len(chats.timers()) == 1


def test_profile_of_the_giver_counts_and_gaps_are_filled(chats: Chats) -> None:
    chats.say("telegram", "/note hello", name="Asha", language="de")
    chats.say("web", "/note hello", name="Somebody", zone="Europe/Berlin")
    chats.say("web", f"/link {chats.code('telegram')}")
    assert chats.dialogue("web").person == Person("Asha", "de", "Europe/Berlin")
    row = chats.row(chats.person("web"))
    assert (row.language, row.zone) == ("de", "Europe/Berlin")


def test_who_went_points_to_who_stayed_and_keeps_only_the_key(chats: Chats) -> None:
    chats.say("telegram", "hello")
    chats.say("web", "hello")
    stays, goes = chats.person("telegram"), chats.person("web")
    chats.link("telegram", "web")
    row = chats.row(goes)
    assert (row.merged_into, row.state, row.conversation_id, row.zone) == (stays, None, None, "")
    assert row.data_key is not None
    chats.say("whatsapp", "hello")
    chats.link("whatsapp", "telegram")
    last = chats.person("web")
    assert {chats.row(person).merged_into for person in (stays, goes)} == {last}


def test_photo_of_who_went_is_still_theirs(chats: Chats) -> None:
    chats.say("web", "hello")
    goes = chats.person("web")
    row = chats.row(goes)
    file = NewFile(MediaKind.IMAGE, "image/png", b"original", copies={"shown": b"shown"})
    kept = chats.media.keep(goes, chats.ids.new(), chats.sealer.seal_of(goes, row.data_key), file)
    chats.say("telegram", "hello")
    chats.link("telegram", "web")
    assert chats.media.picture_at("web", "asha", kept.id) == (b"shown", "image/jpeg")
    assert chats.media.original(chats.person("telegram"), kept.id) == (b"original", "image/png")
    assert chats.media.picture_at("web", "somebody", kept.id) is None


def test_late_job_of_who_went_is_told_to_who_stayed(chats: Chats) -> None:
    chats.say("telegram", "start selling")
    code, late = chats.code("telegram"), "/link K7QD-M2PX"
    chats.write("web", late)
    chats.write("web", f"/link {code}")
    wrong, right = sorted(chats.rows(tables.jobs), key=lambda row: row.id)
    chats.runner.run(right.id)
    assert chats.person("web") == chats.person("telegram")
    chats.runner.run(wrong.id)
    assert chats.heard_at("web")[-1] == UNKNOWN


def test_facts_tell_that_people_were_linked_and_parted(chats: Chats) -> None:
    chats.say("telegram", "hello")
    chats.link("telegram", "web")
    chats.say("web", "/unlink")
    chats.tap("web", "Telegram")
    kinds = [row.kind for row in chats.rows(tables.facts)]
    assert (kinds.count(facts.LINKED), kinds.count(facts.PARTED)) == (1, 2)
