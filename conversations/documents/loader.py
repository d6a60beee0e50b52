"""Loader: a document becomes a workflow, or a list of what is wrong with it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ValidationError

from conversations.documents import checks
from conversations.documents.header import Header
from conversations.documents.problems import Problem, Severity, listing, nearest
from conversations.documents.script import Script, read_script
from conversations.documents.source import Source, Unreadable, read_source
from conversations.documents.translation import problems_of, shown
from conversations.step import Step
from conversations.steps import STEP_KINDS
from conversations.steps.branch import Branch
from conversations.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Checked:
    """A document after its check.

    Args:
        problems: What is wrong, by line.
        workflow: What the engine runs; None where there are errors.
        scripts: Its transcripts; none where there are errors.
        document: Where everything stands in it; None where its form is wrong.
    """

    problems: tuple[Problem, ...]
    workflow: Workflow | None = None
    scripts: tuple[Script, ...] = ()
    document: checks.Document | None = None

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps the document from being published."""
        return tuple(one for one in self.problems if one.severity is Severity.ERROR)


def load_workflow(source: str | bytes, *, version: int = 0) -> Workflow:
    """Make the workflow of a document.

    Args:
        source: The document, YAML in UTF-8, at most 256 kB.
        version: The number that it was published with, or 0. What was published had passed every check of its
            time, so only its form is looked at again: a release that checks more makes no version unreadable.

    Raises:
        WorkflowError: The document is wrong; the first error, with its line and cure.
    """
    checked = check_workflow(source) if version == 0 else _formed(source, version)
    if checked.workflow is None:
        raise checked.errors[0].as_error()
    return checked.workflow


def check_workflow(source: str | bytes) -> Checked:
    """Find everything that is wrong with a document, in its form, its meaning and its transcripts; never raises.

    Args:
        source: The document, YAML in UTF-8, at most 256 kB.
    """
    formed = _formed(source, 0)
    if formed.document is None:
        return formed
    problems = list(formed.problems)
    scripts = _scripts(formed.document.source, problems)
    problems += checks.every_check(formed.document)
    checked = replace(formed, problems=_sorted(problems), scripts=tuple(scripts))
    return replace(checked, workflow=None, scripts=()) if checked.errors else checked


def _formed(source: str | bytes, version: int) -> Checked:
    """Read the form of a document: its header and its steps."""
    try:
        read = read_source(source)
    except Unreadable as unreadable:
        return Checked((unreadable.problem,))
    if not isinstance(read.plain, dict):
        return Checked((Problem(1, "a document is a table of names and values", "begin with workflow: and a name"),))
    problems = list(read.problems)
    header = _header(read, problems)
    steps = [step for step in _steps(read, problems) if step is not None]
    if header is None or problems:
        _scripts(read, problems)
        return Checked(_sorted(problems))
    named = tuple(_with_branch_names(steps))
    return Checked((), _workflow(header, named, version), (), checks.Document(read, header, named))


def _sorted(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda one: one.line))


def _header(source: Source, problems: list[Problem]) -> Header | None:
    try:
        return Header.model_validate(source.plain)
    except ValidationError as error:
        problems += problems_of(error, Header, source)
        return None


def _steps(source: Source, problems: list[Problem]) -> list[Step | None]:
    steps = source.plain.get("steps")
    if not isinstance(steps, list):
        return []
    return [_step(plain, place, source, problems) for place, plain in enumerate(steps)]


def _step(plain: Any, place: int, source: Source, problems: list[Problem]) -> Step | None:
    kind = _kind(plain)
    if kind is None:
        problems.append(_no_kind(plain, source.line("steps", place)))
        return None
    model: type[BaseModel] = STEP_KINDS[kind]
    try:
        return STEP_KINDS[kind].model_validate(plain)
    except ValidationError as error:
        problems += problems_of(error, model, source, "steps", place)
        return None


def _kind(plain: Any) -> str | None:
    """Return the one kind among the keys; a key such as `proof` may also be a field of another kind."""
    if not isinstance(plain, dict):
        return None
    named = [key for key in plain if key in STEP_KINDS]
    fitting = [kind for kind in named if all(other in STEP_KINDS[kind].model_fields for other in named)]
    return fitting[0] if fitting else None


def _no_kind(plain: Any, line: int) -> Problem:
    if not isinstance(plain, dict):
        told = f"a step is a table of names and values, not {shown(plain)}"
        return Problem(line, told, "write for instance - say: hello")
    several = [key for key in plain if key in STEP_KINDS]
    if several:
        return Problem(line, f"a step has one kind, and this one has {listing(several)}", "begin each step with a dash")
    cure = next((told for key in plain if "?" in (told := nearest(key, STEP_KINDS))), "")
    return Problem(line, f"this step has no kind; it is one of {listing(STEP_KINDS, 'or')}", cure)


def _scripts(source: Source, problems: list[Problem]) -> list[Script]:
    tests = source.plain.get("tests")
    if not isinstance(tests, list):
        return []
    scripts = []
    for place, test in enumerate(tests):
        if not isinstance(test, dict) or len(test) != 1:
            cure = "write - A title: | and the lines below it, indented"
            problems.append(Problem(source.line("tests", place), "a test is one title with one block of lines", cure))
            continue
        ((title, words),) = test.items()
        path = ("tests", place, title)
        if path not in source.blocks:
            cure = "put | behind the title and the lines below it, indented"
            problems.append(Problem(source.line(*path), "a transcript is a block of lines", cure))
        elif isinstance(words, str):
            script = read_script(title, words, source.blocks[path])
            scripts.append(script)
            problems += script.problems
    return scripts


def _with_branch_names(steps: list[Step]) -> list[Step]:
    """Give every branch without an id a name of its own; two branches may lead to the same step."""
    taken = Counter(step.name for step in steps if not isinstance(step, Branch) or step.id)
    named: list[Step] = []
    for step in steps:
        if isinstance(step, Branch) and step.id is None:
            step = step.model_copy(update={"id": _free(f"to_{step.branch}", taken)})  # noqa: PLW2901 - the named one
        named.append(step)
    return named


def _free(wanted: str, taken: Counter[str]) -> str:
    name, count = wanted[:40], 1
    while name in taken:
        count += 1
        name = f"{wanted[:36]}_{count}"
    taken[name] += 1
    return name


def _workflow(header: Header, steps: Sequence[Step], version: int) -> Workflow:
    return Workflow(
        name=header.workflow,
        version=version,
        title=header.title,
        steps=tuple(steps),
        summary=header.summary,
        language=header.language,
        audience=header.for_.audience(),
        hours=header.hours,
        remind=header.remind,
        give_up=header.give_up,
        listed=header.listed,
        ends_with_day=header.lasts == "day",
        schedule=header.schedule.schedule() if header.schedule else None,
        after=header.after,
        triggers=tuple(one.trigger() for one in header.triggers),
        ignores_quiet=header.quiet == "ignore",
    )
