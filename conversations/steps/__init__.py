"""Kinds of steps: one file each, all of the same shape, and the table of them.

A new kind is one file, its test, and one line here. May import `core` and the rest of `conversations`.
"""

from conversations.step import Step
from conversations.steps.affirm import Affirm
from conversations.steps.album import Album
from conversations.steps.ask import Ask
from conversations.steps.board import Board
from conversations.steps.branch import Branch
from conversations.steps.choose import Choose
from conversations.steps.do import Do
from conversations.steps.end import End
from conversations.steps.enrol import Enrol
from conversations.steps.mark import Mark
from conversations.steps.offer import Offer
from conversations.steps.outcome import Outcome
from conversations.steps.proof import Proof
from conversations.steps.recite import Recite
from conversations.steps.say import Say
from conversations.steps.summary import Summary
from conversations.steps.wait import Wait

STEP_KINDS: dict[str, type[Step]] = {
    kind.kind: kind
    for kind in (
        *(Say, Ask, Choose, Do, Proof, Outcome, Wait, Branch, End),
        *(Affirm, Recite, Mark, Album, Board, Offer, Summary),
        Enrol,
    )
}
