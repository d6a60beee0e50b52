"""Header: what a document says of itself above its steps."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from conversations.documents.one_or_several import OneOrSeveral
from conversations.documents.schedule import Schedule, Triggers
from conversations.duration import Duration, parse_duration
from conversations.step import StepName
from conversations.text import Text
from conversations.workflow import Audience
from core.people import Goal, Market, SkillLevel

MOST_STEPS = 200
MOST_TESTS = 100

Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]


class For(BaseModel):
    """For whom the workflow is; what is left out fits everybody.

    Attributes:
        goal: What these people want.
        market: Where they work.
        level: How far they have come.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    goal: OneOrSeveral[Goal] = ()
    market: OneOrSeveral[Market] = ()
    level: SkillLevel | None = None

    def audience(self) -> Audience:
        """Return the same as the engine knows it."""
        level = self.level.value if self.level else ""
        return Audience(tuple(one.value for one in self.goal), tuple(one.value for one in self.market), level)


class Header(BaseModel):
    """A workflow for Sunup.

    Attributes:
        workflow: Its name in commands; lower-case letters, digits and underscores.
        title: What people read in lists and above every question.
        summary: One line that makes them want it.
        language: The language of texts that are given without one.
        for_: Written `for`: for whom it is.
        hours: How long it takes a person, in hours.
        remind: How long a person is silent before they are reminded, unless a step says otherwise.
        give_up: How long they are silent before the workflow is put away, unless a step says otherwise.
        listed: Whether /workflows shows it.
        lasts: A day, where what is left open ends in silence at three o'clock of the following night.
        schedule: When it begins by itself for those who enrol, by their own clock.
        after: Workflows that a person has to have completed before.
        triggers: What happens that begins it.
        quiet: Whether it comes in a person's quiet hours too (ignore), as a reminder that they asked for may.
        steps: What happens, in this order.
        tests: Transcripts that prove it, each a title and a block of lines.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    workflow: StepName
    title: Text
    summary: Text | None = None
    language: Language = "en"
    for_: Annotated[For, Field(alias="for")] = For()
    hours: Annotated[float, Field(ge=0, le=10_000)] = 0
    remind: Duration = parse_duration("1d")
    give_up: Duration = parse_duration("7d")
    listed: bool = True
    lasts: Literal["day"] | None = None
    schedule: Schedule | None = None
    after: OneOrSeveral[StepName] = ()
    triggers: Triggers = ()
    quiet: Literal["keep", "ignore"] = "keep"
    steps: Annotated[list[Any], Field(min_length=1, max_length=MOST_STEPS)]
    tests: Annotated[list[dict[str, str]], Field(max_length=MOST_TESTS)] = []
