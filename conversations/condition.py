"""Conditions of a workflow: one expression in CEL, the Common Expression Language.

CEL has no loops without a bound, no attributes to escape through and no side effects;
https://cel.dev tells the language. Values are the person's answers by step id, and
`goal`, `market`, `skill_level`, `country`, `language`; a value that is not there is null.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

_LONGEST = 500
FUNCTIONS = frozenset(
    ["size", "contains", "startsWith", "endsWith", "matches", "int", "uint", "double", "string", "bytes", "type", "dyn",
     "timestamp", "duration"]
)  # fmt: skip
"""What a condition can call. Source: the functions that the library `cel` defines, each tried."""


class ConditionFailed(Exception):
    """A condition could not be judged with these values."""


class Condition:
    """A compiled expression that is true or false.

    Args:
        source: The expression as the author wrote it, at most 500 characters.

    Raises:
        ValueError: It is not valid CEL.
    """

    __slots__ = ("_program", "functions", "names", "source")

    def __init__(self, source: str) -> None:
        if len(source) > _LONGEST:
            raise ValueError(f"a condition has at most {_LONGEST} characters")
        # Imported late: it brings its own command line along, which costs a third of a second of every start.
        import cel

        try:
            self._program = cel.compile(source)
        except Exception as error:
            raise ValueError(f'{source!r} is not a condition; write for instance niche == "code"') from error
        self.source = source
        self.names = frozenset(self._program.variables())
        # Operators are listed among the functions, as "_==_" and "@in".
        self.functions = frozenset(name for name in self._program.functions() if name.strip("_").isidentifier())

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Judge the condition.

        Args:
            values: Plain values by name; a name that is missing counts as null.

        Raises:
            ConditionFailed: The expression cannot be judged, or is neither true nor false.
        """
        try:
            verdict = self._program.execute({name: values.get(name) for name in self.names})
        except Exception as error:
            raise ConditionFailed(self.source) from error
        if not isinstance(verdict, bool):
            raise ConditionFailed(self.source)
        return verdict

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_from_plain)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "maxLength": _LONGEST, "examples": ['niche == "code"', "price > 500"]}


def _from_plain(plain: object) -> Condition:
    if isinstance(plain, Condition):
        return plain
    if not isinstance(plain, str):
        raise ValueError('a condition is an expression such as niche == "code"')
    return Condition(plain)
