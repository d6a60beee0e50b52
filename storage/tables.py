"""The tables. History (`messages`, `facts`, `outcomes`, `audit`) is append-only: triggers refuse anything else."""

import sqlalchemy as sa

from storage.columns import Exact, Moment

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("credentials", sa.LargeBinary),  # sealed under the master key; null where the environment has them
    sa.Column("status", sa.String(20), nullable=False),  # active, paused, removed
    sa.Column("reason", sa.String(200), nullable=False, server_default=""),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("channel", "name"),
)

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("data_key", sa.LargeBinary),  # wrapped; destroyed by /forget, and all that it sealed with it
    sa.Column("state", sa.LargeBinary),  # sealed
    sa.Column("next_seq", sa.BigInteger, nullable=False),
    sa.Column("conversation_id", sa.Uuid),  # where they last wrote; nudges go there
    sa.Column("language", sa.String(35), nullable=False),
    sa.Column("zone", sa.String(60), nullable=False),
    sa.Column("goal", sa.String(40), nullable=False),
    sa.Column("market", sa.String(40), nullable=False),
    sa.Column("skill_level", sa.String(40), nullable=False),
    sa.Column("country", sa.String(2), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("merged_into", sa.Uuid, index=True),  # whose all this is since a linking; what the key sealed stays here
    sa.Column("chosen_conversation_id", sa.Uuid),  # where they want nudges; null for where they last wrote
    sa.Column("parted", sa.Boolean, nullable=False, server_default=sa.false()),  # a chat was taken from them once
    sa.Column("quiet_from", sa.SmallInteger),  # minutes of their local day; null where they have no quiet hours
    sa.Column("quiet_until", sa.SmallInteger),
    sa.Column("stopped", sa.Boolean, nullable=False, server_default=sa.false()),  # as their dialogue says
)

