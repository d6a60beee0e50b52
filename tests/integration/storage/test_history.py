"""History: what was said, in order, to the one identity that took part; and the indexes that make reading it cheap."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from core.history import Thread
from core.media import Attachment, MediaKind
from core.messages import InboundKind
from storage import tables
from storage.batch import _BY_ADDRESS
from storage.history import _SINCE
from storage.rows import Query
from tests.integration.storage.desk import Desk, text

HERE = Thread("telegram", "default", "7", "7")


def test_since_gives_both_sides_in_order(desk: Desk) -> None:
    desk.take(text("k1", "a"), text("k2", "b"))
    entries = desk.history.since(HERE, 0, 10)
    assert [(entry.seq, entry.inbound, entry.text) for entry in entries] == [
        (1, True, "a"),
        (2, False, "re: a"),
        (3, True, "b"),
        (4, False, "re: b"),
    ]
    assert [(entry.kind, entry.key) for entry in entries[:2]] == [("text", "k1"), ("", "")]
    assert all(abs(entry.at - desk.clock.now()) < timedelta(minutes=1) for entry in entries)


@pytest.mark.parametrize(
    ("after", "limit", "seqs"), [(0, 2, [1, 2]), (1, 2, [2, 3]), (3, 9, [4]), (4, 9, []), (99, 9, [])]
)
def test_since_begins_after_a_number_and_gives_no_more_than_asked(
    desk: Desk, after: int, limit: int, seqs: list[int]
) -> None:
    desk.take(text("k1", "a"), text("k2", "b"))
    assert [entry.seq for entry in desk.history.since(HERE, after, limit)] == seqs


def test_since_gives_files_that_were_announced(desk: Desk) -> None:
    file = Attachment(MediaKind.IMAGE, "file-1", "image/png", 1000, "page.png")
    desk.take(text("k1", "look", kind=InboundKind.MEDIA, attachments=(file,)))
    entry = desk.history.since(HERE, 0, 1)[0]
    assert (entry.kind, entry.text, entry.attachments) == ("media", "look", (file,))


@pytest.mark.parametrize(
    ("channel", "account", "address", "chat"),
    [
        pytest.param("telegram", "default", "8", "8", id="another person"),
        pytest.param("telegram", "default", "8", "7", id="another person who names the chat"),
        pytest.param("telegram", "default", "7", "8", id="another person's chat"),
        pytest.param("telegram", "shop", "7", "7", id="another account"),
        pytest.param("web", "default", "7", "7", id="another channel"),
        pytest.param("telegram", "default", "%", "7", id="a pattern"),
    ],
)
def test_history_is_hidden_from(desk: Desk, channel: str, account: str, address: str, chat: str) -> None:
    desk.accounts.put("telegram", "shop", {"token": "t"})
    desk.accounts.id_of("web", "default")
    desk.take(text("k1", "mine"), text("k2", "theirs", "8"))
    seen = [entry.text for entry in desk.history.since(Thread(channel, account, address, chat), 0, 10)]
    assert "mine" not in seen
    settle(desk, "wired")
    desk.history.seen(Thread(channel, account, address, chat), 99)
    assert statuses(desk, "7") == ["wired"]


def test_a_group_is_read_by_each_of_its_people_alone(desk: Desk) -> None:
    desk.take(text("k1", "a", "7", chat="-1"), text("k2", "b", "8", chat="-1"))
    assert (desk.said("7", "-1"), desk.said("8", "-1")) == (["a"], ["b"])


def settle(desk: Desk, status: str) -> None:
    with desk.database.write() as connection:
        change = sa.update(tables.outbox).where(tables.outbox.c.settled_at.is_(None))
        connection.execute(change.values(status=status, settled_at=desk.clock.now()))


def statuses(desk: Desk, who: str) -> list[str]:
    query = (
        sa.select(tables.outbox.c.status)
        .join(tables.conversations, tables.conversations.c.id == tables.outbox.c.conversation_id)
        .where(tables.conversations.c.chat == who)
        .order_by(tables.outbox.c.seq)
    )
    with desk.database.read() as connection:
        return list(connection.execute(query).scalars())


def test_seen_marks_what_was_sent_up_to_a_number(desk: Desk) -> None:
    desk.take(text("k1", "a"), text("k2", "b"))
    settle(desk, "wired")
    desk.take(text("k3", "c"))
    desk.history.seen(HERE, 2)
    assert statuses(desk, "7") == ["read", "wired", "queued"]
    desk.history.seen(HERE, 99)
    assert statuses(desk, "7") == ["read", "read", "queued"]
    desk.history.seen(HERE, 0)
    assert statuses(desk, "7") == ["read", "read", "queued"]


@pytest.mark.parametrize(("before", "after"), [("sent", "read"), ("delivered", "read"), ("failed", "failed")])
def test_seen_raises_a_status_and_never_lowers_one(desk: Desk, before: str, after: str) -> None:
    desk.take(text("k1", "a"))
    settle(desk, before)
    desk.history.seen(HERE, 2)
    assert statuses(desk, "7") == [after]


# -- indexes -------------------------------------------------------------------------------------

FILL = """
insert into messages (id, conversation_id, person_id, seq, inbound, kind, at, key, body)
    select gen_random_uuid(), md5((n %% 300)::text)::uuid, md5((n %% 300)::text)::uuid, n / 300, n %% 2 = 0, 'text',
        now(), '', 'x' from generate_series(0, 29999) n;
