"""branch: go on at one step or another, by what is known."""

from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import Field, model_validator

from conversations.step import Step, StepName

if TYPE_CHECKING:
    from conversations.scene import Scene


class Branch(Step):
    """Go on at one step or another.

    Attributes:
        branch: The step to go to when `when` holds; else the next one below, or `otherwise`.
        when: The condition; without one, the person always goes there.
        otherwise: The step to go to when `when` does not hold.
    """

    kind: ClassVar[str] = "branch"
    asks: ClassVar[bool] = False
    pauses: ClassVar[bool] = False

    branch: StepName
    otherwise: StepName | None = None
    id: StepName | None = Field(default=None)

    @model_validator(mode="after")
    def _check_otherwise(self) -> Self:
        if self.otherwise and self.when is None:
            raise ValueError("otherwise is never reached without a when")
        if self.next:
            raise ValueError("a branch goes on by branch and otherwise; leave next out")
        return self

    @property
    def name(self) -> str:
        """The written id; the loader gives one to a branch without it, for its word names the target."""
        return self.id or f"to_{self.branch}"[:40]

    def targets(self) -> list[str]:
        """Return the step or steps that this one leads to."""
        return [self.branch, *([self.otherwise] if self.otherwise else [])]

    def falls_through(self) -> bool:
        """Return whether the step below may follow: where the condition may fail and nothing else is named."""
        return self.when is not None and self.otherwise is None

    def enter(self, scene: "Scene") -> None:
        """Go to the target; the engine has judged `when` already."""
        scene.go(self.branch)

    def pass_by(self, scene: "Scene") -> None:
        """Go on where `when` does not hold."""
        scene.go(self.otherwise)
