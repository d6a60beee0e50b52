"""Templates: what an account has is what its platform had last."""

from uuid import UUID

from storage import tables
from storage.templates import Template, all_templates, find_template, put_templates, templates_of
from tests.integration.storage.desk import Desk

EN = Template("reminder", "en", "HX1", "Hello {{1}}, come back.", ("name",))
DE = Template("reminder", "de", "HX2", "Hallo {{1}}, komm zurück.", ("name",))
TIP = Template("tip", "en", "HX3", "A tip: {{1}} That is all.", ("text",), "rejected", "It sells.")


def put(desk: Desk, *templates: Template, account: UUID | None = None) -> None:
    with desk.database.write() as connection:
        put_templates(connection, account or desk.account, templates, ids=desk.ids, now=desk.clock.now())


def kept(desk: Desk, account: UUID | None = None) -> list[Template]:
    with desk.database.read() as connection:
        return templates_of(connection, account or desk.account)


def test_templates_are_exchanged_as_a_whole_and_what_is_as_before_stays(desk: Desk) -> None:
    put(desk, EN, TIP)
    with desk.database.read() as connection:
        before = {row.external_id: row.id for row in connection.execute(tables.templates.select())}
    put(desk, EN, DE)
    assert kept(desk) == [DE, EN]
    with desk.database.read() as connection:
        after = {row.external_id: row.id for row in connection.execute(tables.templates.select())}
    assert after["HX1"] == before["HX1"]


def test_templates_belong_to_their_account(desk: Desk) -> None:
    desk.accounts.put("telegram", "shop", {})
    shop = desk.accounts.id_of("telegram", "shop")
    put(desk, EN)
    put(desk, DE, account=shop)
    assert (kept(desk), kept(desk, shop)) == ([EN], [DE])
    with desk.database.read() as connection:
        assert [(one.account, one.template) for one in all_templates(connection)] == [("default", EN), ("shop", DE)]


def test_template_is_found_only_while_it_is_approved(desk: Desk) -> None:
    put(desk, EN, DE, TIP)
    with desk.database.read() as connection:
        assert find_template(connection, desk.account, "reminder", "de-AT") == DE
        assert find_template(connection, desk.account, "reminder", "es") == EN
        assert find_template(connection, desk.account, "tip", "en") is None
        assert find_template(connection, desk.account, "nudge", "en") is None
