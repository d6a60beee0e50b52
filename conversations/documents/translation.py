"""Translation: what pydantic found wrong, as a sentence for a person who writes a workflow."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from conversations.documents.problems import Problem, listing, nearest
from conversations.documents.source import Path, Source

_PATTERNS = {
    r"^[a-z][a-z0-9_]{0,39}$": ("is not a name", "use lower-case letters, digits and _, at most 40, a letter first"),
    r"^[a-zA-Z0-9][a-zA-Z0-9_-]{0,31}$": ("cannot be an option's value", "use letters, digits, _ and -, at most 32"),
    r"^([01]\d|2[0-3]):[0-5]\d$": ("is not a time of day", "write for instance 09:00 or 17:30"),
    r"^[A-Z]{3}$": ("is not a currency", "write the three letters of its code, for instance INR or EUR"),
    r"^[a-z][a-z0-9_.]{0,79}$": ("is not the name of an event", "write for instance order_shipped"),
    r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$": ("is not a language", "write for instance en or pt-BR"),
}  # fmt: skip

_WANTED = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "string": "words",
    "dict": "a table of names and values",
    "list": "a list, each line beginning with -",
    "tuple": "a list such as [image, document]",
    "model": "a table of names and values",
}
_EXAMPLES = {
    "`options`": "write for instance options: {design: Design, code: Code}",
    "`tips`": 'write for instance tips: {20m: "Five are enough."}',
}
"""For tables that authors tend to write as lists."""


def problems_of(error: ValidationError, model: type[BaseModel], source: Source, *place: str | int) -> list[Problem]:
    """Return what is wrong with a part of a document.

    Args:
        error: What its model found.
        model: The model.
        source: The document.
        place: The way to the part.
    """
    owner = place_name(model, source, place)
    found = error.errors(include_url=False)
    wrong = {detail["loc"] for detail in found if detail["type"] not in ("too_short", "missing")}
    # A list whose only item is wrong is also reported as too short; once is enough.
    told = [one for one in found if not (one["type"] == "too_short" and any(_inside(loc, one["loc"]) for loc in wrong))]
    return [_problem(detail, model, source, (owner, place)) for detail in told]


def place_name(model: type[BaseModel], source: Source, place: Path) -> str:
    """Return how a sentence calls the part: "`do`" for a step, "the document" for the header."""
    if not place:
        return "the document"
    return f"`{getattr(model, 'kind', place[-1])}`"


def _inside(inner: Path, outer: Path) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _problem(detail: ErrorDetails, model: type[BaseModel], source: Source, owner: tuple[str, Path]) -> Problem:
    name, place = owner
    loc = detail["loc"]
    path = tuple(part for part in loc if part != "[key]")
    line = source.line(*place, *path)
    words = [part for part in path if isinstance(part, str)]
    field = f"`{words[-1]}`" if words else name
    kind, given = detail["type"], shown(detail["input"])
    context: Mapping[str, Any] = detail.get("ctx", {})
    if kind == "extra_forbidden":
        told = f"`{str(path[-1])[:40]}` is not a field of {_owner(name, path)}"
        return Problem(line, told, nearest(str(path[-1]), fields_of(model, path[:-1])))
    if kind == "missing":
        return Problem(line, f"{_owner(name, path)} needs {field}", f"add a line {path[-1]}:")
    if kind == "value_error":
        return _of_value(line, field, str(context["error"]), detail["input"])
    if kind == "string_pattern_mismatch":
        message, cure = _PATTERNS.get(context["pattern"], ("does not fit", f"it fits {context['pattern']}"))
        return Problem(line, f"{given} {message}", cure)
    if kind in ("literal_error", "enum"):
        words = str(context["expected"]).split("'")[1::2]
        guess = nearest(str(detail["input"]), words)
        told = f"{given} is not a value of {field}; it is {listing(words, 'or')}"
        return Problem(line, told, guess if "?" in guess else "")
    return _of_size_or_type(line, field, kind, context, given=given)


def _of_size_or_type(line: int, field: str, kind: str, context: Mapping[str, Any], *, given: str) -> Problem:
    if kind == "too_long" or kind == "string_too_long":
        most = context["max_length"]
        return Problem(line, f"{field} is too long: at most {most} are allowed", "split it, or leave some out")
    if kind == "too_short":
        return Problem(line, f"{field} is empty", "write at least one")
    if kind in ("greater_than_equal", "less_than_equal"):
        least = "at least" if kind == "greater_than_equal" else "at most"
        return Problem(line, f"{field} is {least} {context.get('ge', context.get('le'))}, not {given}")
    wanted = _WANTED.get(kind.partition("_")[0], "")
    if wanted:
        cure = _EXAMPLES.get(field, "") if given == "a list" else _quotes(wanted, given)
        return Problem(line, f"{field} is {wanted}, not {given}", cure)
    return Problem(line, f"{field} cannot be {given}", "look at the reference of workflow documents")


def _of_value(line: int, field: str, told: str, given: object) -> Problem:
    """Say what a validator of ours said, which is a sentence with its cure already."""
    message, _, cure = told.partition("; ")
    if "a text is a string" in told and isinstance(given, bool | int | float):
        return Problem(line, f"{field} is words, not {shown(given)}", _quotes("words", shown(given)))
    if "a text cannot be empty" in told or ("a text is a string" in told and given is None):
        return Problem(line, f"{field} is empty", "write the words behind it")
    if "is not a condition" in told and isinstance(given, str) and " = " in given:
        cure = 'two things are compared with ==, for instance niche == "code"'
    return Problem(line, message, cure)


def _quotes(wanted: str, given: str) -> str:
    bare = given.strip("`")
    if wanted == "words" and given not in ("nothing", "a list", "a table"):
        return f'put it into quotes: "{bare}"'
    return "write the value behind the colon" if given == "nothing" else ""


def _owner(name: str, path: Path) -> str:
    return f"`{path[-2]}`" if len(path) > 1 and isinstance(path[-2], str) else name


def fields_of(model: type[BaseModel], path: Path = ()) -> list[str]:
    """Return the names that an author may write in a part of a document."""
    if path:
        inner = next((field for name, field in model.model_fields.items() if (field.alias or name) == path[0]), None)
        annotation: Any = inner.annotation if inner else None
        is_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
        return fields_of(annotation, path[1:]) if is_model else []
    return [field.alias or name for name, field in model.model_fields.items()]


def shown(value: object) -> str:
    """Return a value as an author would recognise it in a sentence."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    words = str(value)
    return f"`{words[:60]}…`" if len(words) > 60 else f"`{words}`"
