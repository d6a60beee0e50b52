"""Documents: workflows as authors write them, read, checked, played as transcripts, published as versions.

`check_workflow` names every fault of a document with its line and cure, `load_workflow` makes the
workflow that the engine runs, `run_transcripts` plays the tests that stand in the document, and
`workflow_schema` describes it to editors. May import `core` and the rest of `conversations`.
A new kind of line in a transcript is a class in `lines.py`, how it is written in `script.py`, and
what it does in `play.py`.
"""

from conversations.documents.loader import Checked, check_workflow, load_workflow
from conversations.documents.play import Result, run_transcripts
from conversations.documents.problems import Problem, Severity
from conversations.documents.schema import workflow_schema
from conversations.documents.stage import Shelf, Stage

__all__ = [
    "Checked",
    "Problem",
    "Result",
    "Severity",
    "Shelf",
    "Stage",
    "check_workflow",
    "load_workflow",
    "run_transcripts",
    "workflow_schema",
]
