"""One or several: an author may write `goal: earn_money` where a list of one would stand."""

from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

Item = TypeVar("Item")


class _OneOrSeveral:
    """Lets an author write `goal: earn_money` where a list of one would stand."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        several = handler(schema)
        return {"anyOf": [several["items"], several]}


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


OneOrSeveral = Annotated[tuple[Item, ...], BeforeValidator(_as_list), _OneOrSeveral()]
