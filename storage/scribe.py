"""The scribe: what a turn wants done, written down as rows of the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from conversations import effects
from conversations.state import State
from core.messages import InboundMessage, OnUnknown, Priority
from core.nudges import QUEUED, quiet_hours_of
from core.people import Person
from core.ports import IdSource
from storage.bodies import inbound_body, outbound_body
from storage.keys import fitting_key
from storage.ledger import Ledger
from storage.sealing import Seal


@dataclass(slots=True)
class Report:
    """What a batch left for others to do, told to them after the commit.

    Args:
        taken: Messages that were new.
        dropped: Messages that had been seen before.
        buried: Messages that became dead letters.
        fired: Timers that were fired.
        sends: Whether something waits to be sent.
        jobs: New jobs, as (id, kind).
        due_at: The earliest timer that was set.
        unread: People with due timers whose dialogues cannot be read.
    """

    taken: int = 0
    dropped: int = 0
    buried: int = 0
    fired: int = 0
    sends: bool = False
    jobs: list[tuple[UUID, str]] = field(default_factory=list)
    due_at: datetime | None = None
    unread: list[UUID] = field(default_factory=list)


@dataclass(slots=True)
class Dialogue:
    """A person's dialogue while a batch works on it.

    Args:
        person_id: Whose it is.
        seal: Opens and closes what is personal.
        state: Where it stands.
        next_seq: The number that the next message takes.
        conversation_id: Where what is said goes; None before the person has written anywhere.
        account_id: The account of that conversation.
        changed: Whether there is something to write.
        before: The state that was loaded; None for a stranger.
        written_in: The conversation in which the person last wrote; None before they have.
    """

    person_id: UUID
    seal: Seal
    state: State
    next_seq: int
    conversation_id: UUID | None
    account_id: UUID | None
    changed: bool = False
    before: State | None = None
    written_in: UUID | None = None


def profile_of(person: Person) -> dict[str, Any]:
    """Return what a person's row tells of them openly, for figures, for choosing among people, and for the sender."""
    hours = quiet_hours_of(person)
    return {
        "language": person.language[:35],
        "zone": person.zone[:60],
        **{column: person.profile.get(column, "")[:40] for column in ("goal", "market", "skill_level")},
        "country": person.profile.get("country", "")[:2],
        "quiet_from": hours.start if hours else None,
        "quiet_until": hours.end if hours else None,
    }