identities = sa.Table(
    "identities",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid, sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("address", sa.String(120), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("account_id", "address"),
)

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("identity_id", sa.Uuid, sa.ForeignKey("identities.id"), nullable=False),
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("chat", sa.String(120), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("private", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("closed_at", Moment),  # since when the platform refuses it for good; null once its person writes again
    sa.UniqueConstraint("identity_id", "chat"),
    sa.Index("ix_conversations_account_id_chat", "account_id", "chat"),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("account_id", sa.Uuid, primary_key=True),
    sa.Column("key", sa.String(120), primary_key=True),
    sa.Column("received_at", Moment, nullable=False, index=True),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("conversation_id", sa.Uuid, nullable=False),
    sa.Column("person_id", sa.Uuid, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("inbound", sa.Boolean, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("key", sa.String(120), nullable=False),  # the provider's, for inbound ones
    sa.Column("body", sa.LargeBinary, nullable=False),  # sealed
    sa.UniqueConstraint("conversation_id", "seq"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),  # of the message; of nothing else for a mere answer to a tap
    sa.Column("conversation_id", sa.Uuid, nullable=False),
    sa.Column("account_id", sa.Uuid, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("priority", sa.SmallInteger, nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("on_unknown", sa.String(12), nullable=False),
    sa.Column("tap_id", sa.String(120), nullable=False),
    sa.Column("notice", sa.String(200), nullable=False),  # over the chat, with the answer to a tap
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("next_attempt_at", Moment, nullable=False),
    sa.Column("attempts", sa.SmallInteger, nullable=False),
    sa.Column("parts_sent", sa.SmallInteger, nullable=False),
    sa.Column("external_ids", sa.String(2000), nullable=False),  # the platform's, separated by spaces
    sa.Column("error", sa.String(200), nullable=False),
    sa.Column("lease_owner", sa.String(60)),
    sa.Column("lease_until", Moment),
    sa.Column("settled_at", Moment),  # sent, failed or given up; null while something is still to be done
    sa.Column("reported", sa.String(12)),  # the furthest that the platform told later; null until it does
    sa.Column("reported_code", sa.String(20)),
    sa.Column("reported_parts", sa.Text),  # of a message in parts what was told of each, in order: delivered - sent
    sa.Column("expires_at", Moment),  # from when on it is not worth sending; null for what its priority says
    sa.Column("quiet", sa.Boolean, nullable=False, server_default=sa.false()),  # waits for the end of quiet hours
    sa.Column("broadcast_id", sa.Uuid),  # of which broadcast it is a copy; null for everything else
)
sa.Index(
    "ix_outbox_due",
    outbox.c.priority,
    outbox.c.id,
    postgresql_where=outbox.c.settled_at.is_(None),
    sqlite_where=outbox.c.settled_at.is_(None),
)
sa.Index(
    "ix_outbox_patient",  # what is less urgent than a reply, by account; replies, which are most, cost it nothing
    outbox.c.account_id,
    outbox.c.priority,
    outbox.c.id,
    postgresql_where=outbox.c.settled_at.is_(None) & (outbox.c.priority > sa.literal_column("0")),
    sqlite_where=outbox.c.settled_at.is_(None) & (outbox.c.priority > sa.literal_column("0")),
)
sa.Index(
    "ix_outbox_open",
    outbox.c.conversation_id,
    outbox.c.seq,
    postgresql_where=outbox.c.settled_at.is_(None),
    sqlite_where=outbox.c.settled_at.is_(None),
)
sa.Index(
    "ix_outbox_broadcast",
    outbox.c.broadcast_id,
    outbox.c.settled_at,
    postgresql_where=outbox.c.broadcast_id.is_not(None),
    sqlite_where=outbox.c.broadcast_id.is_not(None),
)

timers = sa.Table(
    "timers",
    metadata,
    sa.Column("person_id", sa.Uuid, primary_key=True),
    sa.Column("key", sa.String(80), primary_key=True),
    sa.Column("due_at", Moment, nullable=False, index=True),
)

nudges = sa.Table(
    "nudges",  # why each of them was, or was not, said
    metadata,
    sa.Column("person_id", sa.Uuid, primary_key=True),
    sa.Column("rule", sa.String(100), primary_key=True),  # the workflow, and which of its times or triggers
    sa.Column("date", sa.Date, primary_key=True),  # local
    sa.Column("result", sa.String(12), nullable=False),  # queued, skipped
    sa.Column("reason", sa.String(20), nullable=False),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("message_id", sa.Uuid),  # the first that was said
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid, nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("key", sa.String(120), nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),  # sealed
    sa.Column("status", sa.String(12), nullable=False),  # queued, running, done, failed
    sa.Column("attempts", sa.SmallInteger, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("next_attempt_at", Moment, nullable=False),
    sa.Column("lease_owner", sa.String(60)),
    sa.Column("lease_until", Moment),
    sa.Column("ended_at", Moment),
    sa.Column("error", sa.String(200), nullable=False),
    sa.UniqueConstraint("person_id", "key"),
)
sa.Index(
    "ix_jobs_open",
    jobs.c.next_attempt_at,
    postgresql_where=jobs.c.ended_at.is_(None),
    sqlite_where=jobs.c.ended_at.is_(None),
)

executions = sa.Table(
    "executions",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid, nullable=False, index=True),
    sa.Column("workflow", sa.String(60), nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("steps_completed", sa.Integer, nullable=False),
    sa.Column("steps_total", sa.Integer, nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
)

facts = sa.Table(
    "facts",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid, nullable=False, index=True),
    sa.Column("execution_id", sa.Uuid),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),  # sealed
)

outcomes = sa.Table(
    "outcomes",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid, nullable=False, index=True),
    sa.Column("execution_id", sa.Uuid, nullable=False, index=True),
    sa.Column("metric", sa.String(20), nullable=False),
    sa.Column("value", Exact, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("proof_id", sa.Uuid),
    sa.Column("verified", sa.Boolean, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

media = sa.Table(
    "media",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid, nullable=False, index=True),
    sa.Column("job_id", sa.Uuid, nullable=False, unique=True),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("mime", sa.String(100), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("seconds", sa.Integer, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),  # of the original bytes
    sa.Column("copies", sa.String(40), nullable=False),  # which stand beside the original: shown thumbnail
    sa.Column("created_at", Moment, nullable=False),
)

uploads = sa.Table(
    "uploads",
    metadata,
    sa.Column("ref", sa.String(64), primary_key=True),
    sa.Column("owner", sa.String(120), nullable=False),
    sa.Column("mime", sa.String(100), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("claimed_at", Moment),  # when its message was handled; null for one that nobody sent off
)
sa.Index(
    "ix_uploads_unclaimed",
    uploads.c.created_at,
    postgresql_where=uploads.c.claimed_at.is_(None),
    sqlite_where=uploads.c.claimed_at.is_(None),
)

workflow_versions = sa.Table(
    "workflow_versions",
    metadata,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("shipped", sa.Boolean, nullable=False),
    sa.Column("published_by", sa.String(120), nullable=False),
    sa.Column("published_at", Moment, nullable=False),
)

workflows = sa.Table(
    "workflows",
    metadata,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),  # the current one
    sa.Column("updated_at", Moment, nullable=False),
)

dead_letters = sa.Table(
    "dead_letters",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("source", sa.String(20), nullable=False),  # webhook, intake, outbox, job
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("account", sa.String(60), nullable=False),
    sa.Column("key", sa.String(120), nullable=False),
    sa.Column("reason", sa.String(300), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),  # sealed under the master key
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("replayed_at", Moment),
)

templates = sa.Table(
    "templates",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("purpose", sa.String(40), nullable=False),  # of the message that it stands for: reminder, nudge …
    sa.Column("language", sa.String(35), nullable=False),
    sa.Column("external_id", sa.String(64), nullable=False),  # the platform's: Twilio's ContentSid
    sa.Column("body", sa.Text, nullable=False),  # with {{1}}, {{2}} … as the platform has it
    sa.Column("variables", sa.String(400), nullable=False),  # what stands in the places, in order, separated by spaces
    sa.Column("status", sa.String(20), nullable=False),  # the platform's word: approved, pending, rejected …
    sa.Column("reason", sa.String(300), nullable=False),  # why it was rejected
    sa.Column("updated_at", Moment, nullable=False),
    sa.UniqueConstraint("account_id", "purpose", "language"),
)

link_codes = sa.Table(
    "link_codes",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),  # of the code; the code itself is kept nowhere
    sa.Column("person_id", sa.Uuid, nullable=False),  # who asked for it
    sa.Column("conversation_id", sa.Uuid, nullable=False),  # and where
    sa.Column("expires_at", Moment, nullable=False, index=True),
    sa.Column("used_by", sa.Uuid),  # the job that used it
)

link_refusals = sa.Table(
    "link_refusals",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("account_id", sa.Uuid, nullable=False),  # where the wrong code was said
    sa.Column("at", Moment, nullable=False, index=True),
)

broadcasts = sa.Table(
    "broadcasts",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("author_id", sa.Uuid, nullable=False, index=True),
    sa.Column("audience", sa.String(500), nullable=False),  # as `core/audiences.py` writes it
    sa.Column("local_at", sa.String(16), nullable=False),  # 18:00 or 2026-12-24T18:00, their time; empty for at once
    sa.Column("body", sa.LargeBinary, nullable=False),  # sealed with the author's key
    sa.Column("status", sa.String(12), nullable=False, index=True),  # draft, running, paused, done, cancelled
    sa.Column("reason", sa.String(40), nullable=False),  # why it rests or was ended by itself
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("confirmed_at", Moment),
    sa.Column("gathered_to", sa.Uuid),  # the last person who was looked at for the audience
    sa.Column("gathered_at", Moment),  # when everybody had been
    sa.Column("ended_at", Moment),
    sa.Column("results", sa.Text),  # in numbers, once the outbox may forget them
)

broadcast_recipients = sa.Table(
    "broadcast_recipients",
    metadata,
    sa.Column("broadcast_id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid, primary_key=True, index=True),
    sa.Column("status", sa.String(12), nullable=False),  # planned, written, skipped
    sa.Column("reason", sa.String(40), nullable=False),  # why they were skipped
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("written_at", Moment),
)
sa.Index(
    "ix_broadcast_recipients_due",
    broadcast_recipients.c.broadcast_id,
    broadcast_recipients.c.due_at,
    broadcast_recipients.c.person_id,
    postgresql_where=broadcast_recipients.c.status == sa.literal_column("'planned'"),
    sqlite_where=broadcast_recipients.c.status == sa.literal_column("'planned'"),
)

people_tags = sa.Table(
    "people_tags",
    metadata,
    sa.Column("person_id", sa.Uuid, primary_key=True),
    sa.Column("tag", sa.String(40), primary_key=True),
    sa.Column("created_at", Moment, nullable=False),
)

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("owner", sa.String(60), nullable=False),
    sa.Column("until", Moment, nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", sa.String(120), nullable=False),
    sa.Column("action", sa.String(60), nullable=False),
    sa.Column("data", sa.Text, nullable=False),
)

daily_sessions = sa.Table(
    "daily_sessions",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid, nullable=False),
    sa.Column("date", sa.Date, nullable=False),  # the person's own
    sa.Column("morning_completed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("morning_completed_at", Moment),
    sa.Column("recording_id", sa.Uuid),  # of the kept file
    sa.Column("recording_duration", sa.Integer),  # in seconds
    sa.Column("affirmations_version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("vision_board_viewed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("bold_action", sa.LargeBinary),  # sealed
    sa.Column("bold_action_id", sa.String(40), nullable=False, server_default=""),  # empty for the person's own
    sa.Column("bold_action_set_at", Moment),
    sa.Column("action_completed", sa.Boolean),  # null while nobody has said
    sa.Column("evening_completed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("evening_completed_at", Moment),
    sa.Column("discipline_rating", sa.SmallInteger),
    sa.Column("biggest_win", sa.LargeBinary),  # sealed
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.UniqueConstraint("person_id", "date"),
    sa.CheckConstraint("discipline_rating between 1 and 10", name="ck_daily_sessions_discipline_rating"),
)

affirmations = sa.Table(
    "affirmations",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),  # sealed
    sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.UniqueConstraint("person_id", "version"),
)

vision_boards = sa.Table(
    "vision_boards",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid, nullable=False),
    sa.Column("media_id", sa.Uuid, nullable=False),
    sa.Column("position", sa.SmallInteger, nullable=False),  # 1 to 8
    sa.Column("caption", sa.LargeBinary),  # sealed
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("person_id", "position"),
    sa.CheckConstraint("position between 1 and 8", name="ck_vision_boards_position"),
)

members = sa.Table(
    "members",
    metadata,
    sa.Column("person_id", sa.Uuid, primary_key=True),
    sa.Column("number", sa.Integer, unique=True),  # in order of joining; null until it is given
    sa.Column("opted_in", sa.Boolean, nullable=False, server_default=sa.false()),  # to the leaderboard
    sa.Column("streak", sa.Integer, nullable=False, server_default="0"),
    sa.Column("alive_until", sa.Date),  # their own date until whose end the streak counts; nobody sweeps it
    sa.Column("joined_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
)
sa.Index(
    "ix_members_leading",
    members.c.streak,
    postgresql_where=members.c.opted_in,
    sqlite_where=members.c.opted_in,
)
sa.Index(
    "ix_members_unnumbered",
    members.c.joined_at,
    postgresql_where=members.c.number.is_(None),
    sqlite_where=members.c.number.is_(None),
)

APPEND_ONLY = (messages, facts, outcomes, audit, workflow_versions)
"""Tables whose rows are never changed nor deleted; a correction is a new row."""
