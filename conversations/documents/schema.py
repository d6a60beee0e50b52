"""Schema: workflow documents described for editors, as JSON Schema of draft 2020-12.

Made from the same models that read documents, so that the two cannot differ.
"""

import re
from datetime import timedelta
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter

from conversations.documents.header import For, Header
from conversations.documents.schedule import Schedule, Trigger
from conversations.duration import format_duration
from conversations.steps import STEP_KINDS
from conversations.text import Text

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE = "#/$defs/{model}"
_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.+(?:\n {8,}.+)*)$", re.MULTILINE)
_WRITTEN = re.compile(r"^Written `\w+`: ?")


def workflow_schema() -> dict[str, Any]:
    """Return the JSON Schema of a workflow document."""
    definitions: dict[str, Any] = {}
    whole = _described(Header, definitions)
    for part in (For, Schedule, Trigger):
        definitions[part.__name__] = _described(part, definitions)
    for kind, model in STEP_KINDS.items():
        definitions[f"step_{kind}"] = _described(model, definitions)
    whole["properties"]["steps"]["items"] = {"oneOf": [{"$ref": f"#/$defs/step_{kind}"} for kind in STEP_KINDS]}
    tests = whole["properties"]["tests"]
    tests["items"].update(minProperties=1, maxProperties=1)
    text = TypeAdapter(Text, config={"arbitrary_types_allowed": True}).json_schema()
    whole = {"$schema": DRAFT, "title": "Sunup workflow", **_plainer(whole)}
    shared = {name: _plainer(definition) for name, definition in sorted(definitions.items())}
    named: dict[str, Any] = _with_text({**whole, "$defs": shared}, text)
    named["$defs"]["Text"] = text
    return named


def _described(model: type[BaseModel], definitions: dict[str, Any]) -> dict[str, Any]:
    """Return a model's schema in which each field carries the sentence of its class's docstring."""
    schema = model.model_json_schema(by_alias=True, ref_template=_REFERENCE)
    definitions.update({name: inner for name, inner in schema.pop("$defs", {}).items() if name not in definitions})
    documentation = "\n".join(str(parent.__doc__ or "") for parent in reversed(model.__mro__) if _is_ours(parent))
    sentences = {name: " ".join(told.split()) for name, told in _ATTRIBUTE.findall(_dedented(documentation))}
    for name, field in model.model_fields.items():
        if isinstance(field.default, timedelta):
            schema["properties"][field.alias or name]["default"] = format_duration(field.default)
        if name in sentences:
            told = _WRITTEN.sub("", sentences[name])
            schema["properties"][field.alias or name]["description"] = told[:1].upper() + told[1:]
    schema["description"] = (model.__doc__ or "").partition("\n\n")[0]
    return schema


def _is_ours(parent: type) -> bool:
    return issubclass(parent, BaseModel) and parent is not BaseModel


def _dedented(documentation: str) -> str:
    """Return docstrings with the indentation that they have in a class taken away."""
    return re.sub(r"^ {4}", "", documentation, flags=re.MULTILINE)


def _plainer(schema: Any) -> Any:
    """Leave out what helps no author: generated titles, and null beside the value that is meant."""
    if isinstance(schema, list):
        return [_plainer(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _plainer(value) for key, value in schema.items() if not _is_noise(key, value)}
    if "patternProperties" in plain:
        # A name that does not fit is a mistake, and is no further property.
        plain["additionalProperties"] = False
    alternatives = [one for one in plain.get("anyOf", ()) if one != {"type": "null"}]
    if len(alternatives) == 1:
        del plain["anyOf"]
        return {**alternatives[0], **plain}
    if alternatives:
        plain["anyOf"] = alternatives
    return plain


def _is_noise(key: str, value: Any) -> bool:
    return (key == "title" and isinstance(value, str)) or (
        key == "default" and (value is None or isinstance(value, dict | list))
    )


def _with_text(schema: Any, text: dict[str, Any]) -> Any:
    """Say once what a text is, and refer to it wherever one may stand."""
    if isinstance(schema, list):
        return [_with_text(one, text) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("anyOf") == text["anyOf"]:
        own = schema.get("description")
        reference = {"$ref": "#/$defs/Text"}
        return {**reference, "description": own} if own and own != text["description"] else reference
    return {key: _with_text(value, text) for key, value in schema.items()}