class Scribe:
    """Writes effects down; one for each batch.

    Args:
        ids: Makes identifiers.
        now: The moment of the turns.
    """

    def __init__(self, ids: IdSource, now: datetime) -> None:
        self.ledger = Ledger()
        self.report = Report()
        self._ids = ids
        self._now = now
        self._first_said: UUID | None = None

    def keep_inbound(self, dialogue: Dialogue, message: InboundMessage) -> UUID:
        """Write a person's message into the history, with when they wrote it where the platform says so."""
        # A moment that is still to come is the fault of some clock.
        at = min(message.sent_at or self._now, self._now)
        key, body = fitting_key(message.key), inbound_body(message)
        return self._keep_message(dialogue, message.kind.value, key, body, inbound=True, at=at)[0]

    def _keep_message(
        self, dialogue: Dialogue, kind: str, key: str, body: bytes, *, inbound: bool, at: datetime
    ) -> tuple[UUID, int]:
        message_id, seq = self._ids.new(), dialogue.next_seq
        dialogue.next_seq += 1
        dialogue.changed = True
        self.ledger.messages.append(
            {
                "id": message_id,
                "conversation_id": dialogue.conversation_id,
                "person_id": dialogue.person_id,
                "seq": seq,
                "inbound": inbound,
                "kind": kind,
                "at": at,
                "key": key,
                "body": dialogue.seal.close(body, b"message" + message_id.bytes),
            }
        )
        return message_id, seq

    def apply(self, dialogue: Dialogue, state: State, wanted: Sequence[effects.Effect]) -> None:
        """Take over what a turn led to."""
        dialogue.state = state
        dialogue.changed = True
        self._first_said = None
        for effect in wanted:
            self._apply_one(dialogue, effect)

    def _apply_one(self, dialogue: Dialogue, effect: effects.Effect) -> None:
        match effect:
            case effects.Say():
                self._say(dialogue, effect)
            case effects.RecordFact():
                self._record(dialogue, effect)
            case effects.SetTimer(key=key, due_at=due_at):
                self.ledger.timers[(dialogue.person_id, key)] = due_at
                self.report.due_at = min(self.report.due_at or due_at, due_at)
            case effects.ClearTimer(key=key):
                self.ledger.timers[(dialogue.person_id, key)] = None
            case effects.KeepExecution():
                self._keep_execution(dialogue, effect)
            case effects.AnswerTap():
                self._answer_tap(dialogue, effect)
            case effects.StartJob():
                self._start_job(dialogue, effect)
            case effects.RecordOutcome():
                self._record_outcome(dialogue, effect)
            case effects.OfferLink():
                self._offer_link(dialogue, effect)
            case effects.ChooseConversation(conversation_id=chosen):
                self.ledger.choices[dialogue.person_id] = chosen
            case effects.KeepNudge():
                self._keep_nudge(dialogue, effect)
            case effects.KeepSession() | effects.KeepAffirmations() | effects.KeepBoard() | effects.KeepMember():
                self.ledger.protocol.keep(dialogue.person_id, dialogue.seal, effect, ids=self._ids, now=self._now)

    def _say(self, dialogue: Dialogue, effect: effects.Say) -> None:
        if dialogue.conversation_id is None:
            return
        body = outbound_body(effect.content)
        message_id, seq = self._keep_message(
            dialogue, effect.priority.name.lower(), "", body, inbound=False, at=self._now
        )
        self._first_said = self._first_said or message_id
        row = self._outbox_row(dialogue, message_id, seq, priority=effect.priority, on_unknown=effect.on_unknown)
        if effect.quiet or effect.expires_at:
            self.ledger.outbox_of_nudges.append({**row, "expires_at": effect.expires_at, "quiet": effect.quiet})
        else:
            self.ledger.outbox.append(row)

    def _answer_tap(self, dialogue: Dialogue, effect: effects.AnswerTap) -> None:
        seq = dialogue.next_seq
        dialogue.next_seq += 1
        self.ledger.outbox.append(
            self._outbox_row(dialogue, self._ids.new(), seq, tap_id=effect.tap_id, notice=effect.text)
        )

    def _outbox_row(
        self,
        dialogue: Dialogue,
        message_id: UUID,
        seq: int,
        *,
        priority: Priority = Priority.REPLY,
        on_unknown: OnUnknown = OnUnknown.GIVE_UP,
        tap_id: str = "",
        notice: str = "",
    ) -> dict[str, Any]:
        self.report.sends = True
        return {
            "id": message_id,
            "conversation_id": dialogue.conversation_id,
            "account_id": dialogue.account_id,
            "seq": seq,
            "priority": int(priority),
            "on_unknown": on_unknown.value,
            "tap_id": tap_id,
            "notice": notice[:200],
            "created_at": self._now,
            "next_attempt_at": self._now,
        }

    def _keep_nudge(self, dialogue: Dialogue, effect: effects.KeepNudge) -> None:
        self.ledger.nudges.append(
            {
                "person_id": dialogue.person_id,
                "rule": effect.rule,
                "date": effect.date,
                "result": effect.result,
                "reason": effect.reason,
                "at": self._now,
                "message_id": self._first_said if effect.result == QUEUED else None,
            }
        )

    def _record(self, dialogue: Dialogue, effect: effects.RecordFact) -> None:
        fact_id = self._ids.new()
        self.ledger.facts.append(
            {
                "id": fact_id,
                "person_id": dialogue.person_id,
                "execution_id": effect.execution_id,
                "kind": effect.kind,
                "at": self._now,
                "data": dialogue.seal.close(orjson.dumps(effect.data), b"fact" + fact_id.bytes),
            }
        )

    def _keep_execution(self, dialogue: Dialogue, effect: effects.KeepExecution) -> None:
        self.ledger.executions[effect.id] = {
            "id": effect.id,
            "person_id": dialogue.person_id,
            "workflow": effect.workflow,
            "version": effect.version,
            "status": effect.status.value,
            "steps_completed": effect.steps_completed,
            "steps_total": effect.steps_total,
            "started_at": effect.started_at,
            "ended_at": effect.ended_at,
        }

    def _start_job(self, dialogue: Dialogue, effect: effects.StartJob) -> None:
        job_id = self._ids.new()
        self.report.jobs.append((job_id, effect.kind))
        self.ledger.jobs.append(
            {
                "id": job_id,
                "person_id": dialogue.person_id,
                "kind": effect.kind,
                "key": effect.key,
                "payload": dialogue.seal.close(orjson.dumps(effect.payload), b"job" + job_id.bytes),
                "created_at": self._now,
                "next_attempt_at": self._now,
            }
        )

    def _record_outcome(self, dialogue: Dialogue, effect: effects.RecordOutcome) -> None:
        self.ledger.outcomes.append(
            {
                "id": self._ids.new(),
                "person_id": dialogue.person_id,
                "execution_id": effect.execution_id,
                "metric": effect.metric.value,
                "value": effect.value,
                "currency": effect.currency,
                "proof_id": effect.proof,
                "verified": False,
                "at": self._now,
            }
        )

    def _offer_link(self, dialogue: Dialogue, effect: effects.OfferLink) -> None:
        self.ledger.offers.append(
            {
                "digest": effect.digest,
                "person_id": dialogue.person_id,
                "conversation_id": dialogue.conversation_id,
                "expires_at": effect.expires_at,
            }
        )

    def write_dialogue(self, dialogue: Dialogue, made: dict[str, Any] | None) -> bytes:
        """Write where a dialogue stands, into the row of a person made in this batch or as an update.

        Returns:
            The sealed state.
        """
        state = dialogue.seal.close(dialogue.state.to_json(), b"state")
        person = dialogue.state.person
        profile = profile_of(person)
        if dialogue.state.stopped != (dialogue.before is not None and dialogue.before.stopped):
            self.ledger.stops[dialogue.person_id] = dialogue.state.stopped
        if made is not None:
            made.update(profile, state=state, next_seq=dialogue.next_seq, conversation_id=dialogue.written_in)
            return state
        self.ledger.people_updates.append(
            {
                "person": dialogue.person_id,
                "new_state": state,
                "new_seq": dialogue.next_seq,
                "new_conversation": dialogue.written_in,
                "new_updated_at": self._now,
            }
        )
        if dialogue.before is None or dialogue.before.person is not person:
            self.ledger.profile_updates.append(
                {"person": dialogue.person_id, **{f"new_{column}": value for column, value in profile.items()}}
            )
        return state