insert into people (id, next_seq, language, zone, goal, market, skill_level, country, created_at, updated_at)
    select md5(n::text)::uuid, 1, '', '', '', '', '', '', now(), now() from generate_series(0, 9999) n;
insert into accounts (id, channel, name, status, created_at)
    select md5('account')::uuid, 'telegram', 'filled', 'active', now();
insert into identities
    select md5(n::text)::uuid, md5(n::text)::uuid, md5('account')::uuid, n::text, now() from generate_series(0, 9999) n;
insert into conversations
    select md5(n::text)::uuid, md5(n::text)::uuid, md5('account')::uuid, n::text, now() from generate_series(0, 9999) n;
insert into timers select gen_random_uuid(), 'k', now() + n * interval '1 minute' from generate_series(-50, 30000) n;
insert into inbox select md5('account')::uuid, 'k' || n, now() from generate_series(0, 30000) n;
insert into outbox (id, conversation_id, account_id, seq, priority, status, on_unknown, tap_id, notice, created_at,
        next_attempt_at, attempts, parts_sent, external_ids, error, settled_at)
    select gen_random_uuid(), md5((n %% 300)::text)::uuid, md5('account')::uuid, n, 0, 'wired', 'give_up', '', '',
        now(), now(), 1, 1, '', '', case when n %% 300 = 7 then null else now() end from generate_series(0, 29999) n;
analyze
"""


@pytest.fixture
def filled(postgres_desk: Desk) -> Desk:
    """Some 10,000 rows in each table that grows."""
    with postgres_desk.database.write() as connection:
        for statement in FILL.split(";"):
            connection.exec_driver_sql(statement)
    return postgres_desk


class Explain(sa.Executable, sa.ClauseElement):
    """A statement that tells how PostgreSQL would run another one."""

    inherit_cache = False

    def __init__(self, statement: sa.Select[Any]) -> None:
        self.statement = statement


@compiles(Explain)
def _explain(element: Explain, compiler: SQLCompiler, **how: Any) -> str:
    return f"explain {compiler.process(element.statement, **how)}"


def plan(desk: Desk, statement: sa.Select[Any], parameters: dict[str, object]) -> str:
    with desk.database.read() as connection:
        return "\n".join(row[0] for row in connection.execute(Explain(statement), parameters))


def test_reading_a_conversation_uses_its_index(filled: Desk) -> None:
    conversation = UUID("cfcd2084-95d5-65ef-66e7-dff9f98764da")
    told = plan(filled, _SINCE, {"conversation": conversation, "after": 90, "most": 50})
    assert "uq_messages_conversation_id_seq" in told
    assert "Seq Scan on messages" not in told


def test_loading_who_wrote_uses_the_keys_of_all_tables(filled: Desk) -> None:
    account = UUID("e268443e-43d9-3dab-7ebe-f303bbe9642f")  # the md5 of "account"
    addresses = [str(number) for number in range(64)]
    with filled.database.write() as connection:
        told = str(Query(f"explain {_BY_ADDRESS.sql}").rows(connection, [account], addresses))
    assert "uq_identities_account_id_address" in told
    assert "Seq Scan" not in told


def test_looking_for_what_a_conversation_is_still_to_get_uses_the_open_index(filled: Desk) -> None:
    conversation = sa.bindparam("conversation", type_=sa.Uuid)
    outbox = tables.outbox.c
    unsent = sa.select(sa.func.min(outbox.seq)).where(
        outbox.conversation_id == conversation, outbox.settled_at.is_(None)
    )
    told = plan(filled, unsent, {"conversation": UUID("cfcd2084-95d5-65ef-66e7-dff9f98764da")})
    assert "ix_outbox_open" in told


def test_claiming_uses_the_due_index(filled: Desk) -> None:
    outbox = tables.outbox.c
    query = sa.select(outbox.id).where(outbox.settled_at.is_(None)).order_by(outbox.priority, outbox.id).limit(20)
    assert "ix_outbox_due" in plan(filled, query, {})
