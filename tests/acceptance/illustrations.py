"""A picture in a message of ours: no workflow shows one yet, so a copy of one that was sent goes out with one."""

from dataclasses import replace

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from core.ids import MediaId
from core.messages import DeliveryStatus
from storage import tables
from storage.bodies import content_from, outbound_body
from tests.acceptance.program import PATIENCE
from tests.conformance.house import House
from tests.fakes.reading import Readable
from tests.fakes.talking import Talker

_BEHIND = 1_000_000
"""How far behind all others it stands in its conversation, so that it takes no number that is still to be given."""


async def illustrated(here: House, talker: Talker, words: str) -> Readable:
    """Send a copy of the newest message with these words, with the picture that its reader has sent us; return it."""
    person = here.person(talker)
    number = next(each for each, text in reversed(here.records.outbound(person)) if words in text)
    picture = MediaId(here.records.media(person)[0].id)
    messages, outbox, people = tables.messages, tables.outbox, tables.people
    [found] = here.records.rows(
        sa.select(messages, people.c.data_key)
        .join(people, people.c.id == messages.c.person_id)
        .where(messages.c.id == number)
    )
    [sent] = here.records.rows(sa.select(outbox).where(outbox.c.id == number))
    seal, base, new = here.records.base.sealer.seal_of(person, found.data_key), here.records.base, uuid7()
    content = content_from(seal.open(found.body, b"message" + number.bytes))
    own = {"id": new, "seq": found.seq + _BEHIND}
    body = seal.close(outbound_body(replace(content, image=picture)), b"message" + new.bytes)
    unsent = {"status": DeliveryStatus.QUEUED.value, "settled_at": None, "attempts": 0, "parts_sent": 0}
    with base.database.write() as connection:
        for table, row, changes in ((messages, found, {"body": body}), (outbox, sent, {**unsent, "external_ids": ""})):
            copy = {column.name: getattr(row, column.name) for column in table.columns}
            connection.execute(sa.insert(table).values({**copy, **own, **changes}))
    return await talker.reads(words, timeout=PATIENCE)
