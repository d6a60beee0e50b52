"""The floor of a wave: due rows claimed in batches, planned anew and an outbox row written for each; no dialogue.

    python -m bench.claiming DATABASE

For each line that it reads it answers with one; before it answers to `true` it drains the tables below, together with
all others that do so at the time.
"""

import sys
from datetime import timedelta
from typing import Any

import orjson
import psycopg
from uuid_utils.compat import uuid7

TABLES = (
    "CREATE TABLE floor_timers AS TABLE timers",
    "ALTER TABLE floor_timers ADD PRIMARY KEY (person_id, key)",
    "CREATE INDEX ON floor_timers (due_at)",
    "CREATE TABLE floor_outbox (LIKE outbox INCLUDING ALL)",
)
"""What the floor works on; the timers are those that are planned when the tables are made."""
DROP = ("DROP TABLE floor_timers", "DROP TABLE floor_outbox")
_BATCH = 1_000
_DAY = timedelta(days=1)
_CLAIM = (
    "SELECT person_id, key, due_at FROM floor_timers WHERE due_at <= now() "
    "ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED"
)
_WRITE = (
    "WITH planned AS (UPDATE floor_timers SET due_at = given.due_at "
    "FROM json_to_recordset(%s::json) AS given(person uuid, key text, due_at timestamptz) "
    "WHERE person_id = given.person AND floor_timers.key = given.key) "
    "INSERT INTO floor_outbox (id, conversation_id, account_id, seq, priority, status, on_unknown, tap_id, notice, "
    "created_at, next_attempt_at, attempts, parts_sent, external_ids, error) "
    "SELECT id, person, person, 1, 1, 'queued', 'give_up', '', '', now(), now(), 0, 0, '', '' "
    "FROM json_to_recordset(%s::json) AS given(id uuid, person uuid)"
)


def drain(url: str) -> None:
    """Claim until nothing is due, as often as it is told."""
    with psycopg.connect(url, autocommit=True) as connection:
        while line := sys.stdin.readline():
            while orjson.loads(line) and _batch(connection):
                pass
            sys.stdout.write("{}\n")
            sys.stdout.flush()


def _batch(connection: psycopg.Connection[tuple[Any, ...]]) -> int:
    with connection.transaction():
        claimed = connection.execute(_CLAIM, (_BATCH,)).fetchall()
        if claimed:
            timers = orjson.dumps([{"person": who, "key": key, "due_at": at + _DAY} for who, key, at in claimed])
            messages = orjson.dumps([{"id": uuid7(), "person": who} for who, _, _ in claimed])
            connection.execute(_WRITE, (timers.decode(), messages.decode()))
    return len(claimed)


def main() -> None:
    """Drain the database of the command line."""
    drain(sys.argv[1])


if __name__ == "__main__":
    main()
