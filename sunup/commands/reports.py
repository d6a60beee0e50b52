"""Reports: what a check or a test of a document found, for a person in a terminal.

Every finding begins with `path:line:`, which terminals and editors turn into a link. Colours are left out where the
output is no terminal.
"""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from conversations.documents import Checked, Problem, Result, Severity, run_transcripts
from sunup.commands.speech import say


def report_check(console: Console, path: Path, checked: Checked) -> bool:
    """Print the problems of a document, or that there are none; return whether it could be published."""
    for problem in checked.problems:
        _report_problem(console, path, problem)
    if checked.workflow is not None:
        steps, tests = len(checked.workflow.steps), len(checked.scripts)
        say(console, f"{path}: fine; {_counted(steps, 'step')}, {_counted(tests, 'transcript')}", "green")
    return checked.workflow is not None


def _report_problem(console: Console, path: Path, problem: Problem) -> None:
    is_error = problem.severity is Severity.ERROR
    kind = "" if is_error else "warning: "
    say(console, f"{path}:{max(problem.line, 1)}: {kind}{problem}", "red" if is_error else "yellow")


def report_tests(console: Console, path: Path, checked: Checked, source: str | bytes) -> bool:
    """Play the transcripts of a document and print how they came out; return whether all came as written."""
    if checked.workflow is None:
        return report_check(console, path, checked)
    results = run_transcripts(checked.workflow, source)
    for result in results:
        _report_result(console, path, result)
    failed = sum(result.failure is not None for result in results)
    told = f"{failed} of {_counted(len(results), 'transcript')} failed" if failed else _passed(results)
    say(console, f"{path}: {told}", "red" if failed else "green")
    return not failed


def _report_result(console: Console, path: Path, result: Result) -> None:
    if result.failure is None:
        say(console, f"  passed  {result.title}", "green")
        return
    message, *rest = str(result.failure.args[0]).split("\n")
    say(console, f"  failed  {result.title}", "red")
    say(console, f"{path}:{result.failure.line}: {message} {'' if rest else result.failure.cure}".rstrip())
    for line in rest:
        say(console, f"    {line}".rstrip())
    if rest and result.failure.cure:
        say(console, f"    {result.failure.cure}")


def _passed(results: Sequence[Result]) -> str:
    return f"{_counted(len(results), 'transcript')} passed" if results else "no transcripts"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
