"""Templates: approved wordings of each account, for channels that take no free text outside their reply window.

A row mirrors what the platform keeps; `sunup templates sync` brings it up to date.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from core.ports import IdSource
from storage import tables

_templates, _accounts = tables.templates, tables.accounts
APPROVED = "approved"
_ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Template:
    """One wording in one language.

    Args:
        purpose: What the message that it stands for is for, for instance `reminder`.
        language: Tag such as `en` or `pt-BR`.
        external_id: The platform's id, for instance Twilio's ContentSid.
        body: The words as the platform has them, with a `{{1}}` for each variable.
        variables: What stands in its places, in the order in which they first appear: `name`, `title`, `question`,
            `text`.
        status: The platform's word for where it stands; only `approved` is used.
        reason: Why it was rejected; empty where it was not.
    """

    purpose: str
    language: str
    external_id: str
    body: str
    variables: tuple[str, ...] = ()
    status: str = APPROVED
    reason: str = ""


@dataclass(frozen=True, slots=True)
class KeptTemplate:
    """A template, whose it is, and since when it is as it is."""

    channel: str
    account: str
    template: Template
    updated_at: datetime


def find_template(connection: sa.Connection, account_id: UUID, purpose: str, language: str) -> Template | None:
    """Return the approved template of an account for a purpose: in a language, else in its base, else in English."""
    wanted = (language, language.partition("-")[0], _ENGLISH)
    query = sa.select(_templates).where(
        _templates.c.account_id == account_id,
        _templates.c.purpose == purpose,
        _templates.c.language.in_(wanted),
        _templates.c.status == APPROVED,
    )
    found = {row.language: row for row in connection.execute(query)}
    return next((_template(found[tag]) for tag in wanted if tag in found), None)


def templates_of(connection: sa.Connection, account_id: UUID) -> list[Template]:
    """Return every template of an account, by purpose and language."""
    query = sa.select(_templates).where(_templates.c.account_id == account_id)
    return [_template(row) for row in connection.execute(query.order_by(_templates.c.purpose, _templates.c.language))]


def all_templates(connection: sa.Connection) -> list[KeptTemplate]:
    """Return every template, by account, purpose and language."""
    query = (
        sa.select(_templates, _accounts.c.channel, _accounts.c.name)
        .join(_accounts, _accounts.c.id == _templates.c.account_id)
        .order_by(_accounts.c.channel, _accounts.c.name, _templates.c.purpose, _templates.c.language)
    )
    return [KeptTemplate(row.channel, row.name, _template(row), row.updated_at) for row in connection.execute(query)]


def put_templates(
    connection: sa.Connection, account_id: UUID, templates: Sequence[Template], *, ids: IdSource, now: datetime
) -> None:
    """Let an account have these templates and no others.

    Args:
        connection: An open transaction; the caller commits.
        account_id: Whose.
        templates: At most one for each purpose and language.
        ids: Makes identifiers.
        now: This moment.
    """
    before = {(one.purpose, one.language): one for one in templates_of(connection, account_id)}
    after = {(one.purpose, one.language): one for one in templates}
    for (purpose, language), one in before.items():
        if after.get((purpose, language)) != one:
            mine = (_templates.c.purpose == purpose) & (_templates.c.language == language)
            connection.execute(sa.delete(_templates).where(_templates.c.account_id == account_id, mine))
    changed = [one for key, one in after.items() if before.get(key) != one]
    if changed:
        connection.execute(_templates.insert(), [_row(one, account_id, ids.new(), now) for one in changed])


def _row(one: Template, account_id: UUID, row_id: UUID, now: datetime) -> dict[str, object]:
    own = {**asdict(one), "variables": " ".join(one.variables), "reason": one.reason[:300], "status": one.status[:20]}
    return {"id": row_id, "account_id": account_id, "updated_at": now, **own}


def _template(row: sa.Row[tuple[object, ...]]) -> Template:
    return Template(
        purpose=row.purpose,
        language=row.language,
        external_id=row.external_id,
        body=row.body,
        variables=tuple(row.variables.split()),
        status=row.status,
        reason=row.reason,
    )
